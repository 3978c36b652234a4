"""A request whose JSON is read as RFC 8259 says, and whose text a database takes."""

from typing import Any

import msgspec
from starlette.requests import Request

from api.exceptions import BAD_REQUEST, FaultError
from rubrics.problems import Place, Problem


class StrictRequest(Request):
    """A request whose JSON is read as RFC 8259 says."""

    async def json(self) -> Any:  # noqa: ANN401 (whatever was sent)
        """The body; no NaN, no half of a surrogate pair, and no NUL, which no database takes."""
        body = await self.body()
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise unreadable(str(error)) from None
        if b"\\u0000" in body and _has_nul(value):
            raise unreadable("a NUL character")
        return value


def unreadable(detail: str, place: str = "body") -> FaultError:
    """The fault of what nobody can read."""
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
