"""Every error as a problem document (RFC 9457); the one place that picks statuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.errors import (
    AlreadyThere,
    Locked,
    NotAllowed,
    NotSignedIn,
    NotThere,
    ServiceError,
    Stale,
    StillBlind,
    TooLarge,
    TooMany,
    Unusable,
    WrongCredentials,
)
from api.refusing import UNUSABLE
from api.review.refusing import NOT_ASKED, ONLY_ASKED
from reports.i18n import N_, Language, Message
from reports.wording import problem_sentence
from rubrics.problems import InputError, Place, Problem, problems_of

PROBLEM_TYPE = "application/problem+json"
TYPES = "urn:readiness:problem:"
"""What the `type` of every problem document begins with."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of error: its name in `type`, its status, its title, and what to do about it."""

    name: str
    status: int
    title: Message
    detail: Message


BAD_REQUEST = Fault(
    "bad-request",
    400,
    N_("The request cannot be read"),
    N_("Send it again as the description of the API says: /api/v1/openapi.json."),
)
WRONG_HOST = Fault(
    "wrong-host",
    400,
    N_("This service has another address"),
    N_("Call the service by the address that its operator gave you."),
)
NOT_SIGNED_IN = Fault(
    "not-signed-in",
    401,
    N_("You are not signed in"),
    N_("Sign in, or send a valid token in the header 'Authorization: Bearer …'."),
)
WRONG_CREDENTIALS = Fault(
    "wrong-credentials",
    401,
    N_("The address and the password do not go together"),
    N_("Check both and try again, or ask your team lead for a new invitation."),
)
NOT_ALLOWED = Fault(
    "not-allowed",
    403,
    N_("Your role or token does not allow this"),
    N_("Ask the lead of the team to do it, or to give you the right."),
)
READING_BLIND = Fault(
    "reading-blind",
    403,
    N_("You are reading this submission blind"),
    N_(
        "So you see what the team handed in and what the machine says, and nothing that others "
        "decided or wrote. All of it opens when you finish your second reading, on the page of the "
        "review."
    ),
)
FOREIGN_ORIGIN = Fault(
    "foreign-origin",
    403,
    N_("The request did not come from a page of this service"),
    N_("Reload the page and try again. Programs send a token instead of a cookie."),
)
NOT_FOUND = Fault(
    "not-found",
    404,
    N_("There is nothing here for you"),
    N_("Check the address. What belongs to another city is not shown."),
)
METHOD_NOT_ALLOWED = Fault(
    "method-not-allowed",
    405,
    N_("This cannot be done here"),
    N_("The header 'Allow' names what can be done at this address."),
)
TOO_SLOW = Fault(
    "too-slow",
    408,
    N_("The request took too long to arrive"),
    N_("Send it again; a large file may need a better connection."),
)
CONFLICT = Fault(
    "conflict",
    409,
    N_("This does not go with what is there already"),
    N_("Load what is there now, and decide again."),
)
LOCKED = Fault(
    "locked",
    409,
    N_("This assessment has been submitted"),
    N_("Ask a coach to reopen it, or start another one."),
)
STALE = Fault(
    "stale",
    412,
    N_("Somebody changed this in the meantime"),
    N_("Nothing was lost: compare both versions, then save again with the new version."),
)
TOO_LARGE = Fault(
    "too-large",
    413,
    N_("This is too large"),
    N_("Send less than {limit}, or split it."),
)
UNSUPPORTED = Fault(
    "unsupported-type",
    415,
    N_("This type of content is not taken here"),
    N_("Send what the API describes, such as JSON with 'Content-Type: application/json'."),
)
INVALID = Fault(
    "invalid",
    422,
    N_("Something in the request has to be mended"),
    N_("The list 'problems' says where, and how."),
)
KEY_REUSED = Fault(
    "idempotency-key-reused",
    422,
    N_("This Idempotency-Key came with another request before"),
    N_("Use a new key for a new request."),
)
VERSION_NEEDED = Fault(
    "version-needed",
    428,
    N_("Say which version you have seen"),
    N_("Send its ETag in the header 'If-Match', or 0 in quotes for what nobody has said yet."),
)
TOO_MANY = Fault(
    "too-many",
    429,
    N_("Too many requests in a short time"),
    N_("Wait as many seconds as 'Retry-After' says, then go on."),
)
BROKEN = Fault(
    "broken",
    500,
    N_("Something went wrong on our side"),
    N_("Nothing was saved. Try again; if it happens again, report the number in 'instance'."),
)
UNAVAILABLE = Fault(
    "unavailable",
    503,
    N_("This cannot be done at the moment"),
    N_("Try again in a minute."),
)

FAULTS: tuple[Fault, ...] = (
    *(BAD_REQUEST, WRONG_HOST, NOT_SIGNED_IN, WRONG_CREDENTIALS, NOT_ALLOWED, READING_BLIND),
    *(FOREIGN_ORIGIN,),
    *(NOT_FOUND, METHOD_NOT_ALLOWED, TOO_SLOW, CONFLICT, STALE, TOO_LARGE, UNSUPPORTED, LOCKED),
    *(INVALID, KEY_REUSED, VERSION_NEEDED, TOO_MANY, BROKEN, UNAVAILABLE),
)
"""All of them."""

