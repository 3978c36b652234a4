"""Nobody is worked out: whatever is chosen, added and subtracted, at least five cities are left."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise, product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.grouping import MIN_GROUP
from assessment.withholding import (
    Traits,
    Veil,
    blocks_in,
    blocks_of,
    fulfils,
    in_step,
    released,
    shared_by,
    veil_of,
    veiled,
)
from tests.assessment.test_cohort import member

PROPERTIES = ("language", "country", "population", "RDC7")
VALUES = {
    "language": ("es", "pt", "en"),
    "country": ("MX", "BR", "US", "CO"),
    "population": ("", "30000", "100000"),
    "RDC7": ("met", "open"),
}

cities = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in PROPERTIES}),
    max_size=60,
)
"""Cities with traits that go together in no way at all, which makes for many small groups."""


def choices() -> list[dict[str, frozenset[str]]]:
    """Every choice of one property, of two, and of all of them; and nothing chosen at all."""
    found: list[dict[str, frozenset[str]]] = [{}]
    for count in (1, 2, len(PROPERTIES)):
        for names in combinations(PROPERTIES, count):
            for values in product(*(VALUES[name] for name in names)):
                pairs = zip(names, values, strict=True)
                found.append({name: frozenset({value}) for name, value in pairs})
    return found


def told(traits: list[dict[str, str]]) -> list[frozenset[int]]:
    """The cities that each choice shows."""
    blocks = blocks_of(traits, PROPERTIES, min_group=MIN_GROUP)
    return [
        frozenset(i for block in blocks_in(blocks, traits, choice) for i in block)
        for choice in choices()
    ]


@settings(max_examples=60, deadline=None)
@given(traits=cities)
def test_no_sum_and_no_difference_of_choices_is_smaller_than_a_group(traits):
    shown = told(traits)

    # Cities that stand in the same choices cannot be told apart by them, however these are added
    # to and subtracted from each other; so those that stand in the same ones must be five.
    alike = Counter(tuple(i in choice for choice in shown) for i in range(len(traits)))
    alike.pop((False,) * len(shown), None)
    assert all(count >= MIN_GROUP for count in alike.values())
    for one, other in combinations(shown, 2):
        assert len(one - other) == 0 or len(one - other) >= MIN_GROUP


@settings(max_examples=60, deadline=None)
@given(traits=cities)
def test_a_choice_shows_none_but_those_that_fulfil_it(traits):
    for choice, shown in zip(choices(), told(traits), strict=True):
        assert all(fulfils(traits[i], choice) for i in shown)


@settings(max_examples=60, deadline=None)
@given(traits=cities)
def test_every_city_is_in_one_block_as_soon_as_they_are_enough(traits):
    blocks = blocks_of(traits, PROPERTIES, min_group=MIN_GROUP)

    found = sorted(i for block in blocks for i in block)
    assert found == ([] if len(traits) < MIN_GROUP else list(range(len(traits))))


def test_choosing_naively_could_be_subtracted():
    """What the blocks are for: each of the two choices is large, and their difference is a city."""
    spanish: list[Traits] = [{"language": "es", "country": "MX"}] * 9
    traits = [
        *spanish,
        {"language": "es", "country": "CO"},
        *[{"language": "en", "country": "US"}] * 5,
    ]
    blocks = blocks_of(traits, ("language", "country"), min_group=MIN_GROUP)

    def count(name: str, value: str) -> int:
        found = blocks_in(blocks, traits, {name: frozenset({value})})
        return sum(map(len, found))

    assert count("language", "es") == 10
    assert count("country", "MX") == 0  # and not 9
    assert count("country", "US") == 5
    assert shared_by(blocks[-1], traits, "country") in {"US", None}


def test_what_is_not_known_of_a_city_fulfils_nothing():
    assert not fulfils({"country": "MX"}, {"RDC99": frozenset({"met"})})


@pytest.mark.parametrize(
    ("handed_in", "count"),
    [("", 0), ("abcd", 0), ("abcde", 5), ("aaaabcd", 0), ("abcdefghi", 5), ("abcdeabcdfgh", 10)],
)
def test_results_are_told_when_enough_cities_have_new_ones(handed_in, count):
    assert released(list(handed_in), min_group=MIN_GROUP) == count


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40))
def test_between_two_releases_at_least_five_cities_changed(handed_in):
    counts = [released(handed_in[:n], min_group=MIN_GROUP) for n in range(len(handed_in) + 1)]

    for before, after in pairwise(counts):
        changed = set(handed_in[before:after])
        assert not changed or len(changed) >= MIN_GROUP


PLACED = ("country", "region", "population", "language")


def test_a_city_without_its_name_has_no_more_of_its_place_than_its_block():
    one = member("Alta", country="MX", region="Oaxaca", population=40_000, language="es")
    traits = [
        {"country": "MX", "region": f"MX/{region}", "population": "30000", "language": "es"}
        for region in ("Oaxaca", "Oaxaca", "Jalisco")
    ]

    alike, apart = veil_of((0, 1), traits), veil_of((0, 1, 2), traits)

    assert alike == Veil(country="MX", region="Oaxaca", population=30_000, language="es")
    assert apart == msgspec.structs.replace(alike, region=None)
    hidden = veiled(one, apart, number=7)
    assert (hidden.city, hidden.region, hidden.population) == ("7", None, 30_000)
    assert "Alta" not in msgspec.json.encode(hidden).decode()
    mixed = veil_of((0, 1), [{**traits[0]}, dict.fromkeys(PLACED, "")])
    assert mixed == Veil(country="", region=None, population=None, language=None)


def test_cities_come_into_the_weeks_together_with_others():
    first, week = date(2025, 11, 3), timedelta(days=7)
    early = [member("A", on=first), member("A", on=first + week), member("A", on=first + 3 * week)]
    second = [member("B", on=first + 2 * week)]
    later = [[member(name, on=first + n * week)] for n, name in ((3, "C"), (4, "D"), (5, "E"))]

    found = list(in_step([later[2], early, second, *later[:2]], min_group=2))

    assert [(one.city, (one.on - first).days // 7) for one in found] == [
        *(("A", 2), ("A", 3), ("B", 2)),  # of A, what it had when B came
        *(("C", 5), ("D", 5), ("E", 5)),
    ]
