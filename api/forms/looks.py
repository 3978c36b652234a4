"""How the workbooks of forms look: one file of fixed bytes, its colours, widths and heights."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from api.forms.reading import HELP
from rubrics.forms import Column

LISTS = "lists"
"""The hidden sheet that holds what drop-downs offer."""

DATES = {"en": "yyyy-mm-dd", "es": "dd/mm/yyyy", "pt": "dd/mm/yyyy"}
WIDTHS = {
    "text": 30,
    "choice": 24,
    "number": 13,
    "percentage": 15,
    "date": 14,
    "yes_no": 12,
    "url": 32,
    "email": 28,
}

DARK, MIDDLE, LIGHT, LINE, GREY = "#1F3A5F", "#5B7594", "#F3F6FA", "#C5CFDB", "#6B7280"


@dataclass(slots=True)
class Book:
    """A workbook that is being drawn, in one language."""

    language: str
    stream: BytesIO
    workbook: xlsxwriter.Workbook
    formats: dict[tuple[tuple[str, object], ...], Format] = field(default_factory=dict)
    lists: list[tuple[str, ...]] = field(default_factory=list)


def open_book(language: str, *, title: str) -> Book:
    """An empty workbook."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(stream, options)
    # A fixed day: the same form is the same file, whenever it is written.
    made = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    workbook.set_properties({"title": title, "created": made})
    return Book(language, stream, workbook)


def close_book(book: Book) -> bytes:
    """The bytes of the finished workbook."""
    sheet = book.workbook.add_worksheet(LISTS)
    sheet.write_string(0, 0, HELP)
    for j, words in enumerate(book.lists):
        for i, word in enumerate(words):
            sheet.write_string(i + 1, j, word)
    sheet.hide()
    book.workbook.close()
    return book.stream.getvalue()


def format_of(book: Book, **look: object) -> Format:
    """One format for each look: a workbook may hold only so many."""
    key = tuple(sorted(look.items()))
    if key not in book.formats:
        book.formats[key] = book.workbook.add_format(look)
    return book.formats[key]


def head_format(book: Book, column: Column) -> Format:
    """The head of a column: dark where every row needs it."""
    fill = DARK if column.required else MIDDLE
    return format_of(
        book, bold=True, font_color="white", bg_color=fill, text_wrap=True, valign="vcenter"
    )


def cell_format(book: Book, column: Column, *, grey: bool = False, box: bool = False) -> Format:
    """A cell to fill in; `grey` for examples, a `box` for single answers."""
    look: dict[str, object] = {"text_wrap": True, "valign": "top"}
    look |= {"border" if box else "bottom": 1, "border_color" if box else "bottom_color": LINE}
    if box:
        look["bg_color"] = "#FFFDF2"
    if grey:
        look |= {"italic": True, "font_color": GREY}
    if column.kind == "date":
        look |= {"num_format": DATES[book.language], "align": "left"}
    elif column.kind == "percentage":
        look |= {"num_format": "0.0%", "align": "left"}
    elif column.kind == "number":
        look["align"] = "left"
    return format_of(book, **look)


def set_up(sheet: Worksheet, name: str, *, wide: bool = False, pages: int = 1) -> None:
    """How the sheet looks on paper: so many pages wide, its name and number below."""
    if wide:
        sheet.set_landscape()
    sheet.fit_to_pages(pages, 0)
    sheet.set_footer(f"&L{name.replace('&', '&&')}&R&P / &N")
    sheet.hide_gridlines(2)


def width_of(column: Column, language: str) -> int:
    """Wide enough for the longest word of the header."""
    longest = max(len(word) for word in column.text.said(language).split())
    return max(WIDTHS[column.kind], longest + 4)


def height_of(cells: Iterable[tuple[str, int]]) -> float:
    """How high a row must be for its words, each in a column of a width.

    Excel finds this out when it opens the file; LibreOffice does not.
    """
    lines = [sum(-(-len(line) // width) or 1 for line in text.split("\n")) for text, width in cells]
    return 15.5 * min(max([1, *lines]), 26)
