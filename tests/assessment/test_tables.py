"""Checks on tables, typed in by the team or read from a piece of evidence."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.results import Trace, Verdict
from tests.builders import judge, judge_entry, said

RANK = {Verdict.NOT_MET: 0, Verdict.UNANSWERED: 1, Verdict.NEEDS_REVIEW: 1, Verdict.MET: 2}


def rows(*owners: object) -> tuple[dict[str, object], ...]:
    """A table with one row an owner."""
    return tuple({"owner": owner, "stage": f"Stage {i}"} for i, owner in enumerate(owners))


def in_evidence(text: str, table: Any) -> Trace:
    """What a check says of the table that a collector read."""
    return judge_entry(text, facts={"status": "seen", "table": table})


TABLE_CHECKS = [
    "{rows: 1}",
    "{every_row: [{filled: [owner]}]}",
    "{covers: [planning], column: stage}",
    "{distinct: 2, column: stage}",
]


@pytest.mark.parametrize("text", TABLE_CHECKS)
def test_table_that_nobody_typed_in_is_open(text):
    assert said(judge(text)) == ("unanswered", "answer.missing")


@pytest.mark.parametrize("text", TABLE_CHECKS)
def test_table_that_no_collector_could_read_asks_for_a_person(text):
    assert said(in_evidence(text, None)) == ("needs_review", "table.missing")


@pytest.mark.parametrize("text", TABLE_CHECKS)
def test_table_without_rows_is_known_to_fail(text):
    assert judge(text, ()).verdict is Verdict.NOT_MET


def test_enough_rows_must_pass():
    text = "{rows: 2, where: [{filled: [owner]}]}"

    assert said(judge(text, rows("Ana", "Bo", None))) == ("met", "rows.enough")
    trace = judge(text, rows("Ana", "", None))
    assert said(trace) == ("not_met", "rows.too_few")
    assert trace.params == {"rows": 1, "asked": 2}
    assert [child.looked_at for child in trace.children] == ["q[2]", "q[3]"]


def test_rows_without_tests_are_only_counted():
    assert said(judge("{rows: 2}", rows(None, None))) == ("met", "rows.enough")


def test_every_row_must_pass():
    text = "{every_row: [{filled: [owner]}]}"

    assert said(judge(text, rows("Ana", "Bo"))) == ("met", "rows.all_pass")
    trace = judge(text, rows("Ana", None))
    assert said(trace) == ("not_met", "rows.some_fail")
    assert trace.params == {"failing": ("2",), "rows": 2}


def test_row_with_a_cell_that_cannot_be_read_leaves_the_table_open():
    trace = in_evidence("{every_row: [{field: owner, within: 1 year}]}", rows("long ago"))

    assert said(trace) == ("needs_review", "rows.open")


def test_many_failing_rows_are_told_up_to_ten():
    trace = judge("{every_row: [{filled: [owner]}]}", rows(*[None] * 30))

    assert len(trace.children) == len(trace.params["failing"]) == 10  # type: ignore[arg-type]


def test_row_that_fails_several_tests_is_told_up_to_ten_as_well():
    text = "{every_row: [{filled: [owner]}, {filled: [a]}, {filled: [b]}]}"

    assert len(judge(text, rows(*[None] * 5)).children) == 10


def test_blank_cell_is_known_to_be_blank():
    trace = judge("{every_row: [{field: owner, is: yes}]}", rows(None))

    assert said(trace.children[0]) == ("not_met", "fields.empty")
    assert trace.children[0].params == {"fields": ("owner",)}


def test_column_covers_values_in_any_spelling():
    text = "{covers: [stage_0, stage_1], column: stage}"

    assert said(judge(text, rows("a", "b"))) == ("met", "column.covered")
    trace = judge(text, rows("a"))
    assert said(trace) == ("not_met", "column.not_covered")
    assert trace.params == {"column": "stage", "values": ("stage_1",)}


def test_column_holds_enough_different_values():
    text = "{distinct: 2, column: owner}"

    assert said(judge(text, rows("Ana", "Bo"))) == ("met", "column.distinct")
    trace = judge(text, rows("Ana", "ana ", None))
    assert said(trace) == ("not_met", "column.too_few")
    assert trace.params == {"column": "owner", "values": 1, "asked": 2}


def test_equal_numbers_are_one_value_however_they_are_written():
    found = judge("{distinct: 3, column: owner}", rows(2, 2.0, 2.5))

    assert (said(found), found.params["values"]) == (("not_met", "column.too_few"), 2)
    assert judge("{distinct: 2, column: owner}", rows(2.0, math.inf)).verdict is Verdict.MET


def test_table_in_a_field_of_a_group_is_found():
    text = "{field: list, rows: 1}"

    assert said(judge(text, {"list": rows("Ana")})) == ("met", "rows.enough")
    assert judge(text, {"list": rows("Ana")}).looked_at == "q.list"
    assert said(judge(text, "no group")) == ("unanswered", "table.missing")


def test_table_in_evidence_is_named_by_the_evidence():
    trace = in_evidence("{every_row: [{filled: [owner]}]}", rows(None))

    assert trace.looked_at == "e1"
    assert [child.looked_at for child in trace.children] == ["e1[1]"]


def figures(**days: str) -> tuple[dict[str, str], ...]:
    """A table of key figures, each with the last day of its year."""
    return tuple({"kpi": name, "value": "1", "end": day} for name, day in days.items())


def test_rows_about_something_else_are_no_reason():
    text = "{rows: 1, where: [{field: kpi, one_of: [bids]}, {field: end, within: 3 months}]}"

    trace = judge(text, figures(days="2025-10-01", bids="2024-10-01"))

    assert said(trace) == ("not_met", "rows.too_few")
    assert [(child.looked_at, str(child.code)) for child in trace.children] == [
        ("q[2].end", "date.too_old")
    ]


def test_table_without_a_row_about_it_says_what_it_lacks():
    text = "{rows: 1, where: [{field: kpi, one_of: [bids]}, {field: end, within: 3 months}]}"

    trace = judge(text, figures(days="2025-10-01", share="2025-10-01"))

    assert [said(child) for child in trace.children] == [("not_met", "rows.none_about")]
    assert trace.children[0].params == {"column": "kpi", "values": ("bids",)}


def test_row_that_does_not_say_what_it_is_about_may_be_meant():
    text = "{rows: 1, where: [{field: kpi, one_of: [bids]}]}"

    trace = judge(text, ({"kpi": None},))

    assert [said(child) for child in trace.children] == [("not_met", "fields.empty")]


WANTED = "{rows: 1, where: [{filled: [change, kpi, owner]}]}"


def test_row_that_holds_almost_nothing_of_what_is_asked_is_about_something_else():
    table = ({"kpi": "bids"}, {"change": "Portal", "kpi": "bids"})

    assert [child.looked_at for child in judge(WANTED, table).children] == ["q[2]"]


def test_table_in_which_no_row_holds_what_is_asked_says_so():
    trace = judge(WANTED, ({"kpi": "bids"}, {"kpi": "days"}))

    assert [said(child) for child in trace.children] == [("not_met", "rows.none_about")]
    assert trace.children[0].params == {"column": "change"}


def test_rows_that_are_only_to_be_few_or_many_are_all_meant():
    text = "{rows: 2, where: [{any_of: [{filled: [owner]}, {filled: [stage]}]}]}"

    trace = judge(text, ({"owner": None},))

    assert [child.looked_at for child in trace.children] == [""]


def test_blank_day_makes_a_period_of_a_row_known_to_be_blank():
    trace = judge("{every_row: [{span: [start, end], lasts: 1 year}]}", ({"start": "2024-01-01"},))

    assert said(trace.children[0]) == ("not_met", "fields.empty")
    assert trace.children[0].params == {"fields": ("end",)}


DATED = "{rows: 2, where: [{filled: [kpi]}, {field: end, within: 12 months}]}"


def test_table_that_holds_keeps_the_tests_of_the_row_with_which_it_will_fail():
    table = figures(a="2025-10-01", b="2025-02-01", c="2025-06-01")

    trace = judge(DATED, table)

    assert said(trace) == ("met", "rows.enough")
    assert [child.looked_at for child in trace.children] == ["q[3]", "q[3].end"]


def test_table_of_which_every_row_counts_fails_with_the_first():
    table = figures(a="2025-10-01", b="2025-02-01", c="2025-06-01")

    trace = judge("{every_row: [{field: end, within: 12 months}]}", table)

    assert [child.looked_at for child in trace.children] == ["q[2].end"]


def test_table_that_rests_on_no_date_keeps_no_row():
    text = "{rows: 1, where: [{any_of: [{field: end, within: 12 months}, {filled: [kpi]}]}]}"

    assert judge(text, figures(a="2025-10-01")).children == ()
    assert judge("{rows: 1, where: [{filled: [kpi]}]}", figures(a="2025-10-01")).children == ()


ROW = st.fixed_dictionaries({"owner": st.sampled_from([None, "Ana", "Bo"])})


@pytest.mark.parametrize(
    "text", ["{rows: 2, where: [{filled: [owner]}]}", "{distinct: 2, column: owner}"]
)
@given(table=st.lists(ROW, max_size=4), more=ROW)
def test_one_more_row_is_never_worse(text, table, more):
    before, after = judge(text, tuple(table)), judge(text, (*table, more))

    assert RANK[before.verdict] <= RANK[after.verdict]


@given(st.lists(ROW, min_size=1, max_size=4), st.integers(0, 3))
def test_row_that_is_completed_is_never_worse(table, number):
    text = "{every_row: [{filled: [owner]}]}"
    better = [*table]
    better[number % len(table)] = {"owner": "Ana"}

    before, after = judge(text, tuple(table)), judge(text, tuple(better))

    assert RANK[before.verdict] <= RANK[after.verdict]
