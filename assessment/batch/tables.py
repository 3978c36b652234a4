"""Checks on tables, over columns: rows of all tables at once, told apart by offsets."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

from assessment.batch import arrays
from assessment.batch.cells import Cells, Fields, JsonCells
from assessment.batch.sights import Judge, Sight
from assessment.batch.states import (
    BIT,
    NONE,
    Flags,
    Index,
    Masks,
    Outcomes,
    States,
    Step,
    all_of_rows,
    at_least,
    count_by,
    counted,
    join_by,
    settled,
)
from assessment.checks.answers import as_word
from assessment.checks.tables import MAX_ROW_TRACES
from assessment.codes import Code
from assessment.logic import MET, OPEN, UNMET, UNSEEN
from rubrics import checks


class JsonRows:
    """The rows of tables that a collector read; a column that a table lacks is blank in it."""

    def __init__(self, rows: pa.Array) -> None:
        self._cells = arrays.lists(rows)
        self._names = arrays.words(arrays.part(self._cells.values, "column"))
        self._parents = self._cells.parents

    @property
    def absent(self) -> Flags:
        """A row is always there."""
        return np.zeros(len(self._cells.absent), np.bool_)

    def field(self, name: str) -> Cells:
        """The cells of a column."""
        at = np.flatnonzero(self._names.among(frozenset({name})))
        where = np.full(len(self._cells.absent), -1, np.int64)
        where[self._parents[at]] = at
        taken = arrays.part(self._cells.values, "cell", pa.string()).take(
            pa.array(where, mask=where < 0)
        )
        return JsonCells(taken)


class _Tables:
    """The tables in view: where each one's rows start, and the rows of all of them."""

    def __init__(self, array: pa.Array, *, json: bool) -> None:
        found = arrays.lists(array)
        self.absent, self.offsets, self.parents = found.absent, found.offsets, found.parents
        self.rows: Fields = JsonRows(found.values) if json else Cells(found.values)
        self.size = len(found.values)

    def sight(self, sight: Sight) -> Sight:
        """The rows at hand."""
        of = self.parents if sight.submission is None else sight.submission[self.parents]
        return Sight(sight.batch, self.size, submission=of, rows=self.rows)


TableCheck = checks.Rows | checks.EveryRow | checks.Covers | checks.Distinct


def judge_table(check: TableCheck, own: str, tests: Sequence[Judge], *, in_facts: bool) -> Judge:
    """A check on a table, ready for judging; `tests` are those of each row."""
    question, field = check.question or own, check.field

    def judge(sight: Sight) -> Step:
        if in_facts:
            array = sight.batch.entries.tables.take(pa.array(sight.pieces))
            blank = np.zeros(sight.size, np.uint8)
        else:
            answer = sight.batch.answer(question)
            array = answer.array if field is None else arrays.part(answer.array, field)
            blank = 1 + (~answer.absent).view(np.uint8)
        tables = _Tables(_as_lists(array), json=in_facts)
        found = _find(check, tables, tests, sight)
        missing = _MISSING.step(blank)
        return Step(
            np.where(tables.absent, missing.states, found.states),
            np.where(tables.absent, missing.reasons, found.reasons),
        )

    return judge


_MISSING = Outcomes(
    (UNSEEN, Code.TABLE_MISSING), (OPEN, Code.ANSWER_MISSING), (OPEN, Code.TABLE_MISSING)
)


def _as_lists(array: pa.Array) -> pa.Array:
    """What is no table is none."""
    if pt.is_list(array.type) or pt.is_large_list(array.type):
        return array
    return pa.nulls(len(array), pa.list_(pa.struct({})))


def _find(check: TableCheck, tables: _Tables, tests: Sequence[Judge], sight: Sight) -> Step:
    match check:
        case checks.Rows():
            return _rows(check, tables, [test(tables.sight(sight)) for test in tests])
        case checks.EveryRow():
            return _every_row(tables, [test(tables.sight(sight)) for test in tests])
        case checks.Covers(covers=values, column=column):
            return _covers(tables, column, values)
        case checks.Distinct(distinct=n, column=column):
            return _distinct(tables, column, n)


