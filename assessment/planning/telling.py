"""From a choice of candidates to the actions of a plan: in order, with who carries what."""

from collections.abc import Iterable, Iterator

from assessment.planning.candidates import DECLARED
from assessment.planning.expressions import holds
from assessment.planning.optimum import Choice, Flip
from assessment.planning.problem import Problem
from assessment.planning.target import settled
from assessment.plans import Alternative, Obstacle, Proof, RoleLoad, RouteWay
from assessment.plans import Flip as FlipTold
from assessment.results import Action, Param


def actions_of(
    problem: Problem, chosen: Iterable[int], *, first: int = 1, needed: bool = True
) -> tuple[Action, ...]:
    """The candidates as actions: cheap criteria first, nothing before what it waits for."""
    numbers = in_order(problem, chosen)
    return tuple(
        action_of(problem, i, rank, needed=needed) for rank, i in enumerate(numbers, first)
    )


def in_order(problem: Problem, chosen: Iterable[int]) -> list[int]:
    """These candidates by criterion, the cheapest first, and nothing before what it waits for."""
    numbers = set(chosen)
    spent: dict[str, float] = {}
    for i in numbers:
        own = problem.candidates[i]
        spent[own.criterion] = spent.get(own.criterion, 0.0) + own.effort

    def key(i: int) -> tuple[float, str, float, str, str]:
        own = problem.candidates[i]
        return spent[own.criterion], own.criterion, own.effort, own.about, own.goal

    waiting, ordered = sorted(numbers, key=key), []
    while waiting:
        left = set(waiting)
        ready = next(i for i in waiting if left.isdisjoint(problem.needs[i]))
        waiting.remove(ready)
        ordered.append(ready)
    return ordered


def action_of(problem: Problem, number: int, rank: int, *, needed: bool) -> Action:
    """One candidate as an action."""
    candidate = problem.candidates[number]
    return Action(
        rank=rank,
        requirement=candidate.about,
        criterion=candidate.criterion,
        goal=candidate.goal,
        title=_title(problem, candidate.about),
        effort_days=candidate.effort,
        weeks=candidate.weeks,
        roles=candidate.roles,
        activity=candidate.activity,
        after=candidate.needs,
        unlocks=(candidate.criterion,) if candidate.criterion else candidate.meets,
        needed=needed,
    )


def _title(problem: Problem, about: str) -> str:
    own = problem.rubric.requirements.get(about)
    if own is not None:
        return own.remedy.title
    return "" if about == DECLARED else problem.rubric.criterion(about).title


def proof_of(choice: Choice) -> Proof:
    """What is proven of a choice."""
    return Proof(optimal=choice.proven, effort_days=choice.effort, bound_days=choice.bound)


def loads(problem: Problem, chosen: Iterable[int]) -> tuple[RoleLoad, ...]:
    """What falls to every role, the busiest first."""
    days: dict[str, float] = {}
    for i in sorted(chosen):
        own = problem.candidates[i]
        for role in own.roles:
            days[role] = days.get(role, 0.0) + own.effort / len(own.roles)
    busy = sorted(days.items(), key=lambda item: (-item[1], item[0]))
    return tuple(RoleLoad(role=role, days=round(d, 2)) for role, d in busy if d)


def alternative(problem: Problem, plan: frozenset[int], other: Choice) -> Alternative:
    """Another choice beside the plan."""
    names = [c.about for c in problem.candidates]
    return Alternative(
        effort_days=other.effort,
        proof=proof_of(other),
        actions=actions_of(problem, other.chosen),
        instead_of=tuple(names[i] for i in sorted(plan - other.chosen)),
        by=tuple(names[i] for i in sorted(other.chosen - plan)),
        roles=loads(problem, other.chosen),
    )


def route_of(code: str, route: str, choice: Choice | None) -> RouteWay:
    """A route with what the target takes by it."""
    days = choice.effort if choice is not None else None
    return RouteWay(criterion=code, route=route, effort_days=days)


def flip_of(problem: Problem, flip: Flip) -> FlipTold:
    """A single change that turns a verdict."""
    own = problem.candidates[flip.candidate]
    return FlipTold(
        requirement=own.about,
        goal=own.goal,
        effort_days=own.effort,
        criteria=flip.criteria,
        target=flip.target,
    )


def obstacles(problem: Problem) -> Iterator[Obstacle]:
    """What makes the target impossible: the wishes that stand in the way, or the target itself.

    Wishes are left out one after the other, as long as it stays impossible; those that are left
    are in the way only together.
    """
    for kind, word in problem.wishes.each():
        fewer = problem.with_wishes(problem.wishes.but(kind, word))
        if not fewer.possible:
            problem = fewer
    named = list(problem.wishes.each())
    for kind, word in named:
        yield wish(kind, word)
    if named:
        return
    everything = problem.allowed
    for code in problem.target.criteria:
        if not holds(settled(problem.circuit.criteria[code]), everything):
            yield Obstacle(code="target.criterion", params={"criterion": code})
    at_best, needed = problem.points(everything), problem.target.points
    if at_best < needed:
        params: dict[str, Param] = {"at_best": at_best, "needed": needed}
        yield Obstacle(code="target.points", params=params)


def wish(kind: str, word: str) -> Obstacle:
    """A wish that is in the way."""
    match kind:
        case "without_role":
            return Obstacle(code="wish.without_role", params={"role": word})
        case "without":
            return Obstacle(code="wish.without", params={"requirement": word})
        case _:
            code, _, route = word.partition(":")
            return Obstacle(code="wish.route", params={"criterion": code, "route": route})
