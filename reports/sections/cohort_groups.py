"""Groups of a cohort's cities, its lenses and its weeks: quartiles as pictures and in words."""

from assessment.cohort import Cohort, Distribution, Week
from assessment.grouping import BANDS, Comparison, Group, Spread
from reports import wording
from reports.cohort import ComparisonSection, GroupLine, SpreadBar
from reports.i18n import N_, Language, Message
from reports.report import Tick
from rubrics.schema import Rubric

_TITLES: dict[str, Message] = {
    "region": N_("By region"),
    "population": N_("By population"),
    "language": N_("By language"),
}
_NOBODY = Spread(lower=0, median=0, upper=0)

Ticks = tuple[Tick, ...]


def build_lenses(cohort: Cohort, ticks: Ticks, language: Language) -> tuple[GroupLine, ...]:
    """All cities under each lens."""
    return tuple(_lens(points, cohort.count, ticks, language) for points in cohort.points)


def build_weeks(
    cohort: Cohort, ticks: Ticks, rubric: Rubric, language: Language
) -> tuple[GroupLine, ...]:
    """Where the cities stood week by week, if some have several results."""
    return tuple(_week(week, ticks, rubric, language) for week in cohort.weeks)


def build_comparisons(
    cohort: Cohort, ticks: Ticks, rubric: Rubric, language: Language
) -> tuple[ComparisonSection, ...]:
    """The cities by region, population and language."""
    return tuple(
        ComparisonSection(
            title=language.say(_TITLES[comparison.by]),
            groups=tuple(
                _group(g, _names(g, comparison, cohort, language), ticks, rubric, language)
                for g in comparison.groups
            ),
            note=_note(comparison, cohort, language),
        )
        for comparison in cohort.comparisons
    )


def spread_bar(spread: Spread, total: float, ticks: Ticks, language: Language) -> SpreadBar:
    """Quartiles as a picture, and in words."""
    low, middle, high = (round(v, 1) for v in (spread.lower, spread.median, spread.upper))
    return SpreadBar(
        lower=spread.lower,
        median=spread.median,
        upper=spread.upper,
        total=total,
        ticks=ticks,
        alt=language.text(
            "Half of the cities lie from {low} to {high}; the middle one has {middle}.",
            low=low,
            high=high,
            middle=middle,
        ),
        text=span_words(spread, language),
    )


def span_words(spread: Spread, language: Language) -> str:
    """The middle, with the quartiles around it."""
    low, middle, high = (
        language.number(round(v, 1)) for v in (spread.lower, spread.median, spread.upper)
    )
    return language.text("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def group_words(key: str, by: str, language: Language) -> str:
    """A group by its name: a region, a band of population, a language."""
    match by:
        case "region":
            country, _, region = key.partition("/")
            return ", ".join(filter(None, (region, language.country(country))))
        case "language":
            return language.name_of(key)
        case _:
            return _band(int(key), language)


def unknown_words(cohort: Cohort, language: Language) -> str:
    """Cities of which a property is not known or, without names, not told."""
    return language.text("not known") if cohort.named else language.text("all others")


def _note(comparison: Comparison, cohort: Cohort, language: Language) -> str:
    if comparison.groups:
        return ""
    return language.text(
        "Not compared: no two groups would have at least {n} cities.", n=cohort.min_group
    )


def _names(group: Group, comparison: Comparison, cohort: Cohort, language: Language) -> str:
    return language.all_of(
        group_words(key, comparison.by, language) if key else unknown_words(cohort, language)
        for key in group.keys
    )


def _group(group: Group, name: str, ticks: Ticks, rubric: Rubric, language: Language) -> GroupLine:
    return GroupLine(
        name=name,
        cities=language.number(group.cities),
        points=spread_bar(group.guaranteed, rubric.points, ticks, language),
        possible=span_words(group.possible, language),
        requirements=span_words(group.requirements_met, language),
    )


def _band(low: int, language: Language) -> str:
    above = [band for band in BANDS if band > low]
    if not above:
        return language.text("{n} people or more", n=low)
    if not low:
        return language.text("fewer than {n} people", n=above[0])
    return language.text("{first} to {last} people", first=low, last=above[0] - 1)


def _lens(points: Distribution, count: int, ticks: Ticks, language: Language) -> GroupLine:
    spread = points.guaranteed_spread or _NOBODY
    possible = points.possible_spread or _NOBODY
    return GroupLine(
        name=wording.lens_word(points.lens, language),
        cities=language.number(count),
        points=spread_bar(spread, points.total, ticks, language),
        possible=span_words(possible, language),
        requirements="",
    )


def _week(week: Week, ticks: Ticks, rubric: Rubric, language: Language) -> GroupLine:
    return GroupLine(
        name=language.text("Week from {day}", day=language.short_date(week.starts)),
        cities=language.number(week.cities),
        points=spread_bar(week.guaranteed, rubric.points, ticks, language),
        possible=span_words(week.possible, language),
        requirements=span_words(week.requirements_met, language),
    )
