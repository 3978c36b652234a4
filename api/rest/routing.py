"""A route of the API: reads its body strictly, and says 415 to a type that it does not take."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.exceptions import UNSUPPORTED, FaultError
from api.hardening.answering import header_of
from api.rest.door import Door
from api.rest.strict import unreadable

V1 = "/api/v1"
MULTIPART = "multipart/form-data"


class StrictRoute(APIRoute):
    """A route that looks at the type of a body before anybody reads it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What handles a request."""
        handle = super().get_route_handler()
        takes_form = any(
            field.field_info.__class__.__name__ != "Body" for field in self.dependant.body_params
        )
        takes_json = bool(self.dependant.body_params) and not takes_form

        async def handle_strictly(request: Request) -> Response:
            if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
                raise unreadable("a NUL character", "address")
            kind = (header_of(request.scope, b"content-type") or "").partition(";")[0].strip()
            if takes_json and kind.lower() != "application/json":
                raise FaultError(UNSUPPORTED, headers={"Accept": "application/json"})
            if takes_form and kind.lower() != MULTIPART:
                raise FaultError(UNSUPPORTED, headers={"Accept": MULTIPART})
            return await handle(Door(request.scope, request.receive))

        return handle_strictly


def new_router(tag: str) -> APIRouter:
    """A router of the API; its paths are whole, so that logs and figures can name them."""
    return APIRouter(prefix=V1, tags=[tag], route_class=StrictRoute)


def without_nul(text: str) -> str:
    """A text of a form, if it has none: no database takes a NUL."""
    if "\0" in text:
        raise ValueError("A NUL character is no text")
    return text
