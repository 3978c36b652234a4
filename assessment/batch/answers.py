"""Checks on what the team answered, over columns; `assessment/checks/answers.py` holds the meaning.

What can be compared column by column is; of everything else the evaluator's own check is asked once
of each different value.
"""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pyarrow.types as pt

from assessment.batch import arrays
from assessment.batch.cells import Cells, Distinct, Fields, Raw
from assessment.batch.outcomes import Outcomes, Step, choose
from assessment.batch.sights import Judge, Sight
from assessment.batch.states import BIT, NONE, Flags, Index, join_by
from assessment.checks.answers import judge_value as judge_one
from assessment.codes import Code
from assessment.logic import MET, OPEN, UNMET, UNSEEN
from assessment.sight import Sight as OneSight
from assessment.windows import start_of
from rubrics import checks

MAX_KEPT = 100_000
"""How many different values a check remembers its verdict on."""


def judge_value(check: checks.AnswerCheck, own: str, *, in_row: bool) -> Judge:
    """A check on one value or on the fields of a group, ready for judging."""
    if in_row and check.question is not None:
        return _of_the_submission(judge_value(check, own, in_row=False))
    question, name = check.question or own, check.field
    compare = _comparison(check, is_cell=in_row)

    def judge(sight: Sight) -> Step:
        found: Fields
        if in_row:
            assert sight.rows is not None  # noqa: S101 (a row check stands inside a table check)
            found = sight.rows
        else:
            found = sight.batch.answer(question)
        return compare(found if name is None else found.field(name), sight)

    return judge


def _of_the_submission(judge: Judge) -> Judge:
    """The same for every row of a submission, asked once."""

    def spread(sight: Sight) -> Step:
        batch = sight.batch
        assert sight.submission is not None  # noqa: S101 (every row belongs to a submission)
        found = judge(Sight(batch, batch.size))
        return found._replace(chosen=found.chosen.take(sight.submission))

    return spread


Compare = Callable[[Fields, Sight], Step]


def _comparison(check: checks.AnswerCheck, *, is_cell: bool) -> Compare:
    blank = (UNMET, Code.FIELDS_EMPTY) if is_cell else (OPEN, Code.ANSWER_MISSING)
    match check:
        case checks.Ratio():
            return _ratio(check, blank)
        case checks.Filled(filled=names):
            return _filled(names, blank)
        case checks.Span():
            return _span(check, blank, is_cell=is_cell)
        case _:
            one_by_one = _OneByOne(check, is_cell=is_cell)
            typed = _typed(check, blank)

            def compare(found: Fields, sight: Sight) -> Step:
                assert isinstance(found, Cells)  # noqa: S101 (lint asks for a field of a row)
                if typed is not None and type(found) is Cells and typed[0](found.array.type):
                    return typed[1](found, sight)
                return one_by_one.judge(found, sight)

            return compare


class _OneByOne:
    """The evaluator's own check, asked of each different value and remembered."""

    def __init__(self, check: checks.AnswerCheck, *, is_cell: bool) -> None:
        plain = check.model_copy(update={"question": None, "field": "v" if is_cell else None})
        self._judge = judge_one(plain, "v", in_row=is_cell)
        self._said: dict[tuple[date, type, Raw], tuple[int, np.uint64]] = {}

    def judge(self, found: Cells, sight: Sight) -> Step:
        distinct, on = found.distinct, sight.batch.on
        said = [self._of(distinct, i, on) for i in range(len(distinct.raw))]
        numbers = {outcome: i for i, outcome in enumerate(dict.fromkeys(said))}
        chosen = np.array([numbers[outcome] for outcome in said], np.min_scalar_type(len(numbers)))
        states, reasons = zip(*numbers, strict=True)
        return Step(
            chosen.take(distinct.codes), np.array(states, np.uint8), np.array(reasons, np.uint64)
        )

    def _of(self, distinct: Distinct, number: int, on: date) -> tuple[int, np.uint64]:
        raw = distinct.raw[number]
        key = (on, type(raw), raw)
        if key not in self._said:
            if len(self._said) >= MAX_KEPT:
                self._said.clear()
            value = {"v": distinct.values[number]}
            state, trace = self._judge(OneSight(on, value, row=value))
            self._said[key] = state, NONE if trace.verdict == "met" else BIT[Code(trace.code)]
        return self._said[key]


Typed = tuple[Callable[[object], bool], Callable[[Cells, Sight], Step]]
"""Which type of column can be compared as a whole, and how."""


def _typed(check: checks.AnswerCheck, blank: tuple[int, Code]) -> Typed | None:
    match check:
        case checks.Is(is_=asked):
            said = Outcomes((MET, Code.ANSWER_IS), (UNMET, Code.ANSWER_IS_NOT), blank)
            return pt.is_boolean, lambda found, _: said.step(
                choose(
                    found.size,
                    (found.absent, 2),
                    (arrays.flags(found.array) != (asked == "yes"), 1),
                )
            )
        case checks.Bounds(min=low, max=high):
            return _is_number, lambda found, _: _bounds(found, low, high, blank)
        case checks.Within(within=window):
            return pt.is_date, lambda found, sight: _within(found, sight, window, blank)
        case checks.Includes(includes=accepted, at_least=n):
            return _is_list, lambda found, _: _includes(found, accepted, n, blank)
        case _:
            return None


