"""How an error is answered: as a page where a person looks, else as a problem document."""

from collections.abc import Mapping
from random import getrandbits
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.exceptions import Fault, Told, problem_response
from api.languages import language_asked


def header_of(scope: Scope, name: bytes) -> str | None:
    """The first header of this name (in small letters), as text."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def request_id(scope: Scope) -> str:
    """The number of this request: the same in log line, headers and problem document."""
    state = scope.setdefault("state", {})
    number = state.get("request_id")
    if number is None:
        # No secret, and so not from the system: to ask it is to let other threads go first.
        number = state["request_id"] = str(UUID(int=getrandbits(128), version=4))
    return str(number)


def answer(what: Told, scope: Scope) -> Response:
    """The error as a response: a page of ours for a browser, a problem document for a program."""
    language = language_asked(header_of(scope, b"accept-language"))
    number = request_id(scope)
    fault_page = getattr(scope["app"].state, "fault_page", None)
    if fault_page is not None and _wants_page(scope):
        page: Response = fault_page(Request(scope), what, language, number)
        return page
    return problem_response(what, language, instance=number)


async def refuse(
    fault: Fault,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    headers: Mapping[str, str] | None = None,
    **params: object,
) -> None:
    """Ends the request here."""
    response = answer(Told(fault, headers=headers or {}, params=params), scope)
    await response(scope, receive, send)


def _wants_page(scope: Scope) -> bool:
    accepted = header_of(scope, b"accept") or ""
    return "text/html" in accepted and not scope["path"].startswith("/api/")
