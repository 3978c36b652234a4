"""Whose verdict is another under another edition, why, and what is asked anew."""

from typing import Any

import msgspec
import pytest

from assessment.impact import Impact, asked_anew, impact_of, impact_on
from assessment.results import Lens, Verdict
from rubrics.diff import differences
from rubrics.schema import Rubric
from tests.builders import assessed, criterion, evidence, requirement, rubric

SHARE = {"kind": "percentage", "text": "How much?"}


def edition(least: int, *more: Any, text: str = "How much?") -> Rubric:
    return rubric(
        criterion(
            "RDC1", requirement("a", ask={**SHARE, "text": text}, check={"min": least}), *more
        ),
        criterion("DM1"),
    )


def impact(
    old: Rubric, new: Rubric, *, lens: Lens = Lens.EVIDENCED, shares: tuple[int, ...] = (90,)
) -> Impact:
    """The impact on cities that publish these shares and prove it."""
    found = differences(old, new)
    cities = []
    for number, share in enumerate(shares):
        before, after = [
            assessed(one, answers={"a": share}, evidence=[evidence("a")]) for one in (old, new)
        ]
        cities.append(impact_on(f"city-{number}", before, after, found, lens=lens))
    refs = [assessed(one).rubric for one in (old, new)]
    return impact_of(refs[0], refs[1], found, cities, lens=lens)


def test_higher_threshold_turns_the_verdict_and_is_named_as_the_cause():
    found = impact(edition(80), edition(95))

    [city] = found.cities
    flips = {flip.id: flip for flip in city.flips}
    assert (flips["a"].before, flips["a"].after) == (Verdict.MET, Verdict.NOT_MET)
    assert [found.differences[i].path for i in flips["a"].because] == ["check.min"]
    assert [reason.code for reason in flips["a"].reasons] == ["number.too_low"]
    assert flips["RDC1"].because == ()
    assert (city.before.guaranteed, city.after.guaranteed) == (1, 0)
    assert (city.before.level, city.after.level) == (None, None)


def test_cities_are_counted_by_the_way_in_which_they_turn():
    found = impact(edition(80), edition(50), shares=(60, 70, 90))
    back = impact(edition(50), edition(80), shares=(60, 70, 90))

    assert [(c.id, c.turned, c.slipped, c.moved) for c in found.counts] == [
        ("RDC1", 2, 0, 0),
        ("a", 2, 0, 0),
    ]
    assert [(c.id, c.turned, c.slipped, c.moved) for c in back.counts] == [
        ("RDC1", 0, 2, 0),
        ("a", 0, 2, 0),
    ]


def test_new_requirement_leaves_the_criterion_open_and_is_asked():
    found = impact(edition(80), edition(80, requirement("b")))

    [city] = found.cities
    assert [(f.id, f.after) for f in city.flips] == [("RDC1", Verdict.NOT_MET)]
    assert city.asked == ("b",)
    assert found.asked == ("b",)


def test_verdict_between_open_and_no_has_only_moved():
    old, new = edition(80), edition(80, requirement("b"), requirement("c"))
    found = differences(old, new)
    before, after = (assessed(one, answers={"a": 90}) for one in (old, new))
    flip = impact_on("x", before, after, found, lens=Lens.CLAIMED).flips[0]
    moved = msgspec.structs.replace(flip, before=Verdict.UNANSWERED, after=Verdict.NOT_MET)
    city = msgspec.structs.replace(
        impact_on("x", before, after, found, lens=Lens.CLAIMED), flips=(moved,)
    )

    counted = impact_of(before.rubric, after.rubric, found, [city], lens=Lens.CLAIMED).counts

    assert [(c.turned, c.slipped, c.moved) for c in counted] == [(0, 0, 1)]


def test_question_in_other_words_is_asked_again_and_a_new_criterion_is_not_a_question():
    old = edition(80)
    new = rubric(
        criterion("RDC1", requirement("a", ask={**SHARE, "text": "How many?"}, check={"min": 80})),
        criterion("DM1"),
        criterion("DM2"),
    )

    assert list(asked_anew(differences(old, new))) == ["a"]


def test_answer_that_no_longer_fits_is_asked_again():
    old, new = edition(80), edition(95)
    before, after = (assessed(one, answers={"a": 90}) for one in (old, new))
    dropped = [("answers.a", "a"), ("declared.met[0]", "met")]

    city = impact_on("x", before, after, differences(old, new), lens=Lens.CLAIMED, dropped=dropped)

    assert city.asked == ("a",)
    assert city.dropped == ("answers.a", "declared.met[0]")


@pytest.mark.parametrize("lens", list(Lens))
def test_reasons_are_those_of_the_lens(lens):
    found = impact(edition(80), edition(95), lens=lens)

    said = {reason.lens for flip in found.cities[0].flips for reason in flip.reasons}

    assert found.lens is lens
    assert said <= ({Lens.CLAIMED} if lens is Lens.CLAIMED else set(Lens))


def test_impact_is_written_and_read_again():
    found = impact(edition(80), edition(95))

    again = msgspec.json.decode(msgspec.json.encode(found), type=Impact)

    assert again == found
