"""Reads contracting data in a city's own shape: a table, and what its columns stand for.

Which column is which field (`Vendor Name: award.supplier`) a person has confirmed; without that the
columns are listed with suggestions, and nothing is counted. Every cell is read by rules of our own
(`values.py`), never by what an engine takes it for. The rows are never all in memory.
"""

import difflib
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.evidence.tables.columns import FIELDS, code_of, fields_of, load_words, suggest_fields
from api.evidence.tables.engine import Engine, EngineError, TooMuchError
from api.evidence.tables.facts import count_facts
from api.evidence.tables.opening import Table, TooManyRowsError, first_rows, open_table
from api.evidence.tables.personal import suspects
from api.evidence.tables.records import Records, column
from api.evidence.tables.spreadsheets import (
    SpreadsheetEncryptedError,
    SpreadsheetError,
    SpreadsheetTooLargeError,
)
from api.evidence.tables.text import NotATableError, TableTooWideError
from api.evidence.tables.values import Kind, Reading, kind_of, readings
from assessment.facts import CellProblem, ColumnFacts, DatasetFacts

SAMPLE = 500
"""Rows whose cells are looked at for suggestions."""

MAX_PHRASES = 5_000
"""Different words of a method or status that are looked up; the others stay unknown."""


_CONTACT = ".contact"

Mapped = Mapping[str, Sequence[int]]
"""The places of the columns that stand for each field."""


@dataclass(frozen=True, slots=True)
class TableRead:
    """What was seen of a table. `dataset` is `None` unless its mapping is confirmed and fits.

    `problems` say what the team should mend. `column.missing` and `column.field_unknown` keep the
    dataset from being counted; `column.dates_ambiguous`, `column.dates_unread`,
    `column.amounts_ambiguous` and `column.amounts_unread` tell of days or amounts not taken.
    """

    status: Literal["seen", "too_large", "encrypted", "unreadable"]
    encoding: str | None = None
    rows: int | None = None
    sheet: str | None = None
    sheets: int | None = None
    columns: tuple[ColumnFacts, ...] = ()
    dataset: DatasetFacts | None = None
    problems: tuple[CellProblem, ...] = ()


