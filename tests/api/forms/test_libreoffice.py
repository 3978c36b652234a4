"""What LibreOffice filled in comes back as it was typed, in three languages and both formats."""

import os
import shutil
from pathlib import Path

import pytest

from api.forms.origin import origin_of
from api.forms.reading import read_form
from api.forms.submission_reading import read_submission_workbook
from api.forms.submission_writing import write_submission_workbook
from assessment.validation import validate
from rubrics.loader import LIBRARY
from rubrics.text import read_mapping
from tests.api.forms.filling import form_of
from tests.api.forms.golden import FOLDER, GOLDEN, fill, rows_of
from tests.api.forms.libreoffice import type_into


@pytest.fixture
def office():
    """LibreOffice; where nothing may be left out, its lack is a failure."""
    if shutil.which("soffice") is None:
        reason = "LibreOffice is not installed here"
        if os.environ.get("READINESS_LEAVE_NONE_OUT") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def assert_read_back(name: str, path: Path) -> None:
    form = form_of(GOLDEN[name][0])
    read = read_form(path, format=path.suffix[1:], kind=form.kind)
    assert read is not None
    assert list(read.rows) == rows_of(name)
    assert dict(read.details) == GOLDEN[name][3]
    assert read.problems == ()


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_workbook_is_read_back_to_the_same_values(name):
    assert_read_back(name, FOLDER / name)


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
@pytest.mark.parametrize("name", GOLDEN)
def test_form_filled_in_by_the_libreoffice_of_this_machine_is_read_back(
    name, ending, tmp_path, office
):
    target = tmp_path / f"filled{ending}"

    fill(name, target, tmp_path)

    assert_read_back(name, target)


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_submission_saved_by_libreoffice_is_the_same_submission(ending, tmp_path, office, wwc):
    folder = LIBRARY / "wwc-2022"
    raw = (folder / "submissions/puerto-claro/submission.yaml").read_bytes()
    before = validate(wwc, *read_mapping(raw, name="city.yaml"))
    book, saved = tmp_path / "city.xlsx", tmp_path / f"saved{ending}"
    origin = ("01jdq2c6n7d0m3t8w4y5z6a7b8", 57)
    book.write_bytes(write_submission_workbook(folder, before, language="es", origin=origin))

    type_into(book, (), folder=tmp_path, save_as=[saved])

    assert validate(wwc, *read_submission_workbook(saved)) == before
    assert origin_of(saved, origin[0]) == 57
    assert origin_of(saved, "01jdq2c6n7d0m3t8w4y5z6a7b9") is None
