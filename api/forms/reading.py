"""Reads a form back, in whatever language it was filled in, with what is wrong cell by cell.

A workbook of ours carries the ids of its columns in a hidden row. Where they are gone, and in CSV
files, the form is recognised by its headers: the ids, or their texts in any of the languages.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from api.evidence.tables.tables import NotATableError, TableTooLargeError
from api.forms.cells import Manner, read_cell, read_unknown
from api.forms.library import library_forms
from api.forms.sheets import Raw, Sheet, blank_is_none, cell_name, read_plain, read_sheets
from assessment.facts import CellProblem
from assessment.model import Row, Scalar
from rubrics.forms import Column, Detail, Form, Words, plain_name

WORKBOOKS = frozenset({"xlsx", "xls", "ods"})

ABOUT = "about"
"""Stands between the form and the detail in a hidden id: `data-map.about.reviewed_on`."""

HELP = "#help"
"""In the first cell of a sheet: nothing here is an answer (instructions, examples)."""

HEADER_ROWS = 20
"""How many rows are looked through for the header of a sheet."""

SUBMISSION = "submission"
"""Stands for a form where a workbook holds a whole submission; its first hidden path says so."""

SUBMISSION_PATH = "single/rubric"

LEAST_COLUMNS = 2
MAX_NAME = 80
MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class FormRead:
    """A form as it was filled in.

    `rows` are keyed by column ids, with columns of the team's own after them; a cell that could not
    be taken holds its raw text, and `problems` say why. `details` are the answers beside the rows,
    `marks` what those show, and `dated` the day from which the form holds.
    """

    template: str
    rows: tuple[Row, ...]
    details: Mapping[str, Scalar] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    dated: date | None = None
    problems: tuple[CellProblem, ...] = ()


def read_form(
    path: Path,
    *,
    format: str,  # noqa: A002 (the word that Facts uses)
    kind: str | None,
    form: Form | None = None,
) -> FormRead | None:
    """The form that a file holds, or `None` where it holds none that we know.

    `kind` is the kind of evidence that it was handed in as (`None`: nobody said); `form` reads it
    as this form alone. Hidden ids tell a form whatever it was handed in as, headers only one of its
    own kind. Raises `TableTooLargeError` or `NotATableError` where a file that should be a form
    cannot be read.
    """
    own = [one for one in library_forms() if kind in (None, one.kind)]
    if format not in {*WORKBOOKS, "csv"}:
        return None
    try:
        sheets = read_sheets(path) if format in WORKBOOKS else (read_plain(path),)
    except (TableTooLargeError, NotATableError):
        if kind is not None and (own or form is not None):
            raise
        return None  # whatever it is, it is no form
    if kind is None and any(row and row[0] == SUBMISSION_PATH for s in sheets for row in s.rows):
        return FormRead(SUBMISSION, ())
    for candidate in library_forms() if form is None else (form,):
        by_ids = [found for s in sheets if (found := _by_ids(s, candidate)) is not None]
        if by_ids:
            return _read(candidate, by_ids, sheets)
    for candidate in own if form is None else (form,):
        by_words = [found for s in sheets if (found := _by_words(s, candidate)) is not None]
        if by_words:
            return _read(candidate, by_words, sheets)
    return None


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet that holds rows of a form: its columns by position, and where the rows begin."""

    sheet: Sheet
    columns: Mapping[int, str]
    first: int
    manner: Manner


# --- which sheet is what --------------------------------------------------------------------------


def _by_ids(sheet: Sheet, form: Form) -> _Table | None:
    """The sheet as a table, if a row of hidden ids says so."""
    for i, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns = {j: name for j, cell in enumerate(row) if (name := _own_id(cell, form))}
        if len(columns) >= LEAST_COLUMNS:
            header = i + 1  # the words for people stand below the ids
            names = _with_unknown(sheet, header, columns)
            return _Table(sheet, names, header + 1, _manner(sheet, header, form))
    return None


