"""Checks on any one piece of evidence: its date, its format, what the team says it shows."""

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from assessment.codes import Code
from assessment.logic import MET, UNMET, UNSEEN, state_of
from assessment.results import Param, Trace, Verdict
from assessment.sight import Judge, Sight, Step, step
from assessment.windows import iso_of, start_of
from rubrics import checks
from rubrics.checks import kind_of


def judge_document(check: checks.DatedWithin | checks.Formats | checks.Shows) -> Judge:
    """A check on one piece of evidence, ready for judging."""
    kind, at = kind_of(check), check.at
    match check:
        case checks.DatedWithin(dated_within=window):
            return _dated(window, kind, at)
        case checks.Formats(formats=formats):
            return _format(tuple(str(name) for name in formats), kind, at)
        case checks.Shows(shows=marks):
            return _shows(marks, kind, at)
        case _:
            assert_never(check)


def _dated(window: str, kind: str, at: str) -> Judge:
    """A date that a collector found stands above the one that the team gave."""

    def judge(sight: Sight) -> Step:
        entry = sight.piece.entry
        day = sight.piece.facts.dated or entry.dated
        if day is None:
            dates = _dates_found(sight)
            return step(kind, UNSEEN, Code.DOCUMENT_UNDATED, dates, entry.id, at)
        dated = iso_of(day)
        if day > sight.on:
            params: dict[str, Param] = {"dated": dated}
            return step(kind, UNMET, Code.DOCUMENT_IN_FUTURE, params, entry.id, at)
        since = start_of(window, sight.on)
        met = day >= since
        code = Code.DOCUMENT_FRESH if met else Code.DOCUMENT_TOO_OLD
        params = {"dated": dated, "since": iso_of(since), "window": window}
        return step(kind, state_of(met=met), code, params, entry.id, at)

    return judge


def _dates_found(sight: Sight) -> Mapping[str, Param]:
    """The newest date that stands in its text, and in what a program wrote; not after the day.

    Nobody knows whether one of them is the day from which it holds, so none of them is taken.
    """
    document = sight.piece.facts.document
    newest: dict[str, date] = {}
    for found in document.dates if document is not None else ():
        if found.on <= sight.on and found.on > newest.get(found.source, date.min):
            newest[found.source] = found.on
    return {source: iso_of(newest[source]) for source in sorted(newest)}


def _format(accepted: tuple[str, ...], kind: str, at: str) -> Judge:
    def judge(sight: Sight) -> Step:
        place, seen = sight.piece.entry.id, sight.piece.facts.format
        if seen is None:
            return step(kind, UNSEEN, Code.FORMAT_NOT_SEEN, {}, place, at)
        if seen in accepted:
            return step(kind, MET, Code.FORMAT_ACCEPTED, {"format": seen}, place, at)
        params: dict[str, Param] = {"format": seen, "accepted": accepted}
        return step(kind, UNMET, Code.FORMAT_NOT_ACCEPTED, params, place, at)

    return judge


def _shows(marks: tuple[str, ...], kind: str, at: str) -> Judge:
    """What nobody pointed out may still be there: a person must look, so it is never `not_met`."""
    wanted = frozenset(marks)
    code, shown = Code.MARK_SHOWN, {"marks": marks}

    def judge(sight: Sight) -> Step:
        piece = sight.piece
        if wanted <= piece.marks:
            if piece.facts.marks:
                return _seen_or_shown(sight, marks, kind, at)
            return MET, Trace(kind, Verdict.MET, code, shown, piece.entry.id, at)
        missing = tuple(mark for mark in marks if mark not in piece.marks)
        return step(kind, UNSEEN, Code.MARK_NOT_SHOWN, {"marks": missing}, piece.entry.id, at)

    return judge


def _seen_or_shown(sight: Sight, marks: tuple[str, ...], kind: str, at: str) -> Step:
    """Whose word it rests on that a mark is there: what the collector saw needs no other."""
    place, saw = sight.piece.entry.id, sight.piece.facts.marks
    seen = tuple(mark for mark in marks if mark in saw)
    told = tuple(mark for mark in marks if mark not in saw)
    if not told:
        return step(kind, MET, Code.MARK_SEEN, {"marks": seen}, place, at)
    return step(kind, MET, Code.MARK_SHOWN, {"marks": told, "seen": seen}, place, at)
