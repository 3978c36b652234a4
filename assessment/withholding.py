"""Which cities are told of together without their names, so that nobody can be worked out.

Who may choose cities by country, size or level sees many overlapping sets, and subtracts one from
another: all of a language less all of a country may be a single city. So all choices are made of
the same blocks: at least `min_group` cities each, never cut. A choice shows the blocks that lie in
it whole. Whatever is added to and subtracted from each other is then a sum of whole blocks.

Time is a choice too: who looks before and after a single city hands in reads its result off the
difference. So without names the results are renewed only when `min_group` cities have new ones.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from assessment.grouping import merged
from assessment.members import Member

Traits = Mapping[str, str]
"""What a city can be chosen by: its country, its band of population, its level, and so on."""

Conditions = Mapping[str, frozenset[str]]
"""A choice: for some traits, the values that will do."""

Block = tuple[int, ...]
"""Cities that are only told of together, by their numbers."""


class Veil(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a city's place as may be told: what its whole block shares."""

    country: str
    region: str | None
    population: int | None
    language: str | None


def blocks_of(
    cities: Sequence[Traits], properties: Sequence[str], *, min_group: int
) -> tuple[Block, ...]:
    """The cities as blocks, split by one property after the other as long as none gets too small.

    What comes first is told apart best. None at all where the cities are too few.
    """
    blocks: list[Block] = [tuple(range(len(cities)))] if len(cities) >= min_group else []
    for name in properties:
        blocks = [part for block in blocks for part in _split(block, cities, name, min_group)]
    return tuple(blocks)


def blocks_in(
    blocks: Iterable[Block], cities: Sequence[Traits], conditions: Conditions
) -> tuple[Block, ...]:
    """The blocks of which every city fulfils the conditions."""
    return tuple(block for block in blocks if all(fulfils(cities[i], conditions) for i in block))


def fulfils(city: Traits, conditions: Conditions) -> bool:
    """Whether a city is one of those that were chosen."""
    return all(city.get(name) in values for name, values in conditions.items())


def shared_by(block: Block, cities: Sequence[Traits], name: str) -> str | None:
    """The value that all cities of a block have; `None` where they differ."""
    values = {cities[i][name] for i in block}
    return values.pop() if len(values) == 1 else None


def released(cities: Sequence[str], *, min_group: int) -> int:
    """How many results are told of by now, from the city of each, the oldest result first.

    The others wait until as many cities as a group has are among them.
    """
    waiting: set[str] = set()
    told = 0
    for number, city in enumerate(cities, 1):
        waiting.add(city)
        if len(waiting) >= min_group:
            told = number
            waiting.clear()
    return told


def veil_of(block: Block, cities: Sequence[Traits]) -> Veil:
    """What all cities of a block have in common."""
    region = shared_by(block, cities, "region") or ""
    population = shared_by(block, cities, "population")
    return Veil(
        country=shared_by(block, cities, "country") or "",
        region=region.partition("/")[2] or None,
        population=int(population) if population else None,
        language=shared_by(block, cities, "language"),
    )


def veiled(member: Member, veil: Veil, *, number: int) -> Member:
    """A city's result with a number for a name, and no more of its place than its block shares."""
    return msgspec.structs.replace(
        member,
        city=str(number),
        country=veil.country,
        region=veil.region,
        population=veil.population,
        language=veil.language,
    )


def in_step(histories: Sequence[Sequence[Member]], *, min_group: int) -> Iterator[Member]:
    """The results of a block's cities over time; `min_group` of them at least come in at once.

    Else the week in which a city comes in would show it alone. Whoever comes in with others is told
    of from the day on which all of them have a result.
    """
    waiting = sorted(histories, key=lambda history: history[0].on)
    while waiting:
        count = min_group if len(waiting) >= 2 * min_group else len(waiting)
        together, waiting = waiting[:count], waiting[count:]
        start = together[-1][0].on
        for history in together:
            before = [member for member in history if member.on <= start]
            yield _moved(before[-1], start)
            yield from (member for member in history if member.on > start)


def _moved(member: Member, day: date) -> Member:
    return msgspec.structs.replace(member, on=day)


def _split(block: Block, cities: Sequence[Traits], name: str, min_group: int) -> Iterator[Block]:
    parts: dict[str, list[int]] = {}
    for i in block:
        parts.setdefault(cities[i][name], []).append(i)
    groups = merged({value: len(part) for value, part in parts.items()}, min_group)
    if not groups:
        yield block
    for values in groups:
        yield tuple(sorted(i for value in values for i in parts[value]))
