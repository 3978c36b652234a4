"""What of a file is shown to whoever reviews it: the beginning of its tables, or of its text.

An excerpt judges nothing and proves nothing: facts do (`assessment/facts.py`). It is bounded in
every direction, and says how much there is besides.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from api.evidence.text import one_line
from assessment.model import Model, ShortText, Tally

MAX_ROWS = 50
MAX_COLUMNS = 20
MAX_CELL = 200
"""Letters of a cell: what is longer is cut, and its whole length is said."""

MAX_TABLES = 3
MAX_MEMBERS = 50
MAX_ABOVE = 5
MAX_NAME = 120
MAX_TEXT = 24_000

Looked = Literal["seen", "too_large", "encrypted", "unreadable", "unknown", "busy"]
"""Whether the file could be read (`seen`), or why not: `unknown` is a format that we cannot read,
`busy` that too many files wait to be read just now."""

Line = Annotated[str, Field(max_length=MAX_CELL)]


class Cut(Model):
    """A cell that is not shown whole: where it is (from 0), and how many letters it has."""

    row: Tally
    column: Tally
    length: Tally


class Table(Model):
    """The beginning of a table. `above` are the lines before its head, such as a title.

    `rows_in_all` and `columns_in_all` say how many there are; `None`: nobody has counted.
    """

    name: ShortText = ""
    hidden: bool = False
    above: tuple[Line, ...] = ()
    heads: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    cut: tuple[Cut, ...] = ()
    rows_in_all: Tally | None = None
    columns_in_all: Tally | None = None


class Member(Model):
    """A file in an archive, and how large it becomes when it is unpacked, if that is known."""

    name: ShortText
    size: Tally | None = None


class Excerpt(Model):
    """The beginning of a file. Of an archive `members` are listed, and `shown` is the one opened.

    `more` says that `text` goes on. Where there are more tables or members than are here,
    `tables_in_all` and `members_in_all` say so.
    """

    status: Looked
    format: ShortText | None = None
    tables: tuple[Table, ...] = ()
    tables_in_all: Tally = 0
    text: str = ""
    more: bool = False
    members: tuple[Member, ...] = ()
    members_in_all: Tally = 0
    shown: ShortText = ""


def table_of(
    rows: Iterable[Sequence[str]],
    *,
    heads: Sequence[str],
    rows_in_all: int | None,
    columns_in_all: int | None,
    name: str = "",
    hidden: bool = False,
    above: Iterable[str] = (),
    lengths: Iterable[Sequence[int]] | None = None,
) -> Table:
    """A table of the first rows; `lengths` say how long cells were that come cut already."""
    width = min(len(heads), MAX_COLUMNS)
    kept: list[tuple[str, ...]] = []
    cut: list[Cut] = []
    told = iter(lengths) if lengths is not None else None
    for place, row in zip(range(MAX_ROWS), rows, strict=False):
        cells = [row[n] if n < len(row) else "" for n in range(width)]
        sizes = next(told) if told is not None else [len(cell) for cell in cells]
        cut += [
            Cut(row=place, column=n, length=size)
            for n, size in enumerate(sizes[:width])
            if size > MAX_CELL
        ]
        kept.append(tuple(one_line(cell[: 2 * MAX_CELL], length=MAX_CELL) for cell in cells))
    return Table(
        name=one_line(name, length=MAX_NAME),
        hidden=hidden,
        above=tuple(one_line(line, length=MAX_CELL) for line in above)[:MAX_ABOVE],
        heads=tuple(one_line(head, length=MAX_CELL) for head in heads[:width]),
        rows=tuple(kept),
        cut=tuple(cut),
        rows_in_all=rows_in_all,
        columns_in_all=columns_in_all,
    )
