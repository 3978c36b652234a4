"""Reads a table (CSV) into rows whose cells are numbers, days or text, under tidy column names."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from io import StringIO
from itertools import islice

from api.evidence.ocds.tree import YEARS
from assessment.model import Row, Scalar

MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_CELLS = 1_000_000
MAX_CELL = 20_000
"""Characters of one cell; a longer one is a document, and has no place in a table."""

DELIMITERS = ",;\t|"
SAMPLE = 20
"""Lines by which a table is told from prose."""

_DOT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,10})?", re.ASCII)
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d{1,15})(?:,\d{1,10})?", re.ASCII)
# Three digits after the sign could be thousands, so these are never read the other way round.
_OTHER_DOT = re.compile(r"[+-]?\d{1,15}\.(?!\d{3}$)\d{1,10}", re.ASCII)
_OTHER_COMMA = re.compile(r"[+-]?\d{1,15},(?!\d{3}$)\d{1,10}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.{0,20})?", re.ASCII)


class TableTooLargeError(Exception):
    """The table has more rows, columns or text than we read."""


class NotATableError(Exception):
    """The text has no header, or cannot be read as CSV."""


def read_table(text: str) -> tuple[Row, ...]:
    """The rows of a CSV file by column name; an empty cell is `None`, an empty row is left out.

    Where columns are parted by semicolons, the comma is the decimal sign, as in the spreadsheets
    that write such files.
    """
    delimiter = _delimiter(text)
    lines = _lines(text, delimiter)
    header = next(lines, None)
    if header is None:
        raise NotATableError
    names = _names(header)
    if len(names) > MAX_COLUMNS:
        raise TableTooLargeError
    rows: list[Row] = []
    for line in lines:
        if len(rows) >= min(MAX_ROWS, MAX_CELLS // len(names)):
            raise TableTooLargeError
        cells = [_typed(cell, comma=delimiter == ";") for cell in line[: len(names)]]
        cells += [None] * (len(names) - len(cells))
        rows.append(dict(zip(names, cells, strict=True)))
    return tuple(rows)


def looks_like_table(text: str) -> bool:
    """Whether the first lines have the same number of cells, and more than one."""
    sample = "".join(islice(StringIO(text), SAMPLE))
    try:
        widths = [len(line) for line in _lines(sample, _delimiter(sample))]
    except (NotATableError, TableTooLargeError):
        return False
    return len(widths) > 1 and widths[0] > 1 and len(set(widths)) == 1


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    """The lines that hold anything, their cells without blanks around them."""
    try:
        for line in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            cells = [cell.strip() for cell in line]
            if any(len(cell) > MAX_CELL for cell in cells):
                raise TableTooLargeError
            if any(cells):
                yield cells
    except csv.Error:
        raise NotATableError from None


def _delimiter(text: str) -> str:
    """The sign that parts the columns: the one that stands most often in the first line."""
    first = text.lstrip("\r\n ").partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _names(header: list[str]) -> list[str]:
    """`Fecha límite` is `fecha_limite`; names that are missing or come again are numbered."""
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        plain = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or f"column_{number}"
        names.append(f"{name}_{number}" if name in names else name)
    return names


def _typed(cell: str, *, comma: bool) -> Scalar:
    """A number (`85`, `85 %`, `1,234.50`), a day (ISO 8601), else the text itself.

    A number that starts with 0 or has more than 15 digits is a code: it stays text.
    """
    if not cell:
        return None
    if _DAY.fullmatch(cell):
        try:
            day = date.fromisoformat(cell[:10])
        except ValueError:
            return cell
        return day if day.year in YEARS else cell
    number = _number(cell.removesuffix("%").rstrip(), comma=comma)
    return cell if number is None else number


def _number(bare: str, *, comma: bool) -> int | float | None:
    usual, other = (_COMMA, _OTHER_DOT) if comma else (_DOT, _OTHER_COMMA)
    if usual.fullmatch(bare):
        decimal = "," if comma else "."
    elif other.fullmatch(bare):
        decimal = "." if comma else ","
    else:
        return None
    thousands = "." if decimal == "," else ","
    digits = bare.replace(thousands, "").replace(decimal, ".")
    if re.match(r"[+-]?0\d", digits):
        return None
    return float(digits) if "." in digits else int(digits)
