"""What of a piece of evidence is open beside a decision: its pages, its tables, or its text.

A stranger made the file, so no program of ours takes it apart here. Pages are shown by the browser
itself, in a frame that reaches nothing of ours (`routes/review_files.py`). Rows of our own forms
are those that a collector has read already; the beginning of everything else is read by a process
apart (`evidence/excerpts/`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from babel.numbers import format_decimal

from api.evidence.excerpts.excerpt import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Excerpt,
    Looked,
    Table,
)
from api.evidence.excerpts.reading import SECONDS
from api.forms.library import library_forms
from api.workspace.excerpts import excerpt_of
from api.workspace.locker import OpenFile
from assessment.facts import Facts
from assessment.model import Row
from reports.i18n import N_, Language, Message
from reports.sections.evidence import size_text
from rubrics.forms import Form

FRAMED: Mapping[str, Literal["pdf", "page"]] = {"application/pdf": "pdf", "text/html": "page"}
"""What a browser shows in a frame: a PDF by its own viewer, a page without anything that runs."""

PICTURES = frozenset({"image/png", "image/jpeg"})

WHY_NOT: Mapping[Looked, Message] = {
    "seen": N_("No text was found in this file; it may hold pictures alone. Download it to look."),
    "too_large": N_(
        "This file is too large to be shown here, or takes too long. Download it to look into it."
    ),
    "encrypted": N_(
        "This file asks for a password, so nobody can see what it proves. What is needed is a copy "
        "without one."
    ),
    "unreadable": N_(
        "This file could not be read; it may be damaged or cut short. Download it: if it does not "
        "open there either, it has to be exported again."
    ),
    "unknown": N_("Files of this kind cannot be shown here. Download it to look into it."),
    "busy": N_(
        "Other files are being read just now. Load this page again in a moment, or download the "
        "file."
    ),
}
"""Why nothing of a file is shown, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShown:
    """A table in words: each cell with how long it is, where it is not shown whole."""

    name: str = ""
    above: tuple[str, ...] = ()
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How a file is shown. `more` says that its text goes on, `why_not` why nothing is shown.

    `members` are the files of an archive with their sizes, `opened` is the one that is shown;
    `others` says that there are more tables or files than these.
    """

    kind: Literal["pdf", "page", "picture", "read", "nothing"]
    tables: tuple[TableShown, ...] = ()
    text: str = ""
    more: bool = False
    members: tuple[tuple[str, str], ...] = ()
    opened: str = ""
    others: tuple[str, ...] = ()
    why_not: str = ""


def preview_of(
    file: OpenFile | None, facts: Facts | None, language: Language, *, wait: float = SECONDS
) -> Preview:
    """How a file is shown; `facts` are what a collector saw in it. No transaction should be open.

    A file for which nobody is free within `wait` seconds is not shown yet.
    """
    if file is None:
        return Preview(kind="nothing")
    form = _form_of(facts)
    if facts is not None and facts.table and form is not None:
        return Preview(kind="read", tables=(_form_rows(facts.table, form, language),))
    if file.media_type in FRAMED:
        return Preview(kind=FRAMED[file.media_type])
    if file.media_type in PICTURES:
        return Preview(kind="picture")
    return _told(excerpt_of(file, wait=wait), facts, language)


def _form_of(facts: Facts | None) -> Form | None:
    name = facts.template if facts is not None else None
    return next((form for form in library_forms() if form.id == name), None)


def _form_rows(table: Sequence[Row], form: Form, language: Language) -> TableShown:
    """The rows that a collector read, with heads and choices in the reader's language."""
    there = {name for row in table for name in row}
    columns = [column for column in form.columns if column.id in there][:MAX_COLUMNS]

    def cell(name: str, options: Mapping[str, object], row: Row) -> str:
        value = row.get(name)
        if value in options:
            return next(c for c in columns if c.id == name).options[str(value)].said(language.code)
        return _text(value, language)

    rows = [[cell(one.id, one.options, row) for one in columns] for row in table[:MAX_ROWS]]
    return TableShown(
        heads=tuple(one.text.said(language.code) for one in columns),
        rows=tuple(tuple(_cut(text, len(text), language) for text in row) for row in rows),
        count=_count(len(rows), len(table), len(columns), len(columns), language),
    )


def _text(value: object, language: Language) -> str:
    match value:
        case None:
            return ""
        case bool():
            return language.text("Yes") if value else language.text("No")
        case int() | float():
            return language.number(value)
        case tuple():
            return "; ".join(map(str, value))
        case _:
            return str(value)


def _told(found: Excerpt, facts: Facts | None, language: Language) -> Preview:
    """What was read of a file, in words."""
    tables = tuple(_table(table, facts, language) for table in found.tables)
    empty = not tables and not found.text.strip()
    unshown = found.status if found.status != "seen" or not found.members else "unknown"
    return Preview(
        kind="read",
        tables=tables,
        text=found.text,
        more=found.more,
        members=tuple(
            (one.name, "" if one.size is None else size_text(one.size, language))
            for one in found.members
        ),
        opened=found.shown,
        others=tuple(_others(found, language)),
        why_not=language.say(WHY_NOT[unshown]) if empty else "",
    )


def _others(found: Excerpt, language: Language) -> Iterator[str]:
    say = language.text
    if found.members_in_all > len(found.members):
        yield say(
            "Files listed: {shown} of {all}.", shown=len(found.members), all=found.members_in_all
        )
    if found.tables_in_all > len(found.tables) > 0:
        yield say(
            "Sheets shown: {shown} of {all}. Download the file for the others.",
            shown=len(found.tables),
            all=found.tables_in_all,
        )


def _table(table: Table, facts: Facts | None, language: Language) -> TableShown:
    lengths = {(cut.row, cut.column): cut.length for cut in table.cut}
    rows_in_all = table.rows_in_all
    if rows_in_all is None and facts is not None:
        rows_in_all = facts.rows  # a collector read all of it
    name = table.name
    if table.hidden:
        name = language.text("{name} (a hidden sheet)", name=name)
    return TableShown(
        name=name,
        above=table.above,
        heads=table.heads,
        rows=tuple(
            tuple(_cut(cell, lengths.get((place, n), 0), language) for n, cell in enumerate(row))
            for place, row in enumerate(table.rows)
        ),
        count=_count(
            len(table.rows), rows_in_all, len(table.heads), table.columns_in_all, language
        ),
    )


def _cut(text: str, length: int, language: Language) -> tuple[str, str]:
    """A cell, and how long it is where it is longer than what is shown."""
    if length <= MAX_CELL:
        return text, ""
    whole = format_decimal(length, locale=language.locale)
    return f"{text[:MAX_CELL]}…", language.text("({n} characters in all)", n=whole)


def _count(
    rows: int, rows_in_all: int | None, columns: int, columns_in_all: int | None, language: Language
) -> str:
    """How much of a table is shown, and of how much."""
    say = language.text
    if rows_in_all is None and rows == MAX_ROWS:
        told = [say("Rows shown: the first {shown}.", shown=rows)]
    else:
        told = [say("Rows shown: {shown} of {all}.", shown=rows, all=max(rows_in_all or 0, rows))]
    if columns_in_all is not None and columns_in_all > columns:
        told.append(say("Columns shown: {shown} of {all}.", shown=columns, all=columns_in_all))
    return " ".join(told)
