"""From verdicts to points to levels: what is sure, what is possible, and where levels start."""

import pytest

from assessment.logic import MET, NA, OPEN, UNMET, UNSEEN
from assessment.results import Score
from assessment.scoring import points_for, score, share
from rubrics.schema import Rubric
from tests.builders import criterion, rubric, rubric_data


def rounded(rounding: str) -> Rubric:
    """A rubric of three points, whose levels are compared in this way."""
    tiers = {**rubric_data()["tiers"], "rounding": rounding}
    return rubric(*(criterion(f"DM{i}") for i in (1, 2, 3)), tiers=tiers)


def wwc_score(wwc: Rubric, met: int) -> Score:
    """The score of a city that meets so many of the 43 criteria."""
    return score(wwc, [(1, MET if i < met else UNMET) for i in range(43)])


@pytest.mark.parametrize(
    ("met", "percent", "reached", "to_silver"),
    [
        (0, 0, None, 22),
        (21, 49, None, 1),
        (22, 51, "silver", 0),
        (29, 67, "silver", 0),
        (30, 70, "gold", 0),
        (36, 84, "gold", 0),
        (37, 86, "platinum", 0),
        (43, 100, "platinum", 0),
    ],
)
def test_level_of_so_many_of_43_points(wwc, met, percent, reached, to_silver):
    found = wwc_score(wwc, met)

    assert found.percent == percent
    assert found.tier.reached == found.tier.within_reach == reached
    assert found.to_silver == to_silver
    assert found.total == 43


def test_levels_start_at_22_30_and_37_points(wwc):
    tiers = wwc.tiers

    assert [points_for(tier, 43, tiers) for tier in tiers.levels] == [22, 30, 37]


def test_city_at_the_edge_is_cautioned(wwc):
    assert wwc_score(wwc, 22).cautions == (22,)
    assert wwc_score(wwc, 23).cautions == ()


@pytest.mark.parametrize(
    ("state", "guaranteed", "possible"),
    [(MET, 1, 1), (OPEN, 0, 1), (UNSEEN, 0, 1), (UNMET, 0, 0), (NA, 0, 0), (NA | OPEN, 0, 1)],
)
def test_unknown_counts_as_possible_and_not_as_sure(state, guaranteed, possible):
    found = score(rounded("none"), [(1, state)])

    assert (found.points.guaranteed, found.points.possible) == (guaranteed, possible)


def test_level_is_within_reach_by_what_is_still_possible():
    found = score(rounded("none"), [(1, MET), (1, OPEN), (1, UNMET)])

    assert found.tier.reached is None
    assert found.tier.within_reach == "silver"
    assert found.to_silver == 1


def test_criterion_can_be_worth_more_than_a_point():
    heavy = rubric(criterion("DM1", points=3), criterion("DM2"))

    found = score(heavy, [(3, MET), (1, UNMET)])

    assert (found.points.guaranteed, found.total) == (3, 4)
    assert found.tier.reached == "gold"


def test_share_is_rounded_half_up_to_a_whole_percent_where_the_rubric_says_so():
    whole = rounded("whole_percent").tiers

    assert share(1, 200, whole) == 1.0
    assert share(1, 201, whole) == 0.0
    assert share(2, 3, whole) == 67.0


def test_share_is_exact_where_the_rubric_says_so():
    exact = rounded("none").tiers

    assert share(1, 200, exact) == 0.5
    assert share(17, 25, exact) == 68.0


def test_rounding_decides_at_the_edge():
    # 101 of 200 points are 50.5 %: half up that is 51 %, exactly it is less.
    silver = rounded("none").tiers.levels[0]

    assert points_for(silver, 200, rounded("whole_percent").tiers) == 101
    assert points_for(silver, 200, rounded("none").tiers) == 102