def _is_number(kind: object) -> bool:
    return bool(pt.is_floating(kind) or pt.is_integer(kind))


def _is_list(kind: object) -> bool:
    return bool(pt.is_list(kind) or pt.is_large_list(kind))


def _bounds(found: Cells, low: float | None, high: float | None, blank: tuple[int, Code]) -> Step:
    said = Outcomes(
        (MET, Code.NUMBER_IN_BOUNDS),
        (UNMET, Code.NUMBER_TOO_LOW),
        (UNMET, Code.NUMBER_TOO_HIGH),
        blank,
    )
    values, _ = found.numbers
    rules: list[tuple[Flags, int]] = [(found.absent, 3)]
    if low is not None:
        rules.append((values < low, 1))
    if high is not None:
        rules.append((values > high, 2))
    return said.step(choose(found.size, *rules))


def _within(found: Cells, sight: Sight, window: str, blank: tuple[int, Code]) -> Step:
    said = Outcomes(
        (MET, Code.DATE_IN_WINDOW), (UNMET, Code.DATE_TOO_OLD), (UNMET, Code.DATE_IN_FUTURE), blank
    )
    values, _ = found.days
    since = start_of(window, sight.batch.on).toordinal()
    rules = (found.absent, 3), (values > sight.on, 2), (values < since, 1)
    return said.step(choose(found.size, *rules))


def _includes(found: Cells, accepted: tuple[str, ...], n: int, blank: tuple[int, Code]) -> Step:
    said = Outcomes((MET, Code.CHOICES_ENOUGH), (UNMET, Code.CHOICES_TOO_FEW), blank)
    given = arrays.lists(found.array)
    words = arrays.words(given.values)
    chosen = np.zeros(found.size, np.int64)
    for masks in words.masks(accepted):
        chosen += np.bitwise_count(join_by(masks, given.offsets))
    rules = (found.blank, 2), (chosen < n, 1)
    return said.step(choose(found.size, *rules))


# --- checks on several fields ---------------------------------------------------------------------


def _ratio(check: checks.Ratio, blank: tuple[int, Code]) -> Compare:
    part, whole = check.ratio
    said = Outcomes(
        (MET, Code.RATIO_ENOUGH),
        (UNMET, Code.RATIO_TOO_LOW),
        (OPEN, Code.RATIO_NO_BASE),
        (UNSEEN, Code.VALUE_UNREADABLE),
        (OPEN, Code.FIELDS_EMPTY),
        blank,
    )

    def compare(found: Fields, _: Sight) -> Step:
        parts = found.field(part), found.field(whole)
        (some, readable), (every, readable_too) = (cells.numbers for cells in parts)
        return said.step(
            choose(
                len(some),
                (found.absent, 5),
                (parts[0].absent | parts[1].absent, 4),
                (~(readable & readable_too), 3),
                (every <= 0, 2),
                (100 * some < check.min * every, 1),
            )
        )

    return compare


def _filled(names: tuple[str, ...], blank: tuple[int, Code]) -> Compare:
    said = Outcomes((MET, Code.FIELDS_FILLED), (UNMET, Code.FIELDS_EMPTY), blank)

    def compare(found: Fields, _: Sight) -> Step:
        empty = np.logical_or.reduce([found.field(name).blank for name in names])
        return said.step(choose(len(empty), (found.absent, 2), (empty, 1)))

    return compare


def _span(check: checks.Span, blank: tuple[int, Code], *, is_cell: bool) -> Compare:
    first, last = check.span
    said = Outcomes(
        (MET, Code.SPAN_ENOUGH),
        (UNMET, Code.SPAN_TOO_SHORT),
        (UNMET, Code.SPAN_REVERSED),
        (UNSEEN, Code.VALUE_UNREADABLE),
        (UNMET if is_cell else OPEN, Code.FIELDS_EMPTY),
        blank,
    )

    def compare(found: Fields, _: Sight) -> Step:
        parts = found.field(first), found.field(last)
        (start, readable), (end, readable_too) = (cells.days for cells in parts)
        return said.step(
            choose(
                len(start),
                (found.absent, 5),
                (parts[0].absent | parts[1].absent, 4),
                (~(readable & readable_too), 3),
                (end < start, 2),
                (start > _latest_starts(end, check.lasts), 1),
            )
        )

    return compare


def _latest_starts(ends: Index, lasts: str) -> Index:
    """For each last day the latest first one with which it lasts so long, both counted."""
    different, codes = np.unique(ends, return_inverse=True)
    found: Index = np.array([_latest_start(int(end), lasts) for end in different], np.int64)
    return found.take(codes)


def _latest_start(end: int, lasts: str) -> int:
    if end < 1:  # nothing was read
        return 0
    day = date.fromordinal(end)
    after = day if day == date.max else day + timedelta(days=1)
    return start_of(lasts, after).toordinal()
