"""Draws tables into a workbook, and writes them as CSV.

What strangers wrote is kept as text, whatever it looks like: no cell becomes a formula or a link.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xlsxwriter.worksheet import Worksheet

from api.forms.looks import DARK, LIGHT, LINE, Book, format_of, height_of, set_up
from api.sheet_files import harmless
from reports.i18n import Language

Cell = str | int | float | date | None

FIRST_WIDTH = 60
MAX_CELL = 32_767
"""The longest text that Excel takes; a longer one makes it call the file damaged."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its head, how wide it is, and how its values are written."""

    head: str
    width: int
    form: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A list with its name."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def to_csv(table: Table) -> bytes:
    """A list that spreadsheets open without running anything that a stranger wrote in it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.head for column in table.columns])
    writer.writerows([harmless(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


class Drawing:
    """A workbook that is being drawn."""

    def __init__(self, book: Book, language: Language) -> None:
        self.book, self.say = book, language.text

    def sheet(self, name: str) -> Worksheet:
        """A sheet to draw on."""
        sheet = self.book.workbook.add_worksheet(name[:31])
        set_up(sheet, name, wide=True)
        return sheet

    def block(
        self,
        sheet: Worksheet,
        row: int,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[Cell]],
    ) -> int:
        """A small table under a title; gives the row after it."""
        style = format_of(self.book, bold=True, font_size=13, font_color=DARK)
        sheet.write_string(row, 0, title, style)
        row += 1
        head = format_of(self.book, bold=True, bg_color=LIGHT, text_wrap=True, valign="top")
        for column, text in enumerate(heads):
            sheet.write_string(row, column, text, head)
        row += 1 if heads else 0
        for cells in rows:
            first = str(cells[0])
            sheet.set_row(row, height_of([(first, FIRST_WIDTH)]))
            for column, cell in enumerate(cells):
                form = "0.0" if isinstance(cell, float) and not cell.is_integer() else ""
                self._write(sheet, row, column, cell, form, wrap=bool(heads))
            row += 1
        return row + 1

    def draw(self, table: Table) -> None:
        """A sheet to filter: its head stays in sight, and stands on every printed page."""
        columns, rows = table.columns, table.rows
        sheet = self.sheet(table.name)
        head = format_of(
            self.book,
            bold=True,
            font_color="white",
            bg_color=DARK,
            text_wrap=True,
            valign="vcenter",
        )
        sheet.set_row(0, 32)
        for j, column in enumerate(columns):
            sheet.set_column(j, j, column.width)
            sheet.write_string(0, j, column.head, head)
        for i, cells in enumerate(rows, 1):
            texts = [str(cell) if isinstance(cell, str) else "" for cell in cells]
            widths = [column.width - 2 for column in columns]
            sheet.set_row(i, height_of(zip(texts, widths, strict=True)))
            for j, (cell, column) in enumerate(zip(cells, columns, strict=True)):
                self._write(sheet, i, j, cell, column.form)
        if not rows:
            sheet.write_string(
                1, 0, self.say("Nothing to list."), format_of(self.book, italic=True)
            )
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)

    def _write(
        self, sheet: Worksheet, i: int, j: int, cell: Cell, form: str, *, wrap: bool = True
    ) -> None:
        look: dict[str, object] = {"valign": "top", "bottom": 1, "bottom_color": LINE}
        if form:
            look["num_format"] = form
        match cell:
            case None | "":
                sheet.write_blank(i, j, None, format_of(self.book, **look))
            case str():
                look |= {"text_wrap": wrap, "indent": 1 if j else 0}
                sheet.write_string(i, j, cell[:MAX_CELL], format_of(self.book, **look))
            case date():
                sheet.write_datetime(i, j, cell, format_of(self.book, **look))
            case _:
                sheet.write_number(i, j, cell, format_of(self.book, **look))
