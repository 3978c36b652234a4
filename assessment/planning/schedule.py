"""Actions in weeks: which can run when, so that nobody has more to do than there is time.

An action runs without a break for its weeks, and longer only where those who carry it have too few
days in them. Within its weeks the work may fall on any of them: a role can keep up exactly when, in
every span of weeks, the work that has to be done within it is not more than the role's days in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from assessment.planning.calendar import Calendar
from assessment.planning.candidates import Candidate
from assessment.planning.optimum import Choice, choice_of, demand, program_of, scale_of
from assessment.planning.problem import Problem
from assessment.planning.program import Program
from assessment.planning.solver import solve

SLACK = 1e-6
"""Days that are no more than the rounding of thirds and fifths."""


@dataclass(frozen=True, slots=True)
class Run:
    """The weeks of an action, from `start` to `end` (their indices).

    What takes no time ends before its week begins, so that others can start in the same week.
    """

    start: int
    end: int


NO_RUNS: Mapping[int, Run] = MappingProxyType({})


def shares(candidate: Candidate) -> dict[str, float]:
    """The days that every role has to give: all that carry an action share it evenly."""
    days = candidate.effort / len(candidate.roles) if candidate.roles else 0.0
    return dict.fromkeys(candidate.roles, days) if days else {}


def runs_of(candidate: Candidate, calendar: Calendar) -> list[Run]:
    """Every way to place an action: from each week on, as long as it takes."""
    if not candidate.weeks:
        return [Run(week, week - 1) for week in range(max(1, len(calendar.weeks)))]
    found: list[Run] = []
    load = shares(candidate)
    for start in range(len(calendar.weeks)):
        end = start + candidate.weeks - 1
        left = dict(load)
        for week in range(start, len(calendar.weeks)):
            left = {role: days - calendar.capacity(role, week) for role, days in left.items()}
            if week >= end and all(days <= SLACK for days in left.values()):
                found.append(Run(start, week))
                break
    return found


class Timetable:
    """The rows that place candidates in weeks, in a program that may choose among them too."""

    def __init__(self, program: Program, problem: Problem, numbers: Iterable[int]) -> None:
        self.program = program
        self.problem = problem
        self.numbers = sorted(numbers)
        self.runs: dict[int, dict[Run, int]] = {}

    def place(self, calendar: Calendar, *, always: bool, late: int = 0) -> None:
        """Every candidate that is chosen (or `always`) in one run, in order, within capacity.

        Each week that passes until an action ends costs `late`.
        """
        program, candidates = self.program, self.problem.candidates
        for i in self.numbers:
            runs = runs_of(candidates[i], calendar)
            self.runs[i] = {run: program.column(late * (run.end + 1)) for run in runs}
            terms = [(column, 1.0) for column in self.runs[i].values()]
            if always:
                program.row(terms, low=1, high=1)
            else:
                program.row([*terms, (i, -1)], low=0, high=0)
        for i in self.numbers:
            for j in self.problem.needs[i]:
                self._after(i, j, len(calendar.weeks))
        for role in sorted({role for i in self.numbers for role in candidates[i].roles}):
            self._within(role, calendar)

    def _after(self, later: int, earlier: int, weeks: int) -> None:
        """One starts by a week only when the other has ended before it."""
        for week in range(weeks):
            started = [(c, -1.0) for run, c in self.runs[later].items() if run.start <= week]
            ended = [(c, 1.0) for run, c in self.runs[earlier].items() if run.end < week]
            if started:
                self.program.row([*started, *ended], low=0)

    def _within(self, role: str, calendar: Calendar) -> None:
        """No span of weeks holds more work than the role has days in it."""
        work = [
            (run, column, days)
            for i in self.numbers
            if (days := shares(self.problem.candidates[i]).get(role))
            for run, column in self.runs[i].items()
        ]
        ends = sorted({run.end for run, _, _ in work})
        for start in sorted({run.start for run, _, _ in work}):
            days_left = 0.0
            week = start
            for end in (end for end in ends if end >= start):
                while week <= end:
                    days_left += calendar.capacity(role, week)
                    week += 1
                terms = [(c, d) for run, c, d in work if run.start >= start and run.end <= end]
                if sum(days for _, days in terms) > days_left:
                    self.program.row(terms, high=days_left + SLACK)

    def found(self, chosen: frozenset[int]) -> dict[int, Run]:
        """The run of every candidate that is placed."""
        return {
            i: run
            for i, runs in self.runs.items()
            for run, column in runs.items()
            if column in chosen
        }


def placed(
    problem: Problem,
    chosen: Iterable[int],
    calendar: Calendar,
    *,
    fixed: Mapping[int, Run] = NO_RUNS,
    seconds: float = 20,
) -> dict[int, Run] | None:
    """These candidates in weeks, ending as early as they can; `None` where they do not fit.

    Those that are `fixed` stay where they are.

    They end within a twentieth of the earliest: a plan that took longer to find is no better.
    """
    program = Program()
    timetable = Timetable(program, problem, chosen)
    timetable.place(calendar, always=True, late=1)
    for i, run in fixed.items():
        program.fixed[timetable.runs[i][run]] = 1
    solved = solve(program, seconds=seconds, gap=0.05)
    return timetable.found(solved.chosen) if solved.chosen is not None else None


def cheapest_in_time(
    problem: Problem,
    calendar: Calendar,
    *,
    unlike: Iterable[frozenset[int]] = (),
    seconds: float = 120,
) -> tuple[Choice, dict[int, Run]] | None:
    """The cheapest choice that fits into the weeks, with its runs; `None` where none does.

    With `unlike`, it does not hold any of these choices whole.
    """
    scale = scale_of([c.effort for c in problem.candidates])
    program = program_of(problem, scale, unlike=unlike)
    timetable = Timetable(program, problem, problem.allowed)
    timetable.place(calendar, always=False)
    solved = solve(program, seconds=seconds)
    choice = choice_of(problem, scale, solved, fallback=False)
    if choice is None or solved.chosen is None:
        return None
    runs = timetable.found(solved.chosen)
    better = placed(problem, choice.chosen, calendar)
    return choice, better if better is not None else {i: runs[i] for i in choice.chosen}


def fits(problem: Problem, calendar: Calendar) -> bool:
    """Whether any choice that reaches the target fits into the weeks."""
    program = Program()
    for i in range(len(problem.candidates)):
        program.column()
        if i not in problem.allowed:
            program.fixed[i] = 0
    demand(program, problem)
    Timetable(program, problem, problem.allowed).place(calendar, always=False)
    return solve(program).possible


def earliest(
    problem: Problem,
    chosen: Iterable[int],
    calendar: Calendar,
    *,
    fixed: Mapping[int, Run] = NO_RUNS,
) -> dict[int, Run] | None:
    """These candidates in as few weeks as can be, besides what is fixed; `None`: in no weeks."""
    numbers = sorted({*chosen, *fixed})
    runs = listed(problem, numbers, calendar, fixed=fixed)
    if runs is None:
        return placed(problem, numbers, calendar, fixed=fixed)
    high = _weeks(runs)
    low = max(chain(problem, numbers), _weeks(fixed))
    while low < high:
        middle = (low + high) // 2
        better = placed(problem, numbers, calendar.until(middle), fixed=fixed)
        if better is None:
            low = middle + 1
        else:
            runs, high = better, middle
    return runs


def _weeks(runs: Mapping[int, Run]) -> int:
    return max((max(run.start, run.end) + 1 for run in runs.values()), default=0)


def chain(problem: Problem, chosen: Iterable[int]) -> int:
    """The weeks of the longest chain of actions that wait for each other."""
    numbers = set(chosen)
    weeks: dict[int, int] = {}

    def until(i: int) -> int:
        if i not in weeks:
            before = [until(j) for j in problem.needs[i] if j in numbers]
            weeks[i] = max(before, default=0) + problem.candidates[i].weeks
        return weeks[i]

    return max((until(i) for i in numbers), default=0)


def listed(
    problem: Problem,
    chosen: Iterable[int],
    calendar: Calendar,
    *,
    fixed: Mapping[int, Run] = NO_RUNS,
) -> dict[int, Run] | None:
    """These candidates one after the other, each as early as it fits: quick, not always best.

    `None` where one of them does not fit any more.
    """
    waiting = sorted(set(chosen) - set(fixed))
    runs = dict(fixed)
    while waiting:
        left = set(waiting)
        i = next(i for i in waiting if left.isdisjoint(problem.needs[i]))
        waiting.remove(i)
        first = max((runs[j].end + 1 for j in problem.needs[i]), default=0)
        options = [run for run in runs_of(problem.candidates[i], calendar) if run.start >= first]
        found = next(
            (run for run in options if keeps_up(problem.candidates, {**runs, i: run}, calendar)),
            None,
        )
        if found is None:
            return None
        runs[i] = found
    return runs


def keeps_up(candidates: Sequence[Candidate], runs: Mapping[int, Run], calendar: Calendar) -> bool:
    """Whether every role gets its share of every action done in the weeks of the action."""
    done = loads(candidates, runs, calendar)
    asked: dict[str, float] = {}
    for i in runs:
        for role, days in shares(candidates[i]).items():
            asked[role] = asked.get(role, 0.0) + days
    return all(sum(done[role]) >= days - SLACK for role, days in asked.items())


def loads(
    candidates: Sequence[Candidate], runs: Mapping[int, Run], calendar: Calendar
) -> dict[str, list[float]]:
    """The days that fall to every role in every week: what has to end first is done first."""
    table: dict[str, list[float]] = {}
    roles = sorted({role for i in runs for role in shares(candidates[i])})
    for role in roles:
        left = {i: shares(candidates[i]).get(role, 0.0) for i in runs}
        table[role] = []
        for week in range(len(calendar.weeks)):
            free = calendar.capacity(role, week)
            used = 0.0
            for i in sorted(runs, key=lambda i: (runs[i].end, i)):
                if runs[i].start <= week <= runs[i].end:
                    days = min(left[i], free - used)
                    left[i] -= days
                    used += days
            table[role].append(used)
    return table
