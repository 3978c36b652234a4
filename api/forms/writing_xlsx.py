"""Writes a form as an Excel workbook in one language, ready to fill in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from api.forms.drawing import (
    Asked,
    Cell,
    draw_examples,
    draw_page,
    draw_questions,
    draw_table,
    hint_of,
)
from api.forms.looks import close_book, open_book
from api.forms.reading import ABOUT
from api.forms.telling import say
from rubrics.forms import Column, Form, Part, Words


def write_xlsx(form: Form, *, language: str, rows: Sequence[Mapping[str, Cell]] = ()) -> bytes:
    """The form as a workbook: instructions, a sheet for each part, what goes beside, examples.

    `rows` are filled in; each goes to the sheet of its part.
    """
    book = open_book(language, title=form.title.said(language))
    draw_page(book, say("instructions", language), _instructions(form, language))
    for part in form.parts:
        own = [row for row in rows if _part_of(form, row) == part]
        draw_table(book, part.title.said(language), form.columns_of(part), form.id, own)
    if form.details:
        asked = (Asked(f"{form.id}.{ABOUT}.{detail.id}", detail) for detail in form.details)
        draw_questions(book, say("about", language), asked)
    draw_examples(book, say("examples", language), _examples(form, language))
    return close_book(book)


def _instructions(form: Form, language: str) -> Iterator[tuple[str, Sequence[str]]]:
    names = {
        "sheet": form.parts[0].title.said(language),
        "about": say("about", language),
        "examples": say("examples", language),
    }
    yield "title", (form.title.said(language),)
    yield "text", ("", form.help.said(language))
    yield "text", ("",)
    steps = ["step_fill", "step_about", "step_needed", "step_lists", "step_private", "step_save"]
    for number, key in enumerate((s for s in steps if form.details or s != "step_about"), 1):
        yield "text", (f"{number}.", say(key, language, **names))
    for part in form.parts:
        yield "text", ("",)
        yield "title", (part.title.said(language),)
        if part.help is not None:
            yield "text", ("", part.help.said(language))
        yield "head", (say("column", language), say("what_to_write", language))
        for column in form.columns_of(part):
            yield "row", _explained(column, language)


def _explained(column: Column, language: str) -> tuple[str, str]:
    star = " *" if column.required else ""
    words = [hint_of(column, language)]
    options = "; ".join(option.said(language) for option in column.options.values())
    words += [f"({options})"] if options else []
    return column.text.said(language) + star, " ".join(words)


def _examples(
    form: Form, language: str
) -> Iterator[tuple[str, Sequence[Column], Sequence[Mapping[str, Cell]]]]:
    """The example rows of each part, with the columns that they fill."""
    for part in form.parts:
        rows = [
            {key: _example_cell(form, key, value, language) for key, value in example.items()}
            for example in form.examples
            if _part_of(form, example) == part
        ]
        columns = [c for c in form.columns_of(part) if any(c.id in row for row in rows)]
        if rows:
            yield part.title.said(language), columns, rows


def _example_cell(form: Form, name: str, value: float | str | Words, language: str) -> Cell:
    if isinstance(value, Words):
        return value.said(language)
    column = next(column for column in form.columns if column.id == name)
    return date.fromisoformat(str(value)) if column.kind == "date" else value


def _part_of(form: Form, row: Mapping[str, object]) -> Part:
    """The last part whose first column the row fills."""
    parts = [p for p in form.parts if row.get(form.columns_of(p)[0].id) is not None]
    return parts[-1] if parts else form.parts[0]
