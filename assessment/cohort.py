"""cohort_of(): from many cities' results to what a programme asks of them all.

How far are they, who is one step away, what is hardest, what will expire, how do groups compare, do
the weeks of a sprint show. Names stand in it only where `named` asks for them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from assessment.codes import Code
from assessment.cohort_parts import (
    SCHEMA_VERSION,
    CityLine,
    CodeCount,
    Cohort,
    CriterionShare,
    Distribution,
    ExpiringCount,
    ExpiringEntry,
    NearCity,
    NearCount,
    RequirementShare,
    Tally,
    TierCount,
    Week,
)
from assessment.engine import ENGINE_VERSION
from assessment.grouping import MIN_GROUP, compare_groups, spread_of
from assessment.members import Member, Near
from assessment.results import Lens, RubricRef, Verdict
from rubrics.schema import Rubric

__all__ = [
    "CityLine",
    "CodeCount",
    "Cohort",
    "CriterionShare",
    "Distribution",
    "ExpiringCount",
    "ExpiringEntry",
    "NearCity",
    "NearCount",
    "RequirementShare",
    "Tally",
    "TierCount",
    "Week",
    "cohort_of",
    "weeks_of",
]

WITHIN_DAYS = 90
"""What expires within so many days is told, unless another number is asked for."""

MOST_FREQUENT = 3
"""How many reason codes are told of a requirement."""

_NO_REASON = Code.DECISION_MISSING
"""That no coach has decided yet says nothing about the city."""


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
        weeks=tuple(weeks_of(listed, at_least=1 if named else min_group)),
        cities=tuple(map(_city_line, told)) if named else (),
        near_cities=tuple(_near_cities(near)) if named else (),
        expiring_entries=tuple(expiring) if named else (),
    )


def weeks_of(results: Iterable[Member], *, at_least: int) -> Iterator[Week]:
    """Every week from the first result to the last, if any city has several.

    A week is told from when on at least so many cities have a result.
    """
    listed = sorted(results, key=lambda member: member.on)
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