BY_STATUS: Mapping[int, Fault] = {
    400: BAD_REQUEST,
    401: NOT_SIGNED_IN,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    409: CONFLICT,
    413: TOO_LARGE,
    415: UNSUPPORTED,
    422: INVALID,
    429: TOO_MANY,
    503: UNAVAILABLE,
}
"""What a status of the framework's own stands for."""


class FaultError(Exception):
    """A request ends here, with this problem document."""

    def __init__(
        self,
        fault: Fault,
        *,
        problems: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
        **params: object,
    ) -> None:
        self.told = Told(fault, tuple(problems), dict(headers or {}), dict(extra or {}), params)
        super().__init__(fault.name)


@dataclass(frozen=True, slots=True)
class Told:
    """An error as it will be told: its kind, what is wrong where, and what belongs to it.

    `extra` holds members of the document beside the standard ones, such as both versions.
    """

    fault: Fault
    problems: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)


def told(error: Exception) -> Told:
    """What to tell of an error; whatever nobody foresaw is a fault of ours, and tells nothing."""
    match error:
        case FaultError():
            return error.told
        case InputError():
            return Told(INVALID, error.problems)
        case ServiceError():
            return _refused(error)
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            fault = BY_STATUS.get(
                error.status_code, BAD_REQUEST if error.status_code < 500 else BROKEN
            )
            return Told(fault, headers=error.headers or {})
        case _:
            return Told(BROKEN)


_ALWAYS: Mapping[type[ServiceError], Fault] = {
    NotSignedIn: NOT_SIGNED_IN,
    WrongCredentials: WRONG_CREDENTIALS,
    NotThere: NOT_FOUND,
    StillBlind: READING_BLIND,
}
"""What is told in the same words whatever it was about."""


def _refused(error: ServiceError) -> Told:
    """What the service refused, and why."""
    match error:
        case TooMany():
            return Told(TOO_MANY, headers={"Retry-After": str(error.retry_after)})
        case NotSignedIn() | WrongCredentials() | NotThere() | StillBlind():
            return Told(_ALWAYS[type(error)])
        case NotAllowed():
            return Told(NOT_ALLOWED, extra={"right": str(error.action)})
        case Stale():
            about = {"part": error.part, "name": error.name}
            return Told(STALE, extra={**about, "yours": error.mine, "theirs": error.theirs})
        case AlreadyThere():
            return Told(CONFLICT, extra={"what": error.what, "name": error.id})
        case Locked(name=""):
            return Told(LOCKED)
        case Locked():
            about = {"part": error.part, "name": error.name}
            return Told(
                replace(LOCKED, title=NOT_ASKED, detail=ONLY_ASKED), extra=about, params=about
            )
        case TooLarge():
            return Told(TOO_LARGE, params={"limit": amount(error.limit)})
        case Unusable():
            said = UNUSABLE.get(error.reason, INVALID.detail)
            fault = replace(INVALID, detail=said)
            return Told(fault, extra={"reason": error.reason}, params=error.params)
        case _:
            return Told(BROKEN)


def amount(size: int) -> str:
    """A size for people."""
    return f"{size / 1_000_000:g} MB" if size >= 1_000_000 else f"{size / 1_000:g} KB"


def _invalid(error: RequestValidationError) -> Told:
    """What the framework found wrong with a request, in the words of our own problems."""
    errors = error.errors()
    for one in errors:
        if one["type"] == "json_invalid":
            params = {"detail": str(one["ctx"]["error"])}
            return Told(BAD_REQUEST, (Problem("text.syntax", Place("body"), params),))
    places = {tuple(one["loc"]): Place(".".join(map(str, one["loc"]))) for one in errors}
    return Told(INVALID, tuple(problems_of(errors, places, known_keys=())))


def document(what: Told, language: Language, *, instance: str) -> dict[str, object]:
    """The problem document, in a language."""
    found: dict[str, object] = {
        "type": TYPES + what.fault.name,
        "title": language.say(what.fault.title),
        "status": what.fault.status,
        "detail": language.say(what.fault.detail, **what.params),
        "instance": f"urn:uuid:{instance}",
    }
    if what.problems:
        found["problems"] = [
            {
                "code": problem.code,
                "place": str(problem.place),
                "message": problem_sentence(problem, language),
            }
            for problem in what.problems
        ]
    return found | dict(what.extra)


def problem_response(what: Told, language: Language, *, instance: str) -> Response:
    """The problem document as a response."""
    headers = {"Content-Language": language.code, "Cache-Control": "no-store", **what.headers}
    if what.fault.status == NOT_SIGNED_IN.status:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="readiness"')
    return Response(
        msgspec.json.encode(document(what, language, instance=instance), enc_hook=str),
        status_code=what.fault.status,
        headers=headers,
        media_type=PROBLEM_TYPE,
    )