def _own_id(cell: Raw, form: Form) -> str | None:
    prefix, _, name = str(cell).rpartition(".")
    return name if prefix == form.id and name in {c.id for c in form.columns} else None


def _by_words(sheet: Sheet, form: Form) -> _Table | None:
    """The sheet as a table, if a row of it names enough columns of the form."""
    if sheet.at(0, 0) == HELP:
        return None
    for i, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns: dict[int, str] = {}
        for j, cell in enumerate(row):
            name = form.column_ids.get(plain_name(cell)) if isinstance(cell, str) else None
            if name is not None and name not in columns.values():
                columns[j] = name
        if _is_header(columns.values(), form):
            names = _with_unknown(sheet, i, columns)
            return _Table(sheet, names, i + 1, _manner(sheet, i, form))
    return None


def _is_header(names: Iterable[str], form: Form) -> bool:
    """Whether the names are those of a part: two columns, and half of what it asks for."""
    found = set(names)
    for part in form.parts:
        needed = {column.id for column in form.columns_of(part) if column.required}
        if len(found) >= LEAST_COLUMNS and 2 * len(found & needed) >= max(1, len(needed)):
            return True
    return False


def _with_unknown(sheet: Sheet, header: int, columns: Mapping[int, str]) -> dict[int, str]:
    """The columns, and those that the team added, under tidy names that nothing else has."""
    names = dict(columns)
    for j, cell in enumerate(sheet.rows[header] if header < len(sheet.rows) else ()):
        if j in names or blank_is_none(cell) is None:
            continue
        name = plain_name(str(cell))[:MAX_NAME] or f"column_{j + 1}"
        names[j] = f"{name}_{j + 1}" if name in names.values() else name
    return names


def _manner(sheet: Sheet, header: int, form: Form) -> Manner:
    """How the sheet writes: headers in Spanish or Portuguese put the day before the month."""
    heads = {plain_name(str(c)) for c in (sheet.rows[header] if header < len(sheet.rows) else ())}
    score = {
        language: sum(plain_name(column.text.said(language)) in heads for column in form.columns)
        for language in ("en", "es", "pt")
    }
    return Manner(
        sheet.comma, day_first=max(score["es"], score["pt"]) > score["en"], plain=sheet.plain
    )


# --- rows and details -----------------------------------------------------------------------------


def _read(form: Form, tables: list[_Table], sheets: tuple[Sheet, ...]) -> FormRead:
    rows: list[Row] = []
    problems: list[CellProblem] = []
    for table in tables:
        for row, wrong in _rows(form, table):
            rows.append(row)
            problems += wrong
    used = {id(table.sheet) for table in tables}
    rest = [sheet for sheet in sheets if id(sheet) not in used]
    details: dict[str, Scalar] = {}
    for detail, read, problem in _details(form, rest, tables[0].manner):
        details[detail.id] = read
        problems += [problem] if problem is not None else []
    return FormRead(
        form.id,
        tuple(rows),
        details,
        _marks(form, details),
        _dated(form, details),
        tuple(problems[:MAX_PROBLEMS]),
    )


def _rows(form: Form, table: _Table) -> Iterator[tuple[Row, list[CellProblem]]]:
    """Every row that holds anything, but for the examples, with what is wrong in it."""
    sheet, by_id = table.sheet, {column.id: column for column in form.columns}
    for i in range(table.first, len(sheet.rows)):
        row: Row = {}
        problems: list[CellProblem] = []
        for j, name in table.columns.items():
            raw = sheet.at(i, j)
            column = by_id.get(name)
            if column is None:
                row[name] = read_unknown(raw, table.manner)
                continue
            read = read_cell(column, raw, table.manner)
            row[name] = read.value
            if read.code is not None:
                params = {**read.params, "column": name}
                cell = cell_name(i, j)
                problems.append(
                    CellProblem(sheet=sheet.name, cell=cell, code=read.code, params=params)
                )
        if all(value is None for value in row.values()) or _is_example(form, row):
            continue
        yield row, [*problems, *_missing(form, table, row, i)]


