"""The cohort report: from what many results say together to what programme staff are told."""

from collections.abc import Iterable, Iterator

from assessment.cohort import Cohort, Distribution
from assessment.results import Lens
from assessment.scoring import points_for
from reports.cohort import BandLine, CityLine, CohortReport, DotStrip
from reports.i18n import NN_, Language
from reports.report import Bar, Entry, Tick
from reports.sections.cohort_groups import build_comparisons, build_lenses, build_weeks, span_words
from reports.sections.cohort_lists import (
    SHOWN,
    build_expiring,
    build_expiring_cities,
    build_hardest,
    build_near,
    expiring_note,
)
from reports.sections.plan import numbers_of
from rubrics.schema import Rubric

_CITIES = NN_("{n} city", "{n} cities", "n")


def build_cohort_report(
    cohort: Cohort, rubric: Rubric, *, language: Language, whole: bool = False
) -> CohortReport:
    """The report of a cohort; `rubric` is the one of its results, in the same language.

    On paper each list shows what matters most of it; `whole` has all of it.
    """
    ticks = _ticks(rubric)
    numbers = numbers_of(rubric)
    most = None if whole else SHOWN
    evidenced = next((p for p in cohort.points if p.lens is Lens.EVIDENCED), None)
    return CohortReport(
        language=language.code,
        title=language.text("Cohort report: {standard}", standard=rubric.title),
        standard=rubric.title,
        day=language.date(cohort.on),
        on=cohort.on,
        status=language.text("Unofficial self-assessments"),
        confidential=confidential_words(cohort, language),
        count=cohort.count,
        headline=_headline(cohort, evidenced, rubric, language),
        notices=tuple(_notices(cohort, language)),
        strip=_strip(evidenced, ticks, language) if evidenced is not None else None,
        bands=tuple(_bands(evidenced, rubric, language)) if evidenced is not None else (),
        lenses=build_lenses(cohort, ticks, language),
        near=build_near(cohort, rubric, numbers, language, most=most),
        hardest=build_hardest(cohort, rubric, numbers, language, most=most),
        expiring_note=expiring_note(cohort, language),
        expiring=build_expiring(cohort, rubric, numbers, language, most=most),
        expiring_cities=build_expiring_cities(cohort, numbers, language, most=most),
        comparisons=build_comparisons(cohort, ticks, rubric, language),
        weeks=build_weeks(cohort, ticks, rubric, language),
        cities=tuple(_cities(cohort, rubric, language)),
        method=tuple(_method(cohort, rubric, language)),
        identity=_identity(cohort, language),
    )


def confidential_words(cohort: Cohort, language: Language) -> str:
    """Who may see it."""
    if cohort.named:
        return language.text("Confidential: it names cities. For the programme's staff only.")
    return language.text("No city is named.")


# --- the first page -------------------------------------------------------------------------------


def _ticks(rubric: Rubric) -> tuple[Tick, ...]:
    tiers = rubric.tiers
    return tuple(
        Tick(at=points_for(tier, rubric.points, tiers), label=tier.title) for tier in tiers.levels
    )


def _target(rubric: Rubric) -> Tick:
    target = next(tier for tier in rubric.tiers.levels if tier.id == rubric.tiers.target)
    return Tick(at=points_for(target, rubric.points, rubric.tiers), label=target.title)


def _headline(
    cohort: Cohort, evidenced: Distribution | None, rubric: Rubric, language: Language
) -> str:
    cities = language.say(_CITIES, n=cohort.count)
    if evidenced is None:
        return cities
    target = _target(rubric)
    reached = sum(n for points, n in evidenced.guaranteed if points >= target.at)
    possible = sum(n for points, n in evidenced.possible if points >= target.at)
    return language.text(
        "{cities}: {reached} at {tier} on the evidence at hand, {more} more within reach.",
        cities=cities,
        reached=reached,
        tier=target.label,
        more=possible - reached,
    )


