"""Columns of cells: what each kind of answer is as a whole."""

import pyarrow as pa
import pytest

from assessment.batch.cells import Cells

ROW = [("a", pa.string())]


@pytest.mark.parametrize(
    ("column", "there"),
    [
        (pa.array([{"a": "x"}, None], pa.struct(ROW)), [True, False]),
        (pa.array([[{"a": "x"}], []], pa.list_(pa.struct(ROW))), [True, False]),
        (pa.nulls(2), [False, False]),
        (pa.array([["x", "y"], None], pa.list_(pa.string())), [True, False]),
    ],
)
def test_of_groups_and_tables_only_whether_they_are_there_is_told(column, there):
    assert (Cells(column).distinct.codes >= 0).tolist() == there


def test_a_group_counts_as_something_without_a_word():
    found = Cells(pa.array([{"a": "x"}, None], pa.struct(ROW))).distinct

    assert [found.values[code] for code in found.codes] == [{"": None}, None]
