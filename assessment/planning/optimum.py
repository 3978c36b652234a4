"""The cheapest way to a target, with its proof, and the next cheapest ways."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assessment.planning.expressions import holds
from assessment.planning.problem import Problem
from assessment.planning.program import Program
from assessment.planning.solver import Solved, solve

CANONICAL = 64
"""Up to so many candidates, equally good choices are told apart by their order in the rubric."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How efforts become whole numbers: effort first, then how many actions, then which.

    `unit` is how many parts a day has. `step` is what one part costs, `each` what one action costs
    besides.
    """

    unit: int
    step: int
    each: int

    def cost(self, effort: float, position: int) -> int:
        """What a candidate costs."""
        extra = position + 1 if self.each > 1 else 0
        return round(effort * self.unit) * self.step + self.each + extra

    def days(self, cost: int) -> float:
        """The effort in a cost."""
        return cost // self.step / self.unit


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of candidates that reaches the target, its effort, and what is proven of it.

    No choice takes less than `bound` days; where `proven`, none is better in any way.
    """

    chosen: frozenset[int]
    effort: float
    bound: float
    proven: bool


class Search(Protocol):
    """Finds the cheapest choice; with `unlike`, one that holds none of these choices whole."""

    def __call__(self, problem: Problem, *, unlike: Iterable[frozenset[int]] = ()) -> Choice | None:
        """The choice, or `None` where there is none."""
        ...


def scale_of(efforts: Sequence[float]) -> Scale:
    """A scale on which no effort is rounded, down to a hundredth of a day."""
    unit = 2 if all(effort * 2 == round(effort * 2) for effort in efforts) else 100
    n = len(efforts)
    each = n * (n + 1) // 2 + 1 if n <= CANONICAL else 1
    extra = n * (n + 1) // 2 if n <= CANONICAL else 0
    return Scale(unit=unit, step=each * n + extra + 1, each=each)


def cheapest(
    problem: Problem, *, unlike: Iterable[frozenset[int]] = (), seconds: float = 60
) -> Choice | None:
    """The choice of the least effort, and of those the one with the fewest actions.

    With `unlike`, it does not hold any of these choices whole. `None` where there is none.
    """
    if not problem.possible:
        return None
    if problem.reached(frozenset()):
        return Choice(frozenset(), 0.0, 0.0, proven=True)
    scale = scale_of([c.effort for c in problem.candidates])
    earlier = list(unlike)
    program = program_of(problem, scale, unlike=earlier)
    return choice_of(problem, scale, solve(program, seconds=seconds), fallback=not earlier)


def program_of(problem: Problem, scale: Scale, *, unlike: Iterable[frozenset[int]] = ()) -> Program:
    """The problem as rows: the target, the dependencies, what is not allowed or not again."""
    program = Program()
    for i, candidate in enumerate(problem.candidates):
        program.column(scale.cost(candidate.effort, i))
        if i not in problem.allowed:
            program.fixed[i] = 0
    for i, before in enumerate(problem.needs):
        for j in before:
            program.row([(j, 1), (i, -1)], low=0)
    demand(program, problem)
    for other in unlike:
        program.row([(i, 1) for i in sorted(other)], high=len(other) - 1)
    return program


def demand(program: Program, problem: Problem) -> None:
    """The target of the problem, as rows."""
    program.require(problem.conditions)
    if problem.target.points:
        nodes = problem.circuit.criteria
        worth = [(nodes[c.id].met, c.points) for c in problem.rubric.criteria]
        program.points(worth, problem.target.points)


def choice_of(problem: Problem, scale: Scale, solved: Solved, *, fallback: bool) -> Choice | None:
    """What the solver found; where its time was too short for anything, all that is not idle."""
    candidates = range(len(problem.candidates))
    if solved.chosen is not None:
        chosen = frozenset(i for i in solved.chosen if i in candidates)
    elif solved.possible and fallback:
        chosen = thinned(problem, problem.allowed)
    else:
        return None
    effort = sum(problem.candidates[i].effort for i in chosen)
    return Choice(chosen, effort, min(scale.days(solved.bound), effort), solved.proven)


def thinned(problem: Problem, chosen: frozenset[int]) -> frozenset[int]:
    """The same without what the rest makes superfluous, the dearest left out first."""
    order = sorted(chosen, key=lambda i: (-problem.candidates[i].effort, -i))
    for i in order:
        rest = closed(problem, chosen - {i})
        if problem.reached(rest):
            chosen = rest
    return chosen


def closed(problem: Problem, chosen: frozenset[int]) -> frozenset[int]:
    """The same without what waits for something that is not done."""
    while lost := {i for i in chosen if any(j not in chosen for j in problem.needs[i])}:
        chosen -= lost
    return chosen


def alternatives(
    problem: Problem, first: Choice, k: int, *, search: Search = cheapest
) -> Iterator[Choice]:
    """The next k best choices, each with something in it that no earlier one makes superfluous."""
    found = [first.chosen]
    for _ in range(k):
        if not found[-1]:
            return  # nothing to be done is as cheap as it gets, and all else holds it
        choice = search(problem, unlike=found)
        if choice is None:
            return
        found.append(choice.chosen)
        yield choice


def by_route(
    problem: Problem, *, search: Search = cheapest
) -> Iterator[tuple[str, str, Choice | None]]:
    """The cheapest choice by every route of the target's criteria that are not met yet."""
    nothing: frozenset[int] = frozenset()
    for code, route in problem.circuit.routes:
        if code in problem.target.criteria and not holds(
            problem.circuit.criteria[code].met, nothing
        ):
            others = tuple(r for r in problem.wishes.routes if r[0] != code)
            wishes = replace(problem.wishes, routes=(*others, (code, route)))
            yield code, route, search(problem.with_wishes(wishes))


@dataclass(frozen=True, slots=True)
class Flip:
    """A candidate that alone turns criteria, or reaches the whole target."""

    candidate: int
    criteria: tuple[str, ...]
    target: bool


def flips(problem: Problem) -> list[Flip]:
    """Every single change that turns a verdict; what reaches the whole target comes first."""
    asked = problem.target.criteria
    nothing: frozenset[int] = frozenset()
    open_ = {
        code: node.met
        for code, node in problem.circuit.criteria.items()
        if not isinstance(node.met, bool) and (problem.target.points or code in asked)
    }
    found: list[Flip] = []
    for i in sorted(problem.allowed):
        alone = frozenset({i})
        turned = tuple(code for code, met in open_.items() if holds(met, alone))
        if turned and not problem.needs[i]:
            target = not problem.reached(nothing) and problem.reached(alone)
            found.append(Flip(i, turned, target))
    efforts = problem.candidates
    return sorted(found, key=lambda flip: (not flip.target, efforts[flip.candidate].effort))
