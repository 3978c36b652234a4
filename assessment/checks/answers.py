"""Checks on what the team answered: yes/no, choices, numbers, dates, groups of fields."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from assessment.codes import Code
from assessment.logic import MET, OPEN, UNMET, UNSEEN, WORDS, state_of
from assessment.results import Param, Trace
from assessment.sight import Judge, Sight, Step, step
from assessment.windows import iso_of, start_of
from assessment.words import as_word
from rubrics import checks
from rubrics.checks import kind_of

YES = frozenset({"yes", "true", "sí", "si", "sim"})
NO = frozenset({"no", "false", "não", "nao"})

Look = Callable[[Sight], object]
"""Fetches the value that a check is about; `None` where there is none."""


def look_of(check: checks.AnswerCheck, own: str, *, in_row: bool) -> tuple[Look, str]:
    """How to fetch the value that a check is about, and the name of the place it comes from."""
    question, field = check.question or own, check.field
    if in_row and check.question is None:
        if field is None:
            return (lambda sight: sight.row), ""
        return (lambda sight: sight.row.get(field) if sight.row is not None else None), f".{field}"
    if field is None:
        return (lambda sight: sight.answers.get(question)), question

    def look(sight: Sight) -> object:
        group = sight.answers.get(question)
        return group.get(field) if isinstance(group, dict) else None

    return look, f"{question}.{field}"


def judge_value(check: checks.AnswerCheck, own: str, *, in_row: bool) -> Judge:
    """A check on one value, ready for judging.

    A blank answer is open: the team has not answered yet. A blank cell is known to be blank.
    """
    look, name = look_of(check, own, in_row=in_row)
    question = check.question or own
    is_cell = in_row and check.question is None
    compare = _comparison(check, is_cell=is_cell)
    kind, at = kind_of(check), check.at

    def judge(sight: Sight) -> Step:
        value = look(sight)
        place = sight.row_name + name
        if value in (None, "", ()):
            if is_cell:
                params: Mapping[str, Param] = {"fields": (name.lstrip("."),)}
                return step(kind, UNMET, Code.FIELDS_EMPTY, params, place, at)
            missing = name if sight.answers.get(question) else question
            return step(kind, OPEN, Code.ANSWER_MISSING, {"question": missing}, missing, at)
        state, code, params = compare(value, sight.on)
        return state, Trace(kind, WORDS[state], code, params, place, at)

    return judge


Found = tuple[int, Code, Mapping[str, Param]]


def _comparison(check: checks.AnswerCheck, *, is_cell: bool) -> Callable[[object, date], Found]:
    """How to judge a value. An answer's words are ids already; those of a cell are made ids."""
    word_of: Callable[[object], str] = as_word if is_cell else str
    match check:
        case checks.Is(is_=asked):
            return lambda value, _: _is(value, asked)
        case checks.OneOf(one_of=accepted):
            return lambda value, _: _one_of(word_of(value), accepted)
        case checks.Includes(includes=accepted, at_least=n):
            return lambda value, _: _includes(value, accepted, n, word_of)
        case checks.Bounds(min=low, max=high):
            return lambda value, _: _bounds(value, low, high)
        case checks.Within(within=window):
            return lambda value, on: _within(value, window, on)
        case checks.Ratio(ratio=(part, whole), min=least):
            return lambda value, _: _ratio(value, part, whole, least)
        case checks.Filled(filled=fields):
            return lambda value, _: _filled(value, fields)
        case checks.Span(span=days, lasts=lasts):
            blank = UNMET if is_cell else OPEN
            return lambda value, _: _span(value, days, lasts, blank)
        case _:
            raise TypeError(kind_of(check))


def _is(value: object, asked: str) -> Found:
    word = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else as_word(value)
    if word in YES or word in NO:
        met = (word in YES) == (asked == "yes")
        return state_of(met=met), Code.ANSWER_IS if met else Code.ANSWER_IS_NOT, {"asked": asked}
    return UNSEEN, Code.VALUE_UNREADABLE, {"value": str(value)[:80]}


def _one_of(word: str, accepted: tuple[str, ...]) -> Found:
    if word in accepted:
        return MET, Code.CHOICE_ACCEPTED, {"chosen": word}
    return UNMET, Code.CHOICE_NOT_ACCEPTED, {"chosen": word, "accepted": accepted}


