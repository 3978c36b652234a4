"""The meaning of every check kind: a check becomes a function from what is in view to a verdict.

Checks are turned into functions once per rubric, not once per submission; `match` with
`assert_never` keeps this list and `rubrics/checks.py` complete towards each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from assessment.checks.answers import judge_value
from assessment.checks.datasets import judge_dataset, judge_licence
from assessment.checks.documents import judge_document
from assessment.checks.tables import judge_table
from assessment.codes import Code
from assessment.logic import MET, NA, OPEN, REVIEW, UNMET, UNSEEN, WORDS, at_least, counted
from assessment.results import Param, Trace
from assessment.sight import Judge, Sight, Step, all_hold, step
from rubrics import checks


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a check stands: whose question is its own, and whether it reads rows or facts."""

    own: str = ""
    in_row: bool = False
    in_facts: bool = False


def judge_of(check: checks.AnyCheck, scope: Scope, *, inherited: str = "") -> Judge:  # noqa: C901, PLR0912 (one branch a kind)
    """A check ready for judging. `inherited` is the line of the check around it."""
    at = check.at or inherited
    match check:
        case checks.AllOf(all_of=group):
            return _group("all_of", len(group), _all(group, scope, at), at)
        case checks.AnyOf(any_of=group):
            return _group("any_of", 1, _all(group, scope, at), at)
        case checks.AtLeast(at_least=n, of=group):
            return _group("at_least", n, _all(group, scope, at), at)
        case checks.RequirementMet(requirement=name):
            return _requirement(name, at)
        case checks.Routes():
            return _routes(check)
        case (
            checks.Is()
            | checks.OneOf()
            | checks.Includes()
            | checks.Bounds()
            | checks.Within()
            | checks.Ratio()
            | checks.Filled()
            | checks.Span()
        ):
            return judge_value(check, scope.own, in_row=scope.in_row)
        case checks.Rows(where=group):
            tests = _all(group, Scope(scope.own, in_row=True), at)
            return judge_table(check, scope.own, tests, in_facts=scope.in_facts)
        case checks.EveryRow(every_row=group):
            tests = _all(group, Scope(scope.own, in_row=True), at)
            return judge_table(check, scope.own, tests, in_facts=scope.in_facts)
        case checks.Covers() | checks.Distinct():
            return judge_table(check, scope.own, (), in_facts=scope.in_facts)
        case checks.EvidenceCount(where=group):
            return _evidence(check, _all(group, Scope(scope.own, in_facts=True), at))
        case checks.DatedWithin() | checks.Formats() | checks.Shows():
            return judge_document(check)
        case checks.Licences():
            return judge_licence(check)
        case (
            checks.NewestWithin()
            | checks.StageFields()
            | checks.CompleteProcesses()
            | checks.GroupShare()
            | checks.Join()
            | checks.Coverage()
            | checks.Policy()
        ):
            return judge_dataset(check)
        case _:
            assert_never(check)


def _all(group: tuple[checks.AnyCheck, ...], scope: Scope, at: str) -> tuple[Judge, ...]:
    return tuple(judge_of(child, scope, inherited=at) for child in group)


def _group(kind: str, n: int, judges: tuple[Judge, ...], at: str) -> Judge:
    def judge(sight: Sight) -> Step:
        states: list[int] = []
        traces: list[Trace] = []
        for child in judges:
            state, trace = child(sight)
            states.append(state)
            traces.append(trace)
        state, code, params = _tally(n, tuple(states))
        return state, Trace(kind, WORDS[state], code, params, "", at, tuple(traces))

    return judge


@lru_cache(maxsize=1024)
def _tally(n: int, states: tuple[int, ...]) -> tuple[int, Code, Mapping[str, Param]]:
    """What is said of a group: its state, how many are met and how many were asked for."""
    state, rest = at_least(n, states), len(states) - states.count(NA)
    params = {"met": states.count(MET), "asked": min(n, rest), "of": rest}
    return state, _GROUP_CODES.get(state, Code.GROUP_OPEN), params


_GROUP_CODES = {MET: Code.GROUP_MET, UNMET: Code.GROUP_NOT_MET, NA: Code.GROUP_NOT_APPLICABLE}


def _requirement(name: str, at: str) -> Judge:
    """A requirement in a pass rule: what is said of it depends on its state alone."""
    params: dict[str, Param] = {"requirement": name}
    said = [step("requirement", s, Code.REQUIREMENT, params, name, at) for s in range(16)]
    return lambda sight: said[sight.states[name]]


