"""Any file that the engine reads can be looked at as tables or text, and none does any harm."""

import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow.parquet import write_table

from api.evidence.excerpts import taking
from api.evidence.excerpts.excerpt import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cut, Excerpt
from api.evidence.excerpts.reading import LIMITS, SECONDS, TAKE
from api.evidence.files import Source
from api.evidence.worker.worker import Workers
from rubrics.loader import LIBRARY
from tests.api.evidence.bad_files import BAD_FILES

HOSTILE = [
    *("bomb.xlsx", "says-it-is-huge.xlsx", "billion-laughs.xlsx", "entity.docx", "bomb.docx"),
    *("bomb.pdf", "calls-out.pdf", "deep.html", "nested-lists.json", "one-huge-cell.csv"),
    *("bomb.gz", "bomb.zip", "climbs-out.zip", "lies-about-its-size.zip", "many-members.zip"),
    *("archive-in-archive.zip", "lies.parquet", "locked.zip", "password.xlsx"),
]
"""What was made to bring a reader down, or to lead it astray: one of each kind."""

OCDS = LIBRARY / "wwc-2022/submissions/puerto-claro/evidence/contrataciones-ocds.json"


def source_of(path: Path) -> Source:
    return Source(path, path.name, path.stat().st_size, "0" * 64)


@pytest.fixture
def excerpt(tmp_path: Path) -> Callable[[str, bytes], Excerpt]:
    def take(name: str, content: bytes) -> Excerpt:
        path = tmp_path / name
        path.write_bytes(content)
        return taking.take_excerpt(source_of(path), kind=None, columns={})

    return take