def read_contracting_table(
    path: Path,
    *,
    format: str,  # noqa: A002 (the word of Facts)
    columns: Mapping[str, str],
) -> TableRead:
    """What a CSV, Parquet, XLSX, XLS or ODS file holds, given what its columns stand for.

    A column may stand for several fields: `tender.id + process.id`, or parted by a comma.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="readiness-") as folder, ExitStack() as stack:
            engine, table = open_table(path, format=format, folder=Path(folder), stack=stack)
            return _read(engine, table, columns)
    except (TooMuchError, TableTooWideError, SpreadsheetTooLargeError, TooManyRowsError):
        return TableRead("too_large")
    except SpreadsheetEncryptedError:
        return TableRead("encrypted")
    except (NotATableError, SpreadsheetError, EngineError, OSError):
        return TableRead("unreadable")


def _read(engine: Engine, table: Table, columns: Mapping[str, str]) -> TableRead:
    described = _describe(engine, table)
    mapping, problems = _mapped(table, columns)
    dataset = None
    if mapping and not problems:
        problems = _pick(engine, table, mapping)
        counted = count_facts(engine, Records(frozenset(mapping)))
        personal = suspects(
            engine,
            table.scan,
            [f"c{place}" for place in range(len(table.names))],
            contacts=_contacts(described, mapping),
        )
        dataset = counted.model_copy(update={"personal": personal})
    return TableRead(
        "seen",
        encoding=table.encoding,
        rows=table.rows,
        sheet=table.sheet or None,
        sheets=table.sheets or None,
        columns=described,
        dataset=dataset,
        problems=tuple(problems),
    )


def _describe(engine: Engine, table: Table) -> tuple[ColumnFacts, ...]:
    """Every column with how many of its cells hold something, and what it seems to stand for."""
    sample = first_rows(engine, table, rows=SAMPLE)
    cells = [
        [str(cell)[:200] for cell in of if cell is not None] for of in zip(*sample, strict=True)
    ]
    suggested = suggest_fields(table.names, cells or None)
    return tuple(
        ColumnFacts(name=name, filled=filled, suggests=field)
        for name, filled, field in zip(table.names, table.filled, suggested, strict=True)
    )


def _contacts(described: Sequence[ColumnFacts], mapping: Mapped) -> set[str]:
    """The columns with contacts of public bodies, confirmed or by their names."""
    places = {p for field, of in mapping.items() if field.endswith(".contact") for p in of}
    named = (place for place, facts in enumerate(described) if _CONTACT in (facts.suggests or ""))
    return {f"c{place}" for place in (*places, *named)}


# --- the confirmed mapping ------------------------------------------------------------------------


def _mapped(table: Table, columns: Mapping[str, str]) -> tuple[Mapped, list[CellProblem]]:
    """Which columns stand for each field, and what of the mapping does not fit the file."""
    places = {name: place for place, name in enumerate(table.names)}
    loose = {_loose(name): place for name, place in places.items()}
    mapping: defaultdict[str, list[int]] = defaultdict(list)
    problems: list[CellProblem] = []
    for name, text in columns.items():
        place = places.get(name, loose.get(_loose(name)))
        if place is None:
            near = difflib.get_close_matches(name, table.names, n=1)
            problems.append(_problem(table, name, "missing", suggestion=near[0] if near else ""))
        for field in fields_of(text):
            if field not in FIELDS:
                near = difflib.get_close_matches(field, sorted(FIELDS), n=1)
                hint = near[0] if near else ""
                problems.append(
                    _problem(table, name, "field_unknown", field=field[:200], suggestion=hint)
                )
            elif place is not None:
                mapping[field].append(place)
    return mapping, problems


def _loose(name: str) -> str:
    """Names that a person cannot tell apart are the same."""
    return " ".join(name.split()).casefold()


def _problem(table: Table, name: str, code: str, **params: str) -> CellProblem:
    return CellProblem(
        sheet=table.sheet,
        cell=name[:500],
        code=f"column.{code}",
        params={"column": name[:200], **params},
    )


# --- the mapped columns, each cell read -----------------------------------------------------------


def _pick(engine: Engine, table: Table, mapping: Mapped) -> list[CellProblem]:
    """Writes the table `picked`: the value of each field, whether it is filled, codes for words.

    What could not be read of a column is told.
    """
    pairs = {(place, kind_of(field)) for field, places in mapping.items() for place in places}
    mapped = ", ".join(f"c{place}" for place in sorted({place for place, _ in pairs}))
    engine.run(f"CREATE TABLE cells AS SELECT {mapped}, whole FROM {table.scan}")  # noqa: S608
    read: dict[tuple[int, Kind], Reading] = {}
    for kind in Kind:
        asked = {f"c{place}": (kind, table.types[place]) for place, k in pairs if k is kind}
        found = readings(engine, "cells", asked)
        read |= {(int(name[1:]), kind): reading for name, reading in found.items()}
    _write_picked(engine, mapping, read)
    _add_codes(engine, mapping)
    return [
        _problem(table, table.names[place], reading.trouble)
        for (place, _), reading in sorted(read.items())
        if reading.trouble
    ]


def _write_picked(
    engine: Engine, mapping: Mapped, read: Mapping[tuple[int, Kind], Reading]
) -> None:
    values, filled = [], []
    for field, places in mapping.items():
        of = [read[place, kind_of(field)] for place in places]
        name = column(field)
        values.append(f"coalesce({', '.join(reading.value for reading in of)}) AS {name}")
        sure = [reading.filled for reading in of if reading.filled]
        values += [f"({' OR '.join(sure)}) AS sure_{name}"] if sure else []
        or_sure = f" OR sure_{name}" if sure else ""
        filled.append(f"({name} IS NOT NULL{or_sure}) AS has_{name}")
    engine.run(
        f"CREATE TABLE picked AS SELECT *, {', '.join(filled)} "  # noqa: S608 (our SQL)
        f"FROM (SELECT {', '.join(values)}, whole FROM cells)"
    )
    engine.run("DROP TABLE cells")


def _add_codes(engine: Engine, mapping: Mapped) -> None:
    """Adds columns with the codes of methods and statuses, whose words are looked up once each."""
    words = load_words()
    for field in mapping:
        name = field.split(".")[1]
        if name not in {"method", "status"}:
            continue
        codes = words.methods if name == "method" else words.statuses
        phrases = engine.rows(
            f"SELECT DISTINCT {column(field)} FROM picked "  # noqa: S608 (our SQL)
            f"WHERE {column(field)} IS NOT NULL ORDER BY 1 LIMIT {MAX_PHRASES:d}"
        )
        told = [(str(phrase), code_of(str(phrase)[:200], codes)) for (phrase,) in phrases]
        engine.code(f"{name}_{column(field)}", column(field), told)
