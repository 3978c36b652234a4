"""Key figures: what was typed beside what was computed, and how a typed number is understood."""

from datetime import date
from typing import Any

import pytest

from assessment.facts import KeyFigure
from assessment.key_figures import MAX_TYPED, compare_figures, compared, read_typed
from assessment.results import ComparedFigure, TypedFigure
from tests.builders import criterion, evidence, requirement, rubric, submission

COLUMNS = {
    "kpi": {"kind": "text", "text": "Figure"},
    "value": {"kind": "number", "text": "Value"},
    "unit": {"kind": "text", "text": "Unit"},
    "numerator": {"kind": "number", "text": "Numerator"},
    "denominator": {"kind": "number", "text": "Denominator"},
    "period_start": {"kind": "date", "text": "First day"},
    "period_end": {"kind": "date", "text": "Last day"},
}
TABLE = {"kind": "table", "text": "The figures", "columns": COLUMNS}
ASK = {"kind": "group", "text": "Figures?", "fields": {"rows": TABLE}}
RUBRIC = rubric(
    criterion(
        "RDC1",
        requirement("a", ask=ASK, check={"field": "rows", "rows": 1}),
        requirement("b", ask=TABLE, check={"rows": 1}),
    )
)
YEAR = {"period_start": "2024-10-01", "period_end": "2025-09-30"}
RATE = {"id": "single_bid_rate", "unit": "percent", "value": 25.0, **YEAR}


def typed(
    value: float | None = None, numerator: float | None = None, denominator: float | None = None
) -> TypedFigure:
    return TypedFigure(
        looked_at="a.rows[1]",
        value=value,
        unit="percent",
        numerator=numerator,
        denominator=denominator,
        period_start=None,
        period_end=None,
    )


def dataset(*figures: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A dataset from which these figures were computed."""
    facts = {"status": "seen", "dataset": {"processes": 40, "key_figures": list(figures)}}
    return evidence("a", **{"name": "data", "facts": facts, **changes})


def figures(*pieces: dict[str, Any], rows: Any = (), **answers: Any) -> tuple[ComparedFigure, ...]:
    """The figures of a submission whose answer to `a` has these rows."""
    given = {"a": {"rows": list(rows)}, **answers} if rows or answers else {}
    return compare_figures(submission(RUBRIC, answers=given, evidence=list(pieces)))


@pytest.mark.parametrize(
    ("figure", "unit", "expected"),
    [
        (typed(25), "percent", (25, "as_typed")),
        (typed(0), "percent", (0, "as_typed")),
        (typed(0.25), "percent", (None, "unclear")),
        (typed(1), "percent", (None, "unclear")),
        (typed(0.25, 10, 40), "percent", (25, "fraction")),
        (typed(0.25, 1, 400), "percent", (0.25, "as_typed")),
        (typed(0.25, 30, 40), "percent", (None, "unclear")),
        (typed(0.25), "days", (0.25, "as_typed")),
        (typed(None, 10, 40), "percent", (25, "worked_out")),
        (typed(None, 118, 40), "bids", (2.95, "worked_out")),
        (typed(None, 10, 0), "percent", (None, None)),
        (typed(), "percent", (None, None)),
    ],
)
def test_typed_number_is_understood_only_where_it_can_be(figure, unit, expected):
    assert read_typed(figure, unit) == expected


def test_figure_that_was_typed_stands_beside_the_computed_one_with_the_difference():
    row = {"kpi": "Single bid rate", "value": 22.7, "unit": "percent", **YEAR}

    (line,) = figures(dataset({**RATE, "excluded": {"cancelled": 2, "no_date": 0}}), rows=[row])

    assert (line.id, line.evidence, line.value) == ("single_bid_rate", "data", 25)
    assert line.typed is not None
    assert (line.typed.looked_at, line.typed.value) == ("a.rows[1]", 22.7)
    assert line.difference == -2.3
    assert (line.reads_as, line.same_period, line.excluded) == ("as_typed", True, {"cancelled": 2})


def test_figures_of_other_periods_are_said_to_be():
    row = {"kpi": "single_bid_rate", "value": 30, **YEAR, "period_end": "2025-08-31"}

    (line,) = figures(dataset(RATE), rows=[row])

    assert line.same_period is False
    assert line.difference == 5


def test_figure_that_nobody_typed_stands_alone():
    (line,) = figures(dataset(RATE))

    assert (line.typed, line.reads_as, line.difference, line.same_period) == (None,) * 4


def test_figure_that_was_typed_and_could_not_be_computed_says_why():
    missing = {"id": "single_bid_rate", "unit": "percent", "missing": "no_field"}
    other = {"id": "avg_bids", "unit": "bids", "missing": "no_field"}

    (line,) = figures(dataset(missing, other), rows=[{"kpi": "single_bid_rate", "value": 30}])

    assert (line.value, line.missing, line.difference) == (None, "no_field", None)


def test_figures_are_found_in_answers_and_in_tables_of_evidence():
    row = {"kpi": "single_bid_rate", "value": 30}
    table = evidence("a", name="table", facts={"status": "seen", "table": [{"kpi": "x"}, row]})

    found = figures(dataset(RATE), table, rows=[row], b=[row])

    places = [line.typed.looked_at for line in found if line.typed is not None]
    assert places == ["a.rows[1]", "b[1]", "table[2]"]


def test_row_that_names_a_figure_without_giving_it_is_none():
    rows = [
        {"kpi": "single_bid_rate"},
        {"kpi": "single_bid_rate", "numerator": 3},
        {"value": 3},
    ]

    (line,) = figures(dataset(RATE), rows=rows)

    assert line.typed is None


@pytest.mark.parametrize("cell", [True, "many", None])
def test_cell_that_is_no_number_is_none(cell):
    row = {"kpi": "single_bid_rate", "value": cell, "numerator": 10, "denominator": 40}
    row["period_start"] = "long ago"
    facts = {"status": "seen", "table": [row]}

    (line,) = figures(dataset(RATE), evidence("a", name="table", facts=facts))

    assert line.typed is not None
    assert (line.typed.value, line.typed.period_start) == (None, None)
    assert (line.reads_as, line.difference) == ("worked_out", 0)


def test_the_same_figure_typed_a_hundred_times_is_compared_a_few_times():
    rows = [{"kpi": "single_bid_rate", "value": n} for n in range(2, 100)]

    assert len(figures(dataset(RATE), rows=rows)) == MAX_TYPED


def test_figures_that_the_team_stated_of_its_data_are_not_computed():
    assert figures(dataset(RATE, stated=True), rows=[{"kpi": "single_bid_rate", "value": 3}]) == ()


def test_submission_without_computed_figures_compares_nothing():
    assert figures(evidence("a"), rows=[{"kpi": "single_bid_rate", "value": 3}]) == ()
    assert compare_figures(submission(RUBRIC)) == ()


def test_difference_has_no_noise_of_binary_fractions():
    figure = KeyFigure.model_validate({**RATE, "value": 0.1})

    line = compared(figure, typed(0.3, 3, 1000), evidence="data")

    assert line.difference == 0.2
    assert line.period_start == date(2024, 10, 1)
