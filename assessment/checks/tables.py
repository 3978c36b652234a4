"""Checks on tables: a data map, journey map, KPI table or plan, typed in or read from evidence."""

from collections.abc import Mapping, Sequence

from assessment.codes import Code
from assessment.logic import MET, OPEN, UNMET, UNSEEN, at_least, counted, state_of
from assessment.results import Param, Trace
from assessment.sight import Judge, Sight, Step, all_hold, step
from rubrics import checks
from rubrics.checks import kind_of

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
            case checks.Rows(rows=n):
                return _rows(table, n, tests, sight, place, at)
            case checks.EveryRow():
                return _every_row(table, tests, sight, place, at)
            case checks.Covers(covers=values, column=column):
                return _covers(table, column, values, place, at)
            case checks.Distinct(distinct=n, column=column):
                return _distinct(table, column, n, place, at)
            case _:
                raise TypeError(kind)

    return judge


def _judge_rows(
    table: Sequence[Row], tests: Sequence[Judge], sight: Sight, place: str
) -> tuple[tuple[int, ...], tuple[Trace, ...]]:
    """The state of each row, and the traces of the first rows that did not pass."""
    states: list[int] = []
    traces: list[Trace] = []
    for number, row in enumerate(table, 1):
        name = f"{place}[{number}]"
        in_row = Sight(sight.on, sight.answers, row=row, row_name=name)
        state, children = all_hold(tests, in_row)
        states.append(state)
        if state != MET and len(traces) < MAX_ROW_TRACES:
            traces += [trace for trace in children if trace.verdict != "met"]
    return tuple(states), tuple(traces[:MAX_ROW_TRACES])


def _rows(  # noqa: PLR0917 (what every table check is given)
    table: Sequence[Row], n: int, tests: Sequence[Judge], sight: Sight, place: str, at: str
) -> Step:
    states, traces = _judge_rows(table, tests, sight, place)
    state = counted(n, states)
    code = Code.ROWS_ENOUGH if state == MET else Code.ROWS_TOO_FEW
    params: dict[str, Param] = {"rows": states.count(MET), "asked": n}
    return step("rows", state, code, params, place, at, () if state == MET else traces)


def _every_row(
    table: Sequence[Row], tests: Sequence[Judge], sight: Sight, place: str, at: str
) -> Step:
    if not table:
        return step("every_row", UNMET, Code.ROWS_TOO_FEW, {"rows": 0, "asked": 1}, place, at)
    states, traces = _judge_rows(table, tests, sight, place)
    state = at_least(len(states), states)
    if state == MET:
        return step("every_row", state, Code.ROWS_ALL_PASS, {"rows": len(table)}, place, at)
    failing = tuple(str(number) for number, s in enumerate(states, 1) if s != MET)
    params: dict[str, Param] = {"failing": failing[:MAX_ROW_TRACES], "rows": len(table)}
    code = Code.ROWS_SOME_FAIL if state == UNMET else Code.ROWS_OPEN
    return step("every_row", state, code, params, place, at, traces)


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
    return {str(c).strip().lower().replace(" ", "_") for c in cells if c not in (None, "")}
