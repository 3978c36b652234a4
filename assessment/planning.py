"""From findings to what to do next: what unlocks a criterion with the least effort comes first.

For every criterion that is not met, the cheapest set of open requirements that would meet its pass
rule is chosen greedily; its actions come first, in the order of their dependencies. The other open
requirements follow as alternatives (`needed` is false). The order is a good one, not a proven one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessment.codes import Code
from assessment.results import Action, Assessment, Finding, Lens, RequirementResult, Verdict
from rubrics import checks
from rubrics.schema import Requirement, Rubric

_SETTLED = (Verdict.MET, Verdict.NOT_APPLICABLE)


def plan(rubric: Rubric, assessment: Assessment) -> tuple[Action, ...]:
    """The actions for every unmet or unproven requirement of the criteria that still fail.

    Criteria come in the order of the effort that would meet them, the cheapest first.
    """
    roads = [
        _road(rubric, finding)
        for finding in assessment.criteria
        if finding.requirements and finding.evidenced not in _SETTLED
    ]
    roads.sort(key=lambda road: (road.effort, road.criterion))
    actions: list[Action] = []
    for needed in (True, False):
        for road in roads:
            chosen = [o for o in road.open if (o.own.id in road.chosen) == needed]
            actions += [
                _action(rank, o, road, chosen, needed=needed)
                for rank, o in enumerate(_in_order(chosen), len(actions) + 1)
            ]
    return tuple(actions)


@dataclass(frozen=True, slots=True)
class _Open:
    """A requirement that is not settled, what would settle it, and what that costs."""

    own: Requirement
    goal: str
    effort: float
    weeks: int


@dataclass(frozen=True, slots=True)
class _Road:
    """What a criterion still needs: everything open, and the cheapest set that would meet it."""

    criterion: str
    open: tuple[_Open, ...]
    chosen: frozenset[str]
    effort: float


def _road(rubric: Rubric, finding: Finding) -> _Road:
    opens = tuple(
        _open(rubric, rubric.requirements[result.id], result)
        for result in finding.requirements
        if result.evidenced not in _SETTLED
    )
    costs = {o.own.id: o.effort for o in opens}
    gone = {r.id for r in finding.requirements if r.evidenced is Verdict.NOT_APPLICABLE}
    passes = rubric.criterion(finding.id).passes
    assert passes is not None  # noqa: S101 (a criterion with requirements has a pass rule)
    chosen = _cheapest(passes.rule, costs, gone, frozenset()) or frozenset()
    chosen = _only_needed(passes.rule, costs, gone, chosen)
    return _Road(finding.id, opens, chosen, sum(costs[name] for name in chosen))


def _open(rubric: Rubric, own: Requirement, result: RequirementResult) -> _Open:
    remedy, planning = own.remedy, rubric.planning
    if result.claimed is Verdict.UNANSWERED:
        return _Open(own, "answer", 0, 0)
    if result.claimed is not Verdict.MET:
        return _Open(own, "do", remedy.effort_days, remedy.weeks)
    if result.evidenced is Verdict.NEEDS_REVIEW:
        return _Open(own, "show", min(planning.show_days, remedy.effort_days), 1)
    if _contradicted(result):
        return _Open(own, "do", remedy.effort_days, remedy.weeks)
    return _Open(own, "prove", min(planning.prove_days, remedy.effort_days), 1)


def _contradicted(result: RequirementResult) -> bool:
    """Whether evidence was handed in and does not hold: then the claim itself needs work."""
    nothing = (Code.EVIDENCE_MISSING, Code.EVIDENCE_NOT_HANDED_IN)
    codes = [reason.code for reason in result.reasons if reason.lens is Lens.EVIDENCED]
    return any(code not in nothing for code in codes)


def _cheapest(
    check: checks.AnyCheck,
    costs: Mapping[str, float],
    gone: Iterable[str],
    chosen: frozenset[str],
) -> frozenset[str] | None:
    """`chosen` with what would meet the rule added; `None` where it cannot be met (all n/a)."""
    gone = frozenset(gone)
    match check:
        case checks.RequirementMet(requirement=name):
            if name in gone:
                return None
            return chosen | {name} if name in costs else chosen
        case checks.AllOf(all_of=group):
            return _cheapest_of(group, len(group), costs, gone, chosen)
        case checks.AnyOf(any_of=group):
            return _cheapest_of(group, 1, costs, gone, chosen)
        case checks.AtLeast(at_least=n, of=group):
            return _cheapest_of(group, n, costs, gone, chosen)
        case checks.Routes(routes=routes, at_least=n, each_at_least=m):
            firm = [g for name, g in routes.items() if name not in check.reviewer_if_only]
            groups = firm if len(firm) >= n else list(routes.values())
            ways = [
                checks.AtLeast(
                    at_least=m, of=tuple(checks.RequirementMet(requirement=r) for r in group)
                )
                for group in groups
            ]
            return _cheapest_of(ways, n, costs, gone, chosen)
        case _:  # lint lets nothing else into a pass rule
            raise TypeError(checks.kind_of(check))


def _cheapest_of(
    group: Sequence[checks.AnyCheck],
    n: int,
    costs: Mapping[str, float],
    gone: frozenset[str],
    chosen: frozenset[str],
) -> frozenset[str] | None:
    """The n children that add least, one after the other, since they may share requirements."""
    left = [child for child in group if _cheapest(child, costs, gone, chosen) is not None]
    if not left:
        return None
    for _ in range(min(n, len(left))):
        options = [(child, _cheapest(child, costs, gone, chosen) or chosen) for child in left]
        child, chosen = min(options, key=lambda o: (sum(costs[name] for name in o[1]), len(o[1])))
        left.remove(child)
    return chosen


def _only_needed(
    rule: checks.AnyCheck,
    costs: Mapping[str, float],
    gone: Iterable[str],
    chosen: frozenset[str],
) -> frozenset[str]:
    """`chosen` without what the rest of it makes superfluous, the dearest left out first.

    A group chooses before the next one is known, which may ask for what serves both.
    """
    for name in sorted(chosen, key=lambda name: (-costs[name], name)):
        rest = chosen - {name}
        open_still = {other: cost for other, cost in costs.items() if other not in rest}
        if not _cheapest(rule, open_still, gone, frozenset()):
            chosen = rest
    return chosen


def _in_order(opens: Sequence[_Open]) -> list[_Open]:
    """Cheapest first, but nothing before what it waits for."""
    waiting = sorted(opens, key=lambda o: (o.effort, o.own.id))
    ids = {o.own.id for o in opens}
    done: set[str] = set()
    ordered: list[_Open] = []
    while waiting:
        ready = next(o for o in waiting if not (set(o.own.remedy.after) & ids) - done)
        waiting.remove(ready)
        done.add(ready.own.id)
        ordered.append(ready)
    return ordered


def _action(
    rank: int, item: _Open, road: _Road, chosen: Sequence[_Open], *, needed: bool
) -> Action:
    ids = {o.own.id for o in chosen}
    remedy = item.own.remedy
    return Action(
        rank=rank,
        requirement=item.own.id,
        criterion=road.criterion,
        goal=item.goal,
        title=remedy.title,
        effort_days=item.effort,
        weeks=item.weeks,
        roles=remedy.roles,
        activity=remedy.activity,
        after=tuple(name for name in remedy.after if name in ids),
        unlocks=(road.criterion,),
        needed=needed,
    )
