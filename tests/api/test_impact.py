"""A submission as far as another edition of its rubric knows it."""

from pathlib import Path
from typing import Any

import pytest

from api.impact import fit, submissions_in
from api.submissions import Written
from rubrics.problems import InputError
from rubrics.schema import Rubric
from rubrics.text import read_mapping
from tests.builders import criterion, requirement, rubric

CITY = "city: {name: Example, country: US, population: 50000}\n"


def written(text: str) -> Written:
    value, places = read_mapping((CITY + text).encode(), name="city.yaml")
    return Written("city.yaml", Path(), value, places)


def edition(**changes: Any) -> Rubric:
    return rubric(criterion("RDC1", requirement("a")), criterion("DM1"), **changes)


def test_what_fits_is_read_whole():
    submission, aside = fit(edition(), written("answers: {a: 'yes'}\ndeclared: {met: [DM1]}\n"))

    assert aside == []
    assert submission.answers == {"a": True}
    assert submission.declared.met == ("DM1",)


def test_everything_about_a_requirement_that_is_gone_is_set_aside_and_the_rest_kept():
    text = """\
rubric: another
answers: {gone: 'yes', a: 'no'}
not_applicable: {gone: Because it is so.}
declared: {met: [DM1, DM9], not_met: [DM8]}
evidence:
  - {id: one, kind: document, title: One, url: "https://city.example/1", serves: [gone, a]}
  - {id: two, kind: hologram, title: Two, url: "https://city.example/2", serves: [a]}
decisions:
  - {about: gone, verdict: met, reason: Seen on site., by: Coach}
"""

    submission, aside = fit(edition(), written(text))

    assert submission.answers == {"a": False}
    assert submission.declared.met == ("DM1",)
    assert [(piece.id, piece.serves) for piece in submission.evidence or ()] == [("one", ("a",))]
    assert submission.decisions == ()
    assert set(aside) == {
        ("answers", "gone"),
        ("not_applicable", "gone"),
        ("declared", "met", 1),
        ("declared", "not_met", 0),
        ("evidence", 0, "serves", 0),
        ("evidence", 1),
        ("decisions", 0),
    }


def test_what_cannot_be_set_aside_is_told_where_it_stands():
    value, places = read_mapping(b"answers: {a: 'yes'}\ncity: {name: Example}\n", name="city.yaml")

    with pytest.raises(InputError) as raised:
        fit(edition(), Written("city.yaml", Path(), value, places))

    assert [str(problem.place) for problem in raised.value.problems] == ["city.yaml:2:7"]


def test_submissions_are_found_and_their_evidence_is_not_taken_for_one(tmp_path):
    for name in ("a.yaml", "b.xlsx", "~$b.xlsx", "notes.txt", "deep/submission.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", "utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "submission.yaml").write_text("x", "utf-8")
    (own / "awards.json").write_text("x", "utf-8")

    found = [str(path.relative_to(tmp_path)) for path in submissions_in(tmp_path)]

    assert found == ["a.yaml", "b.xlsx", "deep/submission.json", "own/submission.yaml"]
    assert submissions_in(own) == [own / "submission.yaml"]
