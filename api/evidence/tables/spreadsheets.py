"""Reads workbooks of Excel and LibreOffice (XLSX, XLS, ODS): their sheets, row by row.

The reader (calamine) holds a sheet as a full rectangle, so one cell far out in an empty sheet is
enough to ask for 500 GB and take the whole program down. Therefore the outermost cells are looked
for first, in a stream. Formulas are never worked out: their last result is what is read.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What stands in a cell; `""` where nothing does."""

_CHUNK = 1 << 20
_TAIL = 4_096
"""Longer than the start tag of any cell that a program writes."""

_WITH_VALUE = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^<>]*)(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s>])([^<>]*)(?<!/)>")
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]*)\$?(\d+)""")
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_ENCRYPTED = b"encryption-data"


class SpreadsheetError(Exception):
    """The workbook cannot be read."""


class NotASpreadsheetError(SpreadsheetError):
    """The file is no workbook, or a broken one."""


class SpreadsheetEncryptedError(SpreadsheetError):
    """The workbook asks for a password."""


class SpreadsheetTooLargeError(SpreadsheetError):
    """A sheet has more cells, rows or columns than we read, or the file unpacks to too much."""


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How much of a workbook is read. `cells` counts the rectangle that holds all cells."""

    cells: int = 5_000_000
    columns: int = 2_000
    sheets: int = 100
    unpacked: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, of so many: `first_column` is where the cells of its rows begin (A is 1)."""

    name: str
    hidden: bool
    height: int
    width: int
    first_column: int
    source: CalamineSheet
    of: int = 1

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with their numbers (as the program shows them, from 1); empty ones as well."""
        yield from enumerate(self.source.iter_rows(), 1)


LIMITS = SheetLimits()


def read_sheets(path: Path, *, limits: SheetLimits = LIMITS) -> Iterator[Sheet]:
    """The sheets of a workbook that hold cells, one after another; a `SpreadsheetError` if none."""
    _measure(path, limits)
    # Handed over open: by its path the reader would go by the ending of its name.
    with path.open("rb") as stream, _reading():
        book = CalamineWorkbook.from_filelike(stream)
        if len(book.sheets_metadata) > limits.sheets:
            raise SpreadsheetTooLargeError
        described = enumerate(book.sheets_metadata)
        sheets = [(n, sheet) for n, sheet in described if sheet.typ == SheetTypeEnum.WorkSheet]
    for number, sheet in sheets:
        with _reading():
            source = book.get_sheet_by_index(number)
        hidden = sheet.visible != SheetVisibleEnum.Visible
        yield from _sheet(source, hidden=hidden, of=len(sheets), limits=limits)


@contextmanager
def _reading() -> Iterator[None]:
    """Says of anything that the reader stumbles over that the file is no workbook."""
    try:
        yield
    except PasswordError:
        raise SpreadsheetEncryptedError from None
    except (CalamineError, OSError, ValueError):
        raise NotASpreadsheetError from None
    except BaseException as error:
        # A panic of the reader's own language is no `Exception`, and would end the program.
        if type(error).__name__ == "PanicException":
            raise NotASpreadsheetError from None
        raise


def _sheet(source: CalamineSheet, *, hidden: bool, of: int, limits: SheetLimits) -> Iterator[Sheet]:
    if source.start is None:
        return
    if source.width > limits.columns or source.total_height * source.width > limits.cells:
        raise SpreadsheetTooLargeError
    yield Sheet(
        name=source.name,
        hidden=hidden,
        height=source.height,
        width=source.width,
        first_column=source.start[1] + 1,
        source=source,
        of=of,
    )


# --- how far a workbook reaches, before it is read ------------------------------------------------


def _measure(path: Path, limits: SheetLimits) -> None:
    """Raises where the workbook is none, or too large; XLS cannot reach far by its format."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as book:
            if sum(part.file_size for part in book.infolist()) > limits.unpacked:
                raise SpreadsheetTooLargeError
            names = set(book.namelist())
            if "xl/workbook.bin" in names:  # XLSB: its cells cannot be looked through beforehand
                raise NotASpreadsheetError
            if "content.xml" in names:
                _measure_ods(book, limits)
                return
            # Any part may be a sheet, whatever its name: the workbook says which.
            for part in book.infolist():
                if not part.is_dir():
                    with book.open(part) as stream:
                        _measure_xlsx(_bounded(stream, limits.unpacked), limits)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        # Also what `zipfile` says of members that are encrypted, or packed in ways of their own.
        raise NotASpreadsheetError from None
    except expat.ExpatError:
        raise NotASpreadsheetError from None


def _bounded(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    """The pieces of a part. What a zip says of its own size may be a lie, so it is counted."""
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise SpreadsheetTooLargeError
        yield chunk


def _measure_xlsx(chunks: Iterator[bytes], limits: SheetLimits) -> None:
    """The rectangle around all cells that hold something; a cell that is only coloured is none."""
    top, bottom, left, right = 1 << 40, 0, 1 << 40, 0
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        for tag in (*_WITH_VALUE.finditer(text), *_ROW.finditer(text)):
            if place := _PLACE.search(b" " + tag[1]):
                row, letters = int(place[2][:12]), place[1][:6].upper()
                column = _column(letters) if letters else right
                top, bottom = min(top, row), max(bottom, row)
                left, right = min(left, column), max(right, column)
        if bottom and (right > 16_384 or bottom * max(1, right - left + 1) > limits.cells):
            raise SpreadsheetTooLargeError
        # A tag may be cut in two between pieces; one that was whole does no harm a second time.
        rest = text[-_TAIL:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _measure_ods(book: zipfile.ZipFile, limits: SheetLimits) -> None:
    """Cells and rows may say how often they are repeated, so that few bytes make many cells."""
    if "META-INF/manifest.xml" in book.namelist():
        with book.open("META-INF/manifest.xml") as stream:
            if _ENCRYPTED in stream.read(_CHUNK):
                raise SpreadsheetEncryptedError
    parser = expat.ParserCreate(namespace_separator=" ")
    extent = _Extent(limits)
    parser.StartElementHandler = extent.start
    parser.EndElementHandler = extent.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with book.open("content.xml") as stream:
        for chunk in _bounded(stream, limits.unpacked):
            parser.Parse(chunk, False)  # noqa: FBT003 (expat takes it by place alone)


def _refuse_doctype(*_: object) -> None:
    """Entities that grow (a billion laughs) need a document type; no office program writes one."""
    raise NotASpreadsheetError


class _Extent:
    """Counts the rows and columns of the sheet at hand up to its last cell that holds something."""

    def __init__(self, limits: SheetLimits) -> None:
        self.limits = limits
        self.row = self.height = self.width = self.column = self.reach = 0
        self.repeated = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE} table":
            self.row = self.height = self.width = 0
        elif name == f"{_TABLE} table-row":
            self.repeated = _times(attributes.get(f"{_TABLE} number-rows-repeated"))
            self.column = self.reach = 0
        elif name in {f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"}:
            self.column += _times(attributes.get(f"{_TABLE} number-columns-repeated"))
            if f"{_OFFICE} value-type" in attributes or f"{_TABLE} formula" in attributes:
                self.reach = self.column

    def end(self, name: str) -> None:
        if name != f"{_TABLE} table-row":
            return
        self.row += self.repeated
        if self.reach:
            self.height, self.width = self.row, max(self.width, self.reach)
        if self.height * self.width > self.limits.cells:
            raise SpreadsheetTooLargeError


def _times(repeated: str | None) -> int:
    return max(1, int(repeated[:12])) if repeated and repeated.isascii() else 1
