"""Contracting data in a city's own shape: what is counted, and what a stranger's file cannot do."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from api.evidence.tables import engine, opening, text
from api.evidence.tables.contracting_tables import TableRead, read_contracting_table
from api.evidence.tables.engine import EngineError, TooMuchError, engine_for
from api.evidence.tables.opening import open_table
from assessment.facts import DatasetFacts

COLUMNS = {
    "Bid No": "tender.id + process.id",
    "Title": "tender.title",
    "Department": "tender.buyer",
    "Method": "tender.method",
    "Opens": "tender.opens",
    "Closes": "tender.closes",
    "Bidders": "tender.bidders",
    "Vendor": "award.supplier",
    "Vendor ID": "award.supplier_id",
    "Amount": "award.value",
    "Award Date": "award.date",
    "Contract No": "contract.id",
    "Signed": "contract.date",
}
ROW = {
    "Bid No": "B-1",
    "Title": "Repair of Canal Street",
    "Department": "Public Works",
    "Method": "RFP",
    "Opens": "2025-01-10",
    "Closes": "2025-02-10",
    "Bidders": "3",
    "Vendor": "Obras del Sur",
    "Vendor ID": "V-7",
    "Amount": "800.50",
    "Award Date": "2025-03-01",
    "Contract No": "C-1",
    "Signed": "2025-03-20",
}


def read(
    rows: Sequence[Mapping[str, str]],
    path: Path,
    columns: Mapping[str, str] = COLUMNS,
    **written: str,
) -> TableRead:
    with path.open("w", encoding=written.pop("encoding", "utf-8"), newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=written.pop("delimiter", ","))
        writer.writeheader()
        writer.writerows(rows)
    return read_contracting_table(path, format="csv", columns=columns)


def counted(rows: Sequence[Mapping[str, str]], path: Path, **columns: str) -> DatasetFacts:
    found = read(rows, path, COLUMNS | columns)
    assert found.dataset is not None, found
    return found.dataset


def one_column(cells: Sequence[str], path: Path, field: str) -> TableRead:
    """A table of a number and one more column that stands for the field."""
    rows = [{"No": f"N{place}", "Told": cell} for place, cell in enumerate(cells)]
    return read(rows, path, {"No": "process.id", "Told": field})


# --- what is counted ------------------------------------------------------------------------------


def test_one_whole_row_answers_everything(tmp_path):
    facts = counted([ROW], tmp_path / "t.csv")

    assert (facts.shape, facts.rows, facts.processes, facts.duplicates) == ("table", 1, 1, 0)
    assert facts.complete == 1
    assert set(facts.groups.values()) == {1}
    assert (facts.value, facts.currency) == (800.5, None)
    assert (facts.oldest_record, facts.newest_record) == (date(2025, 1, 10), date(2025, 3, 20))
    assert facts.active_months == 2
    assert facts.identifiers == {
        "process": 1,
        "ocid": 0,
        "buyer": 0,
        "supplier": 1,
        "category": 0,
    }
    joins = {name: (join.records, join.joined) for name, join in facts.joins.items()}
    assert joins == {
        "award-tender": (1, 1),
        "award-supplier": (1, 1),
        "contract-award": (1, 0),
        "implementation-contract": (0, 0),
    }


def test_awards_and_contracts_take_over_what_the_procurement_says(tmp_path):
    stages = counted([ROW], tmp_path / "t.csv").stages

    assert set(stages["tender"].filled) == {
        *("id", "tender_id", "title", "buyer", "method", "opens", "closes", "bidders"),
    }
    assert {"buyer", "method", "title", "tender_id", "bidders"} <= set(stages["award"].filled)
    assert {"supplier", "supplier_id", "title"} <= set(stages["contract"].filled)
    assert "value" not in stages["contract"].filled
    assert stages["planning"].records == stages["implementation"].records == 0


def test_a_field_without_a_column_is_a_known_gap(tmp_path):
    columns = {name: field for name, field in COLUMNS.items() if name != "Method"}

    dataset = read([ROW], tmp_path / "t.csv", columns).dataset

    assert dataset is not None
    assert dataset.groups["how"] == dataset.complete == 0
    assert "method" not in dataset.stages["tender"].filled


def test_rows_of_one_number_are_one_process_and_one_tender(tmp_path):
    other = ROW | {"Vendor": "Acme", "Vendor ID": "V-8", "Amount": "100", "Contract No": "C-2"}

    facts = counted([ROW, other, ROW], tmp_path / "t.csv")

    assert (facts.rows, facts.processes, facts.duplicates) == (3, 1, 1)
    assert facts.stages["tender"].records == 1
    assert facts.stages["contract"].records == 2
    assert facts.value == 900.5


def test_without_numbers_each_row_is_a_process(tmp_path):
    columns = {name: field for name, field in COLUMNS.items() if name != "Bid No"}

    dataset = read([ROW, ROW | {"Bid No": ""}], tmp_path / "t.csv", columns).dataset

    assert dataset is not None
    assert dataset.processes == 2


def test_what_awards_nothing_is_no_award(tmp_path):
    words = ("Awarded", "Cancelada", "Desierto", "Pending award")
    rows = [ROW | {"Bid No": f"B-{i}", "State": word} for i, word in enumerate(words)]

    facts = counted(rows, tmp_path / "t.csv", State="award.status")

    assert facts.stages["award"].records == 1
    assert facts.value == 800.5


def test_a_direct_purchase_has_no_tender_and_a_plan_is_none_yet(tmp_path):
    rows = [
        ROW | {"Bid No": "B-1", "Method": "Sole Source", "State": ""},
        ROW | {"Bid No": "B-2", "State": "Planned"},
        ROW | {"Bid No": "B-3", "State": "Closed"},
    ]

    facts = counted(rows, tmp_path / "t.csv", State="tender.status")

    assert facts.stages["tender"].records == 1
    assert facts.stages["planning"].records == 1


def test_words_that_say_that_nothing_is_there_fill_nothing(tmp_path):
    rows = [
        ROW | {"Bid No": f"B-{i}", "Vendor": word} for i, word in enumerate(["N/A", "-", "s/d"])
    ]
    rows[0] |= {"Vendor ID": " "}

    read_ = read(rows, tmp_path / "t.csv")

    assert {c.name: c.filled for c in read_.columns}["Vendor"] == 0
    assert read_.dataset is not None
    assert "supplier" not in read_.dataset.stages["award"].filled


def test_several_currencies_have_no_sum(tmp_path):
    rows = [
        ROW | {"Currency": "USD"},
        ROW | {"Bid No": "B-2", "Contract No": "2", "Currency": "mxn"},
    ]

    mixed = counted(rows, tmp_path / "t.csv", Currency="process.currency")
    alone = counted(rows[1:], tmp_path / "t.csv", Currency="process.currency")

    assert (mixed.value, mixed.currency) == (None, None)
    assert (alone.value, alone.currency) == (800.5, "MXN")


def test_contracts_are_summed_where_no_award_has_a_value(tmp_path):
    columns = {"Contract No": "contract.id", "Amount": "contract.value"}

    dataset = read([ROW, ROW | {"Contract No": "C-2"}], tmp_path / "t.csv", columns).dataset

    assert dataset is not None
    assert dataset.value == 1601


def test_key_figures_are_computed_from_the_rows(tmp_path):
    rows = [
        ROW
        | {
            "Bid No": f"B-{month}-{n}",
            "Contract No": f"C-{month}-{n}",
            "Opens": f"2024-{month:02}-01",
            "Closes": f"2024-{month:02}-21",
            "Award Date": f"2024-{month:02}-28",
            "Signed": f"2024-{month:02}-28",
            "Bidders": str(n),
        }
        for month in range(1, 13)
        for n in (1, 3)
    ]

    figures = {f.id: f for f in counted(rows, tmp_path / "t.csv").key_figures}

    assert figures["avg_bids"].value == 2
    assert figures["single_bid_rate"].value == 50
    assert figures["days_advertised"].value == 20


def test_nobody_bid_yet_somebody_won_is_an_odd_number_of_bidders(tmp_path):
    facts = counted([ROW | {"Bidders": "0"}], tmp_path / "t.csv")

    figures = {figure.id: figure for figure in facts.key_figures}
    assert "bidders" not in facts.stages["tender"].filled
    assert figures["avg_bids"].value is None


def test_days_after_the_last_change_of_a_row_do_not_count(tmp_path):
    facts = counted(
        [ROW | {"Changed": "2025-02-01"}], tmp_path / "t.csv", Changed="tender.modified"
    )

    assert facts.newest_record == date(2025, 1, 10)


def test_personal_data_are_suspected_but_not_in_contacts(tmp_path):
    rows = [
        ROW | {"Buyer Email": "buys@city.gov", "Note": "", "Other": ""},
        ROW | {"Buyer Email": "buys@city.gov", "Note": "ask ana@example.com", "Other": ""},
        ROW | {"Buyer Email": "", "Note": "", "Other": "CPF 529.982.247-25"},
        ROW | {"Buyer Email": "", "Note": "", "Other": "529.982.247-26 is none"},
    ]

    facts = counted(rows, tmp_path / "t.csv")

    assert facts.personal == {"email": 1, "national_id": 1}


# --- the mapping ----------------------------------------------------------------------------------


def test_without_a_mapping_the_columns_are_listed_with_suggestions(tmp_path):
    found = read([ROW], tmp_path / "t.csv", {})

    assert (found.status, found.dataset, found.problems) == ("seen", None, ())
    suggested = {c.name: c.suggests for c in found.columns}
    assert suggested["Vendor"] == "award.supplier"
    assert suggested["Bid No"] == "tender.id + process.id"


def test_a_column_that_is_not_there_is_named_and_nothing_is_counted(tmp_path):
    found = read([ROW], tmp_path / "t.csv", COLUMNS | {"Vendor Nme": "award.supplier"})

    assert (found.status, found.dataset) == ("seen", None)
    (problem,) = found.problems
    assert (problem.code, problem.cell) == ("column.missing", "Vendor Nme")


def test_an_unknown_field_is_named_with_the_one_that_was_meant(tmp_path):
    found = read([ROW], tmp_path / "t.csv", {"Vendor": "award.suplier + process.id"})

    (problem,) = found.problems
    assert (problem.code, problem.params["suggestion"]) == (
        "column.field_unknown",
        "award.supplier",
    )
    assert found.dataset is None


def test_the_case_of_a_column_name_does_not_matter(tmp_path):
    found = read([ROW], tmp_path / "t.csv", {" VENDOR ": "award.supplier"})

    assert found.dataset is not None
    assert found.dataset.stages["award"].filled["supplier"] == 1


# --- days and amounts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "newest"),
    [
        (["2025-03-04", "2025-03-05T10:00:00Z"], date(2025, 3, 5)),
        (["13/02/2025", "03/04/2025"], date(2025, 4, 3)),
        (["02/13/2025", "03/04/2025 12:00 AM"], date(2025, 3, 4)),
        (["13.2.25", "3.4.25"], date(2025, 4, 3)),
        (["4 de março de 2025", "5 de enero de 2025"], date(2025, 3, 4)),
        (["March 4, 2025", "4-Feb-2025"], date(2025, 3, 4)),
        (["20250304", "20250305"], date(2025, 3, 5)),
        (["31/12/2024", "0001-01-01", "99/99/2025"], date(2024, 12, 31)),
    ],
)
def test_days_are_read_as_the_whole_column_says(tmp_path, cells, newest):
    found = one_column(cells, tmp_path / "t.csv", "award.date")

    assert found.dataset is not None
    assert (found.dataset.newest_record, found.problems) == (newest, ())


def test_days_that_could_be_months_are_not_read_and_said_to_be(tmp_path):
    found = one_column(["03/04/2025", "05/06/2025"], tmp_path / "t.csv", "award.date")

    assert [p.code for p in found.problems] == ["column.dates_ambiguous"]
    assert found.dataset is not None
    assert found.dataset.newest_record is None
    assert found.dataset.stages["award"].filled["date"] == 2


def test_another_column_of_the_file_tells_how_it_writes_days(tmp_path):
    rows = [ROW | {"Award Date": "03/04/2025", "Signed": "31/04/2025"}]

    facts = read(rows, tmp_path / "t.csv")

    assert facts.problems == ()
    assert facts.dataset is not None
    assert facts.dataset.newest_record == date(2025, 4, 3)


def test_days_written_both_ways_are_not_read(tmp_path):
    found = one_column(["13/02/2025", "02/13/2025"], tmp_path / "t.csv", "award.date")

    assert [p.code for p in found.problems] == ["column.dates_ambiguous"]


def test_one_slip_in_a_hundred_does_not_matter(tmp_path):
    found = one_column(["02/13/2025"] * 100 + ["13/02/2025"], tmp_path / "t.csv", "award.date")

    assert found.problems == ()


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["$1,234.50", "12"], 1246.5),
        (["R$ 1.234,50", "12,5"], 1247),
        (["1 234,50 €", "1"], 1235.5),
        (["1,234", "5"], 1239),
        (["1.234", "5"], 1239),
        (["1.234", "5.50"], 6.734),
        (["1234.567"], 1234.567),
        (["USD 10", "10 MXN"], 20),
        (["1.5E+7"], 15_000_000),
        (["(5.00)", "-3", "0", "7.00"], 7),
    ],
)
def test_amounts_are_read_as_the_whole_column_says(tmp_path, cells, value):
    found = one_column(cells, tmp_path / "t.csv", "award.value")

    assert found.dataset is not None
    assert (found.dataset.value, found.problems) == (value, ())


def test_amounts_that_could_be_thousands_or_not_are_not_read(tmp_path):
    found = one_column(["1,234", "1.234"], tmp_path / "t.csv", "award.value")

    assert [p.code for p in found.problems] == ["column.amounts_ambiguous"]
    assert found.dataset is not None
    assert found.dataset.value is None
    assert found.dataset.stages["award"].filled["value"] == 2


@pytest.mark.parametrize(
    ("field", "code"),
    [("award.date", "column.dates_unread"), ("award.value", "column.amounts_unread")],
)
def test_a_column_of_words_has_no_days_or_amounts(tmp_path, field, code):
    found = one_column(["see file", "later"], tmp_path / "t.csv", field)

    assert [p.code for p in found.problems] == [code]


@pytest.mark.parametrize("field", ["award.date", "award.value"])
def test_an_empty_column_is_a_gap_and_no_trouble(tmp_path, field):
    found = one_column(["", "n/a"], tmp_path / "t.csv", field)

    assert found.problems == ()
    assert found.dataset is not None
    assert found.dataset.stages["award"].records == 0


# --- files as programs write them -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("latin-1", "windows-1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_delimiter_gives_the_same_facts(tmp_path, encoding, told, delimiter):
    rows = [ROW | {"Title": "Reparación; de, la\n'calle' \"Ñandú\" | fin"}]

    found = read(rows, tmp_path / "t.csv", encoding=encoding, delimiter=delimiter)

    assert (found.status, found.encoding) == ("seen", told)
    assert found.dataset is not None
    assert found.dataset.complete == 1


@pytest.mark.parametrize(
    "text",
    [
        "No,Vendor\nN1,Acme,extra\nN2,Beta\n",
        "No,Vendor\nN1,Acme\nN2\nN3,Beta\n",
        "List of awards\n\nNo,Vendor\nN1,Acme\nN2,Beta\n",
        "sep=,\nNo,Vendor\nN1,Acme\nN2,Beta\n",
        "No,Vendor,,\nN1,Acme,,\nN2,Beta,,\n,,,\n",
        "No,Vendor\rN1,Acme\rN2,Beta\r",
        "No,Vendor\nN1,Acme\r\nN2,Beta\n",
        "\n\nNo,Vendor\n\nN1,Acme\n\nN2,Beta\n",
        'No,Vendor\nN1,"Acme, \x00Inc"' + "x" * 200 + "\nN2,Beta\n",
        'No,Vendor\nN1,"Ac""me"\nN2,"Be\nta"\n',
        'No,Vendor\nN1,Ac"me\nN2,Be"ta\n',
    ],
)
def test_untidy_files_lose_no_row(tmp_path, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8", newline="")

    found = read_contracting_table(
        tmp_path / "t.csv", format="csv", columns={"Vendor": "award.supplier"}
    )

    assert found.status == "seen"
    assert found.dataset is not None
    assert found.dataset.stages["award"].filled["supplier"] == 2
    assert [c.name for c in found.columns] == ["No", "Vendor"]


CELLS = st.text(st.sampled_from("abé0 1,;\"\n\t'|-/."), max_size=8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_a_clean_file_is_read_as_if_it_had_been_written_anew(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([("One", "Two", "Three"), *rows])

        direct = [c.filled for c in read_contracting_table(path, format="csv", columns={}).columns]
        path.write_bytes(b"Title of it\n" + path.read_bytes())
        anew = [c.filled for c in read_contracting_table(path, format="csv", columns={}).columns]

    assert direct == anew


def workbook(path: Path, header_at: int = 0) -> Path:
    with xlsxwriter.Workbook(path) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        notes, sheet = book.add_worksheet("Read me"), book.add_worksheet("Awards")
        notes.write(0, 0, "What this is")
        sheet.write(0, 0, "Awards of the city" if header_at else "")
        sheet.write_row(header_at, 0, ["No", "Vendor", "Amount", "Day"])
        for place in range(1, 4):
            sheet.write_row(header_at + place, 0, [place, "Acme", 123.456])
            sheet.write_datetime(header_at + place, 3, datetime(2025, place, 4), days)  # noqa: DTZ001
    return path


@pytest.mark.parametrize("header_at", [0, 4])
def test_the_fullest_sheet_of_a_workbook_is_read_from_its_header(tmp_path, header_at):
    columns = {
        "No": "process.id",
        "Vendor": "award.supplier",
        "Amount": "award.value",
        "Day": "award.date",
    }

    found = read_contracting_table(
        workbook(tmp_path / "t.xlsx", header_at), format="xlsx", columns=columns
    )

    assert found.dataset is not None
    assert found.dataset.rows == 3
    assert found.dataset.value == pytest.approx(3 * 123.456)
    assert found.dataset.newest_record == date(2025, 3, 4)


def test_a_parquet_file_keeps_its_types(tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.execute(
        "COPY (SELECT 'N' || i AS No, 'Acme' AS Vendor, 1.234 AS Amount, DATE '2025-01-04' AS Day, "
        "3 AS Bidders FROM range(3) t(i)) TO ? (FORMAT parquet)",
        [str(path)],
    )
    columns = {
        "No": "process.id",
        "Vendor": "award.supplier",
        "Amount": "award.value",
        "Day": "award.date",
        "Bidders": "tender.bidders",
    }

    found = read_contracting_table(path, format="parquet", columns=columns)

    assert found.dataset is not None
    assert found.dataset.value == pytest.approx(3.702)
    assert found.dataset.newest_record == date(2025, 1, 4)
    assert found.dataset.stages["tender"].filled["bidders"] == 3


# --- strangers' files -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx", "xls", "ods", "parquet"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n,,,\n",
        b"PK\x03\x04 no",
        b"\x00PAR1 no PAR1",
        bytes(range(256)) * 40,
        b"\x00" * 5000,
    ],
)
def test_what_is_no_table_is_unreadable(tmp_path, form, data):
    (tmp_path / "t").write_bytes(data)

    assert read_contracting_table(tmp_path / "t", format=form, columns={}).status == "unreadable"


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file(tmp_path):
    (tmp_path / "t.csv").write_text('a,b\n"1,2\n' + "x,y\n" * 100_000, encoding="utf-8")

    assert read_contracting_table(tmp_path / "t.csv", format="csv", columns={}).status in {
        "unreadable",
        "too_large",
    }


def test_ten_thousand_columns_are_too_many(tmp_path):
    names = ",".join(f"name{n}x" for n in range(10_000))
    (tmp_path / "t.csv").write_text(f"{names}\n{names}\n", encoding="utf-8")

    found = read_contracting_table(tmp_path / "t.csv", format="csv", columns={})

    assert found.status == "too_large"


def test_a_line_without_end_is_not_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "MAX_LINE", 1_000)
    (tmp_path / "t.csv").write_text("a,b\n" + "x" * 5_000, encoding="utf-8")

    found = read_contracting_table(tmp_path / "t.csv", format="csv", columns={})

    assert found.status == "too_large"


def test_too_many_rows_are_not_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MAX_ROWS", 3)

    assert read([ROW] * 3, tmp_path / "t.csv").status == "seen"
    assert read([ROW] * 4, tmp_path / "t.csv").status == "too_large"


def test_what_does_not_fit_into_memory_and_disk_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "MEMORY", "20MB")
    monkeypatch.setattr(engine, "SPILLED", "1MB")
    rows = [ROW | {"Bid No": f"B-{n}", "Title": f"{n}" * 100} for n in range(40_000)]

    assert read(rows, tmp_path / "t.csv").status == "too_large"


@pytest.mark.parametrize("name", ["*.csv", "t[1].csv", "a?.csv", "it's; DROP.csv", "-x.csv"])
def test_signs_in_a_file_name_are_no_pattern(tmp_path, name):
    (tmp_path / "other.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    (tmp_path / "t1.csv").write_text("x,y\n1,2\n", encoding="utf-8")

    found = read([ROW], tmp_path / name)

    assert found.dataset is not None
    assert found.dataset.rows == 1


def test_names_and_words_of_the_file_are_never_sql(tmp_path):
    evil = "x') COPY (SELECT 1) TO 'out.csv' --"
    rows = [{evil: "B-1", 'a"b': evil}]

    found = read(rows, tmp_path / "t.csv", {evil: "process.id", 'a"b': "tender.method"})

    assert found.dataset is not None
    assert found.dataset.groups["how"] == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        "SELECT * FROM 'https://example.org/x.parquet'",
        "SELECT * FROM read_csv('{folder}/*')",
        "SELECT * FROM read_text('{folder}/secret.txt')",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/t.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '99GB'",
        "CREATE SECRET s (TYPE s3)",
    ],
)
def test_the_engine_reaches_nothing_but_its_file(tmp_path, sql):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    ours = tmp_path / "ours"
    ours.mkdir()

    with (
        engine_for(tmp_path / "t.csv", folder=ours) as engine,
        pytest.raises((EngineError, TooMuchError, duckdb.Error)),
    ):
        engine.rows(sql.format(folder=tmp_path))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours", "secret.txt", "t.csv"]
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_nothing_of_a_look_is_left_behind(tmp_path, monkeypatch):
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))

    read([ROW], tmp_path / "t.csv")

    assert list(room.iterdir()) == []


def test_a_clean_file_is_not_written_anew(tmp_path):
    path, ours = tmp_path / "t.csv", tmp_path / "ours"
    path.write_text("One,Two\n1,2\n", encoding="utf-8")
    ours.mkdir()

    with ExitStack() as stack:
        open_table(path, format="csv", folder=ours, stack=stack)

        assert not (ours / "clean.csv").exists()


def test_a_plan_may_tell_the_quarter_and_a_range(tmp_path):
    rows = [
        {"Project": "Canal Street", "When": "Q2 2026", "Value": "$50,000 - $100,000"},
        {"Project": "Harbour Road", "When": "TBD", "Value": "Over $1M"},
    ]
    columns = {
        "Project": "planning.title",
        "When": "planning.expected",
        "Value": "planning.value",
    }

    found = read(rows, tmp_path / "plan.csv", columns)

    assert found.dataset is not None
    assert found.dataset.stages["planning"].records == 2
    assert found.dataset.stages["planning"].filled["expected"] == 1
    assert found.dataset.stages["planning"].filled["value"] == 2
    assert found.problems == ()


@pytest.mark.parametrize("label", ["TOTAL", "Total general:", "Grand Total", "Subtotal", "Totais"])
def test_a_row_that_sums_up_others_is_no_record(label, tmp_path):
    rows = [
        ROW,
        ROW | {"Bid No": "B-2"},
        dict.fromkeys(ROW, "") | {"Vendor": label, "Amount": "1601"},
    ]

    found = counted(rows, tmp_path / "sums.csv")

    assert found.rows == 2
    assert found.value == 1601


def test_a_vendor_may_be_called_total(tmp_path):
    rows = [ROW, ROW | {"Bid No": "B-2", "Vendor": "Total"}]

    assert counted(rows, tmp_path / "total.csv").rows == 2


def test_a_workbook_says_which_of_its_sheets_was_read(tmp_path):
    path = tmp_path / "months.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {"January": 2, "February": 5, "Old": 1}.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Vendor", "Amount"])
            for row in range(1, rows + 1):
                sheet.write_row(row, 0, ["Obras del Sur", 12])
            if name == "Old":
                sheet.hide()

    found = read_contracting_table(path, format="xlsx", columns={})

    assert (found.sheet, found.sheets, found.rows) == ("February", 2, 5)
