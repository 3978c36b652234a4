"""What changed between assessments: what turned, what slipped, how the points grew."""

from datetime import date
from typing import Any

import msgspec
import pytest

from assessment.progress import NotComparableError, changes, progress
from assessment.results import Lens
from tests.builders import ANY_DOCUMENT, assessed, criterion, evidence, requirement, rubric

RULES = rubric(
    criterion(
        "RDC1",
        requirement("a", proof={**ANY_DOCUMENT, "where": [{"dated_within": "6 months"}]}),
        requirement("b"),
        rule={"any_of": ["a", "b"]},
    ),
    criterion("DM1"),
)
SPRING, WINTER = date(2025, 3, 1), date(2025, 12, 1)


def city(on: date, **answers: str) -> Any:
    pieces = [evidence("a", dated="2025-02-01"), evidence("b", name="e2")]
    return assessed(RULES, on=on, answers=answers, evidence=pieces)


def test_what_turned_what_slipped_and_what_moved_are_told_apart():
    before, after = city(SPRING, a="yes"), city(WINTER, a="yes", b="yes")
    later = city(WINTER, a="yes", b="no")

    found = progress([after, before])
    moved = progress([before, later])

    assert [(c.id, c.before.value, c.after.value) for c in found.turned] == [
        ("b", "unanswered", "met")
    ]
    assert [(c.id, c.expired) for c in found.slipped] == [("a", True)]
    assert [c.id for c in moved.moved] == ["b"]
    assert [c.id for c in moved.slipped] == ["RDC1", "a"]


def test_points_and_requirements_grow_from_day_to_day():
    found = progress([city(WINTER, b="yes"), city(SPRING)])

    points = [(p.on, p.guaranteed, p.total, p.requirements_met) for p in found.burn_up]
    assert points == [(SPRING, 0, 2, 0), (WINTER, 1, 2, 1)]


@pytest.mark.parametrize("lens", list(Lens))
def test_every_lens_has_its_own_progress(lens):
    found = progress([city(SPRING), city(WINTER, b="yes")], lens=lens)

    assert found.lens is lens
    assert len(found.turned) == (2 if lens is not Lens.CONFIRMED else 0)


def test_requirements_of_one_edition_alone_are_left_out():
    before, after = city(SPRING, b="yes"), city(SPRING)
    other = msgspec.structs.replace(before, criteria=())

    assert list(changes(other, after, Lens.EVIDENCED)) == []


def test_cities_are_not_mixed():
    one = city(SPRING)
    ref = msgspec.structs.replace(one.submission, city="Another")

    with pytest.raises(NotComparableError):
        progress([one, msgspec.structs.replace(one, submission=ref)])
