"""A whole submission travels as one workbook, and every fault is told by its sheet and cell."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.forms.submission_reading import read_submission_workbook
from api.forms.submission_writing import write_submission_workbook
from assessment.submission import Submission
from assessment.validation import validate
from rubrics.forms import LANGUAGES
from rubrics.loader import LIBRARY
from rubrics.problems import InputError
from rubrics.schema import Rubric
from rubrics.text import read_mapping
from tests.api.forms.filling import write_book

FOLDER = LIBRARY / "wwc-2022"
CITIES = sorted(path.name for path in FOLDER.glob("submissions/*"))


def submission_of(city: str, rubric: Rubric) -> Submission:
    raw = (FOLDER / f"submissions/{city}/submission.yaml").read_bytes()
    return validate(rubric, *read_mapping(raw, name=city))


@pytest.fixture
def book(tmp_path: Path):
    """An empty submission in English, to be filled in cell by cell."""

    def fill(*, language: str = "en", **cells: object) -> Path:
        path = tmp_path / "city.xlsx"
        path.write_bytes(write_submission_workbook(FOLDER, None, language=language))
        workbook = load_workbook(path)
        for place, value in cells.items():
            sheet, _, cell = place.rpartition("__")
            workbook[sheet.replace("_", " ")][cell] = value
        workbook.save(path)
        return path

    return fill


def cell_of(path: Path, question: str) -> tuple[str, str]:
    """The sheet and cell for the answer to a question, by its hidden path."""
    for sheet in load_workbook(path).worksheets:
        for row in sheet.iter_rows(max_col=1):
            if row[0].value == question:
                return sheet.title, f"C{row[0].row}"
    raise LookupError(question)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("city", CITIES)
def test_submission_of_an_example_city_comes_back_the_same(city, language, tmp_path, wwc):
    before = submission_of(city, wwc)
    path = tmp_path / "city.xlsx"
    path.write_bytes(write_submission_workbook(FOLDER, before, language=language))

    value, places = read_submission_workbook(path)

    after = validate(wwc, value, places)
    assert after == before
    assert after.digest == before.digest


def test_same_submission_gives_the_same_bytes(wwc):
    before = submission_of("rio-verde", wwc)

    first = write_submission_workbook(FOLDER, before, language="pt")

    assert write_submission_workbook(FOLDER, before, language="pt") == first


def test_submission_that_nobody_filled_in_says_nothing_and_lacks_a_city(book, wwc):
    value, places = read_submission_workbook(book(), name="city.xlsx")

    assert value == {"schema_version": "1", "rubric": "wwc-2022"}
    with pytest.raises(InputError) as refused:
        validate(wwc, value, places)
    assert str(refused.value) == "city.xlsx, City!C3: 'city' is missing. Add it."


def test_no_evidence_at_all_is_told_from_evidence_that_comes_later(book):
    later, _ = read_submission_workbook(book())
    none, _ = read_submission_workbook(book(City__C8="Yes"))

    assert "evidence" not in later
    assert none["evidence"] == []


def test_wrong_answer_is_told_by_its_sheet_and_cell(book, wwc):
    path = book()
    sheet, cell = cell_of(path, "answers/rdc7-awards")
    filled = book(City__C3="Example", City__C4="US", **{f"{sheet}__{cell}": "most of them"})

    value, places = read_submission_workbook(filled, name="city.xlsx")

    with pytest.raises(InputError) as refused:
        validate(wwc, value, places)
    (problem,) = refused.value.problems
    assert problem.code == "answer.wrong_type"
    assert problem.place.file == f"city.xlsx, {sheet}!{cell}"


def test_word_that_is_no_option_is_told_in_the_row_of_its_table(book, wwc):
    filled = book(City__C3="Example", City__C4="US", **{"rdc8-plan__G3": "nearly"})

    value, places = read_submission_workbook(filled, name="city.xlsx")

    with pytest.raises(InputError) as refused:
        validate(wwc, value, places)
    assert [p.place.file for p in refused.value.problems] == ["city.xlsx, rdc8-plan!G3"]


def test_choices_are_those_marked_yes(book, wwc):
    path = book()
    sheet, first = cell_of(path, "answers/rdc7-contracts/#register")
    _, second = cell_of(path, "answers/rdc7-contracts/#amendments")
    filled = book(**{f"{sheet}__{first}": "x", f"{sheet}__{second}": "No"})

    value, _ = read_submission_workbook(filled)

    assert value["answers"] == {"rdc7-contracts": ["register"]}


def test_evidence_that_marks_name_and_nobody_handed_in_is_told(book):
    filled = book(Where_it_stands__A3="map", Where_it_stands__C3="page 3")

    with pytest.raises(InputError) as refused:
        read_submission_workbook(filled, name="c.xlsx")

    assert [(p.code, p.place.file) for p in refused.value.problems] == [
        ("evidence.unknown", "c.xlsx, Where it stands!A3")
    ]


def test_status_that_is_none_is_told_where_it_stands(book):
    with pytest.raises(InputError) as refused:
        read_submission_workbook(book(Declared__C5="perhaps"), name="c.xlsx")

    assert str(refused.value).startswith("c.xlsx, Declared!C5: 'perhaps' is not one of met")


def test_workbook_is_read_in_a_language_other_than_that_it_was_filled_in(book, wwc):
    path = book(language="es")
    sheet, cell = cell_of(path, "answers/rdc7-policy")
    filled = book(language="es", **{f"{sheet}__{cell}": "There is a draft"})

    value, _ = read_submission_workbook(filled)

    assert value["answers"] == {"rdc7-policy": "draft"}


def test_workbook_that_is_no_submission_is_said_to_be_none(tmp_path):
    path = write_book(tmp_path / "x.xlsx", {"S": [("Action", "Owner")]})

    with pytest.raises(InputError, match="holds no submission"):
        read_submission_workbook(path)


def test_file_that_is_no_workbook_is_said_so(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(InputError, match="cannot be opened"):
        read_submission_workbook(path)


def test_rubric_of_a_stranger_is_not_opened(book, tmp_path):
    with pytest.raises(InputError, match="There is no rubric '/etc'"):
        read_submission_workbook(book(City__C2="/etc"))
