"""Groups of cities beside each other, so that no group shows what a single city has.

An attacker who knows a city's region or size reads a small group's figures as that city's own, and
who may subtract one group from another makes a small group out of two large ones. So a group has at
least `min_group` cities; smaller ones are put together, and what is left over takes the smallest
group that could stand alone until it is large enough. And nothing but counts of cities and
quartiles is told of a group: sums, means and shares of overlapping groups could be subtracted from
each other, quartiles cannot.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import floor

import msgspec

from assessment.members import Member
from assessment.results import Verdict

MIN_GROUP = 5
"""The fewest cities of a group that is told of by itself."""

BANDS = (0, 30_000, 100_000, 250_000, 500_000, 1_000_000)
"""Where bands of population begin; the second is the least that the standard asks for."""

UNKNOWN = ""
"""The key of cities of which it is not known."""


class Spread(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Half of the cities lie between the quartiles."""

    lower: float
    median: float
    upper: float


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group of cities: what they share, how many they are, where they stand (evidenced).

    `keys` are regions (`MX/Jalisco`), languages (`es`) or the lowest population of a band
    (`100000`); an empty one is "not known". Several keys are groups that were put together.
    `requirements_met` is a share in percent of the requirements that apply.
    """

    keys: tuple[str, ...]
    cities: int
    guaranteed: Spread
    possible: Spread
    requirements_met: Spread


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All cities by one of their properties: `region`, `population` or `language`.

    `groups` is empty where no two groups would be large enough to be told apart.
    """

    by: str
    groups: tuple[Group, ...]


def compare_groups(members: Sequence[Member], *, min_group: int) -> tuple[Comparison, ...]:
    """The cities by region, population and language."""
    return tuple(
        Comparison(by=by, groups=_groups(members, key, min_group))
        for by, key in (
            ("region", region_key),
            ("population", band_key),
            ("language", language_key),
        )
    )


def spread_of(values: Sequence[float]) -> Spread:
    """The quartiles of some values, at least one; between two values they are interpolated."""
    ordered = sorted(values)
    lower, median, upper = (_quantile(ordered, quarter / 4) for quarter in (1, 2, 3))
    return Spread(lower=lower, median=median, upper=upper)


def merged(sizes: Mapping[str, int], min_group: int) -> tuple[tuple[str, ...], ...]:
    """Which groups stand alone and which are put together, so that each has `min_group` cities.

    Empty where nothing could be told apart: fewer than two groups would be left.
    """
    alone = sorted(
        (key for key, n in sizes.items() if n >= min_group), key=lambda k: (-sizes[k], k)
    )
    rest = sorted(key for key, n in sizes.items() if n < min_group)
    while rest and alone and sum(sizes[key] for key in rest) < min_group:
        rest.append(alone.pop())
    together = [tuple(sorted(rest))] if rest else []
    found = (*((key,) for key in sorted(alone)), *together)
    return found if len(found) > 1 else ()


def region_key(member: Member) -> str:
    """The region with its country; the country alone where it is not known."""
    return f"{member.country}/{member.region}" if member.region else member.country


def language_key(member: Member) -> str:
    """The language; empty where it is not known."""
    return member.language or UNKNOWN


def band_key(member: Member) -> str:
    """The low end of the band of population; empty where it is not known."""
    population = member.population
    if population is None:
        return UNKNOWN
    below = (low for low, high in pairwise(BANDS) if population < high)
    return str(next(below, BANDS[-1]))


def _groups(
    members: Sequence[Member], key: Callable[[Member], str], min_group: int
) -> tuple[Group, ...]:
    by_key: dict[str, list[Member]] = {}
    for member in members:
        by_key.setdefault(key(member), []).append(member)
    sizes = {name: len(found) for name, found in by_key.items()}
    return tuple(
        _group(keys, [member for name in keys for member in by_key[name]])
        for keys in merged(sizes, min_group)
    )


def _group(keys: tuple[str, ...], members: Sequence[Member]) -> Group:
    points = [member.lenses.evidenced.points for member in members]
    return Group(
        keys=keys,
        cities=len(members),
        guaranteed=spread_of([one.guaranteed for one in points]),
        possible=spread_of([one.possible for one in points]),
        requirements_met=spread_of([_share_met(member) for member in members]),
    )


def _share_met(member: Member) -> float:
    verdicts = [line.evidenced for line in member.requirements]
    applying = len(verdicts) - verdicts.count(Verdict.NOT_APPLICABLE)
    return 100 * verdicts.count(Verdict.MET) / max(applying, 1)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
