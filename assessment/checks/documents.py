"""Checks on any one piece of evidence: its date, its format, what the team says it shows."""

from typing import assert_never

from assessment.codes import Code
from assessment.logic import MET, UNMET, UNSEEN, state_of
from assessment.results import Param
from assessment.sight import Judge, Sight, Step, step
from assessment.windows import start_of
from rubrics import checks
from rubrics.checks import kind_of


def judge_document(check: checks.DatedWithin | checks.Formats | checks.Shows) -> Judge:
    """A check on one piece of evidence, ready for judging."""
    match check:
        case checks.DatedWithin(dated_within=window):
            return lambda sight: _dated(sight, check, window)
        case checks.Formats(formats=formats):
            accepted = tuple(str(name) for name in formats)
            return lambda sight: _format(sight, check, accepted)
        case checks.Shows(shows=marks):
            return lambda sight: _shows(sight, check, marks)
        case _:
            assert_never(check)


def _name(sight: Sight) -> str:
    return sight.entry.id if sight.entry is not None else ""


def _dated(sight: Sight, check: checks.Check, window: str) -> Step:
    """A date that a collector found stands above the one that the team gave."""
    seen = sight.facts.dated if sight.facts is not None else None
    given = sight.entry.dated if sight.entry is not None else None
    day = seen or given
    kind, place, at = kind_of(check), _name(sight), check.at
    if day is None:
        return step(kind, UNSEEN, Code.DOCUMENT_UNDATED, {}, place, at)
    if day > sight.on:
        params: dict[str, Param] = {"dated": day.isoformat()}
        return step(kind, UNMET, Code.DOCUMENT_IN_FUTURE, params, place, at)
    since = start_of(window, sight.on)
    met = day >= since
    code = Code.DOCUMENT_FRESH if met else Code.DOCUMENT_TOO_OLD
    params = {"dated": day.isoformat(), "since": since.isoformat(), "window": window}
    return step(kind, state_of(met=met), code, params, place, at)


def _format(sight: Sight, check: checks.Check, accepted: tuple[str, ...]) -> Step:
    seen = sight.facts.format if sight.facts is not None else None
    kind, place, at = kind_of(check), _name(sight), check.at
    if seen is None:
        return step(kind, UNSEEN, Code.FORMAT_NOT_SEEN, {}, place, at)
    if seen in accepted:
        return step(kind, MET, Code.FORMAT_ACCEPTED, {"format": seen}, place, at)
    params: dict[str, Param] = {"format": seen, "accepted": accepted}
    return step(kind, UNMET, Code.FORMAT_NOT_ACCEPTED, params, place, at)


def _shows(sight: Sight, check: checks.Check, marks: tuple[str, ...]) -> Step:
    """What nobody pointed out may still be there: a person must look, so it is never `not_met`."""
    shown = sight.entry.shows if sight.entry is not None else {}
    missing = tuple(mark for mark in marks if not shown.get(mark, "").strip())
    kind, place, at = kind_of(check), _name(sight), check.at
    if missing:
        return step(kind, UNSEEN, Code.MARK_NOT_SHOWN, {"marks": missing}, place, at)
    return step(kind, MET, Code.MARK_SHOWN, {"marks": marks}, place, at)
