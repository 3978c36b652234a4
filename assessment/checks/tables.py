"""Checks on tables: a data map, journey map, KPI table or plan, typed in or read from evidence."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assessment.codes import Code
from assessment.lasting import FOR_EVER, last_day
from assessment.logic import MET, OPEN, UNMET, UNSEEN, at_least, counted, state_of
from assessment.results import Param, Trace, Verdict
from assessment.sight import Judge, Sight, Step, all_hold, step
from assessment.words import as_word
from rubrics import checks
from rubrics.checks import children, kind_of

MAX_ROW_TRACES = 10
"""Rows that did not pass are traced one by one, up to this many."""

Row = Mapping[str, object]


def judge_table(
    check: checks.AnswerCheck, own: str, tests: Sequence[Judge], *, in_facts: bool
) -> Judge:
    """A check on a table, ready for judging; `tests` are those of each row."""
    question, field = check.question or own, check.field
    name = f"{question}.{field}" if field else question
    kind, at = kind_of(check), check.at
    expires = _may_expire(check)

    def table_of(sight: Sight) -> Sequence[Row] | None:
        if in_facts:
            return sight.piece.facts.table
        value = sight.answers.get(question)
        if field is not None:
            value = value.get(field) if isinstance(value, dict) else None
        return value if isinstance(value, tuple) else None

    def judge(sight: Sight) -> Step:
        place = sight.piece.entry.id if in_facts else name
        table = table_of(sight)
        if table is None and in_facts:
            return step(kind, UNSEEN, Code.TABLE_MISSING, {}, place, at)
        if table is None and not sight.answers.get(question):
            params = {"question": question}
            return step(kind, OPEN, Code.ANSWER_MISSING, params, question, at)
        if table is None:
            return step(kind, OPEN, Code.TABLE_MISSING, {}, place, at)
        match check:
            case checks.Rows():
                judged = _judge_rows(table, tests, sight, place)
                return _rows(check, table, judged, place, expires=expires)
            case checks.EveryRow():
                judged = _judge_rows(table, tests, sight, place)
                return _every_row(check, judged, place, expires=expires)
            case checks.Covers(covers=values, column=column):
                return _covers(table, column, values, place, at)
            case checks.Distinct(distinct=n, column=column):
                return _distinct(table, column, n, place, at)
            case _:
                raise TypeError(kind)

    return judge


_Judged = tuple[tuple[int, ...], list[tuple[Trace, ...]]]
"""The state of each row, and what its tests said."""


def _judge_rows(table: Sequence[Row], tests: Sequence[Judge], sight: Sight, place: str) -> _Judged:
    states: list[int] = []
    traces: list[tuple[Trace, ...]] = []
    for number, row in enumerate(table, 1):
        name = f"{place}[{number}]"
        in_row = Sight(sight.on, sight.answers, row=row, row_name=name)
        state, said = all_hold(tests, in_row)
        states.append(state)
        traces.append(said)
    return tuple(states), traces


def _rows(
    check: checks.Rows, table: Sequence[Row], judged: _Judged, place: str, *, expires: bool
) -> Step:
    n, at, (states, said) = check.rows, check.at, judged
    state = counted(n, states)
    params: dict[str, Param] = {"rows": states.count(MET), "asked": n}
    traces: tuple[Trace, ...] = ()
    if state == MET:
        if expires:
            traces = _soonest([t for t, s in zip(said, states, strict=True) if s == MET], n)
        return step("rows", state, Code.ROWS_ENOUGH, params, place, at, traces)
    topic = _topic(check)
    meant = [topic is None or not topic.is_other(row) for row in table]
    traces = _not_met(said, states, meant)
    if topic is not None and table and not any(meant):
        traces = (topic.missing(place),)
    return step("rows", state, Code.ROWS_TOO_FEW, params, place, at, traces)


def _every_row(check: checks.EveryRow, judged: _Judged, place: str, *, expires: bool) -> Step:
    at, (states, said) = check.at, judged
    if not states:
        return step("every_row", UNMET, Code.ROWS_TOO_FEW, {"rows": 0, "asked": 1}, place, at)
    state = at_least(len(states), states)
    params: dict[str, Param] = {"rows": len(states)}
    if state == MET:
        soonest = _soonest(said, len(said)) if expires else ()
        return step("every_row", state, Code.ROWS_ALL_PASS, params, place, at, soonest)
    failing = tuple(str(number) for number, s in enumerate(states, 1) if s != MET)
    params["failing"] = failing[:MAX_ROW_TRACES]
    code = Code.ROWS_SOME_FAIL if state == UNMET else Code.ROWS_OPEN
    traces = _not_met(said, states, [True] * len(states))
    return step("every_row", state, code, params, place, at, traces)


def _not_met(
    said: Sequence[tuple[Trace, ...]], states: Sequence[int], meant: Sequence[bool]
) -> tuple[Trace, ...]:
    """The tests that did not hold, of the first rows that were meant to pass and did not."""
    found: list[Trace] = []
    for traces, state, is_meant in zip(said, states, meant, strict=True):
        if is_meant and state != MET and len(found) < MAX_ROW_TRACES:
            found += [trace for trace in traces if trace.verdict != "met"]
    return tuple(found[:MAX_ROW_TRACES])


def _soonest(rows: Sequence[tuple[Trace, ...]], n: int) -> tuple[Trace, ...]:
    """The tests of the row with which fewer than `n` of these pass one day; none if none will."""
    by_end = sorted(rows, key=_first_end, reverse=True)
    return by_end[n - 1] if _first_end(by_end[n - 1]) != FOR_EVER else ()


def _first_end(row: tuple[Trace, ...]) -> date:
    return min(map(last_day, row))


def _may_expire(check: checks.Check) -> bool:
    """Whether a date of its rows counts for a time only."""
    if isinstance(check, checks.Within):
        return True
    return any(_may_expire(child) for _, group in children(check) for child in group)


class _Topic(NamedTuple):
    """Which rows are meant by the first test of `where`: those of these words, or filled in."""

    kind: str
    at: str
    column: str
    words: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def is_other(self, row: Row) -> bool:
        """Whether a row was never meant to pass."""
        if self.words:
            cell = row.get(self.column)
            return cell not in (None, "") and as_word(cell) not in self.words
        blank = [name for name in self.columns if row.get(name) in (None, "", ())]
        return self.column in blank and len(blank) > max(1, len(self.columns) // 2)

    def missing(self, place: str) -> Trace:
        """Where no row is meant: what the table lacks, not what every other row is not."""
        params: dict[str, Param] = {"column": self.column}
        if self.words:
            params["values"] = self.words
        return Trace(self.kind, Verdict.NOT_MET, Code.ROWS_NONE_ABOUT, params, place, self.at)


def _topic(check: checks.Rows) -> _Topic | None:
    match check.where[:1]:
        case (checks.OneOf(field=str(column), one_of=words, at=at),):
            return _Topic("one_of", at, column, words=words)
        case (checks.Filled(filled=columns, at=at),):
            return _Topic("filled", at, columns[0], columns=columns)
        case _:
            return None


def _covers(
    table: Sequence[Row], column: str, values: tuple[str, ...], place: str, at: str
) -> Step:
    present = _values(table, column)
    missing = tuple(value for value in values if value not in present)
    code = Code.COLUMN_NOT_COVERED if missing else Code.COLUMN_COVERED
    params: dict[str, Param] = {"column": column, "values": missing or values}
    return step("covers", state_of(met=not missing), code, params, place, at)


def _distinct(table: Sequence[Row], column: str, n: int, place: str, at: str) -> Step:
    present = len(_values(table, column))
    code = Code.COLUMN_DISTINCT if present >= n else Code.COLUMN_TOO_FEW
    params: dict[str, Param] = {"column": column, "values": present, "asked": n}
    return step("distinct", state_of(met=present >= n), code, params, place, at)


def _values(table: Sequence[Row], column: str) -> set[str]:
    """The different values of a column as ids: `Not captured` is `not_captured`."""
    cells = (row.get(column) for row in table)
    return {as_word(c) for c in cells if c not in (None, "")}
