"""The meaning of every check kind: a check becomes a function from what is in view to a verdict.

Checks are turned into functions once per rubric, not once per submission; `match` with
`assert_never` keeps this list and `rubrics/checks.py` complete towards each other.
"""

from dataclasses import dataclass
from typing import assert_never

from assessment.checks.answers import judge_value
from assessment.checks.datasets import judge_dataset, judge_licence
from assessment.checks.documents import judge_document
from assessment.checks.tables import judge_table
from assessment.codes import Code
from assessment.logic import MET, NA, OPEN, UNMET, UNSEEN, at_least
from assessment.results import Param, Trace
from assessment.sight import Judge, Sight, Step, all_hold, counted, step
from assessment.submission import Evidence, Facts
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
        steps = [judge(sight) for judge in judges]
        states = [state for state, _ in steps]
        return group_step(kind, n, states, tuple(trace for _, trace in steps), at)

    return judge


def group_step(kind: str, n: int, states: list[int], traces: tuple[Trace, ...], at: str) -> Step:
    """A group of judged children: its state, how many are met and how many were asked for."""
    state = at_least(n, states)
    applicable = sum(1 for s in states if s & 7 != 4)
    params: dict[str, Param] = {
        "met": sum(1 for s in states if s & 7 == 1),
        "asked": min(n, applicable),
        "of": applicable,
    }
    return step(kind, state, _GROUP_CODES.get(state & 7, Code.GROUP_OPEN), params, "", at, traces)


_GROUP_CODES = {
    1: Code.GROUP_MET,
    2: Code.GROUP_NOT_MET,
    4: Code.GROUP_NOT_APPLICABLE,
}


def _requirement(name: str, at: str) -> Judge:
    params: dict[str, Param] = {"requirement": name}

    def judge(sight: Sight) -> Step:
        return step("requirement", sight.states[name], Code.REQUIREMENT, params, name, at)

    return judge


def _routes(check: checks.Routes) -> Judge:
    """Groups of requirements; a route that needs a reviewer cannot carry the verdict alone."""
    at = check.at
    routes = {
        name: _group(
            f"route {name}", check.each_at_least, tuple(_requirement(r, at) for r in group), at
        )
        for name, group in check.routes.items()
    }

    def judge(sight: Sight) -> Step:
        steps = {name: route(sight) for name, route in routes.items()}
        states = [state for state, _ in steps.values()]
        firm = [state for name, (state, _) in steps.items() if name not in check.reviewer_if_only]
        state = at_least(check.at_least, states)
        without = at_least(check.at_least, firm) if len(firm) >= check.at_least else UNMET
        met = tuple(name for name, (s, _) in steps.items() if s & 7 == MET)
        params: dict[str, Param] = {"met": met, "asked": check.at_least}
        code = _ROUTE_CODES.get(state & 7, Code.ROUTES_OPEN)
        if state & MET and not state & UNMET and without & 7 != MET:
            state, code = UNSEEN | state & NA, Code.ROUTES_NEED_REVIEWER
        if check.strong_from is not None and len(met) >= check.strong_from:
            params["strong"] = True
        traces = tuple(trace for _, trace in steps.values())
        return step("routes", state, code, params, "", at, traces)

    return judge


_ROUTE_CODES = {1: Code.ROUTES_MET, 2: Code.ROUTES_NOT_MET, 4: Code.GROUP_NOT_APPLICABLE}


# --- evidence -------------------------------------------------------------------------------------

_NOT_SEEN = {
    "not_checked": Code.EVIDENCE_NOT_CHECKED,
    "unreachable": Code.EVIDENCE_UNREACHABLE,
    "too_large": Code.EVIDENCE_TOO_LARGE,
    "encrypted": Code.EVIDENCE_ENCRYPTED,
    "unreadable": Code.EVIDENCE_UNREADABLE,
    "not_a_dataset": Code.EVIDENCE_NOT_A_DATASET,
}


def _evidence(check: checks.EvidenceCount, tests: tuple[Judge, ...]) -> Judge:
    kinds, n, at = check.evidence, check.count, check.at

    def judge(sight: Sight) -> Step:
        if sight.evidence is None:
            params: dict[str, Param] = {"kinds": kinds}
            return step("evidence", OPEN, Code.EVIDENCE_NOT_HANDED_IN, params, "", at)
        steps = [_entry(e, tests, sight, at) for e in sight.evidence if e.kind in kinds]
        if not steps:
            return step("evidence", UNMET, Code.EVIDENCE_MISSING, {"kinds": kinds}, "", at)
        states = [state for state, _ in steps]
        state = counted(n, states)
        proving = sum(1 for s in states if s == MET)
        params = {"kinds": kinds, "proving": proving, "asked": n}
        code = _EVIDENCE_CODES.get(state & 7, Code.EVIDENCE_OPEN)
        return step("evidence", state, code, params, "", at, tuple(trace for _, trace in steps))

    return judge


_EVIDENCE_CODES = {1: Code.EVIDENCE_ENOUGH, 2: Code.EVIDENCE_TOO_WEAK}


def _entry(entry: Evidence, tests: tuple[Judge, ...], sight: Sight, at: str) -> Step:
    """One piece of evidence: what nobody could look at stays open and asks for a person."""
    facts = entry.facts if entry.facts is not None else _NOT_CHECKED
    if facts.status != "seen":
        return step("entry", UNSEEN, _NOT_SEEN[facts.status], {"title": entry.title}, entry.id, at)
    inside = Sight(sight.on, sight.answers, entry=entry, facts=facts)
    state, traces = all_hold(tests, inside)
    params: dict[str, Param] = {"title": entry.title}
    if entry.stated and state & MET:
        code, state = Code.EVIDENCE_STATED_ONLY, UNSEEN
    elif state & 7 == MET:
        code = Code.EVIDENCE_PROVES
    elif state & MET:
        code = Code.EVIDENCE_UNCLEAR
    else:
        code = Code.EVIDENCE_FAILS
    return step("entry", state, code, params, entry.id, at, traces)


_NOT_CHECKED = Facts(status="not_checked")
