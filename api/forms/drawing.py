"""Draws the sheets of a workbook to fill in: tables, lists of questions, pages of words.

Everything is written as what it is: a text that begins with `=` is a text, never a formula. The
same contents give the same bytes. Ids stand in a hidden row or column, so that reading never
depends on the language of what people see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from api.forms.looks import (
    DARK,
    GREY,
    LIGHT,
    LINE,
    LISTS,
    Book,
    cell_format,
    format_of,
    head_format,
    height_of,
    set_up,
    width_of,
)
from api.forms.reading import HELP
from api.forms.telling import expected_of, say
from rubrics.forms import Column

MAX_FILLED = 1_000
"""Rows with drop-downs and hints; more rows may be filled in without."""

Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A line between questions, with what helps to answer those below it."""

    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its id, its answer so far, and what helps to answer it."""

    id: str
    column: Column
    value: Cell = None
    help: str = ""


def draw_page(book: Book, name: str, lines: Iterable[tuple[str, Sequence[str]]]) -> None:
    """A page of words; each line has a style (`title`, `text`, `head`, `row`) and its cells."""
    sheet = book.workbook.add_worksheet(name)
    set_up(sheet, name)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.write_string(0, 0, HELP)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 92)
    styles = {
        "title": format_of(book, bold=True, font_size=16, font_color=DARK),
        "text": format_of(book, text_wrap=True, valign="top"),
        "head": format_of(book, bold=True, font_color="white", bg_color=DARK, valign="vcenter"),
        "row": format_of(book, text_wrap=True, valign="top", bottom=1, bottom_color=LINE),
        "strong": format_of(book, text_wrap=True, valign="top", bold=True, align="right"),
    }
    for i, (style, cells) in enumerate(lines, 1):
        if style != "title":
            sheet.set_row(i, height_of(zip(cells, (34, 92), strict=False)))
        for j, cell in enumerate(cells):
            sheet.write_string(i, j, cell, styles["strong" if (style, j) == ("text", 0) else style])


def draw_table(
    book: Book, name: str, columns: Sequence[Column], ids: str, rows: Iterable[Mapping[str, Cell]]
) -> None:
    """A table to fill in: hidden ids, a frozen header, drop-downs, hints; and rows so far."""
    sheet = book.workbook.add_worksheet(name)
    widths = [width_of(column, book.language) for column in columns]
    set_up(sheet, name, wide=len(columns) > 4, pages=1 + sum(widths) // 220)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 48)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)
    for j, column in enumerate(columns):
        sheet.set_column(j, j, widths[j], cell_format(book, column))
        sheet.write_string(0, j, f"{ids}.{column.id}")
        sheet.write_string(1, j, _head(column, book.language), head_format(book, column))
        _validate(book, sheet, column, (2, j, MAX_FILLED + 1, j))
    for i, row in enumerate(rows, 2):
        texts = ((_shown(column, row.get(column.id), book.language)) for column in columns)
        sheet.set_row(i, height_of(zip(texts, widths, strict=True)))
        for j, column in enumerate(columns):
            _write(book, sheet, i, j, column, row.get(column.id))


def draw_examples(
    book: Book,
    name: str,
    blocks: Iterable[tuple[str, Sequence[Column], Sequence[Mapping[str, Cell]]]],
) -> None:
    """Rows that show how a form is filled in; grey, and marked as not to be read."""
    sheet = book.workbook.add_worksheet(name)
    blocks = tuple(blocks)
    widest = max(len(columns) for _, columns, _ in blocks)
    set_up(sheet, name, wide=True, pages=1 + 26 * widest // 220)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.write_string(0, 0, HELP)
    title = format_of(book, bold=True, font_color=GREY, font_size=13)
    head = format_of(book, bold=True, text_wrap=True, bg_color="#E5E7EB", font_color="#374151")
    i = 1
    for heading, columns, rows in blocks:
        sheet.write_string(i, 0, heading, title)
        for j, column in enumerate(columns):
            sheet.set_column(j, j, 26)
            sheet.write_string(i + 1, j, column.text.said(book.language), head)
            for k, row in enumerate(rows, i + 2):
                _write(book, sheet, k, j, column, row.get(column.id), grey=True)
        heads = [column.text.said(book.language) for column in columns]
        sheet.set_row(i + 1, height_of((head, 24) for head in heads))
        for k, row in enumerate(rows, i + 2):
            texts = [_shown(column, row.get(column.id), book.language) for column in columns]
            sheet.set_row(k, height_of((text, 26) for text in texts))
        i += len(rows) + 3


def draw_questions(book: Book, name: str, lines: Iterable[Heading | Asked]) -> None:
    """One question a row: its hidden id, its words, the answer, and help."""
    sheet = book.workbook.add_worksheet(name)
    set_up(sheet, name, wide=True)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for j, width in ((1, 62), (2, 42), (3, 62)):
        sheet.set_column(j, j, width)
    head = format_of(book, bold=True, font_color="white", bg_color=DARK, valign="vcenter")
    for j, key in enumerate(("question", "answer", "note"), 1):
        sheet.write_string(0, j, say(key, book.language), head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    words = format_of(book, text_wrap=True, valign="top", bottom=1, bottom_color=LINE)
    heading = format_of(book, bold=True, font_color=DARK, bg_color=LIGHT, text_wrap=True)
    plain = format_of(book, bg_color=LIGHT, text_wrap=True, valign="top")
    for i, line in enumerate(lines, 1):
        if isinstance(line, Heading):
            sheet.set_row(i, height_of(((line.text, 62), (line.help, 62))))
            for j, text in enumerate((line.text, "", line.help), 1):
                sheet.write_string(i, j, text, plain if j == 3 else heading)
            continue
        column, help_text = line.column, line.help or hint_of(line.column, book.language)
        shown = _shown(column, line.value, book.language)
        texts = (_head(column, book.language), shown, help_text)
        sheet.set_row(i, height_of(zip(texts, (62, 42, 62), strict=True)))
        sheet.write_string(i, 0, line.id)
        sheet.write_string(i, 1, _head(column, book.language), words)
        sheet.write_string(i, 3, help_text, words)
        _validate(book, sheet, column, (i, 2, i, 2))
        if line.value is None:
            sheet.write_blank(i, 2, None, cell_format(book, column, box=True))
        else:
            _write(book, sheet, i, 2, column, line.value, box=True)


def hint_of(column: Column, language: str) -> str:
    """What helps to fill in a cell: the column's own help, and what is expected."""
    if column.help is None:
        return expected_of(column, language)
    if column.kind == "text":
        return column.help.said(language)
    return f"{column.help.said(language)} {expected_of(column, language)}"


