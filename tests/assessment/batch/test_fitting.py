"""What does not fit a rubric is named, row by row; what fits is not looked at twice."""

from random import Random
from typing import Any

import pyarrow as pa
import pytest

from assessment.batch import Misfit, columns_of, find_misfits
from tests import builders, submissions

FIELDS = {
    "which": {"kind": "choice", "text": "Which?", "options": {"a": "A", "b": "B"}},
    "all": {"kind": "choices", "text": "Which ones?", "options": {"a": "A", "b": "B"}},
    "many": {"kind": "number", "text": "How many?"},
    "share": {"kind": "percentage", "text": "Which share?"},
    "since": {"kind": "date", "text": "Since when?"},
    "rows": {
        "kind": "table",
        "text": "The rows",
        "columns": {"share": {"kind": "percentage", "text": "Which share?"}},
    },
}


@pytest.fixture
def small():
    own = builders.requirement(
        ask={"kind": "group", "text": "How is it?", "fields": FIELDS},
        check={"filled": ["many"]},
        not_applicable={
            "because": "It may be.",
            "source": {"refs": ["S1"], "thresholds": "interpretation"},
        },
    )
    return builders.rubric(builders.criterion("DM1"), builders.criterion("RDC1", own))


def with_column(of, rows: int, name: str, values: list[Any]) -> pa.Table:
    table = columns_of(of, [builders.submission(of)] * rows)
    position = table.column_names.index(name)
    field = table.field(position)
    return table.set_column(position, field, pa.array(values, field.type))


@pytest.mark.parametrize(
    ("field", "good", "bad", "got"),
    [
        ("which", "a", "c", "c"),
        ("all", ["a", "b"], ["a", "c"], "c"),
        ("many", 3, 1e16, "1e+16"),
        ("many", -3, float("nan"), "nan"),
        ("share", 100, 100.5, "100.5"),
        ("rows", [{"share": 0}], [{"share": 1}, {"share": -1}], "-1"),
    ],
)
def test_answer_that_does_not_fit_is_named(small, field, good, bad, got):
    place = "a.rows.share" if field == "rows" else f"a.{field}"
    table = with_column(small, 4, "a", [{field: good}, None, {field: bad}, {field: None}])

    found = find_misfits(small, table)

    assert [(misfit.row, misfit.place, misfit.got) for misfit in found] == [(2, place, got)]


@pytest.mark.parametrize(
    ("column", "value", "place", "got"),
    [
        ("not_applicable", ["a", "z"], "not_applicable", "z"),
        ("declared", {"met": ["RDC1"]}, "declared.met", "RDC1"),
        ("declared", {"not_met": ["DM9"]}, "declared.not_met", "DM9"),
        ("decisions", [{"about": "z", "verdict": "met"}], "decisions.about", "z"),
        ("decisions", [{"about": "a", "verdict": "ok"}], "decisions.verdict", "ok"),
        ("evidence", [{"kind": "photo"}], "evidence.kind", "photo"),
        ("evidence", [{}, {"status": "lost"}], "evidence.status", "lost"),
        ("evidence", [{"serves": ["RDC1", "DM1"]}], "evidence.serves", "DM1"),
        ("evidence", [{"shows": ["scope", "z"]}], "evidence.shows", "z"),
    ],
)
def test_what_goes_beside_the_answers_is_looked_at_too(small, column, value, place, got):
    found = find_misfits(small, with_column(small, 2, column, [None, value]))

    assert [(misfit.row, misfit.place, misfit.got) for misfit in found] == [(1, place, got)]


def test_misfits_come_in_the_order_of_rows_and_say_what_would_fit(small):
    table = with_column(small, 3, "a", [{"which": "x"}, {"share": 200}, {"which": "y"}])

    assert find_misfits(small, table) == [
        Misfit(0, "a.which", "x", "a, b"),
        Misfit(1, "a.share", "200", "a number from 0 to 100"),
        Misfit(2, "a.which", "y", "a, b"),
    ]


def test_sound_submissions_fit(wwc):
    random = Random(5)
    given = [submissions.validated(wwc, submissions.random_submission(wwc, random)) for _ in "abcd"]

    assert find_misfits(wwc, columns_of(wwc, given)) == []
