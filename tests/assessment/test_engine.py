"""How requirements and criteria get their three verdicts: answers, evidence, coaches, rules."""

from typing import Any

import pytest

from assessment.results import Finding, RequirementResult, Verdict
from rubrics.schema import Rubric
from tests.builders import (
    Data,
    assessed,
    codes,
    criterion,
    decision,
    evidence,
    found,
    lenses,
    requirement,
    result,
    rubric,
)

YES = {"a": "yes"}
SOURCE = {"refs": ["S1"], "thresholds": "interpretation"}
NA = {"because": "The law may forbid it.", "source": SOURCE}


def small(*names: str, **changes: Any) -> Rubric:
    """One criterion that asks for all of these requirements."""
    return rubric(criterion("RDC1", *(requirement(name) for name in names or "a"), **changes))


# --- requirements ---------------------------------------------------------------------------------


def test_answer_alone_is_claimed_and_waits_for_its_proof():
    assessment = assessed(small(), answers=YES)

    assert lenses(result(assessment)) == ("met", "unanswered", "unanswered")
    assert codes(result(assessment)) == ["evidence.not_handed_in"]


def test_proven_answer_is_evidenced_and_waits_for_a_coach():
    assessment = assessed(small(), answers=YES, evidence=[evidence("a")])

    assert lenses(result(assessment)) == ("met", "met", "needs_review")
    assert result(assessment).evidence == ("e1",)


def test_evidence_for_a_criterion_serves_all_its_requirements():
    answers = {"a": "yes", "b": "yes"}

    assessment = assessed(small("a", "b"), answers=answers, evidence=[evidence("RDC1")])

    assert lenses(found(assessment, "RDC1")) == ("met", "met", "needs_review")


def test_evidence_for_another_requirement_proves_nothing_here():
    assessment = assessed(small("a", "b"), answers=YES, evidence=[evidence("b")])

    assert result(assessment, "a").evidenced is Verdict.NOT_MET
    assert codes(result(assessment, "a")) == ["evidence.missing"]


def test_evidence_without_an_answer_is_not_enough():
    assessment = assessed(small(), evidence=[evidence("a")])

    assert lenses(result(assessment)) == ("unanswered", "unanswered", "unanswered")


def test_evidence_that_nobody_could_open_asks_for_a_person():
    unreachable = evidence("a", facts={"status": "unreachable"})

    assessment = assessed(small(), answers=YES, evidence=[unreachable])

    assert lenses(result(assessment)) == ("met", "needs_review", "needs_review")
    assert codes(result(assessment)) == ["evidence.unreachable"]


def test_facts_that_the_team_wrote_itself_ask_for_a_person():
    assessment = assessed(small(), answers=YES, evidence=[evidence("a", stated=True)])

    assert lenses(result(assessment)) == ("met", "needs_review", "needs_review")
    assert "evidence.stated_only" in codes(result(assessment))


# --- coaches --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "confirmed"),
    [
        ("agree", "met"),
        ("met", "met"),
        ("not_met", "not_met"),
        ("needs_proof", "needs_review"),
        ("not_applicable", "not_applicable"),
    ],
)
def test_word_of_a_coach_stands_above_the_machine(word, confirmed):
    rules = rubric(criterion("RDC1", requirement(not_applicable=NA), requirement("b")))

    assessment = assessed(
        rules, answers=YES, evidence=[evidence("a")], decisions=[decision("a", word)]
    )

    assert lenses(result(assessment)) == ("met", "met", confirmed)
    assert result(assessment).trace.decision is not None
    assert ("decision.made" in codes(result(assessment))) == (confirmed != "met")


def test_coach_can_confirm_what_was_never_handed_in():
    assessment = assessed(small(), decisions=[decision("a", "met")])

    assert lenses(found(assessment, "RDC1")) == ("unanswered", "unanswered", "met")


def test_coach_who_agrees_takes_over_what_is_open():
    assessment = assessed(small(), answers=YES, decisions=[decision("a", "agree")])

    assert result(assessment).confirmed is Verdict.UNANSWERED


def test_coach_can_decide_on_a_whole_criterion():
    assessment = assessed(
        small(), answers=YES, evidence=[evidence("a")], decisions=[decision("RDC1", "not_met")]
    )

    assert lenses(found(assessment, "RDC1")) == ("met", "met", "not_met")
    assert result(assessment).confirmed is Verdict.NEEDS_REVIEW


