"""A plan on a sprint's calendar: which action when, brought to which session, done by when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from assessment.planning.calendar import Calendar
from assessment.planning.expressions import holds
from assessment.planning.optimum import Choice, Search, cheapest, thinned
from assessment.planning.problem import Problem
from assessment.planning.schedule import (
    Run,
    chain,
    cheapest_in_time,
    earliest,
    fits,
    listed,
    loads,
    placed,
)
from assessment.planning.target import settled
from assessment.planning.telling import in_order, wish
from assessment.plans import (
    Obstacle,
    RoleWeeks,
    Schedule,
    SessionLine,
    Slot,
    Turn,
    WeekLine,
)


@dataclass(frozen=True, slots=True)
class Timed:
    """A choice with the weeks of its actions; `in_time` says whether all end before Showtime.

    Actions that do not fit into any weeks, however late, have none.
    """

    choice: Choice
    runs: Mapping[int, Run]
    in_time: bool


def timed(problem: Problem, calendar: Calendar) -> Timed | None:
    """The cheapest choice that can be done by Showtime; where none can, the cheapest of all.

    If the cheapest choice fits, nothing that fits is cheaper, and no more is to be proven. `None`
    where nothing ever reaches the target.
    """
    choice = cheapest(problem)
    if choice is None:
        return None
    found = _by_showtime(problem, choice, calendar)
    if found is not None:
        return Timed(*found, in_time=True)
    weeks = {code: alone(problem, choice, code, calendar) for code in turning(problem, choice)}
    return Timed(choice, one_by_one(problem, choice, weeks, calendar), in_time=False)


def search_by_showtime(calendar: Calendar) -> Search:
    """The search for the cheapest choice that can be done by Showtime."""

    def search(problem: Problem, *, unlike: Iterable[frozenset[int]] = ()) -> Choice | None:
        earlier = list(unlike)
        choice = cheapest(problem, unlike=earlier)
        found = choice and _by_showtime(problem, choice, calendar, unlike=earlier)
        return found[0] if found else None

    return search


def _by_showtime(
    problem: Problem,
    choice: Choice,
    calendar: Calendar,
    *,
    unlike: Iterable[frozenset[int]] = (),
) -> tuple[Choice, Mapping[int, Run]] | None:
    """The cheapest choice in time; it is the given one, the cheapest of all, if that fits."""
    if calendar.is_over and choice.chosen:
        return None
    short = calendar.until(calendar.deadline)
    runs = placed(problem, choice.chosen, short)
    if runs is not None:
        return choice, runs
    return cheapest_in_time(problem, short, unlike=unlike)


def one_by_one(
    problem: Problem, choice: Choice, weeks: Mapping[str, int | None], calendar: Calendar
) -> Mapping[int, Run]:
    """A choice that is too long for the sprint: what can turn first is done first.

    So as many criteria as can be are ready by Showtime, and the others wait.
    """
    runs: Mapping[int, Run] = {}
    for _, code in sorted((week, code) for code, week in weeks.items() if week is not None):
        own = thinned(problem.for_criterion(code), choice.chosen)
        runs = earliest(problem, own, calendar, fixed=runs) or runs
    return earliest(problem, choice.chosen, calendar, fixed=runs) or runs


def turning(problem: Problem, choice: Choice) -> list[str]:
    """The criteria that a choice turns."""
    nothing: frozenset[int] = frozenset()
    nodes = {code: settled(node) for code, node in problem.circuit.criteria.items()}
    return [
        code for code, met in nodes.items() if holds(met, choice.chosen) and not holds(met, nothing)
    ]


def schedule_of(
    problem: Problem, found: Timed, calendar: Calendar, *, expiring: Iterable[str] = ()
) -> Schedule:
    """What a timed choice looks like on the calendar."""
    last = max((run.end for run in found.runs.values()), default=-1)
    shown = calendar.until(max(last + 1, calendar.deadline, 1))
    brought = brought_to(problem, found.runs, calendar)
    names = [c.about for c in problem.candidates]
    rank = {i: k for k, i in enumerate(in_order(problem, found.runs))}
    order = sorted(rank, key=lambda i: (found.runs[i].start, found.runs[i].end, rank[i]))
    done = loads(problem.candidates, found.runs, shown)
    return Schedule(
        sprint=calendar.sprint.id,
        cohort=calendar.cohort,
        showtime=calendar.showtime,
        in_time=found.in_time,
        ends=_day(calendar, last) if found.choice.chosen <= found.runs.keys() else None,
        weeks=tuple(
            WeekLine(number=w.number, monday=w.monday, friday=w.friday) for w in shown.weeks
        ),
        slots=tuple(_slot(problem, calendar, i, found.runs[i], brought.get(i)) for i in order),
        sessions=tuple(
            SessionLine(
                number=session.number,
                kinds=session.kinds,
                on=day,
                actions=tuple(names[i] for i in order if brought.get(i) == k),
            )
            for k, (session, day) in enumerate(calendar.sessions)
        ),
        turns=tuple(turns(problem, found, calendar)),
        roles=tuple(
            RoleWeeks(
                role=role,
                days=tuple(round(d, 2) for d in days),
                capacity=tuple(
                    round(shown.capacity(role, week), 2) for week in range(len(shown.weeks))
                ),
            )
            for role, days in done.items()
        ),
        expiring=tuple(expiring),
        obstacles=() if found.in_time else tuple(in_the_way(problem, found, calendar)),
    )


def _slot(problem: Problem, calendar: Calendar, i: int, run: Run, session: int | None) -> Slot:
    own, weeks = problem.candidates[i], calendar.weeks
    at_once = run.end < run.start
    return Slot(
        requirement=own.about,
        goal=own.goal,
        starts=weeks[run.start].first,
        ends=weeks[run.start].first if at_once else weeks[run.end].friday,
        first_week=weeks[run.start].number,
        last_week=weeks[max(run.start, run.end)].number,
        session=calendar.sessions[session][0].number if session is not None else None,
    )


def _day(calendar: Calendar, week: int) -> date:
    """The day on which what ends in this week is done; before the first it is its first day."""
    weeks = calendar.weeks
    return weeks[week].friday if week >= 0 else weeks[0].first


def turns(problem: Problem, found: Timed, calendar: Calendar) -> Iterator[Turn]:
    """The day on which every criterion turns that the plan turns, if it ever does."""
    ends = sorted({run.end for run in found.runs.values()})
    for code in turning(problem, found.choice):
        met = settled(problem.circuit.criteria[code])
        done = (
            week
            for week in ends
            if holds(met, frozenset(i for i, run in found.runs.items() if run.end <= week))
        )
        week = next(done, None)
        if week is None:
            continue
        early = alone(problem, found.choice, code, calendar)
        first = week if early is None else min(week, early)
        yield Turn(
            criterion=code,
            on=_day(calendar, week),
            in_time=week < calendar.deadline and not calendar.is_over,
            earliest=_day(calendar, first),
        )


def alone(problem: Problem, choice: Choice, code: str, calendar: Calendar) -> int | None:
    """The first week by which a criterion can turn when nothing else is worked on.

    The way there may be another than the one in the plan. `None` where it never can.
    """
    own = problem.for_criterion(code)
    runs = listed(own, thinned(own, choice.chosen), calendar)
    if runs is None and not fits(own, calendar):
        return None
    ends = [len(calendar.weeks) - 1] if runs is None else [run.end for run in runs.values()]
    low, high = -1, max(ends, default=-1)
    while low < high:
        middle = (low + high) // 2
        if fits(own, calendar.until(middle + 1)):
            high = middle
        else:
            low = middle + 1
    return high


def brought_to(problem: Problem, runs: Mapping[int, Run], calendar: Calendar) -> dict[int, int]:
    """For as many actions as there is room for, the session (its index) to bring each to.

    A session must be of a kind that helps, and lie within the weeks of the action; at Showtime
    things are shown that are done.
    """
    options: dict[int, list[int]] = {}
    for i in in_order(problem, runs):
        own, run = problem.candidates[i], runs[i]
        if run.end < run.start:
            continue
        first, friday = calendar.weeks[run.start].first, calendar.weeks[run.end].friday
        options[i] = [
            k
            for k, (session, day) in enumerate(calendar.sessions)
            if not set(session.kinds).isdisjoint(own.activity)
            and (day > friday if "showtime" in session.kinds else first <= day <= friday)
        ]
    held: dict[int, list[int]] = {k: [] for k in range(len(calendar.sessions))}
    for i in options:
        _seat(i, options, held, calendar, set())
    return {i: k for k, seats in held.items() for i in seats}


def _seat(
    i: int,
    options: Mapping[int, list[int]],
    held: dict[int, list[int]],
    calendar: Calendar,
    tried: set[int],
) -> bool:
    """Finds a seat, and moves others to another session where that makes room."""
    for k in options[i]:
        if k in tried:
            continue
        tried.add(k)
        if len(held[k]) < calendar.sessions[k][0].slots:
            held[k].append(i)
            return True
        for other in list(held[k]):
            if _seat(other, options, held, calendar, tried):
                held[k].remove(other)
                held[k].append(i)
                return True
    return False


def in_the_way(problem: Problem, found: Timed, calendar: Calendar) -> Iterator[Obstacle]:
    """Why nothing can be done by Showtime: limits are lifted one after the other.

    A limit that can be lifted with nothing gained is no reason; those that are left are.
    """
    if calendar.is_over:
        yield Obstacle(code="calendar.over", params={})
        return
    short = calendar.until(calendar.deadline)
    busy: list[str] = []
    for role in sorted({role for c in problem.candidates for role in c.roles}):
        more = short.without_limits([role])
        if fits(problem, more):
            busy.append(role)
        else:
            short = more
    named: list[Obstacle] = []
    for role, weeks in short.team.away().items():
        there = short.with_team(short.team.always_there(role))
        if role in busy and fits(problem, there):
            busy.remove(role)
            words = tuple(str(week) for week in weeks)
            named.append(Obstacle(code="calendar.away", params={"role": role, "weeks": words}))
        else:
            short = there
    named += [Obstacle(code="calendar.capacity", params={"role": role}) for role in busy]
    for kind, word in problem.wishes.each():
        fewer = problem.with_wishes(problem.wishes.but(kind, word))
        if fits(fewer, short):
            named.append(wish(kind, word))
        else:
            problem = fewer
    if named:
        yield from named
    else:
        needed = chain(problem, found.choice.chosen)
        full = sum(week.share > 0 for week in calendar.weeks[: calendar.deadline])
        yield Obstacle(code="calendar.time", params={"weeks": full, "needed": needed})
