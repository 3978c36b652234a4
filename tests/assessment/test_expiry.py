"""What will expire: every date that counts, its last day, and whose verdict turns the day after."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.details import with_details
from assessment.engine import assess
from assessment.expiry import expiries_of, expiring
from assessment.results import Assessment, Expiry, Verdict
from rubrics.schema import Rubric
from tests import submissions
from tests.builders import (
    DAY,
    Data,
    assessed,
    criterion,
    decision,
    evidence,
    found,
    requirement,
    result,
    rubric,
    rubric_data,
    submission,
)

RECENT: Data = {"evidence": ["document"], "where": [{"dated_within": "12 months"}]}
YES = {"a": "yes"}
SOURCE: Data = {"refs": ["S1"], "thresholds": "interpretation"}


def dated(*days: str, serves: str = "a") -> list[Data]:
    """Pieces of evidence for a requirement, each of its day."""
    return [evidence(serves, name=f"{serves}{i}", dated=day) for i, day in enumerate(days)]


def rules(*names: str, rule: Any = None, proof: Data = RECENT, **changes: Any) -> Rubric:
    """A rubric of one criterion, whose requirements are proven by something recent."""
    asked = [requirement(name, proof=proof, **changes) for name in names]
    return rubric(criterion("RDC1", *asked, rule=rule))


def expiries(of: Rubric, **parts: Any) -> tuple[Expiry, ...]:
    return expiries_of(of, assessed(of, **parts))


def told(found: tuple[Expiry, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.last_day.isoformat(), one.looked_at, one.turns) for one in found]


def test_evidence_counts_up_to_and_with_its_last_day():
    of, parts = rules("a"), {"answers": YES, "evidence": dated("2025-01-31")}

    (expiry,) = expiries(of, **parts)

    assert expiry.last_day == date(2026, 1, 31)
    assert (expiry.looked_at, expiry.dated, expiry.window) == ("a0", date(2025, 1, 31), "12 months")
    assert (expiry.about, expiry.turns) == (("a",), ("a", "RDC1"))
    last, after = expiry.last_day, expiry.last_day + timedelta(days=1)
    assert result(assessed(of, on=last, **parts)).evidenced is Verdict.MET
    assert result(assessed(of, on=after, **parts)).evidenced is Verdict.NOT_MET


def test_verdict_turns_with_the_piece_that_was_one_too_many_to_lose():
    two = {**RECENT, "count": 2}
    pieces = dated("2025-03-01", "2025-01-01", "2025-02-01")

    found = expiries(rules("a", proof=two), answers=YES, evidence=pieces)

    assert told(found) == [
        ("2026-01-01", "a1", ()),
        ("2026-02-01", "a2", ("a", "RDC1")),
        ("2026-03-01", "a0", ()),
    ]


def test_criterion_turns_only_when_its_rule_no_longer_holds():
    of = rules("a", "b", rule={"any_of": ["a", "b"]})
    pieces = [*dated("2025-01-01"), *dated("2025-02-01", serves="b")]

    found = expiries(of, answers={"a": "yes", "b": "yes"}, evidence=pieces)

    assert told(found) == [("2026-01-01", "a0", ("a",)), ("2026-02-01", "b0", ("b", "RDC1"))]


def test_criterion_that_rests_on_more_than_dates_does_not_turn_with_them():
    undated = requirement("b")
    of = rubric(
        criterion("RDC1", requirement("a", proof=RECENT), undated, rule={"any_of": ["b", "a"]})
    )
    pieces = [*dated("2025-01-01"), evidence("b", name="b0")]

    found = expiries(of, answers={"a": "yes", "b": "yes"}, evidence=pieces)

    assert told(found) == [("2026-01-01", "a0", ("a",))]


def test_what_is_not_proven_today_turns_no_verdict():
    found = expiries(rules("a"), answers={"a": "no"}, evidence=dated("2025-01-01"))

    assert told(found) == [("2026-01-01", "a0", ())]


def test_evidence_that_fails_in_another_way_is_not_listed():
    proof = {
        "evidence": ["document"],
        "where": [{"dated_within": "12 months"}, {"formats": ["csv"]}],
    }
    seen = {"status": "seen", "format": "pdf"}

    found = expiries(
        rules("a", proof=proof),
        answers=YES,
        evidence=[evidence("a", dated="2025-01-01", facts=seen)],
    )

    assert found == ()


def test_date_of_an_answer_expires_as_well():
    ask = {"kind": "date", "text": "When?"}
    of = rules("a", ask=ask, check={"within": "1 month"}, proof={"evidence": ["document"]})

    found = expiries(of, answers={"a": "2025-10-31"}, evidence=[evidence("a")])

    assert told(found) == [("2025-11-30", "a", ("a", "RDC1"))]


def test_rows_of_a_table_are_one_place():
    proof = {
        "evidence": ["document"],
        "where": [
            {"rows": 1, "where": [{"field": "end", "within": "3 months"}]},
            {"every_row": [{"field": "end", "within": "1 year"}]},
        ],
    }
    table = [{"end": "2025-09-01"}, {"end": "2025-10-01"}]
    piece = evidence("a", facts={"status": "seen", "table": table})

    found = expiries(rules("a", proof=proof), answers=YES, evidence=[piece])

    assert told(found) == [("2026-01-01", "e1.end", ("a", "RDC1")), ("2026-09-01", "e1.end", ())]


def test_one_piece_is_told_once_with_all_that_it_counts_for():
    pieces = [evidence("a", "b", name="both", dated="2025-01-01")]

    (expiry,) = expiries(rules("a", "b"), answers={"a": "yes", "b": "yes"}, evidence=pieces)

    assert expiry.about == ("a", "b")
    assert expiry.turns == ("a", "b", "RDC1")


def test_declared_criteria_rest_on_the_official_result():
    of = rubric(criterion("DM1"), criterion("DM2"))
    official = evidence(name="official", kind="official_result", dated="2025-01-01")
    declared = {"met": ["DM1", "DM2"], "evidence": "official"}

    (expiry,) = expiries(of, declared=declared, evidence=[official])

    assert (expiry.last_day, expiry.turns) == (date(2028, 1, 1), ("DM1", "DM2"))


def test_criterion_turns_with_what_must_be_met_before_it():
    first = criterion("RDC1", requirement("a", proof=RECENT))
    second = criterion("RDC2", requirement("b"), prerequisites=["RDC1"])
    of = rubric(first, second)
    parts: Data = {
        "answers": {"a": "yes", "b": "yes"},
        "evidence": [*dated("2025-01-01"), evidence("b", name="b0")],
    }

    (expiry,) = expiries(of, **parts)

    assert expiry.turns == ("a", "RDC1")
    after = assessed(of, on=date(2026, 1, 2), **parts)
    assert found(after, "RDC2").evidenced is Verdict.NOT_MET


def test_what_does_not_apply_never_expires():
    of = rubric(
        criterion(
            "RDC1",
            *(
                requirement(n, proof=RECENT, not_applicable={"because": "Law.", "source": SOURCE})
                for n in "ab"
            ),
        )
    )
    parts: Data = {"answers": YES, "evidence": dated("2025-01-01")}

    (expiry,) = expiries(of, not_applicable={"b": "Law 12."}, **parts)

    assert expiry.turns == ("a", "RDC1")


def test_criterion_that_nobody_knows_what_it_rests_on_has_no_last_day():
    when = {"question": "b", "is": "no"}
    maybe = {"because": "Law.", "source": SOURCE, "when": when}
    a = requirement("a", proof=RECENT)
    c = requirement("c", not_applicable=maybe)
    b = requirement("b")
    of = rubric(criterion("RDC1", a, c), criterion("RDC2", b))
    parts: Data = {
        "answers": {"a": "yes", "c": "yes"},
        "evidence": [*dated("2025-01-01"), evidence("c", name="c0")],
    }

    found = expiries(of, **parts)

    assert told(found) == [("2026-01-01", "a0", ("a",))]


def test_coach_s_word_does_not_expire():
    of, parts = rules("a"), {"answers": YES, "evidence": dated("2025-01-01")}
    agreed = assessed(of, on=date(2026, 5, 1), decisions=[decision("a", "met")], **parts)

    assert result(agreed).confirmed is Verdict.MET


def test_window_beyond_the_calendar_expires_never():
    proof = {"evidence": ["document"], "where": [{"dated_within": "9999 years"}]}

    assert expiries(rules("a", proof=proof), answers=YES, evidence=dated("2025-01-01")) == ()


def test_what_expires_before_a_day_is_listed():
    of = rules("a")
    parts: Data = {"answers": YES, "evidence": dated("2025-01-01", "2025-02-01")}
    whole = with_details(of, submission(of, **parts), assessed(of, **parts))

    before = expiring(whole, before=date(2026, 2, 1))

    assert [one.looked_at for one in before] == ["a0"]
    assert expiring(whole, before=date(2026, 1, 1)) == ()
    assert [one.looked_at for one in expiring(whole, before=date(2026, 2, 2))] == ["a0", "a1"]


# --- in the rubric of the library -----------------------------------------------------------------


def proven(assessment: Assessment) -> set[str]:
    """The requirements and criteria that the evidence proves."""
    criteria = {c.id for c in assessment.criteria if c.evidenced is Verdict.MET}
    return criteria | {
        r.id for c in assessment.criteria for r in c.requirements if r.evidenced is Verdict.MET
    }


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_each_verdict_turns_on_the_day_after_its_last_and_not_before(wwc, seed):
    data = submissions.random_submission(wwc, Random(seed), on=DAY)
    handed_in = submissions.validated(wwc, data)
    today = assess(wwc, handed_in, on=DAY)

    listed = expiries_of(wwc, today)

    for expiry in listed[:3] + listed[-3:]:
        after = expiry.last_day + timedelta(days=1)
        then, later = (proven(assess(wwc, handed_in, on=day)) for day in (expiry.last_day, after))
        assert set(expiry.turns) <= then - later
        assert set(expiry.turns) <= proven(today)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 900))
def test_nothing_turns_that_was_not_listed(wwc, seed, days):
    data = submissions.random_submission(wwc, Random(seed), on=DAY)
    handed_in = submissions.validated(wwc, data)
    later = DAY + timedelta(days=days)
    today = assess(wwc, handed_in, on=DAY)

    turned = {name for one in expiries_of(wwc, today) if one.last_day < later for name in one.turns}

    assert proven(today) - proven(assess(wwc, handed_in, on=later)) <= turned


@pytest.mark.parametrize("rounding", ["none", "whole_percent"])
def test_assessment_without_evidence_has_nothing_that_expires(rounding):
    tiers = {**rubric_data()["tiers"], "rounding": rounding}

    assert expiries(rubric(criterion("DM1"), tiers=tiers)) == ()
