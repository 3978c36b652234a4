"""What a cohort shows together: how far, who is near, what is hardest, what expires, groups."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest

from assessment.cohort import Cohort, Tally, cohort_of
from assessment.details import with_details
from assessment.engine import assess
from assessment.grouping import compare_groups, merged, spread_of
from assessment.members import Member, member_of
from assessment.results import Lens
from assessment.submission import City, CoachDecision, Submission
from rubrics.schema import Rubric
from tests.builders import ANY_DOCUMENT, DAY, criterion, evidence, requirement, rubric, submission
from tests.submissions import random_submission, validated

RULES = rubric(
    criterion(
        "RDC1",
        requirement("a", proof={**ANY_DOCUMENT, "where": [{"dated_within": "6 months"}]}),
        requirement("b"),
        requirement("c"),
        rule={"all_of": ["a", "b", "c"]},
    ),
    criterion("RDC2", requirement("d"), prerequisites=["RDC1"], rule={"all_of": ["d"]}),
    criterion("DM1"),
)
PIECES = [evidence("a", dated="2025-06-01"), *(evidence(n, name=f"e{n}") for n in "bcd")]


def member(name: str, *, on: date = DAY, language: str | None = "en", **told: Any) -> Member:
    """A city with these answers and all evidence; region and population may be told as well."""
    city = {"name": name, "country": "US", **{k: told.pop(k) for k in PLACE if k in told}}
    handed_in = submission(RULES, city=city, answers=told, evidence=PIECES)
    assessment = with_details(RULES, handed_in, assess(RULES, handed_in, on=on))
    return member_of(RULES, handed_in, assessment, language=language)


PLACE = ("region", "population", "country")
ALL: dict[str, Any] = {"a": "yes", "b": "yes", "c": "yes", "d": "yes"}


def cohort(members: Sequence[Member], *, named: bool = True, **told: Any) -> Cohort:
    return cohort_of(RULES, members, on=told.pop("on", DAY), named=named, **told)


def test_points_are_counted_for_sure_and_at_best():
    found = cohort([member("A", **ALL), member("B", a="yes"), member("C")])

    evidenced = found.points[1]
    assert evidenced.lens is Lens.EVIDENCED
    assert evidenced.guaranteed == ((0, 2), (2, 1))
    assert evidenced.possible == ((2, 3),)
    assert [(t.tier, t.reached, t.within_reach) for t in evidenced.tiers] == [
        (None, 2, 0),
        ("silver", 1, 3),
        ("gold", 0, 0),
    ]


def test_cities_are_listed_by_their_points():
    found = cohort([member("B", a="yes"), member("A", **ALL)])

    assert [(c.name, c.guaranteed, c.met) for c in found.cities] == [
        ("A", 2, ("RDC1", "RDC2")),
        ("B", 0, ()),
    ]


def test_one_step_away_names_what_would_do():
    near = member("Near", a="yes", b="yes", d="no")
    two = member("Two", a="yes", d="no")
    far = member("Far", d="no")

    found = cohort([near, two, far])

    told = {(found.cities[n.city].name, n.criterion): n.ways for n in found.near_cities}
    assert told == {("Near", "RDC1"): (("c",),), ("Two", "RDC1"): (("b", "c"),)}
    assert [(n.criterion, n.steps, n.cities) for n in found.near] == [
        ("RDC1", 1, 1),
        ("RDC1", 2, 1),
        ("RDC2", 1, 0),
        ("RDC2", 2, 0),
    ]


def test_behind_a_prerequisite_nothing_of_its_own_brings_a_criterion():
    behind = member("Behind", d="no")
    before = member("Before", a="yes", b="yes", c="yes", d="no")

    assert [n.criterion for n in behind.near] == []
    assert [(n.criterion, n.ways) for n in before.near] == [("RDC2", (("d",),))]


def test_the_hardest_requirement_comes_first_with_its_reasons():
    found = cohort([member("A", a="yes", b="yes"), member("B", b="yes", c="no"), member("C")])

    assert [r.id for r in found.requirements] == ["c", "d", "a", "b"]
    hardest = found.requirements[0]
    assert hardest.evidenced == Tally(not_met=1, unanswered=2)
    assert hardest.evidenced.share_met == 0
    assert [(r.code, r.lens, r.cities) for r in hardest.reasons] == [
        ("answer.missing", Lens.CLAIMED, 2),
        ("answer.is_not", Lens.CLAIMED, 1),
    ]


def test_what_applies_to_nobody_is_not_hard():
    assert Tally(not_applicable=3).share_met is None
    rules = rubric(
        criterion(
            "RDC1",
            requirement("a", not_applicable={"because": "It is.", "source": SOURCE}),
            requirement("b"),
            rule={"any_of": ["a", "b"]},
        )
    )
    handed_in = submission(rules, not_applicable={"a": "None here."}, answers={"b": "no"})
    one = member_of(rules, handed_in, assess(rules, handed_in, on=DAY))

    found = cohort_of(rules, [one], on=DAY, named=True)

    assert [r.id for r in found.requirements] == ["b", "a"]


SOURCE = {"refs": ["S1"], "thresholds": "interpretation"}


def test_what_expires_is_told_by_city_and_by_what_it_proves():
    found = cohort([member("A", **ALL), member("B", **ALL), member("C")], within_days=60)
    later = cohort([member("A", **ALL)], within_days=10)

    entry = found.expiring_entries[0]
    assert found.cities[entry.city].name == "A"
    assert (entry.last_day, entry.turns) == (date(2025, 12, 1), ("a", "RDC1"))
    assert [(e.about, e.cities, e.first) for e in found.expiring] == [
        ("RDC1", 2, date(2025, 12, 1)),
        ("a", 2, date(2025, 12, 1)),
    ]
    assert later.expiring_entries == ()


def test_the_last_result_of_a_city_counts_and_the_weeks_show_the_way():
    monday = date(2025, 9, 1)
    results = [
        member("A", on=monday),
        member("A", on=monday + timedelta(days=15), **ALL),
        member("B", on=monday + timedelta(days=2), a="yes"),
    ]

    found = cohort(results, on=monday + timedelta(days=20))

    assert (found.count, found.results) == (2, 3)
    weeks = [(w.starts, w.cities, w.renewed, w.guaranteed.median) for w in found.weeks]
    assert weeks == [
        (monday, 2, 2, 0.0),
        (monday + timedelta(days=7), 2, 0, 0.0),
        (monday + timedelta(days=14), 2, 1, 1.0),
    ]


def test_without_several_results_there_are_no_weeks():
    days = [DAY, DAY + timedelta(days=7)]

    assert cohort([member("A", on=DAY), member("A", on=DAY)]).weeks == ()
    assert cohort([member(str(on), on=on) for on in days]).weeks == ()


def test_no_cohort_at_all_is_told_as_such():
    found = cohort([])

    assert (found.count, found.points, found.requirements, found.cities) == (0, (), (), ())


# --- nobody is recognised -------------------------------------------------------------------------


def test_without_names_nothing_points_to_a_city():
    found = cohort([member(name, **ALL) for name in "ABCDEF"], named=False)

    assert found.points[1].guaranteed == ((2, 6),)
    assert (found.cities, found.near_cities, found.expiring_entries) == ((), (), ())


def test_a_small_cohort_without_names_is_withheld():
    days = [DAY, DAY + timedelta(days=7)]
    results = [member(name, on=on) for name in "ABCD" for on in days]

    found = cohort(results, named=False)

    assert found.withheld
    assert (found.count, found.eligible) == (4, 0)
    assert (found.points, found.requirements, found.weeks, found.comparisons[0].groups) == (
        *((), (), ()),
        (),
    )


def test_groups_are_told_by_region_population_and_language():
    some = [member(f"S{i}", region="South", population=50_000, **ALL) for i in range(5)]
    others = [member(f"N{i}", language=None, country="MX") for i in range(6)]
    large = [member(f"L{i}", language=None, population=3_000_000) for i in range(5)]

    found = {c.by: c.groups for c in cohort([*some, *others, *large]).comparisons}

    assert [(g.keys, g.cities) for g in found["region"]] == [
        (("MX",), 6),
        (("US",), 5),
        (("US/South",), 5),
    ]
    assert [(g.keys, g.cities) for g in found["population"]] == [
        (("",), 6),
        (("1000000",), 5),
        (("30000",), 5),
    ]
    assert [(g.keys, g.cities) for g in found["language"]] == [(("",), 11), (("en",), 5)]
    assert found["region"][2].guaranteed.median == 2
    assert found["region"][2].requirements_met.median == 100


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ({"a": 5, "b": 7}, (("a",), ("b",))),
        ({"a": 9, "b": 3, "c": 2}, (("a",), ("b", "c"))),
        ({"a": 9, "b": 6, "c": 1}, (("a",), ("b", "c"))),
        ({"a": 9, "c": 4}, ()),
        ({"a": 2, "c": 4}, ()),
        ({}, ()),
    ],
)
def test_small_groups_are_put_together_until_they_are_large_enough(sizes, groups):
    assert merged(sizes, 5) == groups


def test_no_group_and_no_difference_of_groups_is_small():
    random = Random(7)
    for _ in range(300):
        sizes = {str(i): random.randint(1, 9) for i in range(random.randint(0, 9))}
        groups = [sum(sizes[key] for key in keys) for keys in merged(sizes, 5)]

        told = [0, *groups, sum(sizes.values())] if groups else []
        assert all(n >= 5 for n in groups)
        assert sum(groups) in (0, sum(sizes.values()))
        # Whatever is added up and taken from the whole leaves a union of groups, or nothing.
        for count in range(1, len(groups)):
            for some in combinations(groups, count):
                assert told[-1] - sum(some) >= 5


def test_nothing_that_could_be_subtracted_is_told_of_a_group():
    groups = compare_groups([member(str(i), region=str(i % 2)) for i in range(10)], min_group=5)

    told = {name for group in groups[0].groups for name in type(group).__struct_fields__}
    assert told == {"keys", "cities", "guaranteed", "possible", "requirements_met"}
    assert set(type(spread_of([1])).__struct_fields__) == {"lower", "median", "upper"}


@pytest.mark.parametrize(
    ("values", "quartiles"),
    [([4], (4, 4, 4)), ([1, 2], (1.25, 1.5, 1.75)), ([5, 1, 3, 2, 4], (2, 3, 4))],
)
def test_quartiles_lie_between_the_values(values, quartiles):
    found = spread_of(values)

    assert (found.lower, found.median, found.upper) == quartiles


# --- on the rubric of the library -----------------------------------------------------------------


def brute(rules: Rubric, handed_in: Submission, names: Sequence[str], code: str) -> bool:
    """Whether a coach who confirms these requirements as met would bring the criterion."""
    decisions = [
        {"about": name, "verdict": "met", "reason": "seen", "by": "coach"} for name in names
    ]
    settled = [
        {"about": name, "verdict": "agree", "reason": "seen", "by": "coach"}
        for name in rules.requirements
        if name not in names
    ]
    seen = tuple(CoachDecision.model_validate(one) for one in (*decisions, *settled))
    told = handed_in.model_copy(update={"decisions": seen})
    found = assess(rules, told, on=DAY)
    return next(f for f in found.criteria if f.id == code).confirmed.value == "met"


def test_near_is_what_the_engine_itself_says(wwc):
    random = Random(3)
    shown = 0
    for number in range(40):
        data = random_submission(wwc, random)
        handed_in = validated(wwc, data).model_copy(
            update={"city": City(name=str(number), country="US"), "decisions": ()}
        )
        one = member_of(wwc, handed_in, assess(wwc, handed_in, on=DAY))
        for near in one.near[:1]:
            shown += 1
            assert all(brute(wwc, handed_in, way, near.criterion) for way in near.ways)
            assert not brute(wwc, handed_in, (), near.criterion)

    assert shown > 3
