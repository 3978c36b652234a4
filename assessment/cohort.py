"""cohort_of(): from many cities' results to what a programme asks of them all.

How far are they, who is one step away, what is hardest, what will expire, how do groups compare, do
the weeks of a sprint show. Names stand in it only where `named` asks for them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from assessment.codes import Code
from assessment.engine import ENGINE_VERSION
from assessment.grouping import MIN_GROUP, Comparison, Spread, compare_groups, spread_of
from assessment.members import Member, Near
from assessment.results import Lens, RubricRef, Verdict
from rubrics.schema import Rubric

SCHEMA_VERSION = "1"
"""Version of the cohort's JSON; it changes when a reader of the old form could go wrong."""

WITHIN_DAYS = 90
"""What expires within so many days is told, unless another number is asked for."""

MOST_FREQUENT = 3
"""How many reason codes are told of a requirement."""

_NO_REASON = Code.DECISION_MISSING
"""That no coach has decided yet says nothing about the city."""


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


def cohort_of(
    rubric: Rubric,
    results: Iterable[Member],
    *,
    on: date,
    named: bool,
    within_days: int = WITHIN_DAYS,
    min_group: int = MIN_GROUP,
) -> Cohort:
    """What these results say together on a day; of each city, the last result counts.

    Results of the same city on earlier days show how it went from week to week.
    """
    listed = sorted(results, key=lambda member: member.on)
    latest = sorted({member.key: member for member in listed}.values(), key=_best_first)
    withheld = not named and len(latest) < min_group
    told = [] if withheld else latest
    near = [(i, near) for i, member in enumerate(told) for near in member.near]
    expiring = list(_expiring(told, on, within_days))
    return Cohort(
        schema_version=SCHEMA_VERSION,
        rubric=RubricRef(
            id=rubric.id, edition=rubric.edition, digest=rubric.digest, status=rubric.status
        ),
        engine_version=ENGINE_VERSION,
        on=on,
        count=len(latest),
        results=len(listed),
        eligible=sum(member.eligibility is Verdict.MET for member in told),
        min_group=min_group,
        named=named,
        withheld=withheld,
        within_days=within_days,
        points=tuple(_distribution(rubric, told, lens) for lens in Lens) if told else (),
        criteria=tuple(_criteria(told)),
        requirements=tuple(_requirements(told)),
        near=tuple(_near_counts(rubric, near)),
        expiring=tuple(_expiring_counts(expiring)),
        comparisons=compare_groups(told, min_group=min_group),
        weeks=tuple(_weeks(listed, at_least=1 if named else min_group)),
        cities=tuple(map(_city_line, told)) if named else (),
        near_cities=tuple(_near_cities(near)) if named else (),
        expiring_entries=tuple(expiring) if named else (),
    )


def _best_first(member: Member) -> tuple[int, int, tuple[str, str, str]]:
    points = member.lenses.evidenced.points
    return -points.guaranteed, -points.possible, member.key


# --- points ---------------------------------------------------------------------------------------


def _distribution(rubric: Rubric, members: Sequence[Member], lens: Lens) -> Distribution:
    scores = [
        {
            Lens.CLAIMED: member.lenses.claimed,
            Lens.EVIDENCED: member.lenses.evidenced,
            Lens.CONFIRMED: member.lenses.confirmed,
        }[lens]
        for member in members
    ]
    guaranteed = [score.points.guaranteed for score in scores]
    possible = [score.points.possible for score in scores]
    reached = Counter(score.tier.reached for score in scores)
    within = Counter(score.tier.within_reach for score in scores)
    return Distribution(
        lens=lens,
        total=rubric.points,
        guaranteed=tuple(sorted(Counter(guaranteed).items())),
        possible=tuple(sorted(Counter(possible).items())),
        guaranteed_spread=spread_of(guaranteed),
        possible_spread=spread_of(possible),
        tiers=tuple(
            TierCount(tier=tier, reached=reached[tier], within_reach=within[tier])
            for tier in (None, *(tier.id for tier in rubric.tiers.levels))
        ),
    )


# --- verdicts -------------------------------------------------------------------------------------


def _tally(verdicts: Iterable[Verdict]) -> Tally:
    counted = Counter(verdict.value for verdict in verdicts)
    return Tally(**counted)


def _criteria(members: Sequence[Member]) -> Iterator[CriterionShare]:
    for same in zip(*(member.criteria for member in members), strict=True):
        claimed, evidenced, confirmed = (_tally(one.under(lens) for one in same) for lens in Lens)
        yield CriterionShare(
            id=same[0].id,
            declared=same[0].declared,
            claimed=claimed,
            evidenced=evidenced,
            confirmed=confirmed,
        )