def _notices(cohort: Cohort, language: Language) -> Iterator[str]:
    if not cohort.count:
        yield language.text("No city has a result yet.")
    elif cohort.withheld:
        yield language.text(
            "Nothing is told of fewer than {n} cities without their names, because each of them "
            "could be recognized.",
            n=cohort.min_group,
        )
    elif cohort.eligible < cohort.count:
        text = NN_(
            "{n} city may not apply yet, or has not told its size.",
            "{n} cities may not apply yet, or have not told their size.",
            "n",
        )
        yield language.say(text, n=cohort.count - cohort.eligible)


def _strip(points: Distribution, ticks: tuple[Tick, ...], language: Language) -> DotStrip:
    proven, possible = points.guaranteed_spread, points.possible_spread
    alt = language.text("Cities by their points.")
    if proven is not None and possible is not None:
        alt = language.text(
            "Cities by their points. Proven: {proven}; possible: {possible} "
            "(the middle city, and half of the cities around it).",
            proven=span_words(proven, language),
            possible=span_words(possible, language),
        )
    return DotStrip(
        total=points.total,
        proven=points.guaranteed,
        possible=points.possible,
        ticks=ticks,
        alt=alt,
    )


def _bands(points: Distribution, rubric: Rubric, language: Language) -> Iterator[BandLine]:
    """Every level with the cities in it, the highest first."""
    ticks = _ticks(rubric)
    lowest = Tick(at=0, label=language.text("below {tier}", tier=ticks[0].label))
    tops = [tick.at - 1 for tick in ticks] + [points.total]
    for tick, top in reversed(list(zip((lowest, *ticks), tops, strict=True))):
        proven = [(p, n) for p, n in points.guaranteed if tick.at <= p <= top]
        possible = [(p, n) for p, n in points.possible if tick.at <= p <= top]
        yield BandLine(
            name=tick.label,
            span=language.text("{first} to {last}", first=tick.at, last=top),
            proven=language.number(sum(n for _, n in proven)),
            proven_points=_exact(proven),
            possible=language.number(sum(n for _, n in possible)),
            possible_points=_exact(possible),
        )


def _exact(pairs: Iterable[tuple[int, int]]) -> str:
    """`18, 20 (3)`: the points, and how many cities have them where it is more than one."""
    return ", ".join(f"{points} ({n})" if n > 1 else str(points) for points, n in pairs)


# --- cities and method ----------------------------------------------------------------------------


def _cities(cohort: Cohort, rubric: Rubric, language: Language) -> Iterator[CityLine]:
    tiers = {tier.id: tier.title for tier in rubric.tiers.levels}
    for city in cohort.cities:
        alt = language.text(
            "{guaranteed} for sure, {possible} possible, of {total}",
            guaranteed=city.guaranteed,
            possible=city.possible,
            total=rubric.points,
        )
        place = ", ".join(filter(None, (city.region, language.country(city.country))))
        yield CityLine(
            name=city.name,
            place=place,
            bar=Bar(
                guaranteed=city.guaranteed,
                possible=max(city.possible, city.guaranteed),
                total=rubric.points,
                alt=alt,
                ticks=(_target(rubric),),
            ),
            tier=tiers[city.tier] if city.tier is not None else "",
            missing=language.number(city.to_silver) if city.to_silver else "",
            met=", ".join(city.met),
        )


def _method(cohort: Cohort, rubric: Rubric, language: Language) -> Iterator[str]:
    yield rubric.status_note
    yield language.text(
        "Of each city the last result counts. Points are those that evidence proves; possible ones "
        "count all that is still open as met."
    )
    yield language.text(
        "Groups have at least {n} cities; smaller ones are put together. Of a group only the "
        "number of its cities and quartiles are told, so that no city can be worked out.",
        n=cohort.min_group,
    )


def _identity(cohort: Cohort, language: Language) -> tuple[Entry, ...]:
    rubric = language.text(
        "{id}, edition {edition}", id=cohort.rubric.id, edition=cohort.rubric.edition
    )
    return (
        Entry(name=language.text("Rubric"), text=rubric),
        Entry(name=language.text("Digest of the rubric"), text=cohort.rubric.digest),
        Entry(name=language.text("Day of the assessment"), text=cohort.on.isoformat()),
        Entry(name=language.text("Version of the engine"), text=cohort.engine_version),
    )