def _includes(
    value: object, accepted: tuple[str, ...], n: int, word_of: Callable[[object], str]
) -> Found:
    given = value if isinstance(value, tuple) else str(value).split(";")
    words = set(map(word_of, given))
    chosen = tuple([word for word in accepted if word in words])
    if len(chosen) >= n:
        return MET, Code.CHOICES_ENOUGH, {"chosen": chosen, "asked": n}
    return UNMET, Code.CHOICES_TOO_FEW, {"chosen": chosen, "accepted": accepted, "asked": n}


def _bounds(value: object, low: float | None, high: float | None) -> Found:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return UNSEEN, Code.VALUE_UNREADABLE, {"value": str(value)[:80]}
    if low is not None and value < low:
        return UNMET, Code.NUMBER_TOO_LOW, {"value": value, "min": plain(low)}
    if high is not None and value > high:
        return UNMET, Code.NUMBER_TOO_HIGH, {"value": value, "max": plain(high)}
    return MET, Code.NUMBER_IN_BOUNDS, {"value": value}


def _within(value: object, window: str, on: date) -> Found:
    day = as_date(value)
    if day is None:
        return UNSEEN, Code.VALUE_UNREADABLE, {"value": str(value)[:80]}
    if day > on:
        return UNMET, Code.DATE_IN_FUTURE, {"date": day.isoformat()}
    since = start_of(window, on)
    met = day >= since
    code = Code.DATE_IN_WINDOW if met else Code.DATE_TOO_OLD
    params = {"date": iso_of(day), "since": iso_of(since), "window": window}
    return state_of(met=met), code, params


def _ratio(value: object, part: str, whole: str, least: float) -> Found:
    fields = value if isinstance(value, dict) else {}
    some, every = fields.get(part), fields.get(whole)
    missing = tuple(n for n, v in ((part, some), (whole, every)) if v is None or v == "")
    if missing:
        return OPEN, Code.FIELDS_EMPTY, {"fields": missing}
    if not isinstance(some, int | float) or not isinstance(every, int | float):
        return UNSEEN, Code.VALUE_UNREADABLE, {"value": f"{some} / {every}"[:80]}
    if every <= 0:
        return OPEN, Code.RATIO_NO_BASE, {"fields": (whole,)}
    met = 100 * some >= least * every
    code = Code.RATIO_ENOUGH if met else Code.RATIO_TOO_LOW
    share = round(100 * some / every, 1)
    params = {"value": share, "min": plain(least), "part": part, "whole": whole}
    return state_of(met=met), code, params


def _filled(value: object, fields: tuple[str, ...]) -> Found:
    known = value if isinstance(value, dict) else {}
    empty = tuple([name for name in fields if known.get(name) in (None, "", ())])
    if not empty:
        return MET, Code.FIELDS_FILLED, {"fields": fields}
    return UNMET, Code.FIELDS_EMPTY, {"fields": empty}


def _span(value: object, days: tuple[str, str], lasts: str, blank: int) -> Found:
    fields = value if isinstance(value, dict) else {}
    cells = [fields.get(name) for name in days]
    empty = tuple(name for name, cell in zip(days, cells, strict=True) if cell in (None, ""))
    if empty:
        return blank, Code.FIELDS_EMPTY, {"fields": empty}
    start, end = map(as_date, cells)
    if start is None or end is None:
        return UNSEEN, Code.VALUE_UNREADABLE, {"value": f"{cells[0]} / {cells[1]}"[:80]}
    params: dict[str, Param] = {"start": iso_of(start), "end": iso_of(end)}
    if end < start:
        return UNMET, Code.SPAN_REVERSED, params
    after = end if end == date.max else end + timedelta(days=1)
    met = start <= start_of(lasts, after)
    code = Code.SPAN_ENOUGH if met else Code.SPAN_TOO_SHORT
    return state_of(met=met), code, {**params, "lasts": lasts}


def plain(number: float) -> int | float:
    """A whole number without its `.0`."""
    return int(number) if number == int(number) else number


def as_date(value: object) -> date | None:
    """A day, from a date or ISO 8601 text."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