def _rows(check: checks.Rows, tables: _Tables, steps: Sequence[Step]) -> Step:
    states = _all_hold(tables, steps)
    result = counted(check.rows, states, tables.offsets)
    other = _is_other(check, tables.rows)
    meant = np.ones(tables.size, np.bool_) if other is None else ~other
    why = BIT[Code.ROWS_TOO_FEW] | _not_met(tables, steps, meant & (states != MET))
    if other is not None:
        none = (np.diff(tables.offsets) > 0) & (count_by(meant, tables.offsets) == 0)
        why = np.where(none, BIT[Code.ROWS_TOO_FEW] | BIT[Code.ROWS_NONE_ABOUT], why)
    return Step(result, np.where(settled(result), NONE, why))


def _every_row(tables: _Tables, steps: Sequence[Step]) -> Step:
    states = _all_hold(tables, steps)
    empty = tables.offsets[1:] == tables.offsets[:-1]
    result = np.where(empty, UNMET, all_of_rows(states, tables.offsets)).astype(np.uint8)
    code = np.where(result == UNMET, BIT[Code.ROWS_SOME_FAIL], BIT[Code.ROWS_OPEN])
    why = np.where(empty, BIT[Code.ROWS_TOO_FEW], code | _not_met(tables, steps, states != MET))
    return Step(result, np.where(settled(result), NONE, why))


def _all_hold(tables: _Tables, steps: Sequence[Step]) -> States:
    if not steps:
        return np.full(tables.size, MET, np.uint8)
    return at_least(len(steps), [step.states for step in steps])


def _not_met(tables: _Tables, steps: Sequence[Step], failing: Flags) -> Masks:
    """Why the first rows do not pass: as many tests as the evaluator traces, and no more."""
    if not steps:
        return np.zeros(len(tables.absent), np.uint64)
    fails = [failing & (step.states & 7 != MET) for step in steps]
    each = sum(fail.astype(np.int64) for fail in fails)
    total = np.zeros(tables.size + 1, np.int64)
    np.cumsum(each, out=total[1:])
    told = total[:-1] - total[tables.offsets[:-1]][tables.parents]
    why = np.zeros(tables.size, np.uint64)
    for step, fail in zip(steps, fails, strict=True):
        why |= np.where(fail & (told < MAX_ROW_TRACES), step.reasons, NONE)
        told = told + fail
    return join_by(why, tables.offsets)


def _is_other(check: checks.Rows, rows: Fields) -> Flags | None:
    """Which rows were never meant to pass: the first test says what is meant, if it can."""
    match check.where[:1]:
        case (checks.OneOf(field=str(column), one_of=accepted),):
            cells = rows.field(column)
            said = [as_word(value) in accepted for value in cells.distinct.values]
            return ~cells.absent & ~cells.distinct.each(said)
        case (checks.Filled(filled=columns),):
            blank = [rows.field(name).blank for name in columns]
            many = sum(flags.astype(np.int64) for flags in blank) > max(1, len(columns) // 2)
            return blank[0] & many
        case _:
            return None


def _covers(tables: _Tables, column: str, values: tuple[str, ...]) -> Step:
    cells = tables.rows.field(column)
    found = [as_word(value) for value in cells.distinct.values]
    missing = np.zeros(len(tables.absent), np.bool_)
    for value in values:
        there = ~cells.absent & cells.distinct.each([word == value for word in found])
        missing |= count_by(there, tables.offsets) == 0
    return _COVERS.step(missing.view(np.uint8))


_COVERS = Outcomes((MET, Code.COLUMN_COVERED), (UNMET, Code.COLUMN_NOT_COVERED))


def _distinct(tables: _Tables, column: str, n: int) -> Step:
    cells = tables.rows.field(column)
    numbers: dict[str, int] = {}
    for value in cells.distinct.values:
        numbers.setdefault(as_word(value), len(numbers))
    of_each = np.array([numbers[as_word(value)] for value in cells.distinct.values])
    pairs = tables.parents * len(numbers) + of_each[cells.distinct.codes]
    different = np.asarray(pa.array(pairs[~cells.absent]).unique(), np.int64)
    found: Index = np.bincount(different // len(numbers), minlength=len(tables.absent))
    return _DISTINCT.step((found < n).view(np.uint8))


_DISTINCT = Outcomes((MET, Code.COLUMN_DISTINCT), (UNMET, Code.COLUMN_TOO_FEW))
