"""plan(): from a submission and a target to what to do, proven to be the least that it takes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import msgspec

from assessment.logic import MET
from assessment.planning.afterwards import is_reached, states_after
from assessment.planning.calendar import Calendar
from assessment.planning.circuit import LENSES
from assessment.planning.expressions import holds
from assessment.planning.optimum import Choice, Search, alternatives, by_route, cheapest, flips
from assessment.planning.problem import NO_WISHES, Problem, Wishes, problem_of
from assessment.planning.situation import Situation, situation
from assessment.planning.sprinting import schedule_of, search_by_showtime, timed
from assessment.planning.target import Target, settled, target_of
from assessment.planning.telling import (
    actions_of,
    alternative,
    flip_of,
    loads,
    obstacles,
    proof_of,
    route_of,
)
from assessment.plans import SCHEMA_VERSION, ActionPlan, Schedule
from assessment.results import Action, Lens
from assessment.submission import Submission
from rubrics.schema import Rubric


def plan(
    rubric: Rubric,
    submission: Submission,
    *,
    on: date,
    target: str = "",
    lens: Lens = Lens.EVIDENCED,
    wishes: Wishes = NO_WISHES,
    others: int = 0,
    calendar: Calendar | None = None,
) -> ActionPlan:
    """The cheapest plan for a submission as of a day, with so many `others` beside it.

    Without a `target`, it is the level that the rubric aims at. With a `calendar`, everything must
    hold on its Showtime. `UnknownTargetError` names a word that is no target of this rubric.
    """
    aim = target_of(rubric, target or rubric.tiers.target)
    counts_on = calendar.showtime if calendar is not None else on
    seen = situation(rubric, submission, on=counts_on)
    problem = problem_of(rubric, seen, lens, aim, wishes)
    if calendar is None:
        return _told(problem, cheapest(problem), on, others, cheapest)
    found = timed(problem, calendar)
    if found is None:
        return _told(problem, None, on, others, cheapest)
    today = situation(rubric, submission, on=on)
    dates = schedule_of(problem, found, calendar, expiring=_expiring(today, seen, lens))
    search = search_by_showtime(calendar) if found.in_time else cheapest
    told = _told(problem, found.choice, on, others, search)
    return msgspec.structs.replace(told, schedule=dates)


def _expiring(today: Situation, later: Situation, lens: Lens) -> list[str]:
    """The requirements that hold today and no longer on the later day."""
    which = LENSES.index(lens)
    return [
        name
        for name, states in today.requirements.items()
        if states[which] & 7 == MET != later.requirements[name][which] & 7
    ]


def _told(
    problem: Problem, choice: Choice | None, on: date, others: int, search: Search
) -> ActionPlan:
    """A choice with everything that is said of it; other ways are found as it was found."""
    nothing: frozenset[int] = frozenset()
    chosen = nothing
    ways: Iterable[Choice] = ()
    worst: tuple[Problem, Choice] | None = None
    if choice is not None:
        check(problem, choice)
        chosen = choice.chosen
        ways = alternatives(problem, choice, others, search=search)
        worst = _worst(problem, choice, search)
    return ActionPlan(
        schema_version=SCHEMA_VERSION,
        target=problem.target.name,
        lens=problem.lens,
        on=on,
        counts_on=problem.seen.on,
        reached=problem.reached(nothing),
        possible=choice is not None,
        effort_days=choice.effort if choice is not None else 0.0,
        questions=_questions(problem, chosen),
        at_most_days=worst[1].effort if worst is not None else None,
        proof=proof_of(choice) if choice is not None else None,
        points_before=problem.points(nothing),
        points_after=problem.points(chosen),
        points_needed=problem.target.points,
        actions=actions_of(problem, chosen),
        otherwise=_otherwise(problem, worst),
        roles=loads(problem, chosen),
        flips=tuple(flip_of(problem, flip) for flip in flips(problem)),
        alternatives=tuple(alternative(problem, chosen, way) for way in ways),
        routes=tuple(route_of(*way) for way in by_route(problem, search=search)) if others else (),
        obstacles=() if choice is not None else tuple(obstacles(problem)),
        schedule=None,
    )


class Agenda(msgspec.Struct, frozen=True):
    """What to do for the criteria that are assessed in depth, and when."""

    actions: tuple[Action, ...]
    schedule: Schedule | None = None


def next_actions(rubric: Rubric, submission: Submission, *, on: date) -> tuple[Action, ...]:
    """What meets every criterion that is assessed in depth, as far as the evidence can.

    What the cheapest plan needs comes first; the other open requirements of these criteria follow
    (`needed` is false).
    """
    return agenda(rubric, submission, on=on).actions


def agenda(
    rubric: Rubric,
    submission: Submission,
    *,
    on: date,
    calendar: Calendar | None = None,
    wishes: Wishes = NO_WISHES,
) -> Agenda:
    """The same, on the calendar of a sprint where there is one, as far as the wishes allow."""
    seen = situation(rubric, submission, on=calendar.showtime if calendar is not None else on)
    codes = tuple(c.id for c in rubric.assessed())
    problem = problem_of(rubric, seen, Lens.EVIDENCED, Target("", criteria=codes), wishes)
    nodes, all_done = problem.circuit.criteria, problem.allowed
    open_ = tuple(c for c in codes if not holds(settled(nodes[c]), frozenset()))
    if not open_:
        return Agenda(())
    within = tuple(c for c in open_ if holds(settled(nodes[c]), all_done))
    ways = problem.circuit.routes
    routes = [r for r in wishes.routes if r[0] in within and holds(ways.get(r, False), all_done)]
    problem = replace(
        problem,
        target=Target("", criteria=within),
        wishes=replace(wishes, routes=tuple(routes)),
    )
    schedule: Schedule | None = None
    if calendar is None:
        choice = cheapest(problem)
    else:
        found = timed(problem, calendar)
        assert found is not None  # noqa: S101 (what is `within` reach can be planned)
        choice = found.choice
        today = situation(rubric, submission, on=on)
        expiring = _expiring(today, seen, Lens.EVIDENCED)
        schedule = schedule_of(problem, found, calendar, expiring=expiring)
    assert choice is not None  # noqa: S101 (the same)
    check(problem, choice)
    chosen = choice.chosen
    needed = actions_of(problem, chosen)
    rest = [
        i
        for i, own in enumerate(problem.candidates)
        if i not in chosen and own.criterion in open_ and own.about in rubric.requirements
    ]
    others = actions_of(problem, rest, first=len(needed) + 1, needed=False)
    return Agenda(needed + others, schedule)


def check(problem: Problem, choice: Choice) -> None:
    """The engine itself must say that the plan reaches the target."""
    done = [problem.candidates[i] for i in choice.chosen]
    states = states_after(problem.rubric, problem.seen, problem.lens, done)
    assert is_reached(problem.rubric, problem.target, states), "a plan misses its target"  # noqa: S101


def _questions(problem: Problem, chosen: frozenset[int]) -> int:
    return sum(problem.candidates[i].goal == "answer" for i in chosen)


def _worst(problem: Problem, choice: Choice, search: Search) -> tuple[Problem, Choice] | None:
    """The cheapest plan should every open question be answered with no, if there is one."""
    if not _questions(problem, choice.chosen):
        return problem, choice
    answered = problem.with_wishes(replace(problem.wishes, open_as_no=True))
    found = search(answered) or cheapest(answered)
    return (answered, found) if found is not None else None


def _otherwise(problem: Problem, worst: tuple[Problem, Choice] | None) -> tuple[Action, ...]:
    if worst is None or worst[0] is problem:
        return ()
    return actions_of(worst[0], worst[1].chosen)
