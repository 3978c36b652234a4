"""Reads tables with one row a submission (CSV, XLSX, ODS, Parquet): rows as a YAML file holds them.

Each value keeps the column that it came from, so that whatever is wrong is told by row and column.
A cell that cannot be taken stays as it was written: validation says what is wrong with it.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from api.evidence.tables.tables import NotATableError, TableTooLargeError
from api.forms.batch_columns import Field
from api.forms.cells import Manner, read_cell
from api.forms.sheets import DELIMITERS, MAX_COLUMNS, Raw, read_sheets
from rubrics.problems import InputError, Place, Problem, shown, suggestion
from rubrics.text import MAX_BYTES, Plain, read_text

MAX_ROWS = 10_000_000
PREFIX = "batch."
"""Before the names of columns in the hidden first row of our own form."""

FORM_ROWS = 2
"""How many rows stand before the data in our own form: names, and questions."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a submission: its number in the file, its values, and the column of each."""

    number: int
    value: Mapping[str, Plain]
    columns: Mapping[tuple[str | int, ...], str]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as it lies there: rows with their numbers; `manner` says how things are written."""

    heads: Sequence[str]
    rows: Iterator[tuple[int, Sequence[Raw]]]
    manner: Manner


def is_table(path: Path) -> bool:
    """Whether the file has the columns that name a city; a mere list of contracts has not."""
    try:
        return {"city", "country"} <= set(_open(path, path.name).heads)
    except InputError:
        return False


def read_rows(path: Path, fields: Sequence[Field], *, name: str, rubric: str) -> Iterator[Row]:
    """The rows of the table at `path`; `InputError` says why it cannot be read, or not be trusted.

    A column that is none of ours may be one of ours misspelt: then nothing of the table is read,
    for each city would lose its answer in silence.
    """
    table = _open(path, name)
    by_name = {field.name: field for field in fields}
    problems = []
    seen: set[str] = set()
    for head in filter(None, table.heads):
        place = Place(f"{name}, {shown(head)}", 1)
        if head not in by_name:
            params = {"id": shown(head), "suggestion": suggestion(head, by_name)}
            problems.append(Problem("batch.column_unknown", place, params))
        elif head in seen:
            problems.append(Problem("batch.column_twice", place, {"id": head}))
        seen.add(head)
    problems += [
        Problem("batch.column_missing", Place(name, 1), {"id": needed})
        for needed in ("city", "country")
        if needed not in seen
    ]
    if problems:
        raise InputError(problems)
    columns = [by_name.get(head) for head in table.heads]
    for number, cells in table.rows:
        if number > MAX_ROWS:
            raise InputError([Problem("batch.too_many_rows", Place(name), {"limit": MAX_ROWS})])
        if any(cell is not None and cell != "" for cell in cells):
            yield _row(number, columns, cells, table.manner, name=name, rubric=rubric)


def _row(
    number: int,
    fields: Sequence[Field | None],
    cells: Sequence[Raw],
    manner: Manner,
    *,
    name: str,
    rubric: str,
) -> Row:
    value: dict[str, Plain] = {"schema_version": "1", "rubric": rubric}
    columns: dict[tuple[str | int, ...], str] = {}
    problems: list[Problem] = []
    for field, cell in zip(fields, cells, strict=False):
        if field is None:
            continue
        columns[field.path] = field.name
        try:
            read = _value(field, cell, manner)
        except InputError as error:
            place = Place(f"{name}, {field.name}", number)
            problems += [Problem(one.code, place, one.params) for one in error.problems]
            continue
        if read is not None:
            _put(value, field, read)
    return Row(number, value, columns, tuple(problems))


def _value(field: Field, cell: Raw, manner: Manner) -> Plain:
    """What a cell says, as a YAML file would hold it; `None` where it says nothing."""
    match field.how:
        case "json":
            text = str(cell).strip() if cell is not None else ""
            return read_text(text.encode(), name=field.name).value if text else None
        case "chosen":
            words = str(cell).split(";") if cell is not None else []
            chosen: list[Plain] = [word.strip() for word in words if word.strip()]
            return chosen or None
        case _:
            read = read_cell(field.column, cell, manner)
            if read.code == "cell.formula_failed":
                params = {"got": str(read.value)}
                raise InputError([Problem("workbook.formula_failed", Place(""), params)])
            return read.value.isoformat() if isinstance(read.value, date) else read.value


def _put(value: dict[str, Plain], field: Field, read: Plain) -> None:
    if field.how == "no_evidence":
        if read is True:
            value.setdefault("evidence", [])
        return
    if field.how == "declared":
        if read != "unknown":
            # What is neither "met" nor "not met" becomes a key that nobody knows, and is told so.
            _at(value, ("declared",)).setdefault(shown(read), [])
            codes = _at(value, ("declared",))[shown(read)]
            if isinstance(codes, list):
                codes.append(field.name)
        return
    _at(value, field.path[:-1])[str(field.path[-1])] = read


def _at(value: dict[str, Plain], path: tuple[str | int, ...]) -> dict[str, Plain]:
    here = value
    for part in path:
        inner = here.setdefault(str(part), {})
        if not isinstance(inner, dict):
            return {}
        here = inner
    return here


# --- how a table lies on the disk -----------------------------------------------------------------


def _open(path: Path, name: str) -> _Table:
    try:
        match path.suffix.lower():
            case ".csv":
                return _open_csv(path)
            case ".parquet":
                return _open_parquet(path)
            case _:
                return _open_workbook(path)
    except TableTooLargeError:
        raise InputError([Problem("file.too_large", Place(name), {"limit": "20 MB"})]) from None
    except (NotATableError, pa.ArrowException, csv.Error, UnicodeDecodeError, OSError):
        raise InputError([Problem("batch.table_unreadable", Place(name))]) from None


def _open_csv(path: Path) -> _Table:
    """Line by line: a large one never lies in memory as a whole."""
    with path.open("rb") as stream:
        start = stream.read(64_000)
    encoding = "utf-8-sig" if _is_utf8(start) else "cp1252"
    first = start.decode(encoding, errors="replace").lstrip("\r\n ").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = _csv_rows(path, encoding, delimiter)
    heads = next(rows, (1, []))[1]
    manner = Manner(comma=delimiter == ";", plain=True)
    return _Table([str(head).strip() for head in heads], rows, manner)


def _csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, Sequence[Raw]]]:
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        reader = csv.reader(iter(partial(stream.readline, MAX_BYTES), ""), delimiter=delimiter)
        for number, line in enumerate(reader, 1):
            if len(line) > MAX_COLUMNS:
                raise TableTooLargeError
            yield number, [cell.strip() or None for cell in line]


def _is_utf8(start: bytes) -> bool:
    try:
        start[:-4].decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _open_parquet(path: Path) -> _Table:
    file = pq.ParquetFile(path)
    heads = [str(name) for name in file.schema_arrow.names]
    if len(heads) > MAX_COLUMNS:
        raise TableTooLargeError
    return _Table(heads, _parquet_rows(file), Manner(plain=True))


def _parquet_rows(file: pq.ParquetFile) -> Iterator[tuple[int, Sequence[Raw]]]:
    number = 0
    for batch in file.iter_batches(batch_size=1_000):
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            number += 1
            yield number, [_plain(cell) for cell in cells]


def _plain(cell: object) -> Raw:
    """A value of Parquet as a cell: a list of words parted by semicolons, other lists as JSON."""
    if isinstance(cell, list) and all(isinstance(word, str) for word in cell):
        return "; ".join(cell)
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return cell if isinstance(cell, str | int | float | bool | date | None) else str(cell)


def _open_workbook(path: Path) -> _Table:
    """Our own form, or any workbook whose first sheet has the names of columns in its first row."""
    sheets = read_sheets(path)
    own = [s for s in sheets if s.rows and any(str(c).startswith(PREFIX) for c in s.rows[0])]
    sheet = (own or list(sheets))[0] if sheets else None
    if sheet is None or not sheet.rows:
        raise NotATableError
    heads = [str(cell or "").strip().removeprefix(PREFIX) for cell in sheet.rows[0]]
    skipped = FORM_ROWS if own else 1
    rows = (
        (i + 1, [sheet.at(i, j) for j in range(len(heads))])
        for i in range(skipped, len(sheet.rows))
    )
    return _Table(heads, rows, Manner(comma=sheet.comma, day_first=_day_first(sheet.rows, own)))


def _day_first(rows: Sequence[Sequence[Raw]], own: Iterable[object]) -> bool:
    """Our form in Spanish or Portuguese puts the day first, as people who read it do."""
    heads = " ".join(str(cell) for cell in chain.from_iterable(rows[1:2])) if own else ""
    return any(word in heads for word in ("País", "Población", "População"))
