"""Reads a whole submission from a workbook, as the plain values that a YAML file would hold.

Each value keeps the sheet and cell that it came from, so that whatever is wrong with it is told by
its place. What cannot be taken stays as it was written: validation says what is wrong with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from re import split

from api.evidence.tables.tables import NotATableError, TableTooLargeError
from api.forms.cells import Manner, read_cell
from api.forms.reading import SUBMISSION_PATH
from api.forms.sheets import Sheet, cell_name, read_sheets
from api.forms.submission_layout import (
    CHOSEN,
    SINGLE,
    Line,
    Table,
    answer_lines,
    answer_tables,
    city_lines,
    decision_table,
    declared_lines,
    evidence_tables,
    load_spoken,
    not_applicable_lines,
)
from api.forms.telling import say
from rubrics.forms import LANGUAGES, Column
from rubrics.loader import LIBRARY
from rubrics.problems import InputError, Place, Places, Problem, suggestion
from rubrics.text import Plain

Path_ = tuple[str | int, ...]

RUBRIC = SUBMISSION_PATH


@dataclass(slots=True)
class _Found:
    """What was read so far: values, their places, and what is wrong."""

    name: str
    value: dict[str, Plain] = field(default_factory=dict)
    places: dict[Path_, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def put(self, path: Path_, value: Plain, place: Place) -> None:
        """Puts a value where it belongs; the groups and lists around it are made as needed."""
        here: dict[str, Plain] | list[Plain] = self.value
        for part, follows in pairwise(path):
            empty: Plain = [] if isinstance(follows, int) else {}
            inner: Plain
            if isinstance(here, list):
                here += [empty] if part == len(here) else []
                inner = here[int(part)]
            else:
                inner = here.setdefault(str(part), empty)
            if not isinstance(inner, dict | list):
                return
            here = inner
        if isinstance(here, list):
            here.append(value)
        else:
            here[str(path[-1])] = value
        self.places[path] = place


def is_submission_workbook(path: Path) -> bool:
    """Whether the file bears the name of a workbook: what is in it is found out by reading it."""
    return path.suffix.lower() in {".xlsx", ".ods"}


def read_submission_workbook(
    path: Path, *, name: str | None = None, rubric: Path | None = None
) -> tuple[dict[str, Plain], Places]:
    """The values of a submission, and where each stands; `InputError` says what cannot be read.

    `name` is how the reader calls the file; `rubric` the folder of the rubric to read it by, if it
    is not the one of the library that the workbook names.
    """
    called = name or str(path)
    try:
        sheets = read_sheets(path)
    except TableTooLargeError:
        raise InputError([Problem("file.too_large", Place(called), {"limit": "20 MB"})]) from None
    except NotATableError:
        raise InputError([Problem("workbook.unreadable", Place(called))]) from None
    cells = {key: (s, i) for s in sheets for key, i in _paths_of(s)}
    if RUBRIC not in cells:
        raise InputError([Problem("workbook.not_a_submission", Place(called))])
    spoken = load_spoken(rubric or _library_rubric(cells, called))
    manner = _manner(sheets)
    found = _Found(called, {"schema_version": "1"})
    lines = [*city_lines(), *declared_lines(spoken), *answer_lines(spoken)]
    for line in (*lines, *not_applicable_lines(spoken)):
        if line.column is not None and line.path in cells:
            _take_answer(found, line, cells[line.path], manner)
    for table in answer_tables(spoken):
        _take_rows(found, sheets, table, _path_of(table.path), manner)
    _take_evidence(found, sheets, evidence_tables(spoken), manner)
    _take_rows(found, sheets, decision_table(), ("decisions",), manner)
    if found.problems:
        raise InputError(found.problems)
    return found.value, found.places


def _paths_of(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """The hidden paths of a sheet of questions, with their rows."""
    for i, row in enumerate(sheet.rows):
        if row and isinstance(row[0], str) and "/" in row[0]:
            yield row[0], i


def _library_rubric(cells: Mapping[str, tuple[Sheet, int]], called: str) -> Path:
    """The folder of the rubric that the workbook names; a stranger may only name our own."""
    sheet, i = cells[RUBRIC]
    given = str(sheet.at(i, 2) or "")
    known = sorted(path.parent.name for path in LIBRARY.glob("*/rubric.yaml"))
    if given in known:
        return LIBRARY / given
    params = {"id": given, "known": ", ".join(known), "suggestion": suggestion(given, known)}
    raise InputError([Problem("rubric.unknown", _place(called, sheet, i, 2), params)])


def _manner(sheets: tuple[Sheet, ...]) -> Manner:
    """How dates are written: sheets in Spanish or Portuguese put the day first."""
    heads = {sheet.at(0, 2) for sheet in sheets}
    written = [language for language in LANGUAGES if say("answer", language) in heads]
    return Manner(day_first=bool({"es", "pt"} & set(written)))


# --- questions ------------------------------------------------------------------------------------


def _take_answer(found: _Found, line: Line, cell: tuple[Sheet, int], manner: Manner) -> None:
    sheet, i = cell
    place = _place(found.name, sheet, i, 2)
    assert line.column is not None  # noqa: S101 (headings have no path)
    value = _read(found, line.column, sheet, (i, 2), manner)
    path = _path_of(line.path)
    found.places.setdefault(path[:1], place)
    found.places[path] = place
    if value is None:
        return
    head, *rest = line.path.split("/")
    if rest == ["no_evidence"]:
        if value is True:
            found.put(("evidence",), [], place)
    elif head == "declared":
        if value in ("met", "not_met"):
            listed = found.value.setdefault("declared", {})
            codes = listed.setdefault(str(value), []) if isinstance(listed, dict) else []
            count = len(codes) if isinstance(codes, list) else 0
            found.put(("declared", str(value), count), rest[0], place)
        elif value != "unknown":
            params = {"got": str(value), "expected": ", ".join(line.column.options)}
            found.problems.append(Problem("value.not_one_of", place, {**params, "suggestion": ""}))
    elif rest[-1].startswith(CHOSEN):
        if value not in (True, False):
            found.put((*path[:-1], 0), value, place)
            return
        chosen = _at(found.value, path[:-1])
        if chosen is None:
            found.put(path[:-1], [], place)
        if value:
            count = len(chosen) if isinstance(chosen, list) else 0
            found.put((*path[:-1], count), rest[-1].removeprefix(CHOSEN), place)
    else:
        found.put(path, value, place)


def _path_of(path: str) -> Path_:
    """`single/city/name` is found at `city`, `name`; `answers/…` where it says."""
    parts = path.split("/")
    parts = parts[1:] if parts[0] == SINGLE else parts
    return tuple("evidence" if part == "declared_evidence" else part for part in parts)


def _at(value: Plain, path: Path_) -> Plain:
    for part in path:
        value = value.get(str(part)) if isinstance(value, dict) else None
    return value


# --- tables ---------------------------------------------------------------------------------------


def _take_rows(
    found: _Found, sheets: tuple[Sheet, ...], table: Table, path: Path_, manner: Manner
) -> None:
    for number, (row, places, whole) in enumerate(_rows(found, sheets, table, manner)):
        found.put((*path, number), dict(row), whole)
        found.places |= {(*path, number, key): place for key, place in places.items()}


def _rows(
    found: _Found, sheets: tuple[Sheet, ...], table: Table, manner: Manner
) -> Iterator[tuple[dict[str, Plain], dict[str, Place], Place]]:
    """The rows of a table, with the place of each cell and of the row."""
    by_id = {f"{table.path}.{column.id}": column for column in table.columns}
    for sheet in sheets:
        ids = sheet.rows[0] if sheet.rows else []
        columns = {j: by_id[str(cell)] for j, cell in enumerate(ids) if str(cell) in by_id}
        for i in range(2, len(sheet.rows) if columns else 0):
            row: dict[str, Plain] = {
                column.id: value
                for j, column in columns.items()
                if (value := _read(found, column, sheet, (i, j), manner)) is not None
            }
            if row:
                places = {c.id: _place(found.name, sheet, i, j) for j, c in columns.items()}
                yield row, places, _place(found.name, sheet, i, min(columns))


def _take_evidence(
    found: _Found, sheets: tuple[Sheet, ...], tables: tuple[Table, Table, Table], manner: Manner
) -> None:
    """The pieces of evidence; marks and columns go to the piece whose id they name."""
    numbers: dict[Plain, int] = {}
    for number, (row, places, whole) in enumerate(_rows(found, sheets, tables[0], manner)):
        numbers[row.get("id")] = number
        if number == 0 and found.value.get("evidence") == []:
            del found.value["evidence"]  # "there is none", and yet there is
        population = {
            key: row.pop(f"population_{key}")
            for key in ("number", "value")
            if f"population_{key}" in row
        }
        serves = [word for word in split(r"[;,\s]+", str(row.pop("serves", ""))) if word]
        piece = row | ({"population": dict(population)} if population else {})
        piece |= {"serves": list(serves)} if serves else {}
        found.put(("evidence", number), piece, whole)
        found.places |= {("evidence", number, key): place for key, place in places.items()}
        for key in ("number", "value"):
            path = ("evidence", number, "population", key)
            found.places[path] = places.get(f"population_{key}", whole)
    for table, part in zip(tables[1:], ("shows", "columns"), strict=True):
        key_id, value_id = table.columns[1].id, table.columns[2].id
        for row, places, whole in _rows(found, sheets, table, manner):
            owner = numbers.get(row.get("evidence"))
            if owner is None:
                given = str(row.get("evidence", ""))
                hint = suggestion(given, [str(key) for key in numbers])
                place = places.get("evidence", whole)
                params = {"id": given, "suggestion": hint}
                found.problems.append(Problem("evidence.unknown", place, params))
                continue
            path = ("evidence", owner, part, str(row.get(key_id, "")))
            found.put(path, row.get(value_id), places.get(value_id, whole))


def _read(
    found: _Found, column: Column, sheet: Sheet, cell: tuple[int, int], manner: Manner
) -> Plain:
    """A cell as plain text, number, or truth; what cannot be taken as it stands."""
    read = read_cell(column, sheet.at(*cell), manner)
    if read.code == "cell.formula_failed":
        place = _place(found.name, sheet, *cell)
        params = {"got": str(read.value)}
        found.problems.append(Problem("workbook.formula_failed", place, params))
    return read.value.isoformat() if isinstance(read.value, date) else read.value


def _place(name: str, sheet: Sheet, row: int, column: int) -> Place:
    """`city.xlsx, Answers!C7`."""
    return Place(f"{name}, {sheet.name}!{cell_name(row, column)}")
