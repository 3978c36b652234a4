"""Sentences for notes on evidence: each code, each kind of cell, in every language."""

import re

import pytest

from assessment.facts import Facts
from assessment.notes import NoteCode, notes_of
from assessment.results import Note
from reports.i18n import LANGUAGES, load_language
from reports.noting import CELLS, NOTE_VARIANTS, NOTES, note_sentence
from tests.assessment.test_notes import EVERYTHING
from tests.reports.examples import rubric

TABLE = {"columns": [{"name": "Vendor", "filled": 1, "suggests": "award.supplier"}]}
OTHERS = (
    {"link": {"checked_on": "2025-11-03", "status": 404}},
    {"document": {"language": "pt"}},
    {"dataset": {"processes": 0, "structure_checked": 9}},
    TABLE,
    {"columns": [{"name": "Vendor", "filled": 1}]},
)


def every_note() -> list[Note]:
    """A note of every code."""
    seen = [EVERYTHING, *({"status": "seen", **facts} for facts in OTHERS)]
    return [note for facts in seen for note in notes_of(Facts.model_validate(facts))]


def said(note: Note, language: str = "en") -> str:
    return note_sentence(note, rubric(), load_language(language))


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    assert set(NOTES) == set(NoteCode) == {note.code for note in every_note()}
    assert {code for code, _ in NOTE_VARIANTS} <= set(NoteCode)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_note_shows_an_id_or_a_placeholder(language):
    for note in every_note():
        sentence = said(note, language)
        assert "{" not in sentence
        assert "award.supplier" not in sentence
        assert not re.search(r"[a-z]_[a-z]", sentence), sentence


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_note_is_english_in_another_language(language):
    alike = [note.code for note in every_note() if said(note) == said(note, language)]

    assert alike == []


def test_numbers_dates_and_words_are_those_of_the_reader():
    notes = {note.code: note for note in every_note()}

    assert said(notes[NoteCode.PERSONAL_SUSPECTED]).startswith(
        "Personal data are suspected: e-mail addresses 4."
    )
    assert "who buys 100\xa0%, what is bought 75\xa0%" in said(notes[NoteCode.DATASET_GROUPS])
    assert said(notes[NoteCode.LINK_MODIFIED], "es").endswith("el 1 de octubre de 2025.")
    assert "inglés" in said(notes[NoteCode.DOCUMENT_LANGUAGE_DIFFERS], "es")
    assert "because the amounts are in several currencies" in said(notes[NoteCode.FIGURES_MISSING])


def cell(problem: str, **params: str) -> Note:
    place = {"sheet": "Map", "cell": "C4", "problem": problem, "column": "covered_until"}
    return Note(NoteCode.FORM_CELL, "warning", {**place, "got": "soon", **params})


@pytest.mark.parametrize("problem", [*CELLS, "cell.of_another_kind"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_cell_is_named_with_sheet_and_mend(problem, language):
    sentence = said(cell(problem), language)

    assert sentence.startswith("Map, C4: ")
    assert "{" not in sentence


def test_cell_of_a_form_without_sheets_is_named_alone():
    assert said(cell("cell.missing", sheet="")).startswith("C4: ")


def test_column_is_called_as_the_rubric_calls_it():
    assert "Last day of the period" in said(cell("cell.not_a_date", column="period_end"))
