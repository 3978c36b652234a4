"""Long lists, some at a time: each page says what to ask for to get the next."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from fastapi import Query
from starlette.responses import Response

from api.rest.replies import reply

T = TypeVar("T")

After = Annotated[
    str | None,
    Query(max_length=200, description="`after` of the page before; without it, the first page."),
]
Limit = Annotated[int, Query(ge=1, le=200, description="The most entries of a page.")]


class Listed(msgspec.Struct, Generic[T], frozen=True):
    """Some of a list. `after`: what to ask for to get the next ones; `null` at the end."""

    items: tuple[T, ...]
    after: str | None = None


def page_of(found: Sequence[T], limit: int, *, name_of: Callable[[T], str]) -> Response:
    """A page, from one entry more than fits on it."""
    items = tuple(found[:limit])
    return reply(Listed(items, name_of(items[-1]) if len(found) > limit else None))