def _requirements(members: Sequence[Member]) -> list[RequirementShare]:
    """Every requirement, the one that the fewest cities have proven first."""
    found = []
    for same in zip(*(member.requirements for member in members), strict=True):
        claimed, evidenced, confirmed = (_tally(one.under(lens) for one in same) for lens in Lens)
        reasons = Counter(
            reason for one in same for reason in one.reasons if reason[1] != _NO_REASON.value
        )
        in_order = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        share = RequirementShare(
            id=same[0].id,
            criterion=same[0].criterion,
            claimed=claimed,
            evidenced=evidenced,
            confirmed=confirmed,
            reasons=tuple(
                CodeCount(code=code, lens=lens, cities=cities)
                for (lens, code), cities in in_order[:MOST_FREQUENT]
            ),
        )
        found.append(share)
    return sorted(found, key=_hardest_first)


def _hardest_first(share: RequirementShare) -> float:
    met = share.evidenced.share_met
    return met if met is not None else 101.0


# --- near, and soon over --------------------------------------------------------------------------


def _near_counts(rubric: Rubric, near: Sequence[tuple[int, Near]]) -> Iterator[NearCount]:
    counted = Counter((one.criterion, one.steps) for _, one in near)
    for criterion in rubric.assessed():
        for steps in (1, 2):
            cities = counted[criterion.id, steps]
            yield NearCount(criterion=criterion.id, steps=steps, cities=cities)


def _near_cities(near: Sequence[tuple[int, Near]]) -> Iterator[NearCity]:
    for city, one in sorted(near, key=lambda pair: (pair[1].steps, pair[0])):
        yield NearCity(city=city, criterion=one.criterion, steps=one.steps, ways=one.ways)


def _expiring(members: Sequence[Member], on: date, days: int) -> list[ExpiringEntry]:
    """What counts on the day and no longer so many days later, the first to expire first."""
    end = on + timedelta(days=days)
    found = [
        ExpiringEntry(
            city=i,
            last_day=expiry.last_day,
            looked_at=expiry.looked_at,
            about=expiry.about,
            turns=expiry.turns,
        )
        for i, member in enumerate(members)
        for expiry in member.expiries
        if expiry.last_day < end
    ]
    return sorted(found, key=lambda entry: (entry.last_day, entry.city, entry.looked_at))


def _expiring_counts(entries: Sequence[ExpiringEntry]) -> Iterator[ExpiringCount]:
    cities: dict[str, set[int]] = {}
    first: dict[str, date] = {}
    for entry in entries:
        for name in entry.turns:
            cities.setdefault(name, set()).add(entry.city)
            first.setdefault(name, entry.last_day)
    for name, found in sorted(cities.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield ExpiringCount(about=name, cities=len(found), first=first[name])


# --- cities and weeks -----------------------------------------------------------------------------


def _city_line(member: Member) -> CityLine:
    lenses = member.lenses
    own = lenses.evidenced
    return CityLine(
        name=member.city,
        country=member.country,
        region=member.region,
        population=member.population,
        language=member.language,
        on=member.on,
        guaranteed=own.points.guaranteed,
        possible=own.points.possible,
        claimed=lenses.claimed.points.guaranteed,
        confirmed=lenses.confirmed.points.guaranteed,
        to_silver=own.to_silver,
        tier=own.tier.reached,
        within_reach=own.tier.within_reach,
        met=tuple(c.id for c in member.criteria if c.evidenced is Verdict.MET and not c.declared),
    )


def _weeks(listed: Sequence[Member], *, at_least: int) -> Iterator[Week]:
    """Every week from the first result to the last, if any city has several."""
    by_week: dict[date, list[Member]] = {}
    for member in listed:
        by_week.setdefault(_monday(member.on), []).append(member)
    if len(by_week) < 2 or len({member.key for member in listed}) == len(listed):
        return
    known: dict[tuple[str, str, str], Member] = {}
    week, last = min(by_week), max(by_week)
    while week <= last:
        new: Mapping[tuple[str, str, str], Member] = {m.key: m for m in by_week.get(week, ())}
        known = {**known, **new}
        if len(known) >= at_least:
            yield _week(week, list(known.values()), renewed=len(new))
        week += timedelta(days=7)


def _week(starts: date, members: Sequence[Member], *, renewed: int) -> Week:
    points = [member.lenses.evidenced.points for member in members]
    met = [sum(r.evidenced is Verdict.MET for r in m.requirements) for m in members]
    return Week(
        starts=starts,
        cities=len(members),
        renewed=renewed,
        guaranteed=spread_of([one.guaranteed for one in points]),
        possible=spread_of([one.possible for one in points]),
        requirements_met=spread_of(met),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
