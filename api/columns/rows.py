"""Rows of an input as columns, some at a time, and those that do not fit."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import pyarrow as pa

T = TypeVar("T")


class BadRow(NamedTuple):
    """A row that cannot be scored: its number, the place in it, and what is wrong there."""

    row: int
    place: str
    reason: str


class Rows(NamedTuple):
    """Some rows of an input as columns, the number of each, and those that do not fit."""

    table: pa.Table
    numbers: Sequence[int]
    bad: Sequence[BadRow]


def ahead(given: Iterator[T]) -> Iterator[T]:
    """The same, one step ahead: while one is worked on, the next is made in a thread."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        end = object()
        coming = pool.submit(next, given, end)
        while (found := coming.result()) is not end:
            coming = pool.submit(next, given, end)
            yield found  # type: ignore[misc]
