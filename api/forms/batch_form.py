"""Writes the form for many submissions: a workbook, or a bare CSV header, with one row a city."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from api.batches.tables import PREFIX
from api.forms.batch_columns import fields_of
from api.forms.drawing import draw_page, draw_table, hint_of
from api.forms.looks import close_book, open_book
from api.forms.submission_layout import load_spoken
from api.forms.telling import say
from rubrics.forms import Column


def write_batch_form(folder: Path, *, language: str, as_csv: bool) -> bytes:
    """The form for the rubric of a folder, in a language."""
    columns = [field.column for field in fields_of(load_spoken(folder))]
    if as_csv:
        text = StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerow([column.id for column in columns])
        return text.getvalue().encode("utf-8-sig")
    book = open_book(language, title=say("batch_title", language))
    draw_page(book, say("instructions", language), _instructions(columns, language))
    draw_table(book, say("batch_sheet", language), columns, PREFIX.removesuffix("."), ())
    return close_book(book)


def _instructions(columns: Sequence[Column], language: str) -> Iterator[tuple[str, Sequence[str]]]:
    yield "title", (say("batch_title", language),)
    yield "text", ("", say("batch_help", language))
    yield "text", ("",)
    for number, key in enumerate(("step_needed", "step_lists", "step_private"), 1):
        yield "text", (f"{number}.", say(key, language))
    yield "text", ("",)
    yield "head", (say("column", language), say("what_to_write", language))
    for column in columns:
        star = " *" if column.required else ""
        words = f"{column.id}: {column.text.said(language)}{star}"
        yield "row", (words, hint_of(column, language))