# --- what does not apply --------------------------------------------------------------------------


def test_justified_requirement_does_not_apply_and_leaves_its_group():
    rules = rubric(criterion("RDC1", requirement(not_applicable=NA), requirement("b")))

    assessment = assessed(
        rules,
        answers={"b": "yes"},
        evidence=[evidence("b")],
        not_applicable={"a": "Law 12 forbids it."},
    )

    assert lenses(result(assessment)) == ("not_applicable", "not_applicable", "needs_review")
    assert lenses(found(assessment, "RDC1")) == ("met", "met", "needs_review")
    trace = result(assessment).trace.not_applicable
    assert trace is not None
    assert trace.params == {"justification": "Law 12 forbids it."}


def test_criterion_does_not_apply_when_nothing_in_it_does():
    rules = rubric(criterion("RDC1", requirement(not_applicable=NA)), criterion("DM1"))

    assessment = assessed(rules, not_applicable={"a": "Law 12 forbids it."})

    assert lenses(found(assessment, "RDC1")) == ("not_applicable", "not_applicable", "needs_review")
    assert assessment.lenses.claimed.points.possible == 1


def test_claim_that_it_does_not_apply_is_no_hope_of_a_point_in_the_confirmed_lens():
    alternatives = {"any_of": ["a", "b"]}
    rules = rubric(
        criterion("RDC1", requirement(not_applicable=NA), requirement("b"), rule=alternatives)
    )

    assessment = assessed(
        rules, answers={"b": "no"}, evidence=[], not_applicable={"a": "Law 12 forbids it."}
    )

    assert lenses(found(assessment, "RDC1")) == ("not_met", "not_met", "not_met")


def conditional(answer: str | None) -> RequirementResult:
    """A requirement about small purchases, which does not apply where there are none."""
    when = {"question": "b", "is": "no"}
    rules = rubric(
        criterion("RDC1", requirement(not_applicable={**NA, "when": when}), requirement("b"))
    )
    answers = YES if answer is None else {**YES, "b": answer}
    return result(assessed(rules, answers=answers, evidence=[evidence("a")]))


def test_condition_of_the_rubric_makes_it_not_apply():
    excused = conditional("no")

    assert lenses(excused) == ("not_applicable", "not_applicable", "needs_review")
    assert excused.trace.not_applicable is not None
    assert excused.trace.not_applicable.code == "not_applicable.by_condition"
    assert [child.code for child in excused.trace.not_applicable.children] == ["answer.is"]


def test_condition_that_does_not_hold_changes_nothing():
    assert lenses(conditional("yes")) == ("met", "met", "needs_review")


def test_condition_that_nobody_answered_leaves_it_open():
    assert lenses(conditional(None)) == ("unanswered", "unanswered", "unanswered")


# --- flags ----------------------------------------------------------------------------------------


def flagged(**parts: Any) -> RequirementResult:
    flag = {"id": "a-late", "text": "It is late.", "unless": {"question": "b", "is": "yes"}}
    rules = rubric(criterion("RDC1", requirement(flags=[flag]), requirement("b")))
    return result(assessed(rules, **parts))


def test_flag_is_raised_where_its_condition_is_known_to_fail():
    assert flagged(answers={**YES, "b": "no"}).flags == ("a-late",)


def test_flag_is_not_raised_on_suspicion():
    assert flagged(answers=YES).flags == ()


def test_flag_changes_no_verdict():
    parts = {"evidence": [evidence("a")]}

    raised = flagged(answers={**YES, "b": "no"}, **parts)

    assert lenses(raised) == lenses(flagged(answers={**YES, "b": "yes"}, **parts))


# --- criteria: prerequisites, literal reading, strong findings ------------------------------------


def behind(first: Data) -> Finding:
    """RDC2 is met by its own requirement, and stands behind RDC1."""
    rules = rubric(
        criterion("RDC1", requirement("a", not_applicable=NA)),
        criterion("RDC2", requirement("b"), prerequisites=["RDC1"]),
    )
    return found(assessed(rules, **first), "RDC2")


def test_criterion_is_not_met_before_its_prerequisite():
    blocked = behind({"answers": {"a": "no", "b": "yes"}, "evidence": [evidence("a", "b")]})

    assert lenses(blocked) == ("not_met", "not_met", "not_met")
    assert "prerequisite.not_met" in codes(blocked)
    assert blocked.reasons[0].params == {"criteria": ("RDC1",)}


