"""A sprint's weeks as a team lives them: dates, sessions, and the days that every role gives."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from assessment.planning.team import DaysGiven, Team
from rubrics.sprint import Session, Sprint

WEEK = timedelta(weeks=1)
TO_FRIDAY = timedelta(days=4)
LATER = 104
"""How many weeks after the sprint a plan may still reach into."""


@dataclass(frozen=True, slots=True)
class Week:
    """A calendar week: its number in the sprint, Monday and Friday, and the share that is left.

    `first` is the first day that is left of it: its Monday, but in the week that runs.
    """

    number: int
    monday: date
    friday: date
    share: float
    first: date


@dataclass(frozen=True)
class Calendar:
    """The weeks from a day on, to Showtime and as far beyond as a plan may reach.

    `boundless` are roles that are taken to have all the time there is: so it is found out what
    stands in the way.
    """

    sprint: Sprint
    cohort: str
    team: Team
    weeks: tuple[Week, ...]
    sessions: tuple[tuple[Session, date], ...]
    boundless: frozenset[str] = frozenset()

    @property
    def showtime(self) -> date:
        """The day of the last session: the day on which everything counts."""
        return self.sessions[-1][1]

    @cached_property
    def deadline(self) -> int:
        """How many weeks, counted from the first, end before Showtime."""
        return sum(week.friday <= self.showtime for week in self.weeks)

    @property
    def is_over(self) -> bool:
        """Whether Showtime has been."""
        return self.weeks[0].first > self.showtime

    def capacity(self, role: str, week: int) -> float:
        """The days that a role gives in the week of this index."""
        own = self.weeks[week]
        if role in self.boundless:
            return 1_000 * own.share
        days = self._given.in_week(role, own.number)
        if days is None:
            assumed = self.team.days_per_week
            days = assumed if assumed is not None else self.sprint.days_per_week
        return days * own.share

    @cached_property
    def _given(self) -> DaysGiven:
        return self.team.days_given()

    def until(self, weeks: int) -> "Calendar":
        """Only the first so many weeks."""
        return replace(self, weeks=self.weeks[:weeks])

    def with_team(self, team: Team) -> "Calendar":
        """The same weeks for a team that differs."""
        return replace(self, team=team)

    def without_limits(self, roles: Iterable[str]) -> "Calendar":
        """The same weeks with all the time there is for these roles."""
        return replace(self, boundless=self.boundless | set(roles))


class UnknownCohortError(LookupError):
    """A cohort was asked for that the sprint does not have."""


def calendar_of(sprint: Sprint, team: Team, *, on: date) -> Calendar:
    """The weeks of a sprint that are left on a day; of the running week, the days that are left."""
    cohort = team.cohort or next(iter(sprint.cohorts))
    if cohort not in sprint.cohorts:
        raise UnknownCohortError(cohort)
    sessions = tuple((session, session.dates[cohort]) for session in sprint.sessions)
    first, last = sessions[0][1], sessions[-1][1]
    monday = first - timedelta(days=first.weekday())
    weeks: list[Week] = []
    number = 1
    while monday <= last or len(weeks) < LATER:
        friday = monday + TO_FRIDAY
        if friday >= on:
            first = max(on, monday)
            share = 0.0 if monday in sprint.breaks else ((friday - first).days + 1) / 5
            weeks.append(Week(number, monday, friday, share, first))
        monday += WEEK
        number += 1
    return Calendar(sprint, cohort, team, tuple(weeks), sessions)
