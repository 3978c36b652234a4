"""Checks on tables, over columns: rows of all tables at once, told apart by offsets."""

from collections.abc import Sequence
from typing import assert_never

import numpy as np
import pyarrow as pa

from assessment.batch.cells import Fields
from assessment.batch.outcomes import (
    Choice,
    Outcomes,
    Step,
    combine,
    count,
    every_one,
    gather,
    kinds_of,
    where_open,
)
from assessment.batch.rows import Tables
from assessment.batch.sights import Judge, Sight, pieces_of
from assessment.batch.states import BIT, NONE, Flags, Index, at_least, count_by, join_by
from assessment.checks.tables import MAX_ROW_TRACES
from assessment.codes import Code
from assessment.logic import MET, OPEN, UNMET, UNSEEN
from assessment.words import as_word
from rubrics import checks

TableCheck = checks.Rows | checks.EveryRow | checks.Covers | checks.Distinct


def judge_table(check: TableCheck, own: str, tests: Sequence[Judge], *, in_facts: bool) -> Judge:
    """A check on a table, ready for judging; `tests` are those of each row."""
    question, field = check.question or own, check.field

    def judge(sight: Sight) -> Step:
        if in_facts:
            tables = pieces_of(sight).tables
            blank = np.zeros(sight.size, np.uint8)
        else:
            tables = sight.batch.table(question, field)
            blank = 1 + (~sight.batch.answer(question).absent).view(np.uint8)
        missing = tables.absent * (1 + blank)
        return _MISSING.instead(missing, _find(check, tables, tests, sight))

    return judge


_MISSING = Outcomes(
    (UNSEEN, Code.TABLE_MISSING), (OPEN, Code.ANSWER_MISSING), (OPEN, Code.TABLE_MISSING)
)


def _find(check: TableCheck, tables: Tables, tests: Sequence[Judge], sight: Sight) -> Step:
    match check:
        case checks.Rows():
            return _rows(check, tables, _judged(tables, tests, sight))
        case checks.EveryRow():
            return _every_row(tables, _judged(tables, tests, sight))
        case checks.Covers(covers=values, column=column):
            return _covers(tables, column, values)
        case checks.Distinct(distinct=n, column=column):
            return _distinct(tables, column, n)
        case _:
            assert_never(check)


def _judged(tables: Tables, tests: Sequence[Judge], sight: Sight) -> list[Step]:
    """What each test says of each row."""
    of = tables.parents if sight.submission is None else sight.submission.take(tables.parents)
    rows = Sight(sight.batch, tables.size, submission=of, rows=tables.rows)
    return [test(rows) for test in tests]


def _rows(check: checks.Rows, tables: Tables, steps: Sequence[Step]) -> Step:
    other, offsets = _is_other(check, tables.rows), tables.offsets
    meant = np.ones(tables.size, np.bool_) if other is None else ~other
    found = count(check.rows, _told(tables, steps, meant), offsets)
    none = (np.diff(offsets) > 0) & (count_by(meant, offsets) == 0)
    chosen, (own, is_none) = combine(found.choice, Choice(none.view(np.uint8), 2))
    why = np.where(is_none > 0, BIT[Code.ROWS_NONE_ABOUT], found.reasons.take(own))
    return where_open(Step(chosen, found.states.take(own), why | BIT[Code.ROWS_TOO_FEW]))


def _every_row(tables: Tables, steps: Sequence[Step]) -> Step:
    rows = _told(tables, steps, np.ones(tables.size, np.bool_))
    signs = [kinds_of(rows.states), rows.reasons]
    chosen, (kinds, reasons) = gather(rows.chosen, signs, tables.offsets)
    empty = kinds == 0
    states = np.where(empty, np.uint8(UNMET), every_one(kinds))
    code = np.where(states == UNMET, BIT[Code.ROWS_SOME_FAIL], BIT[Code.ROWS_OPEN])
    why = np.where(empty, BIT[Code.ROWS_TOO_FEW], code | reasons)
    return where_open(Step(chosen, states, why))


def _told(tables: Tables, steps: Sequence[Step], meant: Flags) -> Step:
    """Whether all tests hold of each row, and why the first ones that were meant to do not.

    The evaluator traces so many tests of a table, and no more.
    """
    choices = Choice(meant.view(np.uint8), 2), *(step.choice for step in steps)
    chosen, (is_meant, *parts) = combine(*choices)
    states = [step.states.take(part) for step, part in zip(steps, parts, strict=True)]
    tested = [np.full(len(is_meant), MET, np.uint8), *states]
    hold = at_least(len(tested), tested)
    failing = (is_meant > 0) & (hold != MET)
    fails = [failing & (state & 7 != MET) for state in states]
    each = sum((fail.astype(np.int64) for fail in fails), np.zeros(len(hold), np.int64))
    before = np.minimum(_before(each.take(chosen), tables), MAX_ROW_TRACES).astype(np.uint8)
    chosen, (row, told) = combine(Choice(chosen, len(hold)), Choice(before, MAX_ROW_TRACES + 1))
    why = np.zeros(len(row), np.uint64)
    for step, part, fail in zip(steps, parts, fails, strict=True):
        here = fail.take(row)
        why |= np.where(here & (told < MAX_ROW_TRACES), step.reasons.take(part.take(row)), NONE)
        told = told + here
    return Step(chosen, hold.take(row), why)


def _before(each: Index, tables: Tables) -> Index:
    """For each row the sum over those of the same table that stand before it."""
    sums = np.zeros(tables.size + 1, np.int64)
    np.cumsum(each, out=sums[1:])
    found: Index = sums[:-1] - sums.take(tables.offsets[:-1]).take(tables.parents)
    return found


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


def _covers(tables: Tables, column: str, values: tuple[str, ...]) -> Step:
    cells = tables.rows.field(column).distinct
    found = [_word(value) for value in cells.values]
    missing = np.zeros(len(tables.absent), np.bool_)
    for first in range(0, len(values), 64):
        some = values[first : first + 64]
        bits = [sum(1 << i for i, value in enumerate(some) if value == word) for word in found]
        there = join_by(np.array(bits, np.uint64).take(cells.codes), tables.offsets)
        missing |= there != np.uint64((1 << len(some)) - 1)
    return _COVERS.step(missing.view(np.uint8))


_COVERS = Outcomes((MET, Code.COLUMN_COVERED), (UNMET, Code.COLUMN_NOT_COVERED))


def _distinct(tables: Tables, column: str, n: int) -> Step:
    cells = tables.rows.field(column).distinct
    words = [_word(value) for value in cells.values]
    numbers = {word: i for i, word in enumerate(dict.fromkeys(words))}
    found: Index
    if len(numbers) <= 64:
        bits = [0 if word is None else 1 << numbers[word] for word in words]
        masks = np.array(bits, np.uint64).take(cells.codes)
        found = np.bitwise_count(join_by(masks, tables.offsets)).astype(np.int64)
    else:  # too many words for a mask: the different pairs of table and word are counted
        pairs = tables.parents * len(numbers)
        pairs += np.array([numbers[word] for word in words]).take(cells.codes)
        there = cells.each([word is not None for word in words])
        different = np.asarray(pa.array(pairs[there]).unique(), np.int64)
        found = np.bincount(different // len(numbers), minlength=len(tables.absent))
    return _DISTINCT.step((found < n).view(np.uint8))


_DISTINCT = Outcomes((MET, Code.COLUMN_DISTINCT), (UNMET, Code.COLUMN_TOO_FEW))


def _word(value: object) -> str | None:
    return None if value in (None, "") else as_word(value)
