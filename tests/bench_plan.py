"""How long planning takes, and how much work the optimum saves beside a greedy plan.

`python -m tests.bench_plan` (or `make bench-plan`) plans on one core

- RDC7 and RDC8 of random cities, with and without the calendar of a sprint;
- random standards of 43 criteria with 300 remedies that share, wait for and replace each other.

Printed are medians of wall time, warm, and how far the greedy plan is above the proven optimum.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from typing import TypeVar

from assessment.planning.calendar import Calendar, calendar_of
from assessment.planning.expressions import holds
from assessment.planning.optimum import cheapest
from assessment.planning.problem import Problem, Wishes, ask
from assessment.planning.sprinting import timed
from assessment.planning.target import Target, settled, target_of
from assessment.planning.team import Team
from rubrics.loader import LIBRARY, build_rubric, load_rubric, load_sprint
from rubrics.schema import Rubric
from tests.builders import criterion, remedy, requirement, rubric_data, submission
from tests.greedy import cost, greedy
from tests.submissions import random_submission, validated
from tests.teams import ROLES, random_rule

ROUNDS = 20
LARGE = 10
ON = date(2025, 10, 1)
GOALS = {
    "RDC7 + RDC8": 0.05,
    "RDC7 + RDC8 with the calendar": 0.5,
    "43 criteria, 300 remedies": 0.2,
    "43 criteria, 300 remedies with the calendar": 10.0,
}

T = TypeVar("T")


def timed_call(function: Callable[[], T]) -> tuple[float, T]:
    """How long a call takes, and what it returns."""
    start = time.perf_counter()
    found = function()
    return time.perf_counter() - start, found


def small_problem(rubric: Rubric, random: Random, calendar: Calendar | None) -> Problem:
    """RDC7 and RDC8 of a random city."""
    handed_in = validated(rubric, random_submission(rubric, random))
    on = calendar.showtime if calendar is not None else ON
    target = target_of(rubric, "rdc7+rdc8")
    return ask(rubric, handed_in, on=on, target=target, wishes=Wishes(open_as_no=True))


def large_rubric(random: Random, *, criteria: int = 43, remedies: int = 300) -> Rubric:
    """A standard in which every criterion is assessed in depth."""
    names = [f"r{i}" for i in range(remedies)]
    cuts = sorted(random.sample(range(1, remedies), criteria - 1))
    found = []
    for i, (low, high) in enumerate(zip([0, *cuts], [*cuts, remedies], strict=True)):
        own = names[low:high]
        parts = []
        for j, name in enumerate(own):
            others = random.sample(names, 2)
            changes = remedy(
                effort_days=random.randint(1, 40) / 2,
                weeks=random.randint(1, 6),
                roles=random.sample(ROLES, random.randint(1, 2)),
                after=[other for other in own[:j] if random.random() < 0.1],
                also_meets=[o for o in others if o != name and random.random() < 0.2],
            )
            parts.append(requirement(name, remedy=changes))
        code = f"{'ABCDE'[i // 9]}A{i % 9 + 1}"
        found.append(criterion(code, *parts, rule=random_rule(random, own)))
    data = rubric_data(*found)
    data["vocabulary"]["roles"] = {role: role.title() for role in ROLES}
    return build_rubric(data, {}, digest=f"{random.getrandbits(128):064x}")


def large_problem(
    random: Random, *, criteria: int = 43, remedies: int = 300, points: int = 30
) -> Problem:
    """Such a standard, in a city that has answered everything with no or yes."""
    rubric = large_rubric(random, criteria=criteria, remedies=remedies)
    answers = {name: random.choice(["yes", "no", "no"]) for name in rubric.requirements}
    handed_in = submission(rubric, answers=answers, evidence=[])
    codes = [c.id for c in rubric.criteria]
    problem = ask(rubric, handed_in, on=ON, target=Target("silver", points=points))
    can = [c for c in codes if holds(settled(problem.circuit.criteria[c]), problem.allowed)]
    needed = tuple(random.sample(can, min(3, len(can))))
    return replace(problem, target=Target("silver", points=points, criteria=needed))


def report(name: str, times: list[float], saved: list[float]) -> bool:
    """One line; whether its goal is reached."""
    median, goal = statistics.median(times), GOALS[name]
    reached = median < goal
    words = f"{name:<46} {1e3 * median:>8,.1f} ms (goal {1e3 * goal:,.0f} ms, slowest "
    words += f"{1e3 * max(times):,.0f} ms)"
    if saved:
        mean = 100 * statistics.mean(saved)
        words += f"   greedy: {mean:.1f} % more work, at most {100 * max(saved):.0f} %"
    print(words if reached else f"{words}   NOT REACHED")
    return reached


def main() -> int:
    """Measures and prints; the exit code tells whether the goals are reached."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rubric, sprint = load_rubric(LIBRARY / "wwc-2022"), load_sprint("oct-2025")
    calendar = calendar_of(sprint, Team(days_per_week=4), on=ON)
    random = Random(20251103)
    cheapest(small_problem(rubric, random, None))  # warm up
    results = []
    for name, with_calendar in (("RDC7 + RDC8", False), ("RDC7 + RDC8 with the calendar", True)):
        times, saved = [], []
        for _ in range(ROUNDS):
            weeks = calendar if with_calendar else None
            handed_in = random.getrandbits(32)

            def run(seed: int = handed_in, weeks: Calendar | None = weeks) -> tuple[Problem, float]:
                problem = small_problem(rubric, Random(seed), weeks)
                if weeks is not None:
                    found = timed(problem, weeks)
                    assert found is not None
                    assert found.choice.proven
                    return problem, found.choice.effort
                choice = cheapest(problem)
                assert choice is not None
                assert choice.proven
                return problem, choice.effort

            seconds, (problem, effort) = timed_call(run)
            times.append(seconds)
            if effort and weeks is None:
                saved.append(cost(problem, greedy(problem)) / effort - 1)
        results.append(report(name, times, saved))
    times, with_weeks, saved = [], [], []
    weeks = calendar_of(sprint, Team(days_per_week=3.5), on=ON)
    for _ in range(LARGE):
        problem = large_problem(random)
        seconds, choice = timed_call(lambda problem=problem: cheapest(problem))  # type: ignore[misc]
        assert choice is not None
        assert choice.proven
        times.append(seconds)
        saved.append(cost(problem, greedy(problem)) / choice.effort - 1)
        seconds, found = timed_call(lambda problem=problem: timed(problem, weeks))  # type: ignore[misc]
        assert found is not None
        assert found.choice.proven
        with_weeks.append(seconds)
    results.append(report("43 criteria, 300 remedies", times, saved))
    results.append(report("43 criteria, 300 remedies with the calendar", with_weeks, []))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
