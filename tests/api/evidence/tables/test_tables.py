"""CSV to rows: typed cells, tidy names, and an end to everything."""

from datetime import date

import pytest

from api.evidence.tables import tables
from api.evidence.tables.tables import NotATableError, TableTooLargeError, read_table
from tests.api.evidence.test_files import seen


def only_cell(cell: str, delimiter: str = ","):
    quoted = '"' + cell.replace('"', '""') + '"'
    return read_table(f"x{delimiter}y\n{quoted}{delimiter}1\n")[0]["x"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("2.5", 2.5),
        ("85 %", 85),
        ("62.5%", 62.5),
        ("1,234", 1234),
        ("1,234,567.50", 1234567.5),
        ("0", 0),
        ("0.5", 0.5),
        ("2025-10-03", date(2025, 10, 3)),
        ("2025-10-03T08:00:00Z", date(2025, 10, 3)),
        ("00123", "00123"),
        ("1234567890123456", "1234567890123456"),
        ("12,5", 12.5),
        ("1234,567", "1234,567"),
        ("1e5", "1e5"),
        ("3/10/2025", "3/10/2025"),
        ("2025-13-45", "2025-13-45"),
        ("0001-01-01", "0001-01-01"),
        ("=1+1", "=1+1"),
        ("  Not captured ", "Not captured"),
        ("", None),
        ("  ", None),
    ],
)
def test_a_cell_is_a_number_a_day_or_text(cell, value):
    found = only_cell(cell)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.234,50", 1234.5), ("12,5", 12.5), ("1.234", 1234), ("12.5", 12.5), ("0.75", 0.75)],
)
def test_between_semicolons_the_comma_is_the_decimal_sign(cell, value):
    assert only_cell(cell, ";") == value


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_understood(delimiter):
    text = delimiter.join(("Stage", "Owner")) + "\n" + delimiter.join(("award", "Purchasing"))

    assert read_table(text) == ({"stage": "award", "owner": "Purchasing"},)


def test_column_names_are_tidied_and_never_lost():
    (row,) = read_table("Fecha límite, % of Bids ,,Owner,owner\na,b,c,d,e\n")

    assert list(row) == ["fecha_limite", "of_bids", "column_3", "owner", "owner_5"]


def test_short_rows_are_filled_up_long_ones_cut_and_empty_ones_left_out():
    rows = read_table('\n\na,b\n1\n,\n\n1,2,3\n"two\nlines",x\n')

    assert rows == (
        {"a": 1, "b": None},
        {"a": 1, "b": 2},
        {"a": "two\nlines", "b": "x"},
    )


def test_a_header_alone_is_a_table_without_rows():
    assert read_table("stage,owner\n") == ()


def test_nothing_is_no_table():
    with pytest.raises(NotATableError):
        read_table(" \n , \n")


def test_a_table_has_limits(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    monkeypatch.setattr(tables, "MAX_COLUMNS", 4)
    monkeypatch.setattr(tables, "MAX_CELL", 5)

    assert len(read_table("a\n1\n2\n3\n")) == 3
    for text in ("a\n1\n2\n3\n4\n", "a,b,c,d,e\n", "a\nsix ch\n"):
        with pytest.raises(TableTooLargeError):
            read_table(text)


def test_a_wide_table_may_have_fewer_rows(monkeypatch):
    monkeypatch.setattr(tables, "MAX_CELLS", 10)

    with pytest.raises(TableTooLargeError):
        read_table("a,b,c,d,e\n" + "1,2,3,4,5\n" * 3)


def test_a_field_beyond_what_the_csv_reader_takes_is_no_crash(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n" + "x" * 200_000 + ",1\n", encoding="utf-8")

    assert seen("t.csv", tmp_path, kind="data_map").status in {"too_large", "unreadable"}


def test_the_table_of_a_file_stands_in_its_facts(tmp_path):
    (tmp_path / "map.csv").write_bytes(b"\xef\xbb\xbfStage;Owner\r\naward;Compras\r\n")

    facts = seen("map.csv", tmp_path, kind="data_map")

    assert (facts.status, facts.format) == ("seen", "csv")
    assert facts.table == ({"stage": "award", "owner": "Compras"},)


def test_a_csv_of_contracting_data_is_seen_but_not_yet_read(tmp_path):
    (tmp_path / "awards.csv").write_text("supplier,amount\nAcme,100\n", encoding="utf-8")

    facts = seen("awards.csv", tmp_path, kind="dataset")

    assert (facts.status, facts.format, facts.dataset, facts.table) == ("seen", "csv", None, None)


def test_text_with_an_endless_line_is_told_from_a_table(tmp_path):
    (tmp_path / "notes").write_text("a,b\n" + "x" * 30_000 + ",1\n", encoding="utf-8")

    assert seen("notes", tmp_path).format == "text"


def test_a_file_named_csv_without_any_cell_is_unreadable(tmp_path):
    (tmp_path / "t.csv").write_text(",,,\n,,,\n", encoding="utf-8")

    assert seen("t.csv", tmp_path, kind="plan").status == "unreadable"
