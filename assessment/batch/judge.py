"""Every kind of check as a function over columns; the counterpart of `assessment/judge.py`.

`match` with `assert_never` keeps this list, the evaluator's and `rubrics/checks.py` complete
towards each other.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

import numpy as np

from assessment.batch.answers import judge_value
from assessment.batch.pieces import judge_dataset, judge_document
from assessment.batch.sights import SEEN, Judge, Pieces, Plan, Sight, pieces_of
from assessment.batch.states import (
    BIT,
    NONE,
    NOTHING_HANDED_IN,
    Masks,
    Outcomes,
    States,
    Step,
    at_least,
    counted,
    join_by,
    settled,
    where_open,
)
from assessment.batch.tables import judge_table
from assessment.codes import Code
from assessment.judge import NOT_SEEN, Scope
from assessment.logic import MET, NA, OPEN, UNMET, UNSEEN
from rubrics import checks


def judge_of(check: checks.AnyCheck, scope: Scope, plan: Plan) -> Judge:
    """A check of answers or evidence, ready for judging."""
    match check:
        case checks.AllOf(all_of=group):
            return _group(len(group), _all(group, scope, plan), any_will_do=False)
        case checks.AnyOf(any_of=group):
            return _group(1, _all(group, scope, plan), any_will_do=True)
        case checks.AtLeast(at_least=n, of=group):
            return _group(n, _all(group, scope, plan), any_will_do=True)
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
        case checks.Rows(where=group) | checks.EveryRow(every_row=group):
            tests = _all(group, Scope(scope.own, in_row=True), plan)
            return judge_table(check, scope.own, tests, in_facts=scope.in_facts)
        case checks.Covers() | checks.Distinct():
            return judge_table(check, scope.own, (), in_facts=scope.in_facts)
        case checks.EvidenceCount(where=group):
            return _evidence(check, _all(group, Scope(scope.own, in_facts=True), plan))
        case checks.DatedWithin() | checks.Formats() | checks.Licences() | checks.Shows():
            return judge_document(check, plan)
        case (
            checks.NewestWithin()
            | checks.StageFields()
            | checks.CompleteProcesses()
            | checks.GroupShare()
            | checks.Join()
            | checks.Coverage()
            | checks.Policy()
        ):
            return judge_dataset(check, plan)
        case checks.RequirementMet() | checks.Routes():
            raise TypeError(checks.kind_of(check))  # lint lets them stand in pass rules alone
        case _:
            assert_never(check)


def _all(group: Sequence[checks.AnyCheck], scope: Scope, plan: Plan) -> list[Judge]:
    return [judge_of(child, scope, plan) for child in group]


def _group(n: int, judges: Sequence[Judge], *, any_will_do: bool) -> Judge:
    def judge(sight: Sight) -> Step:
        steps = [child(sight) for child in judges]
        states = at_least(n, [step.states for step in steps])
        why = _joined(steps)
        if any_will_do:
            # Where one alternative was tried, that the other was not is no news.
            tried = why & ~NOTHING_HANDED_IN
            why = np.where(tried != 0, tried, why)
        return where_open(Step(states, why))

    return judge


def _joined(steps: Sequence[Step]) -> Masks:
    why = steps[0].reasons.copy()
    for step in steps[1:]:
        why |= step.reasons
    return why


# --- evidence -------------------------------------------------------------------------------------


def _evidence(check: checks.EvidenceCount, tests: Sequence[Judge]) -> Judge:
    n, accepted = check.count, frozenset(check.evidence)

    def judge(sight: Sight) -> Step:
        entries = sight.batch.entries
        pieces = sight.evidence.compress(entries.kinds.at(sight.evidence).among(accepted))
        submission = entries.submission.take(pieces)
        offsets = np.zeros(sight.size + 1, np.int64)
        np.cumsum(np.bincount(submission, minlength=sight.size), out=offsets[1:])
        at_hand = Pieces(entries, pieces)
        found = _entry(
            Sight(sight.batch, len(pieces), submission=submission, pieces=at_hand), tests
        )
        states = counted(n, found.states, offsets)
        why = np.where(settled(states), NONE, join_by(found.reasons, offsets))
        missing = _MISSING.step(entries.absent.view(np.uint8))
        none = offsets[1:] == offsets[:-1]
        return Step(np.where(none, missing.states, states), np.where(none, missing.reasons, why))

    return judge


_MISSING = Outcomes((UNMET, Code.EVIDENCE_MISSING), (OPEN, Code.EVIDENCE_NOT_HANDED_IN))


def _entry(sight: Sight, tests: Sequence[Judge]) -> Step:
    """Each piece at hand: what nobody could look at stays open and asks for a person."""
    pieces = pieces_of(sight)
    entries, at = pieces.entries, pieces.at
    numbers = entries.statuses.take(at)
    if tests:
        steps = [test(sight) for test in tests]
        states, why = at_least(len(steps), [step.states for step in steps]), _joined(steps)
    else:
        states, why = np.full(sight.size, MET, np.uint8), np.zeros(sight.size, np.uint64)
    states, why = where_open(Step(states, why))
    only_stated = entries.stated.take(at) & ((states & MET) > 0)
    if only_stated.any():
        states = np.where(only_stated, np.uint8(UNSEEN), states)
        why = np.where(only_stated, why | BIT[Code.EVIDENCE_STATED_ONLY], why)
    unseen = numbers != SEEN
    if unseen.any():
        states = np.where(unseen, np.uint8(UNSEEN), states)
        why = np.where(unseen, _UNSEEN.take(numbers), why)
    return Step(states, why)


_UNSEEN = np.array(
    [NONE, *(BIT[code] for code in NOT_SEEN.values()), BIT[Code.EVIDENCE_NOT_CHECKED]], np.uint64
)
"""The reason of each status, in the order of `sights.STATUSES`; null comes last."""


# --- pass rules -----------------------------------------------------------------------------------

Rule = Callable[[Mapping[str, States]], States]
"""A pass rule: the state of a criterion, from those of requirements."""


def rule_of(check: checks.AnyCheck) -> Rule:
    """A pass rule, ready for judging."""
    match check:
        case checks.AllOf(all_of=group):
            return _rule_group(len(group), group)
        case checks.AnyOf(any_of=group):
            return _rule_group(1, group)
        case checks.AtLeast(at_least=n, of=group):
            return _rule_group(n, group)
        case checks.RequirementMet(requirement=name):
            return lambda states: states[name]
        case checks.Routes():
            return lambda states: _routes(check, states)
        case _:
            raise TypeError(checks.kind_of(check))  # lint lets nothing else stand in pass rules


def _rule_group(n: int, group: Sequence[checks.AnyCheck]) -> Rule:
    rules = [rule_of(child) for child in group]
    return lambda states: at_least(n, [rule(states) for rule in rules])


def _routes(check: checks.Routes, states: Mapping[str, States]) -> States:
    """Groups of requirements; a route that needs a reviewer cannot carry the verdict alone."""
    routes = {
        name: at_least(check.each_at_least, [states[r] for r in group])
        for name, group in check.routes.items()
    }
    firm = [state for name, state in routes.items() if name not in check.reviewer_if_only]
    found = at_least(check.at_least, list(routes.values()))
    waits = ((found & MET) > 0) & ((found & UNMET) == 0)
    if len(firm) >= check.at_least:
        waits &= at_least(check.at_least, firm) & 7 != MET
    return np.where(waits, UNSEEN | (found & NA), found).astype(np.uint8)
