"""From a CSV file as some program wrote it to clean rows: its encoding, delimiter and header.

A file that is clean already (UTF-8, header in its first line) is left as it is; any other is
written anew, cell by cell, in a stream. Nothing here holds more than one row.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

DELIMITERS = ",;\t|"
MAX_COLUMNS = 1_000
MAX_CELL = 20_000
"""Characters that are kept of a cell; what is longer is a document, and we only count."""

MAX_LINE = 4_000_000
"""Characters of one line: a file without line ends must not be held in memory as a whole."""

MAX_HEADER_ROW = 50
"""Rows among which the header is looked for; above it stand titles and notes."""

_CHUNK = 1 << 20
_SAMPLE_LINES = 60
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), 127])
_CONTROL_BYTES = bytes(_CONTROLS)
_TOO_MANY_CONTROLS = 100
"""One control character in so many: the bytes are no text."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NotATableError(Exception):
    """The bytes are no text, or hold no header."""


class TableTooWideError(Exception):
    """The table has more columns, or longer lines, than we read."""


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How a CSV file is written. `clean` says that it can be read as it stands.

    `controls` says that control characters stand in it, which are left out.
    """

    encoding: str
    controls: bool
    delimiter: str
    header_row: int
    names: tuple[str, ...]
    clean: bool


def shape_of(path: Path) -> CsvShape:
    """How the file is written; `NotATableError` where it is no table."""
    encoding, controls = _encoding_of(path)
    sample = list(islice(_lines(path, encoding, controls=controls), _SAMPLE_LINES))
    text = "".join(sample)
    delimiter = max(DELIMITERS, key=lambda sign: _likeness(sample, sign))
    rows = list(_rows(sample, delimiter))
    header = header_row(rows)
    if header is None:
        raise NotATableError
    names = column_names(rows[header])
    one_line_end = "\r" not in text.replace("\r\n", "") and (
        "\r\n" not in text or text.count("\n") == text.count("\r\n")
    )
    at_the_top = header == 0 and bool(sample[0].strip(f"{DELIMITERS}\r\n "))
    clean = encoding.startswith("utf-8") and not controls and at_the_top and one_line_end
    return CsvShape(encoding, controls, delimiter, header, names, clean)


def rewrite(path: Path, shape: CsvShape, *, to: Path) -> None:
    """Writes the same rows as clean CSV: UTF-8, commas, the header first, every row as wide as it.

    What stands to the right of the header is left out, what is missing is empty.
    """
    rows = islice(read_rows(path, shape), shape.header_row + 1, None)
    write_rows(chain([shape.names], rows), width=len(shape.names), to=to)


def read_rows(path: Path, shape: CsvShape) -> Iterator[list[str]]:
    """All rows that hold anything, from what stands above the header on."""
    return _rows(_lines(path, shape.encoding, controls=shape.controls), shape.delimiter)


def write_rows(rows: Iterable[Sequence[str]], *, width: int, to: Path) -> None:
    """Writes rows as clean CSV, each `width` cells wide; empty rows are left out."""
    with to.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        for row in rows:
            if any(row):
                kept = [cell[:MAX_CELL] for cell in row[:width]]
                writer.writerow(kept + [""] * (width - len(kept)))


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Where the header stands: the first row in which half of the cells hold different words.

    That is half of the columns that the table usually has. A title above it fills one cell.
    """
    widths = Counter(len(row) for row in rows if any(row))
    if not widths:
        return None
    width = max(widths, key=lambda w: (widths[w], w))
    for place, row in enumerate(rows[:MAX_HEADER_ROW]):
        words = {cell.strip().lower() for cell in row if any(map(str.isalpha, cell))}
        enough = max(width, len(_trimmed(row)))
        if 2 * len(words) >= enough and len(words) >= min(2, enough):
            return place
    return None


def column_names(header: Sequence[str], *, whole: bool = False) -> tuple[str, ...]:
    """The names of the columns, none missing and none twice (`Name`, `Name (2)`, `column_3`).

    Columns without a name at the right end are none, unless the `whole` header counts.
    """
    names: dict[str, None] = {}
    cells = header if whole else _trimmed(header)
    if len(cells) > MAX_COLUMNS:
        raise TableTooWideError
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.translate(_CONTROLS).split())[:480] or f"column_{place}"
        count = 2
        known = name
        while name in names:
            name, count = f"{known} ({count})", count + 1
        names[name] = None
    return tuple(names)


# --- from bytes to rows ---------------------------------------------------------------------------


def _encoding_of(path: Path) -> tuple[str, bool]:
    """The encoding, and whether control characters stand in the text (they are left out later).

    Like `text.decode_text`: UTF-8, else what spreadsheets still write (Windows-1252).
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), None) or _utf16(head)
    for name in (marked,) if marked else ("utf-8", "windows-1252"):
        controls = _controls(path, name)
        if controls is not None:
            return name, controls > 0
    raise NotATableError


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its Latin letters is zero."""
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) > 8 and 2 * zeros.count(0) > len(zeros) and head.count(0) < 0.6 * len(head):
            return name
    return None


def _controls(path: Path, encoding: str) -> int | None:
    """How many control characters the text holds; `None` where these bytes are no such text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size = controls = 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                text = decoder.decode(chunk)
                plain = text.encode("utf-8", "replace") if "16" in encoding else chunk
                size += len(plain)
                controls += len(plain) - len(plain.translate(None, _CONTROL_BYTES))
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return None if controls * _TOO_MANY_CONTROLS > size else controls


def _lines(path: Path, encoding: str, *, controls: bool) -> Iterator[str]:
    with path.open("r", encoding=encoding, newline="") as stream:
        while line := stream.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise TableTooWideError
            yield line.translate(_CONTROLS) if controls else line


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The rows that hold anything, their cells without blanks around them."""
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield cells
    except csv.Error:  # a cell without end: a quotation mark that was never closed
        raise NotATableError from None


def _likeness(sample: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How much like a table the lines look when this sign parts them: alike and wide."""
    try:
        widths = Counter(len(row) for row in _rows(sample, delimiter))
    except NotATableError:
        return (0, 0)
    width = max(widths, key=lambda w: (widths[w] if w > 1 else 0, w), default=1)
    return (widths[width] if width > 1 else 0, width)


def _trimmed(row: Sequence[str]) -> list[str]:
    """Without the empty cells at its end, which spreadsheets like to leave."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells
