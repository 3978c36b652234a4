"""`readiness template` writes forms that say what to do, run nothing, and never differ."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from api.cli_template import Template
from api.forms.library import library_forms
from api.forms.sheets import read_sheets
from api.forms.submission_reading import read_submission_workbook
from api.forms.telling import frame_words
from api.forms.templates import BATCH, SUBMISSION, refuse_to_overwrite, template_bytes
from rubrics.forms import LANGUAGES
from rubrics.loader import LIBRARY
from rubrics.problems import InputError

CITY = str(LIBRARY / "wwc-2022/submissions/rio-verde/submission.yaml")


def test_command_offers_every_form_of_the_library_a_submission_and_many():
    forms = {form.id for form in library_forms()}

    assert {name.value for name in Template} == forms | {SUBMISSION, BATCH}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name.value for name in Template])
def test_same_form_is_the_same_file_and_holds_no_formula_or_link(name, language):
    first = template_bytes(name, language=language, as_csv=False, start=None)

    assert template_bytes(name, language=language, as_csv=False, start=None) == first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        texts = {member: archive.read(member) for member in archive.namelist()}
    assert not any("external" in member or "hyperlink" in member for member in texts)
    assert not any(b"<f>" in text for member, text in texts.items() if "worksheets" in member)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_headers_are_in_the_language_asked_for(language, tmp_path):
    path = tmp_path / "map.xlsx"
    path.write_bytes(template_bytes("data-map", language=language, as_csv=False, start=None))

    sheets = read_sheets(path)

    form = next(form for form in library_forms() if form.id == "data-map")
    names = [frame_words()[key].said(language) for key in ("instructions", "about", "examples")]
    own = form.parts[0].title.said(language)
    assert [sheet.name for sheet in sheets] == [names[0], own, *names[1:], "lists"]
    heads = [str(cell).removesuffix(" *") for cell in sheets[1].rows[1]]
    assert heads == [column.text.said(language) for column in form.columns]


def test_submission_is_filled_with_what_another_says(tmp_path):
    path = tmp_path / "city.xlsx"
    path.write_bytes(template_bytes(SUBMISSION, language="pt", as_csv=False, start=CITY))

    value, _ = read_submission_workbook(path)

    assert value["city"] == {"name": "Rio Verde do Vale", "country": "BR", "population": 96300}


@pytest.mark.parametrize(
    ("name", "as_csv", "start"), [(SUBMISSION, True, None), ("plan", False, CITY)]
)
def test_option_that_does_not_go_with_a_form_is_refused(name, as_csv, start):
    with pytest.raises(InputError, match=f"'{name}' does not go with this option"):
        template_bytes(name, language="en", as_csv=as_csv, start=start)


def test_form_that_is_there_already_is_never_overwritten(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"filled in with care")

    with pytest.raises(InputError, match="is there already"):
        refuse_to_overwrite(path)


def test_csv_form_has_what_excel_expects_in_each_language():
    english = template_bytes("plan", language="en", as_csv=True, start=None)
    spanish = template_bytes("plan", language="es", as_csv=True, start=None)

    assert english.startswith(b"\xef\xbb\xbfNumber,Pain point or gap,")
    assert spanish.decode("utf-8-sig").startswith("Número;Dificultad o brecha;")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_frame_fit_and_name_the_same_placeholders(language):
    from string import Formatter

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, words in frame_words().items():
        assert names(words.said(language)) == names(words.en), key


def test_forms_lie_where_the_package_ships_them():
    assert (Path(__file__).parents[3] / "api/forms/words.yaml").is_file()
