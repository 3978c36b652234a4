"""The OpenAPI document: the whole API with examples, every status, and how to sign in."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.rest.describing import components
from api.rest.routers import ROUTERS
from assessment.engine import ENGINE_VERSION

ABOUT = """\
The self-assessment of cities for What Works Cities Certification, over one and the same engine as
the pages and the command line.

**Signing in.** Programs send a token (`Authorization: Bearer rdy_…`, made under `/tokens`);
browsers have a session cookie, and their writes must come from a page of the service.

**Versions.** Whatever people change has an ETag, and a change says in `If-Match` which version it
has seen: 428 without it; 412 with both versions where somebody was faster. Nothing is lost.

**Creating once.** A creation with an `Idempotency-Key` that is sent again gets the same answer.

**Errors** are problem documents (RFC 9457) in English, Spanish or Portuguese (`Accept-Language`);
`problems` lists everything that is wrong, with its place and what to do.

**Limits.** 429 says in `Retry-After` how many seconds to wait.
"""

TAGS = {
    "session": "Signing in and out.",
    "rubrics": "What is asked; open to everybody.",
    "cities": "Cities that take part.",
    "members": "Who is in the team of a city.",
    "invitations": "How people come into a team.",
    "tokens": "How programs come in.",
    "assessments": "Start one, and fill it in.",
    "evidence": "What proves the answers.",
    "results": "What the engine says, why, and what to do next.",
    "submissions": "What was handed in, unchangeable.",
    "talk": "Comments, coaches' decisions, and what has happened.",
    "review": "What coaches decide, ask for and sign off.",
    "reviews": "All reviews at once: what waits, and how far judgements agree.",
    "reports": "The result as PDF and as a page.",
    "batches": "Many submissions at once, for staff of the programme.",
    "cohorts": "What all cities show together, for coaches and staff of the programme.",
}

PROBLEM_DOCUMENT: dict[str, Any] = {
    "type": "object",
    "title": "ProblemDocument",
    "description": "An error, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "The kind of error; it never changes."},
        "title": {"type": "string", "description": "The kind in words, in your language."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What to do about it."},
        "instance": {
            "type": "string",
            "description": "The number of this request, to be told when you report it.",
        },
        "problems": {
            "type": "array",
            "description": "Everything that is wrong.",
            "items": {
                "type": "object",
                "required": ["code", "place", "message"],
                "properties": {
                    "code": {"type": "string", "examples": ["answer.out_of_range"]},
                    "place": {"type": "string", "examples": ["answers.rdc7-awards"]},
                    "message": {"type": "string", "description": "What is wrong, and the mend."},
                },
            },
        },
        "yours": {"description": "At 412: what you wanted to save."},
        "theirs": {"description": "At 412: what somebody else has saved, with its version."},
    },
}

SIGNING_IN = {
    "token": {"type": "http", "scheme": "bearer", "description": "For programs: see /tokens."},
    "session": {"type": "apiKey", "in": "cookie", "name": "readiness"},
}
VERSION_SCHEMA = {"type": "string", "pattern": '^"[0-9]{1,9}"$', "examples": ['"3"']}
OPEN_TO_ALL = ("/api/v1/rubrics", "/api/v1/invitations/read", "/api/v1/invitations/accept")


def describe_api() -> dict[str, Any]:
    """The document of the whole API, without a service that runs."""
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    return document(app)


def document(app: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    found = get_openapi(
        title="Readiness",
        version=ENGINE_VERSION,
        description=ABOUT,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    parts = found.setdefault("components", {})
    asked, answered = parts.get("schemas", {}), components()
    twins = sorted(name for name in asked.keys() & answered if not _alike(asked, answered, name))
    if twins:
        raise ValueError(f"two schemas are called {', '.join(twins)}; rename one of them")
    schemas = {**asked, **answered, "ProblemDocument": PROBLEM_DOCUMENT}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    parts["schemas"] = dict(sorted(schemas.items()))
    parts["securitySchemes"] = SIGNING_IN
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            is_open = path.startswith(OPEN_TO_ALL) or (
                path.startswith("/api/v1/session") and method == "post"
            )
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "If-Match":
                    # Its want has an answer of its own, 428, so the framework must not refuse it.
                    parameter |= {"required": True, "schema": VERSION_SCHEMA}
            operation["security"] = [] if is_open else [{"token": []}, {"session": []}]
    return found


def _alike(asked: Mapping[str, Any], answered: Mapping[str, Any], name: str) -> bool:
    """Whether two schemas of a name allow the same words; else one would replace the other."""
    return sorted(asked[name].get("enum", ())) == sorted(answered[name].get("enum", ()))
