"""Schedules: nobody over capacity, nothing before what it waits for, sessions on their dates."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from assessment.planning.calendar import Calendar, UnknownCohortError, calendar_of
from assessment.planning.planner import agenda, plan
from assessment.planning.problem import Problem, Wishes, ask
from assessment.planning.schedule import (
    fits,
    loads,
    placed,
    runs_of,
    shares,
)
from assessment.planning.sprinting import Timed, schedule_of, timed
from assessment.planning.target import Target
from assessment.planning.team import Person, Team
from assessment.plans import ActionPlan, Schedule
from assessment.results import Lens
from rubrics.sprint import Sprint
from tests.assessment.planning.test_optimum import cost, possible_sets
from tests.builders import (
    DAY,
    criterion,
    evidence,
    mapping,
    remedy,
    requirement,
    rubric,
    submission,
)
from tests.teams import ROLES, random_parts, random_rubric

CHUNKS = 5
EACH = 100
"""How many teams a chunk tries: 500 in all."""

SPRINT: Any = Sprint.model_validate(
    mapping("""
    id: short
    title: A short sprint
    source: S1
    dates: interpretation
    days_per_week: 2
    cohorts: {en: {title: English, language: en}, es: {title: Español, language: es}}
    sessions:
      - {number: 1, kinds: [support], slots: 1, dates: {en: 2025-11-04, es: 2025-11-05}}
      - {number: 2, kinds: [support], slots: 1, dates: {en: 2025-11-18, es: 2025-11-19}}
      - {number: 3, kinds: [masterclass], slots: 2, dates: {en: 2025-11-25, es: 2025-11-26}}
      - {number: 4, kinds: [showtime], slots: 9, dates: {en: 2025-12-16, es: 2025-12-17}}
    breaks: [2025-11-10]
    """)
)


def random_team(random: Random) -> Team:
    people = [
        Person(
            name=f"{role}-{i}",
            role=role,
            days_per_week=random.choice([0.5, 1, 2, 3]),
            away=tuple(random.sample(range(1, 7), random.randint(0, 3))),
        )
        for role in ROLES
        for i in range(random.randint(0, 2))
    ]
    return Team(
        cohort=random.choice([None, "en", "es"]),
        days_per_week=random.choice([None, 0.5, 1.5, 4]),
        people=tuple(people),
        without_roles=tuple(r for r in ROLES if random.random() < 0.05),
    )


def random_problem(random: Random, team: Team, *, most: int = 5) -> tuple[Problem, Calendar]:
    rubric = random_rubric(random, most=most, declared=1)
    calendar = calendar_of(SPRINT, team, on=DAY + timedelta(days=random.randint(-10, 20)))
    codes = tuple(c.id for c in rubric.assessed())
    problem = ask(
        rubric,
        submission(rubric, **random_parts(random, rubric)),
        on=calendar.showtime,
        target=Target("all", criteria=random.choice([codes, codes[:1]])),
        lens=random.choice(list(Lens)),
        wishes=team.wishes(open_as_no=random.random() < 0.7),
    )
    return problem, calendar


def hold_to_it(problem: Problem, calendar: Calendar, found: Timed) -> None:
    """Everything that a schedule must keep to."""
    runs, candidates = found.runs, problem.candidates
    assert set(runs) == found.choice.chosen
    for i, run in runs.items():
        own = candidates[i]
        assert run.end - run.start + 1 >= own.weeks
        assert run in runs_of(own, calendar)
        for j in problem.needs[i]:
            assert runs[j].end < run.start
    done = loads(candidates, runs, calendar)
    for role, days in done.items():
        asked = sum(shares(candidates[i]).get(role, 0) for i in runs)
        assert sum(days) == pytest.approx(asked, abs=1e-5)
        for week, spent in enumerate(days):
            assert spent <= calendar.capacity(role, week) + 1e-6


def hold_to_sessions(problem: Problem, calendar: Calendar, told: Schedule) -> None:
    """Sessions lie on their dates, take no more than they can, and help with what is brought."""
    slots = {(s.requirement, s.session): s for s in told.slots}
    days = {s.number: s.dates[calendar.cohort] for s in calendar.sprint.sessions}
    room = {s.number: s.slots for s in calendar.sprint.sessions}
    about = {c.about: c for c in problem.candidates if c.weeks}
    for session in told.sessions:
        assert session.on == days[session.number]
        assert len(session.actions) <= room[session.number]
        for name in session.actions:
            slot = slots[name, session.number]
            assert set(session.kinds) & set(about[name].activity)
            assert session.on >= slot.starts >= calendar.weeks[0].first
            assert session.on <= slot.ends or "showtime" in session.kinds


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_schedule_keeps_to_time_order_and_sessions(chunk):
    random = Random(3_000 + chunk)
    in_time = late = 0

    for _ in range(EACH):
        problem, calendar = random_problem(random, random_team(random))
        found = timed(problem, calendar)
        if found is None:
            assert not problem.possible
            continue
        hold_to_it(problem, calendar, found)
        told = schedule_of(problem, found, calendar)
        hold_to_sessions(problem, calendar, told)
        assert told.ends is not None
        assert found.in_time == (told.ends <= calendar.showtime and not told.obstacles)
        if found.in_time:
            in_time += bool(found.runs)
            assert found.choice.proven
        else:
            late += 1
            assert reasons_hold(problem, calendar, told)
        for turn in told.turns:
            assert turn.earliest <= turn.on
            assert turn.in_time == (turn.on <= calendar.showtime)

    assert in_time > EACH / 5
    assert late > EACH / 20


def reasons_hold(problem: Problem, calendar: Calendar, told: Schedule) -> bool:
    """What is named makes it impossible, whatever else is lifted."""
    short = calendar.until(calendar.deadline)
    assert not fits(problem, short)
    named = {(o.code, str(o.params.get("role"))) for o in told.obstacles}
    assert named
    everyone = {role for c in problem.candidates for role in c.roles}
    away = {role for code, role in named if code == "calendar.away"}
    busy = away | {role for code, role in named if code == "calendar.capacity"}
    there = short
    for role in everyone - away:
        there = there.with_team(there.team.always_there(role))
    only = there.without_limits(everyone - busy)
    kept = frozenset(role for code, role in named if code == "wish.without_role")
    own = problem.wishes
    left = problem.with_wishes(Wishes(without_roles=kept, open_as_no=own.open_as_no))
    if ("calendar.time", "None") in named:
        return not fits(left, only)
    freed = problem.with_wishes(Wishes(open_as_no=own.open_as_no))
    return not fits(left, only) and fits(freed, there.without_limits(everyone))


@pytest.mark.parametrize("chunk", range(3))
def test_plan_in_time_is_the_cheapest_of_all_that_fit(chunk):
    random = Random(4_000 + chunk)
    compared = 0

    for _ in range(40):
        problem, calendar = random_problem(random, random_team(random), most=4)
        found = timed(problem, calendar)
        if found is None or not found.choice.chosen:
            continue
        short = calendar.until(calendar.deadline)
        sets = (s for s in possible_sets(problem) if problem.reached(s))
        best = next((s for s in sets if placed(problem, s, short) is not None), None)
        assert (best is not None) == found.in_time
        if best is not None:
            assert cost(problem, found.choice.chosen)[0] == cost(problem, best)[0]
            compared += 1

    assert compared > 5


def two_ways(team: Team, *, on: date, days: float = 3) -> ActionPlan:
    """RDC1 by a slow cheap way, or by a quick dear one, or by a dearer one still."""
    slow = requirement("a", remedy=remedy(effort_days=1, weeks=9))
    quick = requirement("b", remedy=remedy(effort_days=days, weeks=1))
    dear = requirement("c", remedy=remedy(effort_days=days + 1, weeks=2))
    own = rubric(criterion("RDC1", slow, quick, dear, rule={"any_of": ["a", "b", "c"]}))
    said = submission(own, answers=dict.fromkeys("abc", "no"), evidence=[])
    calendar = calendar_of(SPRINT, team, on=on)
    return plan(own, said, on=on, target="rdc1", others=2, calendar=calendar)


def test_other_ways_of_a_plan_in_time_are_in_time_as_well():
    found = two_ways(Team(), on=DAY)

    assert [action.requirement for action in found.actions] == ["b"]
    assert [way.by for way in found.alternatives] == [("c",)]


def test_next_actions_stand_on_the_calendar_that_is_given():
    own = rubric(criterion("RDC1", requirement("a", remedy=remedy(effort_days=1, weeks=1))))
    said = submission(own, answers={"a": "no"}, evidence=[])

    found = agenda(own, said, on=DAY, calendar=calendar_of(SPRINT, Team(), on=DAY))

    assert [action.requirement for action in found.actions] == ["a"]
    assert found.schedule is not None
    assert [slot.requirement for slot in found.schedule.slots] == ["a"]


def test_cohort_that_a_sprint_does_not_have_is_named():
    with pytest.raises(UnknownCohortError, match="pt"):
        calendar_of(SPRINT, Team(cohort="pt"), on=DAY)


def test_nothing_begins_before_the_day_of_the_plan():
    found = two_ways(Team(days_per_week=3), on=date(2025, 11, 19))

    assert found.schedule is not None
    assert [slot.starts for slot in found.schedule.slots] == [date(2025, 11, 19)]
    assert [slot.session for slot in found.schedule.slots] == [None]  # session 2 was yesterday


def test_who_gives_no_days_is_named_and_what_he_carries_has_no_dates():
    found = two_ways(Team(days_per_week=0), on=DAY)

    assert found.schedule is not None
    assert (found.schedule.in_time, found.schedule.ends) == (False, None)
    assert (found.schedule.slots, found.schedule.turns) == ((), ())
    assert [o.params for o in found.schedule.obstacles] == [{"role": "buyer"}]


def test_what_is_too_much_for_two_years_is_not_put_on_one_role_nevertheless():
    found = two_ways(Team(days_per_week=0.001), on=DAY)

    assert found.schedule is not None
    assert found.schedule.ends is None
    assert all(
        spent <= most + 1e-6
        for role in found.schedule.roles
        for spent, most in zip(role.days, role.capacity, strict=True)
    )


def test_after_showtime_that_is_the_reason():
    found = two_ways(Team(), on=date(2025, 12, 18))

    assert found.schedule is not None
    assert not found.schedule.in_time
    assert [o.code for o in found.schedule.obstacles] == ["calendar.over"]


def test_in_the_week_of_showtime_a_question_can_still_be_answered():
    own = rubric(criterion("RDC1", requirement("a")))
    on = date(2025, 12, 15)
    said = submission(own, answers={}, evidence=[evidence("a")])

    found = plan(own, said, on=on, target="rdc1", calendar=calendar_of(SPRINT, Team(), on=on))

    assert found.schedule is not None
    assert (found.schedule.in_time, found.schedule.ends) == (True, on)


def test_earliest_day_of_one_criterion_waits_for_no_route_of_another():
    both = {"routes": {"A": ["b"], "B": ["c"]}, "at_least": 1, "each_at_least": 1}
    quick, slow = remedy(effort_days=1), remedy(effort_days=1, weeks=4)
    own = rubric(
        criterion("RDC1", requirement("a", remedy=quick)),
        criterion("RDC2", requirement("b"), requirement("c", remedy=slow), rule=both),
    )
    said = submission(own, answers=dict.fromkeys("abc", "no"), evidence=[])
    team = Team(routes={"RDC2": "B"}, days_per_week=1)

    found = plan(
        own,
        said,
        on=DAY,
        target="rdc1+rdc2",
        wishes=team.wishes(),
        calendar=calendar_of(SPRINT, team, on=DAY),
    )

    assert found.schedule is not None
    assert {t.criterion: t.earliest for t in found.schedule.turns}["RDC1"] == date(2025, 11, 7)


def test_days_of_many_people_are_added_up_once_and_without_those_who_are_away():
    people = [Person(name="A", role="buyer", days_per_week=0.1, away=(2,)) for _ in range(3)]
    team = Team(people=(*people, Person(name="B", role="buyer", days_per_week=2, away=(3, 3))))
    calendar = calendar_of(SPRINT, team, on=date(2025, 11, 3))

    found = [calendar.capacity("buyer", week) for week in (0, 2, 3)]

    assert found == pytest.approx([2.3, 0.3, 2.3])
    assert calendar.capacity("legal", 0) == 2
