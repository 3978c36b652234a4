"""Opens the sheets of a filled-in form: cells as they are stored, and where a formula failed.

The reader of workbooks leaves failed formulas blank. So the cells that hold an error are looked for
beforehand: a blank in place of `#REF!` would be read as "nothing there".
"""

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from posixpath import join, normpath
from xml.etree.ElementTree import Element, ParseError, iterparse

from api.evidence.tables.spreadsheets import (
    SheetLimits,
    SpreadsheetError,
    SpreadsheetTooLargeError,
)
from api.evidence.tables.spreadsheets import read_sheets as read_workbook
from api.evidence.tables.tables import NotATableError, TableTooLargeError
from api.evidence.text import decode_text

Raw = str | int | float | bool | date | datetime | time | timedelta | None
"""A cell as a spreadsheet stores it."""

MAX_BYTES = 20_000_000
"""Of a form, packed or plain. Forms are filled in by hand."""

MAX_ROWS = 10_000
MAX_COLUMNS = 500
MAX_CELL = 20_000
LIMITS = SheetLimits(cells=1_000_000, columns=MAX_COLUMNS, sheets=100, unpacked=100_000_000)
DELIMITERS = ",;\t|"

_ERROR_CELL = re.compile(rb'<(?:\w+:)?c(?=\s[^<>]*\bt="e")[^<>]*\br="([A-Z]{1,3})([0-9]{1,7})"')
_FAILED = re.compile(r"#(?:REF!|N/A|NAME\?|NULL!|NUM!|VALUE!|DIV/0!|CALC!|SPILL!)|Err:\d{3}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, or a whole CSV file: its cells by row and column, and those that failed.

    `comma` says whether the comma is the decimal sign in its texts, where that is known. `plain`
    marks a CSV file, in which 85 is 85 and never 8,500 percent.
    """

    name: str
    rows: list[list[Raw]]
    failed: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    comma: bool | None = None
    plain: bool = False

    def at(self, row: int, column: int) -> Raw:
        """A cell, counted from 0: `None` where nothing is, `#REF!` where its formula failed."""
        if (row, column) in self.failed:
            return "#REF!"
        if row < len(self.rows) and column < len(self.rows[row]):
            return blank_is_none(self.rows[row][column])
        return None


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a workbook.

    Raises `TableTooLargeError`, or `NotATableError` where it cannot be read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise TableTooLargeError
    try:
        # The limits are kept while the sheets are read, so what failed is looked for after that.
        found = [
            (sheet.name, [[None] * (sheet.first_column - 1) + row for _, row in sheet.rows()])
            for sheet in read_workbook(path, limits=LIMITS)
        ]
        if any(len(rows) > MAX_ROWS for _, rows in found):
            raise TableTooLargeError
        failed = dict(_failed(path))
    except SpreadsheetTooLargeError:
        raise TableTooLargeError from None
    except (SpreadsheetError, zipfile.BadZipFile, ParseError, OSError, ValueError, KeyError):
        raise NotATableError from None
    # Excel allows 31 letters of a name; a stranger's file may hold any number.
    return tuple(Sheet(name[:100], rows, failed.get(name, frozenset())) for name, rows in found)


def read_plain(path: Path) -> Sheet:
    """A CSV file as one sheet; its decimal sign is the comma where semicolons part the columns."""
    if path.stat().st_size > MAX_BYTES:
        raise TableTooLargeError
    text = decode_text(path.read_bytes())
    if text is None:
        raise NotATableError
    first = text.lstrip("\r\n ").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows: list[list[Raw]] = []
    try:
        for line in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            is_long = any(len(cell) > MAX_CELL for cell in line)
            if len(rows) > MAX_ROWS or len(line) > MAX_COLUMNS or is_long:
                raise TableTooLargeError
            rows.append([cell.strip() for cell in line])
    except csv.Error:
        raise NotATableError from None
    return Sheet("", rows, comma=delimiter == ";", plain=True)


def blank_is_none(raw: Raw) -> Raw:
    """The cell, or `None` where it holds nothing but blanks."""
    return None if isinstance(raw, str) and not raw.strip() else raw


def has_failed(raw: Raw) -> bool:
    """Whether the text is what a spreadsheet shows for a formula that failed."""
    return isinstance(raw, str) and _FAILED.fullmatch(raw.strip()) is not None


def cell_name(row: int, column: int) -> str:
    """`C7` for the cell in row 6 and column 2, counted from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _failed(path: Path) -> Iterator[tuple[str, frozenset[tuple[int, int]]]]:
    """The cells of each sheet whose formula failed. Only XLSX says so in a way that can be told."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return
        for name, member in _members(archive):
            xml = archive.read(member)
            yield name, frozenset(_position(cell[1], cell[2]) for cell in _ERROR_CELL.finditer(xml))


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The sheets of an XLSX file by name, with the member of the archive that holds each."""
    relations = {
        node.get("Id"): node.get("Target", "")
        for node in _elements(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for node in _elements(archive.read("xl/workbook.xml")):
        if not node.tag.endswith("}sheet"):
            continue
        relation = next((v for key, v in node.attrib.items() if key.endswith("}id")), None)
        target = relations.get(relation, "")
        member = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        if member in archive.namelist():
            yield node.get("name", ""), member


def _elements(xml: bytes) -> Iterator[Element]:
    """The elements of a small XML text. No office file declares entities; bombs do."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise NotATableError
    events = iterparse(BytesIO(xml), events=("start",))  # noqa: S314 (no entities: see above)
    return (node for _, node in events)


def _position(letters: bytes, number: bytes) -> tuple[int, int]:
    """Row and column, counted from 0, of a cell such as `C7`."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(number) - 1, column - 1
