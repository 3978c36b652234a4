"""Workbooks are read sheet by sheet, and none of them can ask for more memory than there is."""

import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from api.evidence.tables.spreadsheets import (
    NotASpreadsheetError,
    SheetLimits,
    SpreadsheetTooLargeError,
    read_sheets,
)

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
CELL = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'


def ods(path: Path, rows: str, head: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr(
            "content.xml",
            f'<?xml version="1.0"?>{head}<office:document-content {NAMES}><office:body>'
            f'<office:spreadsheet><table:table table:name="A">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def xlsx(path: Path, cells: dict[tuple[int, int], object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    return path


def test_rows_have_the_numbers_and_types_that_the_program_shows(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Awards"
    sheet["B3"], sheet["C3"] = "Supplier", "Amount"
    sheet["B4"], sheet["C4"], sheet["D4"] = "Acme", 12.5, datetime(2025, 3, 4)  # noqa: DTZ001
    book.create_sheet("Empty")
    book.save(tmp_path / "book.xlsx")

    (found,) = read_sheets(tmp_path / "book.xlsx")

    assert (found.name, found.hidden, found.first_column) == ("Awards", False, 2)
    rows = {number: row for number, row in found.rows() if any(row)}
    assert rows == {3: ["Supplier", "Amount", ""], 4: ["Acme", 12.5, date(2025, 3, 4)]}


def test_the_name_of_the_file_does_not_matter(tmp_path):
    xlsx(tmp_path / "book.xlsx", {(0, 0): "a"}).rename(tmp_path / "book")

    (sheet,) = read_sheets(tmp_path / "book")

    assert list(sheet.rows()) == [(1, ["a"])]


def test_a_hidden_sheet_is_said_to_be_hidden(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet("Seen").write(0, 0, "a")
        lists = book.add_worksheet("Lists")
        lists.write(0, 0, "b")
        lists.hide()

    assert [(s.name, s.hidden) for s in read_sheets(tmp_path / "book.xlsx")] == [
        ("Seen", False),
        ("Lists", True),
    ]


def test_an_ods_file_is_read(tmp_path):
    row = f"<table:table-row>{CELL.format('')}{CELL.format('')}</table:table-row>"
    rest = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/>'
    path = ods(tmp_path / "t.ods", f"{row}{rest}</table:table-row>")

    (sheet,) = read_sheets(path)

    assert list(sheet.rows()) == [(1, ["x", "x"])]


def test_one_cell_far_out_does_not_take_the_program_down(tmp_path):
    path = xlsx(tmp_path / "far.xlsx", {(0, 0): "a", (1_048_575, 16_383): "z"})

    with pytest.raises(SpreadsheetTooLargeError):
        list(read_sheets(path))


def test_a_cell_far_out_that_is_only_coloured_is_none(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    (found,) = read_sheets(tmp_path / "book.xlsx")

    assert (found.height, found.width) == (1, 1)


@pytest.mark.parametrize(
    "tag",
    [
        '<c r="XFD1048576"><v>1</v></c>',
        "<c\n  s='1'\tr='XFD1048576'><v>1</v></c>",
        '<x:c r="XFD1048576"><x:v>1</x:v></x:c>',
        '<row r="1048576"><c><v>1</v></c></row>',
    ],
)
def test_a_far_cell_is_seen_however_it_is_written(tmp_path, tag):
    whole = xlsx(tmp_path / "a.xlsx", {(0, 0): 1, (0, 9): 2})
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for part in old.namelist():
            text = old.read(part).replace(b"</sheetData>", tag.encode() + b"</sheetData>")
            new.writestr(part, text)

    with pytest.raises(SpreadsheetTooLargeError):
        list(read_sheets(tmp_path / "b.xlsx"))


@pytest.mark.parametrize(
    "rows",
    [
        '<table:table-row table:number-rows-repeated="1000000">'
        + CELL.format(' table:number-columns-repeated="16000"')
        + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="99999999999">'
        + CELL.format("")
        + "</table:table-row>",
        '<table:table-row><table:table-cell table:number-columns-repeated="99999999999"/>'
        + CELL.format("")
        + "</table:table-row>",
    ],
)
def test_repeated_cells_of_an_ods_file_are_counted(tmp_path, rows):
    with pytest.raises(SpreadsheetTooLargeError):
        list(read_sheets(ods(tmp_path / "t.ods", rows)))


def test_an_ods_file_with_entities_is_none(tmp_path):
    head = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'

    with pytest.raises(NotASpreadsheetError):
        list(read_sheets(ods(tmp_path / "t.ods", "", head)))


def test_limits_of_columns_sheets_and_unpacked_size_hold(tmp_path):
    path = xlsx(tmp_path / "book.xlsx", {(0, column): "a" for column in range(5)})

    for limits in (SheetLimits(columns=4), SheetLimits(sheets=0), SheetLimits(unpacked=100)):
        with pytest.raises(SpreadsheetTooLargeError):
            list(read_sheets(path, limits=limits))
    assert list(read_sheets(path, limits=SheetLimits(columns=5)))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_said_to_be_none(tmp_path, data):
    (tmp_path / "t.xlsx").write_bytes(data)

    with pytest.raises(NotASpreadsheetError):
        list(read_sheets(tmp_path / "t.xlsx"))


def test_without_the_check_beforehand_the_reader_would_end_the_program(tmp_path):
    """Should this fail one day, the reader has learned to refuse, and `_measure` can go."""
    path = xlsx(tmp_path / "far.xlsx", {(0, 0): "a", (1_048_575, 16_383): "z"})
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)); "
        "from python_calamine import CalamineWorkbook as B; "
        "B.from_path(sys.argv[1]).get_sheet_by_index(0)"
    )

    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=False)

    assert run.returncode != 0
