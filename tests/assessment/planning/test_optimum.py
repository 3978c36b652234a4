"""The plan is the cheapest there is: held against trying every set of actions, by the engine."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random

import pytest

from assessment.engine import assess
from assessment.planning.optimum import alternatives, cheapest, closed
from assessment.planning.planner import check
from assessment.planning.problem import Problem, Wishes, ask
from assessment.planning.target import Target
from assessment.results import Lens
from rubrics.schema import Rubric
from tests.bench_plan import large_problem
from tests.builders import DAY, Data, submission
from tests.greedy import greedy
from tests.teams import ROLES, carried_out, random_parts, random_rubric, reaches

CHUNKS = 10
EACH = 220
"""How many examples a chunk tries: 2,200 in all."""


class Example:
    """A city, a target and what is asked of the plan."""

    def __init__(self, random: Random) -> None:
        self.rubric: Rubric = random_rubric(random)
        self.parts: Data = random_parts(random, self.rubric)
        self.lens = random.choice(list(Lens))
        self.target = random_target(random, self.rubric)
        self.wishes = random_wishes(random, self.rubric)

    def problem(self) -> Problem:
        return ask(
            self.rubric,
            submission(self.rubric, **self.parts),
            on=DAY,
            target=self.target,
            lens=self.lens,
            wishes=self.wishes,
        )

    def is_reached(self, problem: Problem, chosen: frozenset[int]) -> bool:
        """Whether the target is reached once these were carried out, as the engine judges it."""
        actions = [problem.candidates[i] for i in sorted(chosen)]
        after = carried_out(self.rubric, self.parts, actions, self.lens)
        found = assess(self.rubric, after, on=DAY)
        return reaches(found, self.lens, self.target.points, self.target.criteria)


def random_target(random: Random, rubric: Rubric) -> Target:
    codes = [c.id for c in rubric.criteria]
    if random.random() < 0.5:
        return Target("points", points=random.randint(1, rubric.points))
    chosen = random.sample(codes, random.randint(1, min(2, len(codes))))
    points = random.choice([0, 0, random.randint(1, rubric.points)])
    return Target("criteria", points=points, criteria=tuple(chosen))


def random_wishes(random: Random, rubric: Rubric) -> Wishes:
    names = list(rubric.requirements)
    return Wishes(
        without_roles=frozenset(r for r in ROLES if random.random() < 0.05),
        without=frozenset(n for n in names if random.random() < 0.05),
    )


def possible_sets(problem: Problem) -> Iterator[frozenset[int]]:
    """Every set of actions that can be done, the cheapest first."""
    numbers = sorted(problem.allowed)
    sets = [
        frozenset(group)
        for size in range(len(numbers) + 1)
        for group in combinations(numbers, size)
    ]
    yield from sorted((s for s in sets if closed(problem, s) == s), key=lambda s: cost(problem, s))


def cost(problem: Problem, chosen: frozenset[int]) -> tuple[float, int]:
    return sum(problem.candidates[i].effort for i in chosen), len(chosen)


def brute_force(example: Example, problem: Problem) -> frozenset[int] | None:
    """The cheapest set that reaches the target, by trying."""
    everything = frozenset(problem.allowed)
    if not example.is_reached(problem, everything):
        return None
    sets = possible_sets(problem)
    return next(chosen for chosen in sets if example.is_reached(problem, chosen))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_plan_is_as_cheap_as_the_best_of_all_sets(chunk):
    random = Random(1_000 + chunk)
    planned = 0

    for _ in range(EACH):
        example = Example(random)
        problem = example.problem()
        found, best = cheapest(problem), brute_force(example, problem)

        assert (found is None) == (best is None)
        if found is None or best is None:
            continue
        assert (found.effort, len(found.chosen)) == cost(problem, best)
        assert found.proven
        assert found.bound == found.effort
        assert found.chosen <= problem.allowed
        check(problem, found)
        assert example.is_reached(problem, found.chosen)
        for i in found.chosen:
            assert not example.is_reached(problem, closed(problem, found.chosen - {i}))
        planned += bool(found.chosen)

    assert planned > EACH / 3


def test_greedy_plan_reaches_the_target_too_and_is_never_cheaper():
    random = Random(5_000)
    dearer = 0

    for _ in range(40):
        problem = large_problem(random, criteria=8, remedies=50, points=5)
        found, plain = cheapest(problem), greedy(problem)
        assert found is not None
        assert problem.reached(plain)
        assert plain <= problem.allowed
        assert cost(problem, plain)[0] >= found.effort
        dearer += cost(problem, plain)[0] > found.effort

    assert dearer > 2


def is_new(chosen: frozenset[int], earlier: Sequence[frozenset[int]]) -> bool:
    return not any(other <= chosen for other in earlier)


@pytest.mark.parametrize("chunk", range(3))
def test_next_best_plans_are_those_that_trying_finds(chunk):
    random = Random(2_000 + chunk)
    compared = 0

    for _ in range(60):
        example = Example(random)
        problem = example.problem()
        first = cheapest(problem)
        if first is None or not first.chosen:
            continue
        known = [first.chosen]
        for choice in alternatives(problem, first, 2):
            best = next(
                s
                for s in possible_sets(problem)
                if is_new(s, known) and example.is_reached(problem, s)
            )
            assert cost(problem, choice.chosen) == cost(problem, best)
            assert is_new(choice.chosen, known)
            assert example.is_reached(problem, choice.chosen)
            known.append(choice.chosen)
            compared += 1

    assert compared > 10
