"""Tables as files that spreadsheets open: CSV, and workbooks to sort and filter.

Texts come from rubrics and cities, so nothing of them may become a formula or a link.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from reports.cleaning import clean
from reports.exports.sheets import Cell, Column, Sheet
from reports.i18n import Language
from reports.report import VerdictCell

if TYPE_CHECKING:  # only whoever wants a workbook waits for its writer
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from api.forms.looks import Book

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001
"""What a spreadsheet takes for the beginning of a formula, the wide signs of Asia among it."""

MAX_CELL = 32_000
"""Characters in a cell of a workbook; Excel takes 32,767, and repairs a file that has more."""

FIRST_DAY = date(1900, 3, 1)
"""Excel counts days from 1900, and takes that year for a leap year."""

PAGE_WIDTH = 240
"""Characters that can be read side by side on a printed page; wider tables take several."""

VERDICT_FILLS = {
    "met": "#DCEFE1",
    "not_met": "#F8DDD8",
    "unanswered": "#FFFFFF",
    "needs_review": "#FCEFC9",
    "not_applicable": "#ECECEC",
}
"""Behind the word of a verdict, which says the same: pale, for dark letters."""


def to_csv(sheet: Sheet) -> bytes:
    """A table that spreadsheets read as it is: with a mark for UTF-8, and without formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_plain(column.head) for column in sheet.columns])
    writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> object:
    """A cell as CSV holds it."""
    if isinstance(cell, VerdictCell):
        return cell.word
    return "" if cell is None else harmless(cell)


def harmless(value: object) -> object:
    """A cell of CSV as text that no spreadsheet takes for a formula; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    text = clean(value, limit=MAX_CELL)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def to_xlsx(sheets: Sequence[Sheet], language: Language, *, title: str, on: date) -> bytes:
    """A workbook of these sheets: heads that stay in sight, filters, widths, what fits on paper."""
    from api.forms.looks import open_book  # noqa: PLC0415 (as above)

    book = open_book(language.code, title=clean(title, limit=200))
    # The same assessment is the same file, whenever it is written.
    book.workbook.set_properties(
        {"title": clean(title, limit=200), "created": datetime.combine(on, time())}
    )
    for sheet in sheets:
        _draw(book, sheet)
    book.workbook.close()
    return book.stream.getvalue()


def _draw(book: "Book", sheet: Sheet) -> None:
    from api.forms.looks import DARK, format_of, height_of, set_up  # noqa: PLC0415 (as above)

    drawn = book.workbook.add_worksheet(sheet.name)
    width = sum(column.width for column in sheet.columns)
    set_up(drawn, sheet.name, wide=True, pages=-(-width // PAGE_WIDTH))
    for place, column in enumerate(sheet.columns):
        drawn.set_column(place, place, column.width)
    top = _draw_notes(book, drawn, sheet)
    look = {"bold": True, "font_color": "white", "bg_color": DARK, "valign": "vcenter"}
    head = format_of(book, text_wrap=True, **look)
    for place, column in enumerate(sheet.columns):
        if isinstance(column.head, date):
            drawn.write_datetime(top, place, _moment(column.head), _dated(book, **look))
        else:
            drawn.write_string(top, place, column.head, head)
    heads = [(str(column.head), column.width) for column in sheet.columns]
    drawn.set_row(top, height_of(heads))
    for number, row in enumerate(sheet.rows, top + 1):
        drawn.set_row(number, height_of(_texts(row, sheet.columns)))
        for place, cell in enumerate(row):
            _write(book, drawn, (number, place), cell)
    drawn.autofilter(top, 0, top + max(len(sheet.rows), 1), len(sheet.columns) - 1)
    drawn.freeze_panes(top + 1, 0)
    drawn.repeat_rows(top)
    drawn.repeat_columns(0)


def _draw_notes(book: "Book", drawn: "Worksheet", sheet: Sheet) -> int:
    """What stands above the table; the row in which the table begins."""
    from api.forms.looks import format_of, height_of  # noqa: PLC0415 (as above)

    heading = format_of(book, bold=True, font_size=14, text_wrap=True, valign="top")
    bold = format_of(book, bold=True, text_wrap=True, valign="top")
    wrapped = format_of(book, text_wrap=True, valign="top")
    widths = [column.width for column in sheet.columns]
    for number, (name, said) in enumerate(sheet.notes):
        first, rest = clean(name, limit=MAX_CELL), clean(said, limit=MAX_CELL)
        alone = not (first and rest)
        if not alone:
            drawn.write_string(number, 0, first, bold)
        start, look = (0, wrapped if rest else heading) if alone else (1, wrapped)
        drawn.merge_range(number, start, number, len(widths) - 1, "", look)
        drawn.write_string(number, start, rest or first, look)
        high = height_of(
            [(rest or first, sum(widths[start:])), (first, widths[0] if rest else 999)]
        )
        drawn.set_row(number, high if rest else 1.4 * high)
    return len(sheet.notes) + 1 if sheet.notes else 0


def _texts(row: Sequence[Cell], columns: Sequence[Column]) -> list[tuple[str, int]]:
    pairs = zip(row, columns, strict=True)
    return [(clean(cell, limit=MAX_CELL), c.width) for cell, c in pairs if isinstance(cell, str)]


def _write(book: "Book", drawn: "Worksheet", place: tuple[int, int], cell: Cell) -> None:
    """One cell, written as what it is: a text that begins with `=` is a text."""
    from api.forms.looks import LINE, format_of  # noqa: PLC0415 (as above)

    look = {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": LINE}
    match cell:
        case None:
            drawn.write_blank(*place, None, format_of(book, **look))
        case VerdictCell():
            filled = format_of(book, bg_color=VERDICT_FILLS[cell.verdict], **look)
            drawn.write_string(*place, cell.word, filled)
        case str():
            drawn.write_string(*place, clean(cell, limit=MAX_CELL), format_of(book, **look))
        case date():
            if cell < FIRST_DAY:
                drawn.write_string(*place, cell.isoformat(), format_of(book, **look))
            else:
                drawn.write_datetime(*place, _moment(cell), _dated(book, **look))
        case _:
            drawn.write_number(*place, cell, format_of(book, align="left", **look))


def _dated(book: "Book", **look: object) -> "Format":
    from api.forms.looks import DATES, format_of  # noqa: PLC0415 (as above)

    return format_of(book, num_format=DATES[book.language], align="left", **look)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())
