"""The digest of a submission names what was said, in whatever order it was written."""

import pytest

from tests.builders import Data, criterion, decision, evidence, requirement, rubric, submission

RUBRIC = rubric(
    criterion("RDC1", requirement("a"), requirement("b")), criterion("DM1"), criterion("DM2")
)
PARTS: Data = {
    "answers": {"a": "yes", "b": "no"},
    "evidence": [evidence("a", "b"), evidence("b", name="e2")],
    "declared": {"met": ["DM1", "DM2"]},
    "decisions": [decision("a", "met"), decision("b", "not_met")],
}


def test_digest_ignores_the_order_of_writing():
    reverse: Data = {
        "decisions": PARTS["decisions"][::-1],
        "declared": {"met": ["DM2", "DM1"]},
        "evidence": [evidence("b", name="e2"), evidence("b", "a")],
        "answers": {"b": "no", "a": "yes"},
    }

    assert submission(RUBRIC, **reverse).digest == submission(RUBRIC, **PARTS).digest


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"a": "yes", "b": "yes"}},
        {"evidence": [evidence("a", "b")]},
        {"evidence": []},
        {"declared": {"met": ["DM1"], "not_met": ["DM2"]}},
        {"decisions": []},
        {"city": {"name": "Elsewhere", "country": "US"}},
    ],
)
def test_digest_changes_with_what_is_said(change):
    assert submission(RUBRIC, **{**PARTS, **change}).digest != submission(RUBRIC, **PARTS).digest


def test_digest_tells_evidence_that_is_absent_from_evidence_that_is_empty():
    assert submission(RUBRIC).digest != submission(RUBRIC, evidence=[]).digest
