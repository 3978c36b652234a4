"""Checks on contracting data: freshness, stages, the six questions, joins, coverage, policy."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.results import Verdict
from tests.builders import judge_dataset, judge_entry, said

RANK = {Verdict.NOT_MET: 0, Verdict.NEEDS_REVIEW: 1, Verdict.MET: 2}

CHECKS = [
    "{newest_within: 1 year}",
    "{stage: award, fields: [supplier], share: 80}",
    "{complete_processes: 1}",
    "{group_share: 80}",
    "{join: [award, tender], min: 80}",
    "{coverage: 80}",
    "{publication_policy: named}",
]


@pytest.mark.parametrize("text", CHECKS)
def test_data_that_nobody_read_ask_for_a_person(text):
    trace = judge_entry(text, facts={"status": "seen", "format": "csv"})

    assert said(trace) == ("needs_review", "dataset.not_seen")


@pytest.mark.parametrize("text", CHECKS)
def test_table_whose_columns_nobody_confirmed_asks_for_that(text):
    columns = [{"name": "Vendor", "filled": 3, "suggests": "award.supplier"}]
    columns.append({"name": "Remarks", "filled": 1})

    trace = judge_entry(text, facts={"status": "seen", "columns": columns})

    assert said(trace) == ("needs_review", "dataset.columns_unconfirmed")
    assert trace.params == {"columns": 2, "suggested": 1}


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        (None, ("needs_review", "dataset.undated")),
        ("2024-09-30", ("not_met", "dataset.too_old")),
        ("2024-10-01", ("met", "dataset.fresh")),
        ("2025-11-03", ("met", "dataset.fresh")),
        ("2025-11-04", ("needs_review", "dataset.in_future")),
    ],
)
def test_newest_record_lies_in_the_window(newest, expected):
    assert said(judge_dataset("{newest_within: 4 quarters}", newest_record=newest)) == expected


def stages(records: int, **filled: int) -> dict[str, Any]:
    return {"award": {"records": records, "filled": filled}}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, ("not_met", "stage.missing")),
        (stages(4, supplier=4), ("not_met", "stage.missing")),
        (stages(5, supplier=4), ("met", "stage.filled")),
        (stages(10, supplier=7), ("not_met", "stage.fields_missing")),
        (stages(10), ("not_met", "stage.fields_missing")),
    ],
)
def test_enough_records_of_a_stage_hold_the_field(found, expected):
    text = "{stage: award, fields: [supplier], share: 80, records: 5}"

    assert said(judge_dataset(text, stages=found)) == expected


def test_what_no_record_holds_is_not_said_to_be_in_too_few():
    text = "{stage: award, fields: [supplier, amount], share: 80}"

    none = judge_dataset(text, stages=stages(10, supplier=10))
    few = judge_dataset(text, stages=stages(10, supplier=10, amount=1))

    assert "share" not in none.params
    assert few.params["share"] == 80


def test_one_record_is_enough_where_no_share_is_asked_for():
    text = "{stage: award, fields: [supplier, amount]}"

    assert said(judge_dataset(text, stages=stages(10, supplier=1, amount=1)))[0] == "met"
    trace = judge_dataset(text, stages=stages(10, supplier=10))
    assert said(trace) == ("not_met", "stage.fields_missing")
    assert trace.params == {"stage": "award", "records": 10, "fields": ("amount",)}


@pytest.mark.parametrize(
    ("complete", "expected"),
    [
        (None, ("needs_review", "dataset.not_seen")),
        (1, ("not_met", "processes.incomplete")),
        (2, ("met", "processes.complete")),
    ],
)
def test_enough_processes_answer_all_six_questions(complete, expected):
    assert said(judge_dataset("{complete_processes: 2}", complete=complete)) == expected


def test_weakest_question_is_told():
    groups = {"who": 9, "what": 9, "from_whom": 9, "how_much": 9, "when": 9, "how": 1}

    trace = judge_dataset("{complete_processes: 2}", complete=1, groups=groups)

    assert trace.params == {"complete": 1, "asked": 2, "weakest": "how"}


@pytest.mark.parametrize(
    ("how", "expected"),
    [(8, ("met", "groups.enough")), (7, ("not_met", "groups.too_few"))],
)
def test_each_question_is_answered_by_enough_processes(how, expected):
    groups = {"who": 10, "what": 10, "from_whom": 10, "how_much": 10, "when": 10, "how": how}

    assert said(judge_dataset("{group_share: 80}", groups=groups)) == expected


def test_dataset_without_processes_answers_no_question():
    assert said(judge_dataset("{group_share: 80}", processes=0)) == ("not_met", "groups.too_few")


@pytest.mark.parametrize(
    ("joins", "expected"),
    [
        ({}, ("needs_review", "join.not_seen")),
        ({"award-tender": {"records": 0, "joined": 0}}, ("needs_review", "join.not_seen")),
        ({"award-tender": {"records": 10, "joined": 7}}, ("not_met", "join.too_few")),
        ({"award-tender": {"records": 10, "joined": 8}}, ("met", "join.enough")),
    ],
)
def test_enough_records_point_to_one_that_is_there(joins, expected):
    assert said(judge_dataset("{join: [award, tender], min: 80}", joins=joins)) == expected


@pytest.mark.parametrize(
    ("by", "population", "value", "expected"),
    [
        ("either", None, 80, ("needs_review", "coverage.not_stated")),
        ("either", {"number": 12}, None, ("met", "coverage.enough")),
        ("either", {"number": 13}, None, ("not_met", "coverage.too_low")),
        ("either", {"number": 13, "value": 100}, 80, ("met", "coverage.enough")),
        ("number", {"number": 13, "value": 100}, 80, ("not_met", "coverage.too_low")),
        ("value", {"number": 12, "value": 100}, 79, ("not_met", "coverage.too_low")),
        ("value", {"value": 100}, None, ("needs_review", "coverage.not_stated")),
        ("number", {"value": 100}, 80, ("needs_review", "coverage.not_stated")),
    ],
)
def test_dataset_holds_enough_of_what_there_is(by, population, value, expected):
    facts = {"status": "seen", "dataset": {"processes": 10, "value": value}}

    trace = judge_entry(f"{{coverage: 80, by: {by}}}", population=population, facts=facts)

    assert said(trace) == expected


def test_coverage_is_told_by_number_and_by_value():
    facts = {"status": "seen", "dataset": {"processes": 10, "value": 333}}

    trace = judge_entry("{coverage: 80}", population={"number": 30, "value": 1000}, facts=facts)

    assert trace.params == {"by_number": 33.3, "by_value": 33.3, "min": 80}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, ("not_met", "policy.not_named")),
        ("https://city.example/policy", ("met", "policy.named")),
    ],
)
def test_dataset_names_its_publication_policy(policy, expected):
    trace = judge_dataset("{publication_policy: named}", publication_policy=policy)

    assert said(trace) == expected


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40))
def test_more_filled_records_are_never_worse(one, other, records):
    few, many = sorted((min(one, records), min(other, records)))
    text = "{stage: award, fields: [supplier], share: 80}"

    before = judge_dataset(text, stages=stages(records, supplier=few))
    after = judge_dataset(text, stages=stages(records, supplier=many))

    assert RANK[before.verdict] <= RANK[after.verdict]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40))
def test_more_joined_records_are_never_worse(one, other, records):
    few, many = sorted((min(one, records), min(other, records)))
    text = "{join: [award, tender], min: 80}"

    before = judge_dataset(text, joins={"award-tender": {"records": records, "joined": few}})
    after = judge_dataset(text, joins={"award-tender": {"records": records, "joined": many}})

    assert RANK[before.verdict] <= RANK[after.verdict]


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 100))
def test_larger_dataset_never_covers_less(one, other, number):
    few, many = sorted((one, other))
    verdicts = [
        judge_entry(
            "{coverage: 80}",
            population={"number": number},
            facts={"status": "seen", "dataset": {"processes": processes}},
        ).verdict
        for processes in (few, many)
    ]

    assert RANK[verdicts[0]] <= RANK[verdicts[1]]
