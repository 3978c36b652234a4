"""The first rows of tables: CSV, workbooks, Parquet; read by those who read them for facts."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from api.evidence.excerpts.excerpt import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TABLES,
    Table,
    table_of,
)
from api.evidence.tables.engine import engine_for, names_and_types, parquet_scan
from api.evidence.tables.spreadsheets import Cell, Sheet, read_sheets
from api.evidence.tables.text import MAX_HEADER_ROW, header_row, read_rows, shape_of

HEAD = 2_000_000
"""Bytes of a CSV file that are read where it is not read whole."""

WHOLE = 20_000_000
"""Bytes of a CSV file up to which all of its rows are counted."""

_SAMPLE = MAX_HEADER_ROW + MAX_ROWS


def csv_table(path: Path, *, whole: bool) -> Table:
    """The first rows of a CSV file; `NotATableError` where it is none.

    `whole`: the file has no more than what is there.
    """
    if path.stat().st_size <= WHOLE:
        return _csv_table(path, counted=whole)
    with TemporaryDirectory(prefix="head-") as folder:
        head = Path(folder) / "head.csv"
        with path.open("rb") as stream:
            text = stream.read(HEAD)
        head.write_bytes(text[: text.rfind(b"\n") + 1] or text)
        return _csv_table(head, counted=False)


def _csv_table(path: Path, *, counted: bool) -> Table:
    shape = shape_of(path)
    rows = read_rows(path, shape)
    above = list(islice(rows, shape.header_row))
    heads = next(rows)
    first = list(islice(rows, MAX_ROWS))
    rest = sum(1 for _ in rows) if counted else 0
    return table_of(
        first,
        heads=shape.names,
        above=map(_joined, above),
        rows_in_all=len(first) + rest if counted else None,
        columns_in_all=max(len(shape.names), len(heads)),
    )


def workbook_tables(path: Path) -> tuple[list[Table], int]:
    """The first rows of the first sheets that hold any, and how many sheets there are."""
    tables: list[Table] = []
    sheets = 0
    for sheet in islice(read_sheets(path), MAX_TABLES):
        sheets = sheet.of
        tables.append(_sheet_table(sheet))
    return tables, sheets


def _sheet_table(sheet: Sheet) -> Table:
    """Its header is the first row that looks like one; without any, columns have letters."""
    filled = (cells for _, cells in sheet.rows() if any(cell != "" for cell in cells))
    sample = [[cell_text(cell) for cell in cells] for cells in islice(filled, _SAMPLE)]
    at = header_row(sample)
    if at is None:
        heads = [_letters(sheet.first_column + place) for place in range(sheet.width)]
        above: list[list[str]] = []
    else:
        heads, above = _named(sample[at]), sample[:at]
    first = sample[len(above) + (at is not None) :]
    return table_of(
        first,
        heads=heads,
        above=map(_joined, above),
        name=sheet.name,
        hidden=sheet.hidden,
        rows_in_all=len(first) + sum(1 for _ in filled),
        columns_in_all=len(heads),
    )


def parquet_table(path: Path) -> Table:
    """The first rows of a Parquet file; its columns after the first ones are not even opened."""
    with (
        TemporaryDirectory(prefix="engine-") as folder,
        engine_for(path, folder=Path(folder)) as engine,
    ):
        described = names_and_types(engine, parquet_scan(engine))
        scan = parquet_scan(engine, columns=len(described))
        shown = range(min(len(described), MAX_COLUMNS))
        cells = ", ".join(
            f"left(CAST(c{n} AS VARCHAR), {MAX_CELL + 1}), length(CAST(c{n} AS VARCHAR))"
            for n in shown
        )
        rows = engine.rows(f"SELECT {cells} FROM {scan} LIMIT {MAX_ROWS}")  # noqa: S608 (our SQL)
        (count,) = engine.row(f"SELECT count(*) FROM {scan}")  # noqa: S608 (our SQL)
    return table_of(
        [[str(row[2 * n] or "") for n in shown] for row in rows],
        lengths=[[int(str(row[2 * n + 1] or 0)) for n in shown] for row in rows],
        heads=[name for name, _ in described],
        rows_in_all=int(str(count)),
        columns_in_all=len(described),
    )


def cell_text(value: Cell) -> str:
    """A cell as people write it in a table: days as ISO 8601, numbers as they are."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float):
        return format(value, ".15g")
    return value.isoformat() if isinstance(value, date) else str(value)


def _joined(row: Sequence[str]) -> str:
    return " ".join(cell for cell in row if cell)


def _named(header: Sequence[str]) -> list[str]:
    """The cells of a header, without empty ones at its end."""
    last = max((place for place, cell in enumerate(header) if cell), default=-1)
    return list(header[: last + 1])


def _letters(number: int) -> str:
    """The name that spreadsheets give to a column: A, B … Z, AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
