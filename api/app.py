"""The service as one ASGI application: layers of safety around API, pages and probes."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.errors import ServiceError
from api.exceptions import METHOD_NOT_ALLOWED, NOT_FOUND, UNAVAILABLE, FaultError, told
from api.hardening.answering import answer, header_of
from api.hardening.bodies import Bodies
from api.hardening.headers import Headers
from api.hardening.hosts import Hosts
from api.hardening.origins import Origins
from api.hardening.sessions import cookie_name, is_encrypted
from api.hardening.watching import Watching
from api.oidc import mount_oidc
from api.rest.openapi import describe_api
from api.rest.replies import JSON, to_json
from api.rest.routers import ROUTERS, methods_at
from api.rest.routing import V1
from api.settings import Settings
from api.site import Site, open_site
from api.web import mount
from assessment.engine import ENGINE_VERSION
from rubrics.problems import InputError

MAX_BODY = 1_000_000
"""Bytes of everything but files: a table of answers at its longest."""

FORM_AROUND_A_FILE = 100_000
"""Bytes of the other fields that come with a file."""

LARGE = ("/evidence", "/import", "/impact")
"""How the paths end that take files."""

BATCHES = "/batches"
"""How the paths end that take the input of a batch."""


def create_app(settings: Settings) -> FastAPI:
    """The whole service by these settings; its database must be there already."""
    site = open_site(settings)

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        yield
        site.close()

    app = FastAPI(
        title="Readiness",
        version=ENGINE_VERSION,
        docs_url=None,  # their pages bring scripts from elsewhere, which our policy refuses
        redoc_url=None,
        openapi_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours are in `Watching`
        lifespan=running,
        middleware=layers(site),
    )
    app.state.site = site
    for kind in (FaultError, InputError, ServiceError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _tell)
    for router in ROUTERS:
        # As they are: a router inside a router looks for the route twice at every request.
        app.router.routes.extend(router.routes)
    _add_description(app)
    _add_probes(app, site)
    mount(app)
    mount_oidc(app, site)
    return app


def layers(site: Site) -> list[Middleware]:
    """What every request passes, from the outside in."""
    settings = site.settings
    return [
        Middleware(Watching, figures=site.figures),
        Middleware(Headers, encrypted=is_encrypted(settings)),
        Middleware(Hosts, base_url=settings.base_url),
        Middleware(Bodies, limit_of=partial(limit_of, settings=settings)),
        Middleware(
            Origins,
            base_url=settings.base_url,
            cookies=frozenset({cookie_name(settings)}),
            secret=site.secret,
        ),
    ]


def limit_of(path: str, *, settings: Settings) -> int:
    """The most bytes that a path takes: files more than all others, and batches the most."""
    if path.endswith(BATCHES):
        return settings.max_batch_bytes + FORM_AROUND_A_FILE
    large = path.endswith(LARGE)
    return settings.max_upload_bytes + FORM_AROUND_A_FILE if large else MAX_BODY


def _add_description(app: FastAPI) -> None:
    """The document that tells programs of the whole API."""
    kept: dict[str, bytes] = {}

    @app.get(f"{V1}/openapi.json", include_in_schema=False)
    def describe() -> Response:
        if not kept:
            kept["json"] = to_json(describe_api())
        headers = {"Cache-Control": "public, max-age=300"}
        return Response(kept["json"], media_type=JSON, headers=headers)


def _add_probes(app: FastAPI, site: Site) -> None:
    """What machines ask: whether we live, whether we can work, what we have done."""

    @app.get("/healthz", include_in_schema=False)
    async def live() -> Response:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", include_in_schema=False)
    def ready() -> Response:
        if site.lacks():
            raise FaultError(UNAVAILABLE, headers={"Retry-After": "10"})
        return PlainTextResponse("ok\n")

    @app.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        # Without a token only the demo answers, and the demo only this machine.
        token = site.settings.metrics_token
        if token is None and not site.settings.demo:
            raise FaultError(NOT_FOUND)
        if token is not None:
            said = (header_of(request.scope, b"authorization") or "").encode()
            if not hmac.compare_digest(said, b"Bearer " + token.get_secret_value().encode()):
                raise FaultError(NOT_FOUND)
        return Response(site.figures.text(), media_type=CONTENT_TYPE_LATEST)


async def _tell(request: Request, error: Exception) -> Response:
    """Every error that is told, by whichever route or layer of the framework it was raised."""
    what = told(error)
    if what.fault is METHOD_NOT_ALLOWED:
        # The framework names those of the first route at this path alone.
        methods = methods_at(request.url.path) or what.headers.get("Allow", "")
        what = replace(what, headers={"Allow": methods})
    return answer(what, request.scope)