def _missing(form: Form, table: _Table, row: Row, i: int) -> Iterator[CellProblem]:
    """The cells that the row must hold; its part is the last one whose first column it fills."""
    parts = [p for p in form.parts if row.get(form.columns_of(p)[0].id) is not None]
    part = parts[-1] if parts else form.parts[0]
    places = {name: j for j, name in table.columns.items()}
    for column in form.columns_of(part):
        if column.required and column.id in places and row[column.id] is None:
            cell = cell_name(i, places[column.id])
            yield CellProblem(
                sheet=table.sheet.name,
                cell=cell,
                code="cell.missing",
                params={"column": column.id},
            )


def _is_example(form: Form, row: Row) -> bool:
    """Whether the row is one of the examples that come with the form, copied and left so."""
    filled = {key: value for key, value in row.items() if value is not None}
    return any(
        filled.keys() == example.keys()
        and all(_is_same(filled[key], value) for key, value in example.items())
        for example in form.examples
    )


def _is_same(value: object, shown: float | str | Words) -> bool:
    if isinstance(shown, Words):
        return plain_name(str(value)) in shown.plain
    return value == shown or str(value) == str(shown)


def _details(
    form: Form, sheets: list[Sheet], manner: Manner
) -> Iterator[tuple[Detail, Scalar, CellProblem | None]]:
    """The answers beside the rows: by hidden ids, else by the words of their questions."""
    found = dict(_detail_ids(form, sheets)) or dict(_detail_words(form, sheets))
    for detail in form.details:
        if detail.id not in found:
            continue
        sheet, i, j = found[detail.id]
        read = read_cell(detail, sheet.at(i, j), manner)
        code = read.code
        if code is None and read.value is None and detail.required:
            code = "cell.missing"
        if read.value is None and code is None:
            continue
        problem = None
        if code is not None:
            problem = CellProblem(
                sheet=sheet.name,
                cell=cell_name(i, j),
                code=code,
                params={**read.params, "column": detail.id},
            )
        yield detail, None if problem is not None else read.value, problem


def _detail_ids(form: Form, sheets: list[Sheet]) -> Iterator[tuple[str, tuple[Sheet, int, int]]]:
    """Where each answer stands: the cell after the question that follows its hidden id."""
    prefix = f"{form.id}.{ABOUT}."
    for sheet in sheets:
        for i, row in enumerate(sheet.rows):
            for j, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith(prefix):
                    yield cell.removeprefix(prefix), (sheet, i, j + 2)


def _detail_words(form: Form, sheets: list[Sheet]) -> Iterator[tuple[str, tuple[Sheet, int, int]]]:
    """The same by the words of the question, with the answer in the cell after it."""
    ids = {plain: detail.id for detail in form.details for plain in _names(detail)}
    for sheet in sheets:
        if sheet.at(0, 0) == HELP:
            continue
        for i, row in enumerate(sheet.rows):
            for j, cell in enumerate(row):
                name = ids.get(plain_name(cell)) if isinstance(cell, str) else None
                if name is not None:
                    yield name, (sheet, i, j + 1)


def _names(column: Column) -> set[str]:
    return {plain_name(column.id), *column.text.plain}


def _marks(form: Form, details: Mapping[str, Scalar]) -> tuple[str, ...]:
    """The marks that answers show; "no" and 0 show nothing."""
    shown = [d.shows for d in form.details if d.shows is not None and details.get(d.id)]
    return tuple(dict.fromkeys(shown))


def _dated(form: Form, details: Mapping[str, Scalar]) -> date | None:
    days = [details.get(detail.id) for detail in form.details if detail.dates]
    return next((day for day in days if isinstance(day, date)), None)
