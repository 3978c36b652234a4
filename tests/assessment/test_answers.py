"""Checks on answers: yes/no, choices, numbers, dates, groups of fields."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.judge import Scope, judge_of
from assessment.results import Verdict
from assessment.sight import Sight
from tests.builders import DAY, check, judge, said

RANK = {Verdict.NOT_MET: 0, Verdict.UNANSWERED: 1, Verdict.NEEDS_REVIEW: 1, Verdict.MET: 2}


@pytest.mark.parametrize(
    "text",
    ["{is: yes}", "{one_of: [a]}", "{includes: [a]}", "{min: 1}", "{max: 1}", "{within: 1 year}"],
)
@pytest.mark.parametrize("blank", [None, "", ()])
def test_blank_answer_is_open(text, blank):
    assert said(judge(text, blank)) == ("unanswered", "answer.missing")


@pytest.mark.parametrize(
    ("asked", "answer", "expected"),
    [
        ("yes", True, ("met", "answer.is")),
        ("yes", False, ("not_met", "answer.is_not")),
        ("no", False, ("met", "answer.is")),
        ("no", True, ("not_met", "answer.is_not")),
        ("yes", "Sim", ("met", "answer.is")),
        ("yes", "Não", ("not_met", "answer.is_not")),
        ("yes", "maybe", ("needs_review", "value.unreadable")),
    ],
)
def test_yes_or_no(asked, answer, expected):
    assert said(judge(f"{{is: {asked}}}", answer)) == expected


def test_option_in_a_cell_is_accepted_in_any_case_and_spacing():
    text = "{rows: 1, where: [{field: captured, one_of: [not_captured]}]}"

    assert said(judge(text, ({"captured": " Not captured"},))) == ("met", "rows.enough")


def test_options_in_a_cell_are_told_apart_by_semicolons():
    text = "{rows: 1, where: [{field: formats, includes: [csv, json], at_least: 2}]}"

    assert said(judge(text, ({"formats": "CSV; Json"},))) == ("met", "rows.enough")


def test_option_that_is_accepted_is_told():
    trace = judge("{one_of: [daily, weekly]}", "daily")

    assert said(trace) == ("met", "choice.accepted")
    assert trace.params == {"chosen": "daily"}


def test_option_that_is_not_accepted_is_told_with_those_that_are():
    trace = judge("{one_of: [daily, weekly]}", "yearly")

    assert said(trace) == ("not_met", "choice.not_accepted")
    assert trace.params == {"chosen": "yearly", "accepted": ("daily", "weekly")}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (("a", "b"), ("met", "choices.enough")),
        (("a", "x"), ("not_met", "choices.too_few")),
    ],
)
def test_enough_options_must_be_chosen(answer, expected):
    assert said(judge("{includes: [a, b, c], at_least: 2}", answer)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (9.9, ("not_met", "number.too_low")),
        (10, ("met", "number.in_bounds")),
        (20, ("met", "number.in_bounds")),
        (20.1, ("not_met", "number.too_high")),
        ("twelve", ("needs_review", "value.unreadable")),
        (True, ("needs_review", "value.unreadable")),
    ],
)
def test_both_bounds_are_included(answer, expected):
    assert said(judge("{min: 10, max: 20}", answer)) == expected


def test_whole_bound_is_told_without_decimals():
    assert judge("{min: 10}", 1).params == {"value": 1, "min": 10}
    assert judge("{max: 0.5}", 1).params == {"value": 1, "max": 0.5}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (date(2024, 11, 2), ("not_met", "date.too_old")),
        (date(2024, 11, 3), ("met", "date.in_window")),
        (DAY, ("met", "date.in_window")),
        (date(2025, 11, 4), ("not_met", "date.in_future")),
        ("2025-10-01T08:00:00Z", ("met", "date.in_window")),
        ("last summer", ("needs_review", "value.unreadable")),
    ],
)
def test_date_lies_in_a_window_that_ends_on_the_day(answer, expected):
    assert said(judge("{within: 12 months}", answer)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"some": 10, "all": 100}, ("met", "ratio.enough")),
        ({"some": 9, "all": 100}, ("not_met", "ratio.too_low")),
        ({"some": 9, "all": None}, ("unanswered", "fields.empty")),
        ({"some": "", "all": 100}, ("unanswered", "fields.empty")),
        ({"some": 9, "all": 0}, ("unanswered", "ratio.no_base")),
        ({"some": "many", "all": 100}, ("needs_review", "value.unreadable")),
        ("no group", ("unanswered", "fields.empty")),
    ],
)
def test_ratio_of_two_fields(answer, expected):
    assert said(judge("{ratio: [some, all], min: 10}", answer)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"a": 0, "b": False}, ("met", "fields.filled")),
        ({"a": 1, "b": ""}, ("not_met", "fields.empty")),
        ("no group", ("not_met", "fields.empty")),
    ],
)
def test_fields_that_hold_something_are_filled(answer, expected):
    assert said(judge("{filled: [a, b]}", answer)) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2024-10-01", "2025-09-30", ("met", "span.enough")),
        ("2024-10-02", "2025-09-30", ("not_met", "span.too_short")),
        ("2024-02-29", "2025-02-28", ("met", "span.enough")),
        ("2024-10-01", "2024-10-01", ("not_met", "span.too_short")),
        ("2024-10-01", "2024-09-30", ("not_met", "span.reversed")),
        (date(2020, 1, 1), "9999-12-31", ("met", "span.enough")),
        ("autumn", "2025-09-30", ("needs_review", "value.unreadable")),
        ("2024-10-01", None, ("unanswered", "fields.empty")),
        ("", "2025-09-30", ("unanswered", "fields.empty")),
    ],
)
def test_period_lasts_long_enough(first, last, expected):
    trace = judge("{span: [first, last], lasts: 12 months}", {"first": first, "last": last})

    assert said(trace) == expected


@pytest.mark.parametrize(
    ("lasts", "enough", "short"),
    [
        ("1 day", "2025-01-01", None),
        ("2 weeks", "2025-01-14", "2025-01-13"),
        ("1 month", "2025-01-31", "2025-01-30"),
        ("4 quarters", "2025-12-31", "2025-12-30"),
        ("1 year", "2025-12-31", "2025-12-30"),
    ],
)
def test_first_and_last_day_of_a_period_count_both(lasts, enough, short):
    text = f"{{span: [first, last], lasts: {lasts}}}"

    assert said(judge(text, {"first": "2025-01-01", "last": enough}))[0] == "met"
    if short is not None:
        assert said(judge(text, {"first": "2025-01-01", "last": short}))[0] == "not_met"


def test_period_of_an_answer_without_fields_is_open():
    trace = judge("{span: [first, last], lasts: 1 year}", "no group")

    assert said(trace) == ("unanswered", "fields.empty")
    assert trace.params == {"fields": ("first", "last")}


def test_field_of_a_group_is_looked_at_by_name():
    trace = judge("{field: share, min: 80}", {"share": 79})

    assert said(trace) == ("not_met", "number.too_low")
    assert trace.looked_at == "q.share"


def test_field_of_an_answer_without_fields_is_open():
    assert said(judge("{field: share, min: 80}", "no group")) == ("unanswered", "answer.missing")


def test_answer_to_another_question_can_be_asked_for():
    judge_other = judge_of(check("{question: other, is: yes}"), Scope("q"))

    _, trace = judge_other(Sight(DAY, {"q": False, "other": True}))

    assert said(trace) == ("met", "answer.is")
    assert trace.looked_at == "other"


def test_answer_to_another_question_is_open_inside_a_row_too():
    text = "{rows: 1, where: [{question: other, is: yes}]}"
    judge_rows = judge_of(check(text), Scope("q"))

    _, trace = judge_rows(Sight(DAY, {"q": ({"name": "x"},)}))

    assert said(trace.children[0]) == ("unanswered", "answer.missing")


# --- better values are never judged worse ---------------------------------------------------------

NUMBERS = st.integers(0, 100)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_higher_number_is_never_worse_for_a_lower_bound(bound, one, other):
    low, high = sorted((one, other))
    text = f"{{min: {bound}}}"

    assert RANK[judge(text, low).verdict] <= RANK[judge(text, high).verdict]


@given(st.sets(st.sampled_from("abcd"), min_size=1), st.sets(st.sampled_from("abcd")))
def test_one_option_more_is_never_worse(chosen, more):
    text = "{includes: [a, b, c], at_least: 2}"

    before, after = judge(text, tuple(chosen)), judge(text, tuple(chosen | more))

    assert RANK[before.verdict] <= RANK[after.verdict]


@given(st.dates(max_value=DAY), st.dates(max_value=DAY))
def test_later_date_up_to_the_day_is_never_worse(one, other):
    early, late = sorted((one, other))
    text = "{within: 2 years}"

    assert RANK[judge(text, early).verdict] <= RANK[judge(text, late).verdict]


@given(NUMBERS, NUMBERS, st.integers(1, 100))
def test_larger_part_is_never_a_worse_ratio(one, other, whole):
    low, high = sorted((one, other))
    text = "{ratio: [some, all], min: 10}"

    before, after = (
        judge(text, {"some": low, "all": whole}),
        judge(text, {"some": high, "all": whole}),
    )

    assert RANK[before.verdict] <= RANK[after.verdict]


@given(st.dates(max_value=DAY), st.dates(max_value=DAY), st.dates(max_value=DAY))
def test_longer_period_is_never_worse(one, other, last):
    early, late = sorted((one, other))
    text = "{span: [first, last], lasts: 12 months}"

    short, long = (judge(text, {"first": first, "last": last}) for first in (late, early))

    assert RANK[short.verdict] <= RANK[long.verdict]