def test_criterion_waits_for_a_prerequisite_that_is_open():
    waiting = behind({"answers": {"b": "yes"}, "evidence": [evidence("a", "b")]})

    assert lenses(waiting) == ("unanswered", "unanswered", "unanswered")
    assert "prerequisite.open" in codes(waiting)


def test_criterion_is_met_behind_a_prerequisite_that_is():
    free = behind({"answers": {"a": "yes", "b": "yes"}, "evidence": [evidence("a", "b")]})

    assert lenses(free) == ("met", "met", "needs_review")
    assert free.trace.evidenced.code == "prerequisite.met"


def test_prerequisite_that_does_not_apply_blocks_nothing():
    free = behind(
        {
            "answers": {"b": "yes"},
            "evidence": [evidence("b")],
            "not_applicable": {"a": "Law 12 forbids it."},
        }
    )

    assert free.evidenced is Verdict.MET


def test_prerequisites_are_judged_first_wherever_they_stand():
    rules = rubric(
        criterion("RDC1", requirement("a"), prerequisites=["RDC2"]),
        criterion("RDC2", requirement("b")),
    )

    assessment = assessed(rules, answers={"a": "yes", "b": "no"}, evidence=[evidence("a", "b")])

    assert [f.id for f in assessment.criteria] == ["RDC1", "RDC2"]
    assert found(assessment, "RDC1").evidenced is Verdict.NOT_MET


def test_literal_reading_is_judged_beside_the_full_one():
    rules = small("a", "b", literal={"any_of": ["a", "b"]})

    finding = found(assessed(rules, answers=YES, evidence=[evidence("a")]), "RDC1")

    assert finding.literal is not None
    assert (finding.literal.claimed, finding.literal.evidenced) == ("met", "met")
    assert lenses(finding) == ("unanswered", "not_met", "not_met")


def routes(**answers: str) -> Finding:
    """Two routes of two requirements each; the second cannot carry the verdict alone."""
    rule = {
        "routes": {"A": ["a", "b"], "B": ["c", "d"]},
        "each_at_least": 2,
        "reviewer_if_only": ["B"],
        "strong_from": 2,
    }
    everything = [requirement(name, not_applicable=NA) for name in "abcd"]
    rules = rubric(criterion("RDC1", *everything, rule=rule))
    not_applicable = {name: "Law 12 forbids it." for name in "abcd" if answers.get(name) == "n/a"}
    given = {name: word for name, word in answers.items() if word != "n/a"}
    assessment = assessed(
        rules, answers=given, evidence=[evidence("RDC1")], not_applicable=not_applicable
    )
    return found(assessment, "RDC1")


def test_one_route_is_enough():
    finding = routes(a="yes", b="yes", c="no", d="no")

    assert finding.evidenced is Verdict.MET
    assert finding.label is None


def test_half_of_two_routes_is_none():
    finding = routes(a="yes", b="no", c="yes", d="no")

    assert finding.evidenced is Verdict.NOT_MET
    assert "routes.not_met" in codes(finding)


def test_two_routes_are_labelled_strong():
    assert routes(a="yes", b="yes", c="yes", d="yes").label == "strong"


def test_route_that_asks_for_a_reviewer_does_not_carry_the_verdict_alone():
    finding = routes(a="no", b="no", c="yes", d="yes")

    assert finding.evidenced is Verdict.NEEDS_REVIEW
    assert "routes.need_reviewer" in codes(finding)


def test_route_that_asks_for_a_reviewer_is_alone_also_where_the_other_does_not_apply():
    finding = routes(a="n/a", b="n/a", c="yes", d="yes")

    assert finding.evidenced is Verdict.NEEDS_REVIEW
    assert "routes.need_reviewer" in codes(finding)


def test_routes_stay_open_while_one_may_still_be_met():
    finding = routes(a="yes", c="no", d="no")

    assert finding.evidenced is Verdict.UNANSWERED
    assert "routes.open" in codes(finding)


def test_routes_that_only_wait_for_a_person_ask_for_one():
    finding = routes(a="yes", b="yes", c="no", d="no")

    assert finding.evidenced is Verdict.MET
    assert finding.trace.confirmed.code == "routes.unseen"


def test_routes_do_not_apply_when_none_of_them_does():
    finding = routes(a="n/a", b="n/a", c="n/a", d="n/a")

    assert finding.evidenced is Verdict.NOT_APPLICABLE
    assert finding.trace.evidenced.code == "group.not_applicable"


