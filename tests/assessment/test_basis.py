"""What a decision rests on: the answer and the evidence for it, and nothing else."""

from typing import Any

import pytest

from assessment.basis import basis, changed, pieces_for
from tests.builders import criterion, evidence, requirement, rubric, submission

RUBRIC = rubric(criterion("RDC1", requirement("a"), requirement("b")), criterion("DM1"))
A = evidence("a", name="for-a")
BOTH = evidence("RDC1", name="for-both")
OFFICIAL = evidence(name="official")
SAID: dict[str, Any] = {
    "answers": {"a": True, "b": False},
    "declared": {"met": ["DM1"], "evidence": "official"},
    "evidence": [A, BOTH, OFFICIAL],
}
NAMES = ("a", "b", "RDC1", "DM1")


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ({}, ()),
        ({"answers": {"b": False, "a": True}, "prepared_by": "Ana"}, ()),
        ({"evidence": [OFFICIAL, BOTH, A]}, ()),
        ({"answers": {"a": False, "b": False}}, ("a", "RDC1")),
        ({"answers": {"a": True}}, ("b", "RDC1")),
        ({"evidence": [{**A, "title": "Other"}, BOTH, OFFICIAL]}, ("a", "RDC1")),
        ({"evidence": [A, {**BOTH, "facts": {"status": "login"}}, OFFICIAL]}, ("a", "b", "RDC1")),
        ({"evidence": [{**A, "received": "2025-01-01"}, BOTH, OFFICIAL]}, ()),
        ({"evidence": [{**A, "serves": ["a", "b"]}, BOTH, OFFICIAL]}, ("b",)),
        ({"evidence": [A, BOTH, {**OFFICIAL, "title": "Other"}]}, ("DM1",)),
        ({"declared": {"not_met": ["DM1"], "evidence": "official"}}, ("DM1",)),
        ({"declared": {"met": ["DM1"], "evidence": "official", "assessed_on": "2024-01-01"}},
         ("DM1",)),
    ],
)  # fmt: skip
def test_a_decision_rests_on_what_serves_it_alone(changes, touched):
    before = submission(RUBRIC, **SAID)
    after = submission(RUBRIC, **{**SAID, **changes})

    assert changed(RUBRIC, before, after, NAMES) == touched


def test_having_handed_in_no_evidence_at_all_is_part_of_everything():
    not_yet = submission(RUBRIC, answers={"a": True})
    none = submission(RUBRIC, answers={"a": True}, evidence=[])

    assert basis(RUBRIC, not_yet, "b") != basis(RUBRIC, none, "b")
    assert pieces_for(RUBRIC, not_yet, "a") == ()


def test_pieces_for_a_declared_criterion_are_its_official_result():
    said = submission(RUBRIC, **SAID)

    assert [one.id for one in pieces_for(RUBRIC, said, "DM1")] == ["official"]
    assert [one.id for one in pieces_for(RUBRIC, said, "a")] == ["for-a", "for-both"]