def _routes(check: checks.Routes) -> Judge:
    """Groups of requirements; a route that needs a reviewer cannot carry the verdict alone."""
    at = check.at
    routes = {
        name: _group(
            f"route {name}", check.each_at_least, tuple(_requirement(r, at) for r in group), at
        )
        for name, group in check.routes.items()
    }

    firm_names = [name for name in routes if name not in check.reviewer_if_only]

    def judge(sight: Sight) -> Step:
        steps = {name: route(sight) for name, route in routes.items()}
        states = tuple(state for state, _ in steps.values())
        firm = tuple(steps[name][0] for name in firm_names)
        state = at_least(check.at_least, states)
        without = at_least(check.at_least, firm) if len(firm) >= check.at_least else UNMET
        met = tuple(name for name, (s, _) in steps.items() if s & 7 == MET)
        params: dict[str, Param] = {"met": met, "asked": check.at_least}
        open_code = Code.ROUTES_UNSEEN if state & REVIEW else Code.ROUTES_OPEN
        code = _ROUTE_CODES.get(state & 7, open_code)
        if state & MET and not state & UNMET and without & 7 != MET:
            state, code = UNSEEN | state & NA, Code.ROUTES_NEED_REVIEWER
        if check.strong_from is not None and len(met) >= check.strong_from:
            params["strong"] = True
        traces = tuple(trace for _, trace in steps.values())
        return step("routes", state, code, params, "", at, traces)

    return judge


_ROUTE_CODES = {1: Code.ROUTES_MET, 2: Code.ROUTES_NOT_MET, 4: Code.GROUP_NOT_APPLICABLE}


# --- evidence -------------------------------------------------------------------------------------

NOT_SEEN = {
    "not_checked": Code.EVIDENCE_NOT_CHECKED,
    "unreachable": Code.EVIDENCE_UNREACHABLE,
    "refused": Code.EVIDENCE_REFUSED,
    "login": Code.EVIDENCE_LOGIN,
    "too_large": Code.EVIDENCE_TOO_LARGE,
    "encrypted": Code.EVIDENCE_ENCRYPTED,
    "unreadable": Code.EVIDENCE_UNREADABLE,
    "not_a_dataset": Code.EVIDENCE_NOT_A_DATASET,
}


def _evidence(check: checks.EvidenceCount, tests: tuple[Judge, ...]) -> Judge:
    kinds, n, at = check.evidence, check.count, check.at
    accepted = frozenset(kinds)

    def judge(sight: Sight) -> Step:
        if sight.evidence is None:
            params: dict[str, Param] = {"kinds": kinds}
            return step("evidence", OPEN, Code.EVIDENCE_NOT_HANDED_IN, params, "", at)
        states: list[int] = []
        traces: list[Trace] = []
        for inside in sight.evidence:
            if inside.piece.entry.kind in accepted:
                state, trace = _entry(inside, tests, at)
                states.append(state)
                traces.append(trace)
        if not states:
            return step("evidence", UNMET, Code.EVIDENCE_MISSING, {"kinds": kinds}, "", at)
        state = counted(n, tuple(states))
        params = {"kinds": kinds, "proving": states.count(MET), "asked": n}
        code = _EVIDENCE_CODES.get(state, Code.EVIDENCE_OPEN)
        return state, Trace("evidence", WORDS[state], code, params, "", at, tuple(traces))

    return judge


_EVIDENCE_CODES = {MET: Code.EVIDENCE_ENOUGH, UNMET: Code.EVIDENCE_TOO_WEAK}


def _entry(sight: Sight, tests: tuple[Judge, ...], at: str) -> Step:
    """One piece of evidence: what nobody could look at stays open and asks for a person."""
    piece = sight.piece
    entry, status = piece.entry, piece.facts.status
    if status != "seen":
        link = piece.facts.link
        refused = link.refused if link is not None else None
        told = {**piece.told, "why": refused} if refused is not None else piece.told
        return step("entry", UNSEEN, NOT_SEEN[status], told, entry.id, at)
    state, traces = all_hold(tests, sight)
    if entry.stated and state & MET:
        code, state = Code.EVIDENCE_STATED_ONLY, UNSEEN
    else:
        code = _ENTRY_CODES.get(state, Code.EVIDENCE_UNCLEAR)
    return state, Trace("entry", WORDS[state], code, piece.told, entry.id, at, traces)


_ENTRY_CODES = {MET: Code.EVIDENCE_PROVES, UNMET: Code.EVIDENCE_FAILS}