def workbook(*, sheets: int = 1) -> bytes:
    """Sheets with a title, a header of 26 columns, and 60 contracts."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for number in range(sheets):
            sheet = book.add_worksheet(f"Contracts {number + 1}")
            sheet.write(0, 0, "Register of contracts")
            sheet.write_row(2, 0, ["Number", "Vendor", *(f"Field {n}" for n in range(24))])
            for row in range(60):
                sheet.write_row(row + 3, 0, [row, "Norte " * (100 if row == 1 else 1), *range(24)])
    return made.getvalue()


def hidden_sheet() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Number", "Vendor"])
    book.active.append([1.5, "Norte"])
    book.active.sheet_state = "hidden"
    other = book.create_sheet("Figures")
    other.append([1, 2])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def parquet(folder: Path) -> bytes:
    path = folder / "made.parquet"
    numbers = range(1234)
    columns = {
        "id": [*numbers],
        "vendor": [f"P{n}" for n in numbers],
        "nested": [{"a": n} for n in numbers],
        "long": ["x" * 300 for _ in numbers],
        "empty": [None for _ in numbers],
    }
    write_table(pa.table(columns), path)
    return path.read_bytes()


def packed(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_in_", "/").replace("__", "."), content)
    return made.getvalue()


def letter() -> bytes:
    document = docx.Document()
    document.add_paragraph("Adopted on 3 November 2025.")
    table = document.add_table(rows=2, cols=2)
    for place, word in enumerate(("Year", "Value", "2024", "12")):
        table.cell(place // 2, place % 2).text = word
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_a_workbook_shows_its_first_sheets_and_says_how_much_there_is(excerpt):
    found = excerpt("contracts.xlsx", workbook(sheets=4))

    first = found.tables[0]
    assert (found.status, found.format, len(found.tables), found.tables_in_all) == (
        *("seen", "xlsx"),
        *(3, 4),
    )
    assert (first.name, first.above) == ("Contracts 1", ("Register of contracts",))
    assert first.heads[:3] == ("Number", "Vendor", "Field 0")
    assert (len(first.heads), first.columns_in_all) == (MAX_COLUMNS, 26)
    assert (len(first.rows), first.rows_in_all) == (MAX_ROWS, 60)
    assert first.rows[0][:3] == ("0", "Norte", "0")
    assert len(first.rows[1][1]) <= MAX_CELL
    assert first.cut == (Cut(row=1, column=1, length=599),)


def test_a_sheet_without_a_header_has_letters_and_a_hidden_one_is_called_so(excerpt):
    hidden, figures = excerpt("figures.xlsx", hidden_sheet()).tables

    assert (hidden.hidden, figures.hidden) == (True, False)
    assert hidden.rows == (("1.5", "Norte"),)
    assert (figures.heads, figures.rows) == (("A", "B"), (("1", "2"),))


def test_an_open_document_sheet_is_a_table(excerpt):
    found = excerpt("plan.ods", Path("tests/golden/form-plan.ods").read_bytes())

    assert (found.status, found.format) == ("seen", "ods")
    assert found.tables[0].heads


def test_parquet_shows_rows_and_counts_the_others(excerpt, tmp_path: Path):
    (table,) = excerpt("contracts.parquet", parquet(tmp_path)).tables

    assert (table.rows_in_all, table.columns_in_all, len(table.rows)) == (1234, 5, MAX_ROWS)
    assert table.rows[3][:3] == ("3", "P3", "{'a': 3}")
    assert table.rows[3][4] == ""
    assert table.cut[0] == Cut(row=0, column=3, length=300)


@pytest.mark.parametrize("lines", [False, True])
def test_releases_are_rows_with_what_tells_a_process_first(excerpt, *, lines: bool):
    releases = json.loads(OCDS.read_bytes())["releases"]
    text = "\n".join(map(json.dumps, releases)).encode() if lines else OCDS.read_bytes()
    (table,) = excerpt("releases.json", text).tables

    assert table.heads[:5] == ("ocid", "id", "date", "tag", "buyer/name")
    assert table.rows_in_all == len(table.rows) == len(releases)
    cells = dict(zip(table.heads, table.rows[0], strict=True))
    assert cells["ocid"] == releases[0]["ocid"]
    assert cells["awards"] == str(len(releases[0]["awards"]))
    assert cells["awards/0/value/amount"] == str(releases[0]["awards"][0]["value"]["amount"])


def test_a_record_is_shown_by_its_compiled_release(excerpt):
    record = {"ocid": "o-1", "compiledRelease": {"ocid": "o-1", "buyer": {"name": "City"}}}
    linked = {"ocid": "o-2", "releases": [{"ocid": "o-2"}, {"ocid": "o-2", "date": "2025-01-01"}]}
    (table,) = excerpt("r.json", json.dumps({"records": [record, linked]}).encode()).tables

    assert table.heads == ("ocid", "date", "buyer/name")
    assert table.rows == (("o-1", "", "City"), ("o-2", "2025-01-01", ""))


def test_json_of_no_kind_we_know_is_shown_as_rows_or_as_it_stands(excerpt):
    listed = excerpt("a.json", b'[{"a": NaN, "b": [1, "x"], "c": []}, 7, {"a": "\\ud800"}]')
    single = excerpt("b.json", b'{"name": "x", "list": [1, 2]}')
    bare = excerpt("c.json", b'"a word"')

    assert listed.tables[0].heads == ("a", "b", "c")
    assert listed.tables[0].rows == (("", "1; x", ""), ("?", "", ""))
    assert listed.tables[0].rows_in_all == 3
    assert (single.tables, single.text) == ((), '{"name": "x", "list": [1, 2]}')
    assert bare.text == '"a word"'


def test_a_csv_is_read_as_its_program_wrote_it(excerpt):
    text = "Padrón de obras\n\nid;objeto;año\n" + "1;Señalética;2025\n" * 60
    (table,) = excerpt("obras.csv", text.encode("windows-1252")).tables

    assert (table.above, table.heads) == (("Padrón de obras",), ("id", "objeto", "año"))
    assert table.rows[0] == ("1", "Señalética", "2025")
    assert (table.rows_in_all, table.columns_in_all) == (60, 3)


def test_of_a_csv_too_long_to_be_counted_the_beginning_is_shown(excerpt, monkeypatch):
    monkeypatch.setattr("api.evidence.excerpts.rows.WHOLE", 1_000)
    monkeypatch.setattr("api.evidence.excerpts.rows.HEAD", 2_000)
    (table,) = excerpt("long.csv", b"id,value\n" + b"1,2\n" * 5_000).tables

    assert (len(table.rows), table.rows_in_all) == (MAX_ROWS, None)


def test_a_letter_is_text_with_its_tables_line_by_line(excerpt):
    found = excerpt("letter.docx", letter())

    assert found.text.splitlines()[0] == "Adopted on 3 November 2025."
    assert found.text.splitlines()[1:3] == ["Year | Value", "2024 | 12"]
    assert not found.more


def test_a_long_text_is_cut_and_says_so(excerpt):
    found = excerpt("law.txt", "Artículo 1. ".encode() * 20_000)

    assert (len(found.text), found.more) == (24_000, True)


def test_a_zip_says_what_is_in_it_and_opens_the_first_table(excerpt):
    inside = packed(leeme__txt=b"Hola", a_in_rows__csv=b"id,value\n1,2\n", book__xlsx=workbook())
    found = excerpt("all.zip", inside)

    assert [one.name for one in found.members] == ["leeme.txt", "a/rows.csv", "book.xlsx"]
    assert (found.members[0].size, found.members_in_all) == (4, 3)
    assert (found.format, found.shown) == ("zip", "a/rows.csv")
    assert found.tables[0].rows == (("1", "2"),)


def test_a_zip_without_anything_to_show_says_at_least_what_is_in_it(excerpt):
    found = excerpt("photos.zip", packed(photo__png=b"\x89PNG", Thumbs__db=b"1"))

    assert (found.status, [one.name for one in found.members]) == ("seen", ["photo.png"])
    assert (found.tables, found.text) == ((), "")


def test_of_something_huge_that_is_packed_the_beginning_is_read(excerpt, monkeypatch):
    monkeypatch.setattr("api.evidence.excerpts.beginning.LARGEST", 1_000)
    rows = gzip.compress(b"id,value\n" + b"1,2\n" * 1_000_000)
    lines = packed(lines__jsonl=b'{"a": 1, "b": "x"}\n' * 200_000)
    whole = packed(one__json=b'[{"a": "' + b"x" * 5_000_000 + b'"}]')

    (table,) = excerpt("rows.csv.gz", rows).tables
    assert (len(table.rows), table.rows_in_all) == (MAX_ROWS, None)
    assert excerpt("lines.zip", lines).tables[0].rows_in_all is None
    assert excerpt("one.zip", whole).status == "too_large"
    assert excerpt("book.zip", packed(book__xlsx=b"PK\x03\x04" * 900_000)).status == "too_large"


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.rar", b"Rar!\x1a\x07\x00 and more", "unknown"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "unknown"),
        ("a.zip", packed(a__csv=b"id,value\n1,2\n")[:-30], "unreadable"),
        ("a.csv.gz", gzip.compress(b"id,value\n" * 5_000)[:-20], "unreadable"),
        ("a.json", b'{"releases": [{"a": 1}, ', "unreadable"),
        ("a.parquet", b"PAR1 nothing PAR1", "unreadable"),
        ("a.txt", b"\x00\x01\x02", "unreadable"),
        ("a.pdf", b"%PDF-1.7 nothing", "unreadable"),
        ("inner.zip", packed(inner__csv=packed(a__csv=b"1")), "unknown"),
    ],
)
def test_what_cannot_be_shown_says_why(excerpt, name: str, content: bytes, status: str):
    found = excerpt(name, content)

    assert (found.status, found.tables, found.text) == (status, (), "")


@pytest.fixture(scope="module")
def readers() -> Iterator[Workers]:
    readers = Workers(1, limits=LIMITS, look_at=TAKE)
    yield readers
    readers.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_answered_in_time_by_a_process_apart(
    readers: Workers, tmp_path: Path, name: str
):
    path = BAD_FILES[name].make(tmp_path, "http://127.0.0.1:9/")
    handed_in = sorted(tmp_path.iterdir())
    began = time.monotonic()

    found = readers.excerpt(source_of(path), wait=1)

    assert time.monotonic() - began < SECONDS + 5
    assert len(found.model_dump_json()) < LIMITS.facts_bytes
    assert found.status in {"seen", "too_large", "encrypted", "unreadable", "unknown"}
    assert sorted(tmp_path.iterdir()) == handed_in


def test_who_would_wait_long_for_a_reader_is_told_so(readers: Workers, tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("Hola", encoding="utf-8")
    busy = Workers(0)

    assert readers.excerpt(source_of(path), wait=0).text == "Hola"
    with pytest.raises(TimeoutError):
        busy.excerpt(source_of(path), wait=0)
