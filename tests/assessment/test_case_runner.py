"""Cases: a case that holds says nothing, one that does not says what came out instead."""

from typing import Any

import pytest

from assessment.cases import flat_score, result_about, run_case, submission_of
from tests.builders import Data, assessed, criterion, mapping, requirement, rubric

FLAG = {"id": "late", "text": "It is late.", "unless": {"is": "yes"}}
RUBRIC = rubric(
    criterion("RDC1", requirement("a", flags=[FLAG]), literal={"any_of": ["a"]}),
    criterion("DM1"),
)


def case(text: str, **expect: Any) -> Data:
    return {"name": "A case", "on": "2025-11-03", "expect": expect, **mapping(text)}


def differences(text: str, **expect: Any) -> list[str]:
    return run_case(RUBRIC, case(text, **expect))


def test_case_that_holds_says_nothing():
    answered = "{about: a, answers: {a: yes}}"

    assert (
        differences(answered, claimed="met", evidenced="unanswered", confirmed="unanswered") == []
    )
    assert differences(answered, reasons=["evidence.not_handed_in"], flags=[]) == []


def test_case_about_a_criterion_holds():
    unknown = {"claimed": "unanswered", "evidenced": "unanswered", "confirmed": "unanswered"}

    assert differences("{about: RDC1}", **unknown, literal=unknown, label=None) == []


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ({"claimed": "not_met"}, "claimed is met, expected not_met"),
        ({"reasons": ["a.b"]}, "reasons lack ['a.b'], found ['evidence.not_handed_in']"),
        ({"flags": ["late"]}, "flags are [], expected ['late']"),
    ],
)
def test_case_that_fails_says_what_came_out(expect, difference):
    assert differences("{about: a, answers: {a: yes}}", **expect) == [difference]


def test_flag_that_is_raised_is_found():
    assert differences("{about: a, answers: {a: no}}", flags=["late"]) == []


def test_criterion_has_no_flags_and_a_requirement_no_literal_reading():
    assert differences("{about: RDC1}", flags=["late"]) == ["flags are [], expected ['late']"]
    assert differences("{about: a}", literal={"claimed": "met"}) == [
        "literal.claimed is None, expected met"
    ]


def test_literal_reading_that_differs_is_told():
    assert differences("{about: RDC1}", literal={"claimed": "met"}) == [
        "literal.claimed is unanswered, expected met"
    ]


def test_case_about_the_score_compares_points_and_levels():
    declared = "{about: score, declared: {met: [DM1]}}"

    assert differences(declared, claimed={"guaranteed": 1, "possible": 2, "reached": None}) == []
    assert differences(declared, claimed={"guaranteed": 2}) == [
        "claimed.guaranteed is 1, expected 2"
    ]
    assert differences(declared, claimed={"cautions": [], "percent": 50.0, "to_silver": 1}) == []


def test_case_about_the_score_compares_eligibility():
    village = "{about: score, city: {population: 12}}"

    assert differences(village, eligibility="not_met") == []
    assert differences(village, eligibility="met") == ["eligibility is not_met, expected met"]


def test_result_that_is_not_there_is_a_slip_in_the_case():
    with pytest.raises(KeyError, match="nobody"):
        result_about(assessed(RUBRIC), "nobody")


def test_score_is_one_level_of_names():
    flat = flat_score(assessed(RUBRIC).lenses.claimed)

    assert flat == {
        "guaranteed": 0,
        "possible": 2,
        "reached": None,
        "within_reach": "gold",
        "to_silver": 2,
        "percent": 0,
        "cautions": [],
    }


# --- short forms ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ("{id: e1, kind: document}", "seen"),
        ("{id: e1, kind: document, facts: {format: pdf}}", "seen"),
        ("{id: e1, kind: document, facts: {status: encrypted}}", "encrypted"),
        ("{id: e1, kind: document, url: 'https://city.example'}", None),
        ("{id: e1, kind: document, file: a.pdf}", None),
    ],
)
def test_evidence_was_seen_unless_it_is_only_named(entry, status):
    submission = submission_of(RUBRIC, case(f"{{about: a, evidence: [{entry}]}}"))

    [found] = submission.evidence or ()
    assert (found.facts.status if found.facts else None) == status
    assert (found.title, found.serves) == ("e1", ("a",))


def test_evidence_serves_what_it_says():
    text = "{about: a, evidence: [{id: e1, kind: document, serves: []}]}"

    [found] = submission_of(RUBRIC, case(text)).evidence or ()

    assert found.serves == ()


def test_evidence_key_without_entries_says_that_there_is_none():
    assert submission_of(RUBRIC, case("{about: a, evidence: }")).evidence == ()
    assert submission_of(RUBRIC, case("{about: a}")).evidence is None


def test_decisions_can_be_written_short_and_in_full():
    full = "{about: RDC1, verdict: agree, reason: Seen., by: Ana}"
    text = f"{{about: a, decided: {{met: [a]}}, decisions: [{full}]}}"

    found = submission_of(RUBRIC, case(text)).decisions

    assert [(d.about, d.verdict, d.by) for d in found] == [
        ("RDC1", "agree", "Ana"),
        ("a", "met", "Coach"),
    ]
