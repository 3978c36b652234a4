"""What a cohort is made of: distributions, shares, who is near, what expires, cities, weeks.

These structs are a public, versioned JSON, as those of `results.py` are for one city.
"""

from datetime import date

import msgspec

from assessment.grouping import Comparison, Spread
from assessment.results import Lens, RubricRef

SCHEMA_VERSION = "1"
"""Version of the cohort's JSON; it changes when a reader of the old form could go wrong."""


class Tally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How many cities have each verdict. `applying` are those to which it applies."""

    met: int = 0
    not_met: int = 0
    unanswered: int = 0
    needs_review: int = 0
    not_applicable: int = 0

    @property
    def applying(self) -> int:
        """How many cities it applies to."""
        return self.met + self.not_met + self.unanswered + self.needs_review

    @property
    def share_met(self) -> float | None:
        """The share of these that meet it, in percent; `None` where it applies to none."""
        return 100 * self.met / self.applying if self.applying else None


class TierCount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How many cities reach a tier at most, and how many could; `None` is below the lowest."""

    tier: str | None
    reached: int
    within_reach: int


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """The points of all cities under one lens: how many cities have how many, for sure and at best.

    `guaranteed` and `possible` are pairs of points and cities, the fewest points first.
    """

    lens: Lens
    total: int
    guaranteed: tuple[tuple[int, int], ...]
    possible: tuple[tuple[int, int], ...]
    guaranteed_spread: Spread | None
    possible_spread: Spread | None
    tiers: tuple[TierCount, ...]


class CriterionShare(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion over all cities."""

    id: str
    declared: bool
    claimed: Tally
    evidenced: Tally
    confirmed: Tally


class CodeCount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A reason code, and how many cities have it."""

    code: str
    lens: Lens
    cities: int


class RequirementShare(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement over all cities, with its most frequent reasons; the hardest come first."""

    id: str
    criterion: str
    claimed: Tally
    evidenced: Tally
    confirmed: Tally
    reasons: tuple[CodeCount, ...]


class NearCount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How many cities are so many requirements from a criterion."""

    criterion: str
    steps: int
    cities: int


class NearCity(msgspec.Struct, frozen=True, kw_only=True):
    """A city that is one or two requirements from a criterion; each of `ways` would do."""

    city: int
    criterion: str
    steps: int
    ways: tuple[tuple[str, ...], ...]


class ExpiringCount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How many cities lose what proves a requirement or criterion, if nobody renews it."""

    about: str
    cities: int
    first: date | None


class ExpiringEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something of a city that counts and soon will not; `looked_at` is the evidence or answer.

    `turns` are the requirements and criteria that are no longer proven after `last_day`.
    """

    city: int
    last_day: date
    looked_at: str
    about: tuple[str, ...]
    turns: tuple[str, ...]


class CityLine(msgspec.Struct, frozen=True, kw_only=True):
    """A city by name, under the evidenced lens; other parts name it by its number in the list."""

    name: str
    country: str
    region: str | None
    population: int | None
    language: str | None
    on: date
    guaranteed: int
    possible: int
    claimed: int
    confirmed: int
    to_silver: int
    tier: str | None
    within_reach: str | None
    met: tuple[str, ...]


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """Where the cities stood at the end of a week that began on the Monday `starts`.

    A city counts from its first result on; `renewed` have a new one in this week.
    """

    starts: date
    cities: int
    renewed: int
    guaranteed: Spread
    possible: Spread
    requirements_met: Spread


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told of a cohort.

    With names, `cities` lists them by the points they have proven. Without (`named` is false) it
    and all that points into it is empty; a cohort of fewer than `min_group` cities is then
    `withheld` whole.
    """

    schema_version: str
    rubric: RubricRef
    engine_version: str
    on: date
    count: int
    results: int
    eligible: int
    min_group: int
    named: bool
    withheld: bool
    within_days: int
    points: tuple[Distribution, ...]
    criteria: tuple[CriterionShare, ...]
    requirements: tuple[RequirementShare, ...]
    near: tuple[NearCount, ...]
    expiring: tuple[ExpiringCount, ...]
    comparisons: tuple[Comparison, ...]
    weeks: tuple[Week, ...]
    cities: tuple[CityLine, ...]
    near_cities: tuple[NearCity, ...]
    expiring_entries: tuple[ExpiringEntry, ...]
