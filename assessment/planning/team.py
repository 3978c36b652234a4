"""Who carries the work: people with their roles, their days a week and the weeks they are away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from assessment.model import Model, ShortText
from assessment.planning.problem import Wishes


@dataclass(frozen=True, slots=True)
class DaysGiven:
    """Days by role in a full week, and those that are missing in the weeks of this number."""

    always: Mapping[str, float]
    missing: Mapping[tuple[str, int], float]

    def in_week(self, role: str, week: int) -> float | None:
        """The days of a role in a week; `None` for a role that nobody has."""
        if role not in self.always:
            return None
        return max(0.0, round(self.always[role] - self.missing.get((role, week), 0.0), 9))


Days = Annotated[float, Field(ge=0, le=7)]


class Person(Model):
    """Somebody of the team. `away` are numbers of weeks of the sprint."""

    name: ShortText
    role: str
    days_per_week: Days
    away: tuple[Annotated[int, Field(ge=1, le=104)], ...] = ()


class Team(Model):
    """A city's team and what it sets.

    A role that nobody in `people` has gives `days_per_week`, or what the sprint assumes.
    `without_roles` give nothing at all, `without` are requirements that cannot be touched, `routes`
    say which route of a criterion must be used.
    """

    cohort: str | None = None
    days_per_week: Days | None = None
    people: tuple[Person, ...] = ()
    without_roles: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    routes: dict[str, str] = Field(default_factory=dict)

    def wishes(self, *, open_as_no: bool = False) -> Wishes:
        """What a plan has to honour, the calendar apart."""
        return Wishes(
            without_roles=frozenset(self.without_roles),
            without=frozenset(self.without),
            routes=tuple(sorted(self.routes.items())),
            open_as_no=open_as_no,
        )

    def days_given(self) -> "DaysGiven":
        """The days that the roles of `people` give, all in one walk: a city may have thousands."""
        always: dict[str, float] = {}
        missing: dict[tuple[str, int], float] = {}
        for person in self.people:
            role, days = person.role, person.days_per_week
            always[role] = always.get(role, 0.0) + days
            for week in set(person.away):
                missing[role, week] = missing.get((role, week), 0.0) + days
        return DaysGiven(always, missing)

    def away(self) -> Mapping[str, tuple[int, ...]]:
        """The weeks in which people of a role are away, by role."""
        found: dict[str, set[int]] = {}
        for person in self.people:
            if person.away:
                found.setdefault(person.role, set()).update(person.away)
        return {role: tuple(sorted(weeks)) for role, weeks in sorted(found.items())}

    def always_there(self, role: str) -> "Team":
        """The same team, with nobody of this role away."""
        people = tuple(
            p.model_copy(update={"away": ()}) if p.role == role else p for p in self.people
        )
        return self.model_copy(update={"people": people})
