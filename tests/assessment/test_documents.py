"""Checks on one piece of evidence: its date, its format, its licence, what it shows."""

import pytest

from tests.builders import judge_entry, said


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        (None, ("needs_review", "document.undated")),
        ("2024-11-02", ("not_met", "document.too_old")),
        ("2024-11-03", ("met", "document.fresh")),
        ("2025-11-03", ("met", "document.fresh")),
        ("2025-11-04", ("not_met", "document.in_future")),
    ],
)
def test_document_is_dated_within_a_window_that_ends_on_the_day(dated, expected):
    assert said(judge_entry("{dated_within: 12 months}", dated=dated)) == expected


def test_date_that_a_collector_saw_stands_above_the_one_that_the_team_gave():
    facts = {"status": "seen", "dated": "2020-01-01"}

    trace = judge_entry("{dated_within: 12 months}", dated="2025-11-01", facts=facts)

    assert said(trace) == ("not_met", "document.too_old")
    assert trace.params == {"dated": "2020-01-01", "since": "2024-11-03", "window": "12 months"}


def found_on(*dates: tuple[str, str]) -> dict[str, object]:
    """Facts of a document in which these dates stand, each with its source."""
    found = [{"on": day, "source": source, "says": "mentioned"} for day, source in dates]
    return {"status": "seen", "document": {"dates": found}}


def test_dates_that_stand_in_a_document_are_named_and_never_taken():
    facts = found_on(
        ("2025-10-01", "text"),
        ("2025-10-20", "text"),
        ("2025-12-31", "text"),
        ("2025-10-28", "metadata"),
    )

    trace = judge_entry("{dated_within: 12 months}", facts=facts)

    assert said(trace) == ("needs_review", "document.undated")
    assert trace.params == {"text": "2025-10-20", "metadata": "2025-10-28"}


def test_document_in_which_no_date_stands_names_none():
    assert judge_entry("{dated_within: 12 months}", facts=found_on()).params == {}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (None, ("needs_review", "format.not_seen")),
        ("csv", ("met", "format.accepted")),
        ("pdf", ("not_met", "format.not_accepted")),
    ],
)
def test_file_has_one_of_these_formats(seen, expected):
    facts = {"status": "seen", "format": seen}

    assert said(judge_entry("{formats: [csv, json]}", facts=facts)) == expected


@pytest.mark.parametrize(
    ("shows", "expected"),
    [
        ({}, ("needs_review", "mark.not_shown")),
        ({"scope": "page 1"}, ("needs_review", "mark.not_shown")),
        ({"scope": "page 1", "contact": "  "}, ("needs_review", "mark.not_shown")),
        ({"scope": "page 1", "contact": "page 2"}, ("met", "mark.shown")),
    ],
)
def test_what_nobody_pointed_out_asks_for_a_person(shows, expected):
    assert said(judge_entry("{shows: [scope, contact]}", shows=shows)) == expected


def test_only_the_marks_that_are_missing_are_told():
    trace = judge_entry("{shows: [scope, contact]}", shows={"scope": "page 1"})

    assert trace.params == {"marks": ("contact",)}


def test_mark_that_the_collector_saw_is_shown_by_nobody_else_s_word():
    facts = {"status": "seen", "marks": ["scope", "contact"]}

    trace = judge_entry("{shows: [scope]}", facts=facts, shows={"scope": "page 1"})

    assert said(trace) == ("met", "mark.seen")
    assert trace.params == {"marks": ("scope",)}


def test_what_the_collector_saw_and_what_the_team_says_are_told_apart():
    facts = {"status": "seen", "marks": ["scope"]}

    trace = judge_entry("{shows: [scope, contact]}", facts=facts, shows={"contact": "page 2"})

    assert said(trace) == ("met", "mark.shown")
    assert trace.params == {"marks": ("contact",), "seen": ("scope",)}


def test_collector_need_not_have_seen_everything():
    facts = {"status": "seen", "marks": ["scope"]}

    trace = judge_entry("{shows: [scope, contact]}", facts=facts)

    assert said(trace) == ("needs_review", "mark.not_shown")
    assert trace.params == {"marks": ("contact",)}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (None, ("needs_review", "licence.not_seen")),
        ("unrecognised", ("needs_review", "licence.not_seen")),
        ("CC-BY-4.0, as the page says", ("needs_review", "licence.not_seen")),
        ("cc_by", ("met", "licence.accepted")),
        ("restricted", ("not_met", "licence.not_accepted")),
        ("none_stated", ("not_met", "licence.not_accepted")),
    ],
)
def test_licence_is_one_of_these(seen, expected):
    facts = {"status": "seen", "licence": seen}

    assert said(judge_entry("{licences: [cc_by, public_domain]}", facts=facts)) == expected


def test_licence_inside_the_data_counts_where_their_page_names_none():
    facts = {"status": "seen", "dataset": {"processes": 1, "licence": "cc_by"}}

    assert said(judge_entry("{licences: [cc_by]}", facts=facts)) == ("met", "licence.accepted")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{dated_within: 1 year}", "document.undated"),
        ("{formats: [csv]}", "format.not_seen"),
        ("{shows: [scope]}", "mark.not_shown"),
        ("{licences: [cc_by]}", "licence.not_seen"),
        ("{newest_within: 1 year}", "dataset.not_seen"),
    ],
)
def test_evidence_that_nobody_looked_at_asks_for_a_person(text, code):
    assert said(judge_entry(text, facts=None)) == ("needs_review", code)
