"""Every kind of check as a function over columns; the counterpart of `assessment/judge.py`.

`match` with `assert_never` keeps this list, the evaluator's and `rubrics/checks.py` complete
towards each other.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

import numpy as np

from assessment.batch.answers import judge_value
from assessment.batch.outcomes import (
    Choice,
    Outcomes,
    Step,
    all_of,
    combine,
    count,
    group,
    where_open,
)
from assessment.batch.pieces import judge_dataset, judge_document
from assessment.batch.sights import SEEN, Judge, Sight, evidence_of, pieces_of
from assessment.batch.states import BIT, NONE, NOTHING_HANDED_IN, States, at_least
from assessment.batch.tables import judge_table
from assessment.codes import Code
from assessment.judge import NOT_SEEN, Scope
from assessment.logic import MET, NA, OPEN, UNMET, UNSEEN
from rubrics import checks


def judge_of(check: checks.AnyCheck, scope: Scope) -> Judge:
    """A check of answers or evidence, ready for judging."""
    match check:
        case checks.AllOf(all_of=group):
            return _group(len(group), _all(group, scope), any_will_do=False)
        case checks.AnyOf(any_of=group):
            return _group(1, _all(group, scope), any_will_do=True)
        case checks.AtLeast(at_least=n, of=group):
            return _group(n, _all(group, scope), any_will_do=True)
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
            tests = _all(group, Scope(scope.own, in_row=True))
            return judge_table(check, scope.own, tests, in_facts=scope.in_facts)
        case checks.Covers() | checks.Distinct():
            return judge_table(check, scope.own, (), in_facts=scope.in_facts)
        case checks.EvidenceCount(where=group):
            return _evidence(check, _all(group, Scope(scope.own, in_facts=True)))
        case checks.DatedWithin() | checks.Formats() | checks.Licences() | checks.Shows():
            return judge_document(check)
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
        case checks.RequirementMet() | checks.Routes():
            raise TypeError(checks.kind_of(check))  # lint lets them stand in pass rules alone
        case _:
            assert_never(check)


def _all(group: Sequence[checks.AnyCheck], scope: Scope) -> list[Judge]:
    return [judge_of(child, scope) for child in group]


def _group(n: int, judges: Sequence[Judge], *, any_will_do: bool) -> Judge:
    def judge(sight: Sight) -> Step:
        found = group(n, [child(sight) for child in judges])
        if any_will_do:
            # Where one alternative was tried, that the other was not is no news.
            tried = found.reasons & ~NOTHING_HANDED_IN
            found = found._replace(reasons=np.where(tried != 0, tried, found.reasons))
        return where_open(found)

    return judge


# --- evidence -------------------------------------------------------------------------------------


def _evidence(check: checks.EvidenceCount, tests: Sequence[Judge]) -> Judge:
    n, accepted = check.count, frozenset(check.evidence)

    def judge(sight: Sight) -> Step:
        pieces = evidence_of(sight).of(accepted)
        submission = pieces.submission
        inside = Sight(sight.batch, len(pieces.at), submission=submission, pieces=pieces)
        offsets = pieces.offsets
        none = offsets[1:] == offsets[:-1]
        missing = none * (1 + pieces.entries.absent.view(np.uint8))
        return _MISSING.instead(missing, count(n, _entry(inside, tests), offsets))

    return judge


_MISSING = Outcomes((UNMET, Code.EVIDENCE_MISSING), (OPEN, Code.EVIDENCE_NOT_HANDED_IN))


def _entry(sight: Sight, tests: Sequence[Judge]) -> Step:
    """Each piece at hand: what nobody could look at stays open and asks for a person."""
    pieces = pieces_of(sight)
    found = where_open(all_of(sight.size, [test(sight) for test in tests]))
    seen, kept = pieces.entries.seen
    chosen, (own, how) = combine(found.choice, Choice(seen.take(pieces.at), len(kept)))
    states, why = found.states.take(own), found.reasons.take(own)
    status, stated = np.divmod(kept.take(how), 2)
    only_stated = (stated > 0) & ((states & MET) > 0)
    states = np.where(only_stated, np.uint8(UNSEEN), states)
    why = np.where(only_stated, why | BIT[Code.EVIDENCE_STATED_ONLY], why)
    unseen = status != SEEN
    states = np.where(unseen, np.uint8(UNSEEN), states)
    return Step(chosen, states, np.where(unseen, _UNSEEN.take(status), why))


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
