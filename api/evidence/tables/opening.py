"""Opens a table of any format for the engine: CSV (as it is where it is clean), Parquet, sheets.

It stays in its file. The engine goes over it for what its columns hold, and once more for those
whose meaning is confirmed. Only so wide tables need no more memory than narrow ones.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import cast

from api.evidence.tables.engine import (
    Engine,
    EngineError,
    csv_scan,
    engine_for,
    names_and_types,
    parquet_scan,
)
from api.evidence.tables.spreadsheets import Cell, Sheet, read_sheets
from api.evidence.tables.text import (
    MAX_COLUMNS,
    MAX_HEADER_ROW,
    NotATableError,
    TableTooWideError,
    column_names,
    header_row,
    rewrite,
    shape_of,
    write_rows,
)
from api.evidence.tables.values import TEXT, clean_scan, teach, without_sums

MAX_ROWS = 20_000_000

_CLEAN = "clean.csv"
_COMMA = ","
_AT_ONCE = 100
"""Columns that are looked at in one go: memory grows with them."""

_SAMPLE_ROWS = MAX_HEADER_ROW + 10


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the engine can scan: its columns are `c0`, `c1`, ... of these names and types.

    `filled` says how many cells of each column hold something, in how many `rows`. `whole` is one
    more column: a number by which rows that say the same can be told. Rows without any cell are
    left out. `sheet` is the one that was read, of so many `sheets` with a header that are not
    hidden.
    """

    scan: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    filled: tuple[int, ...]
    rows: int = 0
    encoding: str | None = None
    sheet: str = ""
    sheets: int = 0


class TooManyRowsError(Exception):
    """The table has more rows than we count."""


def open_table(
    path: Path,
    *,
    format: str,  # noqa: A002 (the word of Facts)
    folder: Path,
    stack: ExitStack,
) -> tuple[Engine, Table]:
    """An engine that has read the file, and its columns. `folder` is ours, for what is written.

    `stack` is what closes the engine in the end.
    """
    match format:
        case "csv":
            return _open_csv(path, folder, stack)
        case "parquet":
            return _open_parquet(path, folder, stack)
        case _:
            return _open_workbook(path, folder, stack)


def first_rows(engine: Engine, table: Table, *, rows: int) -> Sequence[tuple[object, ...]]:
    """The first rows of the table, to see what its columns hold."""
    cells = ", ".join(f"c{i}" for i in range(len(table.names)))
    return engine.rows(f"SELECT {cells} FROM {table.scan} LIMIT {rows:d}")  # noqa: S608 (our SQL)


def _open_csv(path: Path, folder: Path, stack: ExitStack) -> tuple[Engine, Table]:
    shape = shape_of(path)
    encoding = shape.encoding.removesuffix("-sig")
    if shape.clean:
        try:
            engine, table = _open_clean(path, shape.names, shape.delimiter, folder, stack)
        except EngineError:  # a row is not as wide as the header, a quotation mark stays open
            stack.close()
        else:
            return engine, replace(table, encoding=encoding)
    rewrite(path, shape, to=folder / _CLEAN)
    engine, table = _open_clean(folder / _CLEAN, shape.names, _COMMA, folder, stack)
    return engine, replace(table, encoding=encoding)


def _open_clean(
    path: Path, names: tuple[str, ...], delimiter: str, folder: Path, stack: ExitStack
) -> tuple[Engine, Table]:
    engine = stack.enter_context(engine_for(path, folder=folder))
    scan = csv_scan(engine, columns=len(names), delimiter=delimiter)
    return engine, _counted(engine, scan, names, (TEXT,) * len(names))


def _open_parquet(path: Path, folder: Path, stack: ExitStack) -> tuple[Engine, Table]:
    engine = stack.enter_context(engine_for(path, folder=folder))
    described = names_and_types(engine, parquet_scan(engine))
    if len(described) > MAX_COLUMNS:
        raise TableTooWideError
    scan = parquet_scan(engine, columns=len(described))
    names = column_names([name for name, _ in described], whole=True)
    # A few bytes of Parquet can hold the same value a billion times.
    (rows,) = engine.row(f"SELECT count(*) FROM {scan}")  # noqa: S608 (our SQL)
    if not isinstance(rows, int) or rows > MAX_ROWS:
        raise TooManyRowsError
    return engine, _counted(engine, scan, names, tuple(kind for _, kind in described))


def _counted(engine: Engine, scan: str, names: tuple[str, ...], types: tuple[str, ...]) -> Table:
    """The table with what each of its columns holds, counted for a few columns at a time."""
    teach(engine)
    columns = [f"c{i}" for i in range(len(names))]
    there = " OR ".join(f"{name} IS NOT NULL" for name in columns)
    rows = f"(SELECT *, hash({', '.join(columns)}) AS whole FROM {scan} WHERE {there})"  # noqa: S608
    clean = without_sums(clean_scan(rows, types), types)
    filled: list[int] = []
    total = 0
    for start in range(0, len(columns), _AT_ONCE):
        counts = ", ".join(f"count({name})" for name in columns[start : start + _AT_ONCE])
        found = engine.row(f"SELECT count(*), {counts} FROM {clean}")  # noqa: S608 (our SQL)
        total, *some = cast("tuple[int, ...]", found)
        if total > MAX_ROWS:
            raise TooManyRowsError
        filled += some
    return Table(clean, names, types, tuple(filled), total)


# --- workbooks ------------------------------------------------------------------------------------


def _open_workbook(path: Path, folder: Path, stack: ExitStack) -> tuple[Engine, Table]:
    """The sheet with most rows that has a header; one that is hidden only where there is no other.

    Its cells are written as clean CSV, so that one engine with one set of rules reads them all.
    """
    best: Sheet | None = None
    sheets = 0
    for sheet in read_sheets(path):
        if _header(sheet) is None:
            continue
        sheets += not sheet.hidden
        if best is None or _rank(sheet) > _rank(best):
            best = sheet
    at = _header(best) if best is not None else None
    if best is None or at is None:
        raise NotATableError
    rows = islice(_texts(best), at, None)
    names = column_names(next(rows))
    write_rows(chain([names], rows), width=len(names), to=folder / _CLEAN)
    engine, table = _open_clean(folder / _CLEAN, names, _COMMA, folder, stack)
    return engine, replace(table, sheet=best.name[:500], sheets=sheets)


def _rank(sheet: Sheet) -> tuple[bool, int]:
    return not sheet.hidden, sheet.height


def _header(sheet: Sheet) -> int | None:
    return header_row(list(islice(_texts(sheet), _SAMPLE_ROWS)))


def _texts(sheet: Sheet) -> Iterator[list[str]]:
    """The rows that hold anything, as text."""
    for _, row in sheet.rows():
        texts = [_text(value) for value in row]
        if any(texts):
            yield texts


def _text(value: Cell) -> str:
    """A cell as text that can be read in one way only: days as ISO 8601, the point before cents."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.isoformat() if isinstance(value, date) else str(value)
    text = format(value, ".15g")
    if "e" in text or "n" in text:
        text = format(value, "f")
    # 12.345 could be twelve thousand; 12.3450 cannot.
    return f"{text}0" if text.rpartition(".")[1] and len(text.rpartition(".")[2]) == 3 else text