# --- how a cell looks, and what may stand in it ---------------------------------------------------


def _write(  # noqa: PLR0917 (where, what and how)
    book: Book,
    sheet: Worksheet,
    i: int,
    j: int,
    column: Column,
    value: Cell,
    *,
    grey: bool = False,
    box: bool = False,
) -> None:
    style = cell_format(book, column, grey=grey, box=box)
    if value is None:
        return
    if column.kind == "yes_no" and isinstance(value, bool):
        sheet.write_string(i, j, say("yes" if value else "no", book.language), style)
    elif column.kind == "choice" and str(value) in column.options:
        sheet.write_string(i, j, column.options[str(value)].said(book.language), style)
    elif column.kind == "date" and isinstance(value, date):
        sheet.write_datetime(i, j, value, style)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        share = column.kind == "percentage"
        sheet.write_number(i, j, value / 100 if share else value, style)
    else:
        sheet.write_string(i, j, str(value), style)


def _validate(
    book: Book, sheet: Worksheet, column: Column, area: tuple[int, int, int, int]
) -> None:
    """What may stand in these cells, what to say beside them, and what when it does not fit."""
    expected = expected_of(column, book.language)
    rule: dict[str, object] = {
        **_rule(book, column),
        "input_title": _cut(column.text.said(book.language), 32),
        "input_message": _cut(hint_of(column, book.language), 255),
        "error_title": _cut(say("check_title", book.language), 32),
        "error_message": _cut(expected, 255),
        "show_error": not column.open,
    }
    sheet.data_validation(*area, rule)


def _rule(book: Book, column: Column) -> dict[str, object]:
    between = {"criteria": "between"}
    match column.kind:
        case "choice":
            words = tuple(words.said(book.language) for words in column.options.values())
            return {"validate": "list", "source": _list(book, words)}
        case "yes_no":
            words = (say("yes", book.language), say("no", book.language))
            return {"validate": "list", "source": _list(book, words)}
        case "number":
            low = -1e15 if column.min is None else column.min
            high = 1e15 if column.max is None else column.max
            return {"validate": "decimal", "minimum": low, "maximum": high, **between}
        case "percentage":
            return {"validate": "decimal", "minimum": 0, "maximum": 1, **between}
        case "date":
            first, last = date(1990, 1, 1), date(2100, 12, 31)
            return {"validate": "date", "minimum": first, "maximum": last, **between}
        case _:
            return {"validate": "any"}


def _list(book: Book, words: tuple[str, ...]) -> str:
    """The place of a drop-down's words; words in the rule itself may not be long or hold commas."""
    if words not in book.lists:
        book.lists.append(words)
    letter = xlsxwriter.utility.xl_col_to_name(book.lists.index(words))
    return f"={LISTS}!${letter}$2:${letter}${len(words) + 1}"


def _head(column: Column, language: str) -> str:
    return column.text.said(language) + (" *" if column.required else "")


def _shown(column: Column, value: Cell, language: str) -> str:
    """The words of a cell, as far as they take room."""
    if value is None:
        return ""
    if column.kind == "choice" and str(value) in column.options:
        return column.options[str(value)].said(language)
    return str(value)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
