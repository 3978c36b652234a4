"""What of a piece of evidence is open beside a decision: its pages, its rows, or its text.

A stranger made the file, so no program of ours takes it apart here. Rows are those that a collector
has read already; else the beginning of the file is shown as text, which does nothing. Pages are
shown by the browser itself, in a frame that reaches nothing of ours (`routes/evidence_file.py`).
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from api.evidence.text import decode_head
from api.forms.library import library_forms
from api.workspace.locker import OpenFile
from assessment.facts import Facts
from assessment.model import Row
from reports.i18n import Language
from rubrics.forms import Form

MAX_ROWS = 50
MAX_COLUMNS = 30
MAX_CELL = 300
HEAD = 24_000
"""Bytes of a text that are shown; whoever needs more downloads the file."""

FRAMED: Mapping[str, Literal["pdf", "page"]] = {"application/pdf": "pdf", "text/html": "page"}
"""What a browser shows in a frame: a PDF by its own viewer, a page without anything that runs."""

PICTURES = frozenset({"image/png", "image/jpeg"})
TEXTS = frozenset({"text/csv", "text/markdown", "text/plain", "application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How a file is shown. `more` says that it goes on after what is shown here."""

    kind: Literal["pdf", "page", "picture", "table", "text", "nothing"]
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    more: bool = False


def preview_of(file: OpenFile | None, facts: Facts | None, language: Language) -> Preview:
    """How a file is shown; `facts` are what a collector saw in it."""
    if file is None:
        return Preview(kind="nothing")
    path, media_type = file.path, file.media_type
    form = _form_of(facts)
    if facts is not None and facts.table and (form is not None or media_type not in TEXTS):
        return _rows_read(facts.table, form, language)
    if media_type in FRAMED:
        return Preview(kind=FRAMED[media_type])
    if media_type in PICTURES:
        return Preview(kind="picture")
    if media_type not in TEXTS:
        return Preview(kind="nothing")
    with path.open("rb") as stream:
        text = decode_head(stream.read(HEAD))
    more = path.stat().st_size > HEAD
    if text is None:
        return Preview(kind="nothing")
    if media_type == "text/csv":
        return _csv(text, more=more)
    return Preview(kind="text", text=text, more=more)


def _form_of(facts: Facts | None) -> Form | None:
    name = facts.template if facts is not None else None
    return next((form for form in library_forms() if form.id == name), None)


def _rows_read(table: Sequence[Row], form: Form | None, language: Language) -> Preview:
    """The rows that a collector read, with heads and choices in the reader's language."""
    names = list(dict.fromkeys(name for row in table for name in row))[:MAX_COLUMNS]
    known = {column.id: column for column in form.columns} if form is not None else {}
    names = [n for n in known if n in names] + [n for n in names if n not in known]

    def cell(name: str, row: Row) -> str:
        value, column = row.get(name), known.get(name)
        if column is not None and value in column.options:
            return column.options[str(value)].said(language.code)
        return _text(value, language)

    return Preview(
        kind="table",
        heads=tuple(known[n].text.said(language.code) if n in known else n for n in names),
        rows=tuple(tuple(cell(name, row) for name in names) for row in table[:MAX_ROWS]),
        more=len(table) > MAX_ROWS,
    )


def _text(value: object, language: Language) -> str:
    match value:
        case None:
            return ""
        case bool():
            return language.text("Yes") if value else language.text("No")
        case int() | float():
            return language.number(value)
        case _:
            return str(value)[:MAX_CELL]


def _csv(text: str, *, more: bool) -> Preview:
    """The beginning of a table as it stands; its first line is the head."""
    lines = text.splitlines()
    lines = lines[:-1] if more and len(lines) > 1 else lines  # the last one may be cut
    rows = list(islice(_cells(lines), MAX_ROWS + 2))
    if not rows:
        return Preview(kind="nothing")
    width = min(max(len(row) for row in rows), MAX_COLUMNS)
    heads, *rest = (tuple([*row, *[""] * width][:width]) for row in rows)
    return Preview(
        kind="table", heads=heads, rows=tuple(rest[:MAX_ROWS]), more=more or len(rest) > MAX_ROWS
    )


def _cells(lines: Sequence[str]) -> Iterator[list[str]]:
    """The cells of each line that holds any, by the sign that parts them most often."""
    first = lines[0] if lines else ""
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell longer than any that people read
            continue
        if any(row):
            yield [cell.strip()[:MAX_CELL] for cell in row]
