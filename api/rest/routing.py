"""A route of the API: reads its body strictly, and says 415 to a type that it does not take."""

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.exceptions import BAD_REQUEST, UNSUPPORTED, FaultError
from api.hardening.answering import header_of
from rubrics.problems import Place, Problem

V1 = "/api/v1"
MULTIPART = "multipart/form-data"


class StrictRequest(Request):
    """A request whose JSON is read as RFC 8259 says."""

    async def json(self) -> Any:  # noqa: ANN401 (whatever was sent)
        """The body; no NaN, no half of a surrogate pair, and no NUL, which no database takes."""
        body = await self.body()
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unreadable(str(error)) from None
        if b"\\u0000" in body and _has_nul(value):
            raise _unreadable("a NUL character")
        return value


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
                raise _unreadable("a NUL character", "address")
            kind = (header_of(request.scope, b"content-type") or "").partition(";")[0].strip()
            if takes_json and kind.lower() != "application/json":
                raise FaultError(UNSUPPORTED, headers={"Accept": "application/json"})
            if takes_form and kind.lower() != MULTIPART:
                raise FaultError(UNSUPPORTED, headers={"Accept": MULTIPART})
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly


def new_router(tag: str) -> APIRouter:
    """A router of the API; its paths are whole, so that logs and figures can name them."""
    return APIRouter(prefix=V1, tags=[tag], route_class=StrictRoute)


def without_nul(text: str) -> str:
    """A text of a form, if it has none: no database takes a NUL."""
    if "\0" in text:
        raise ValueError("A NUL character is no text")
    return text


def _unreadable(detail: str, place: str = "body") -> FaultError:
    problem = Problem("text.syntax", Place(place), {"detail": detail})
    return FaultError(BAD_REQUEST, problems=[problem])


def _has_nul(value: object) -> bool:
    """Whether a NUL is in a text or a key: its escape may also be six signs of a text."""
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(_has_nul(key) or _has_nul(part) for key, part in value.items())
        case list():
            return any(_has_nul(part) for part in value)
        case _:
            return False