# --- declared criteria ----------------------------------------------------------------------------


def declared(**parts: Any) -> Finding:
    rules = rubric(criterion("DM1"), criterion("DM2"))
    return found(assessed(rules, **parts), "DM1")


OFFICIAL = evidence(name="official", kind="official_result", dated="2025-01-01")
MET = {"met": ["DM1"], "evidence": "official", "assessed_on": "2025-01-01"}


def test_criterion_that_nobody_declares_is_open():
    finding = declared()

    assert finding.declared
    assert lenses(finding) == ("unanswered", "unanswered", "unanswered")
    assert codes(finding) == ["declared.unknown"]


def test_declared_criterion_is_claimed_before_its_result_is_handed_in():
    finding = declared(declared={"met": ["DM1"]})

    assert lenses(finding) == ("met", "unanswered", "unanswered")
    assert codes(finding) == ["declared.met", "evidence.not_handed_in"]


def test_declared_criterion_is_evidenced_by_the_official_result():
    finding = declared(declared=MET, evidence=[OFFICIAL])

    assert lenses(finding) == ("met", "met", "needs_review")
    assert finding.trace.claimed.params == {"assessed_on": "2025-01-01"}
    assert finding.trace.confirmed.code == "decision.missing"


def test_declared_criterion_is_not_evidenced_by_an_old_result():
    finding = declared(declared=MET, evidence=[{**OFFICIAL, "dated": "2020-01-01"}])

    assert lenses(finding) == ("met", "not_met", "not_met")
    assert finding.trace.confirmed == finding.trace.evidenced, "a coach is not what is missing"


def test_declaring_what_has_no_proof_never_lowers_a_verdict():
    old = [{**OFFICIAL, "dated": "2020-01-01"}]

    unknown = declared(declared={"evidence": "official"}, evidence=old)

    assert lenses(unknown) == ("unanswered", "not_met", "not_met")


def test_criterion_that_is_declared_not_met_is_not_met():
    finding = declared(declared={"not_met": ["DM1"], "evidence": "official"}, evidence=[OFFICIAL])

    assert lenses(finding) == ("not_met", "not_met", "not_met")


def test_coach_confirms_a_declared_criterion():
    finding = declared(declared=MET, evidence=[OFFICIAL], decisions=[decision("DM1", "agree")])

    assert lenses(finding) == ("met", "met", "met")
    assert finding.trace.confirmed.kind == "decision"


# --- who may apply --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("city", "verdict", "reasons"),
    [
        ({"country": "MX", "population": 30_000}, "met", []),
        ({"country": "MX", "population": 29_999}, "not_met", ["eligibility.too_small"]),
        ({"country": "MX"}, "unanswered", ["eligibility.population_missing"]),
        ({"country": "FR", "population": 90_000}, "not_met", ["eligibility.country_outside"]),
    ],
)
def test_eligibility_depends_on_country_and_population(city, verdict, reasons):
    assessment = assessed(small(), city={"name": "Somewhere", **city})

    assert assessment.eligibility.verdict == verdict
    assert [reason.code for reason in assessment.eligibility.reasons] == reasons


def test_city_that_may_not_apply_is_judged_all_the_same():
    city = {"name": "Hamlet", "country": "FR", "population": 12}

    assessment = assessed(small(), answers=YES, evidence=[evidence("a")], city=city)

    assert assessment.lenses.evidenced.points.guaranteed == 1


# --- what is told of the evidence -----------------------------------------------------------------


def test_evidence_is_told_as_it_was_judged():
    seen = {"status": "seen", "dated": "2025-10-01", "format": "pdf"}
    pieces = [
        evidence("a", name="z", facts=seen),
        evidence("a", name="b", facts=None, url="https://city.example"),
    ]

    assessment = assessed(small(), answers=YES, evidence=pieces)

    told = [
        (entry.id, entry.status, str(entry.dated), entry.format) for entry in assessment.evidence
    ]
    assert told == [("b", "not_checked", "None", None), ("z", "seen", "2025-10-01", "pdf")]


def test_evidence_is_told_with_the_day_it_was_handed_in_apart_from_the_day_it_holds_from():
    piece = evidence("a", dated="2025-10-01", received="2025-11-02")

    (entry,) = assessed(small(), answers=YES, evidence=[piece]).evidence

    assert (str(entry.dated), str(entry.received)) == ("2025-10-01", "2025-11-02")
