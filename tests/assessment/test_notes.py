"""Notes on evidence: what was seen that changes no verdict, in few and bounded words."""

from typing import Any

import msgspec
import pytest

from assessment.details import with_details
from assessment.facts import Facts
from assessment.notes import MAX_CELLS, MAX_COLUMNS, MAX_ERRORS, WARNINGS, NoteCode, notes_of
from tests.builders import assessed, criterion, evidence, requirement, rubric, submission

EVERYTHING: dict[str, Any] = {
    "status": "seen",
    "encoding": "windows-1252",
    "licence": "cc_by",
    "rows": 50,
    "sheet": "Data",
    "sheets": 2,
    "columns": [{"name": "Method", "filled": 0}],
    "link": {
        "checked_on": "2025-11-03",
        "status": 200,
        "address": "https://city.example/home",
        "redirects": 1,
        "last_modified": "2025-10-01",
        "login": True,
        "refused": "port",
    },
    "document": {
        "title": "Ordinance",
        "pages": 12,
        "has_text": False,
        "declared_language": "en-US",
        "language": "es",
        "dates": [
            {"on": "2025-01-01", "source": "text", "says": "mentioned"},
            {"on": "2025-02-01", "source": "text", "says": "mentioned"},
            {"on": "2025-03-01", "source": "text", "says": "mentioned"},
            {"on": "2025-04-01", "source": "metadata", "says": "modified"},
        ],
    },
    "dataset": {
        "processes": 40,
        "rows": 50,
        "oldest_record": "2023-01-01",
        "newest_record": "2025-10-01",
        "rhythm": "monthly",
        "active_months": 11,
        "stages": {"tender": {"records": 40}, "award": {"records": 0}},
        "groups": {"who": 40, "what": 30},
        "identifiers": {"supplier": 20},
        "joins": {
            "award-tender": {"records": 40, "joined": 30},
            "contract-award": {"records": 0, "joined": 0},
        },
        "duplicates": 3,
        "personal": {"email": 4, "national_id": 0},
        "structure_checked": 50,
        "structure_errors": [{"path": "/awards", "error": "type", "records": 2}] * 5,
        "publication_policy": "https://city.example/policy",
        "key_figures": [
            {
                "id": "avg_bids",
                "unit": "bids",
                "value": 2.5,
                "few": True,
                "excluded": {"bidders_odd": 3, "cancelled": 9},
            },
            {"id": "top10_share", "unit": "percent", "missing": "several_currencies"},
            {"id": "no_bid_rate", "unit": "percent", "missing": "several_currencies"},
            {"id": "days_advertised", "unit": "days", "value": 20},
        ],
    },
    "problems": [
        {"sheet": "Map", "cell": f"C{i}", "code": "cell.not_a_date", "params": {"got": "soon"}}
        for i in range(20)
    ],
}


def noted(**facts: Any) -> dict[str, dict[str, Any]]:
    """The parameters of every note, by its code."""
    found = notes_of(Facts.model_validate({"status": "seen", **facts}))
    return {str(note.code): dict(note.params) for note in found}


def test_evidence_of_which_nothing_is_known_has_no_notes():
    assert notes_of(Facts(status="not_checked")) == ()


def test_everything_that_was_seen_is_noted_warnings_first():
    facts = Facts.model_validate(EVERYTHING)

    found = notes_of(facts)

    elsewhere = {
        NoteCode.LINK_FAILED,
        NoteCode.DOCUMENT_LANGUAGE,
        NoteCode.DATASET_STRUCTURE,
        NoteCode.COLUMNS_UNCONFIRMED,
    }
    assert {note.code for note in found} == set(NoteCode) - elsewhere
    kinds = [note.kind for note in found]
    assert kinds == sorted(kinds, reverse=True)
    assert {note.code for note in found if note.kind == "warning"} == WARNINGS - elsewhere


def test_notes_are_few_however_many_faults_there_are():
    many = Facts.model_validate({**EVERYTHING, "problems": EVERYTHING["problems"] * 100})

    codes = [note.code for note in notes_of(many)]

    assert codes.count(NoteCode.FORM_CELL) == MAX_CELLS
    assert codes.count(NoteCode.DATASET_STRUCTURE_BROKEN) == MAX_ERRORS
    assert len(msgspec.json.encode(notes_of(many))) < 6_000
    assert noted(problems=EVERYTHING["problems"])["form.more_cells"] == {"cells": 15}


def test_cell_that_could_not_be_read_is_named_with_its_sheet():
    (note,) = notes_of(
        Facts.model_validate({"status": "seen", "problems": EVERYTHING["problems"][:1]})
    )

    assert note.params == {
        "sheet": "Map",
        "cell": "C0",
        "problem": "cell.not_a_date",
        "got": "soon",
    }


def test_shares_are_those_of_all_processes():
    found = noted(dataset=EVERYTHING["dataset"])

    assert found["dataset.groups"]["who"] == 100
    assert found["dataset.groups"]["what"] == 75
    assert found["dataset.groups"]["how"] == 0
    assert found["dataset.identifiers"] == {"supplier": 50}
    assert found["dataset.join"] == {"from": "award", "to": "tender", "share": 75}
    assert found["dataset.stages"] == {"tender": 40}


def test_data_without_processes_have_no_shares():
    assert set(noted(dataset={"processes": 0})) == {"dataset.size"}


def test_figures_that_could_not_be_computed_are_told_by_the_reason():
    found = noted(dataset=EVERYTHING["dataset"])

    assert found["figures.missing"] == {
        "figures": ("top10_share", "no_bid_rate"),
        "why": "several_currencies",
    }
    assert found["figures.few"] == {"figures": ("avg_bids",)}


def test_awards_that_say_nobody_bid_are_told_to_be_corrected():
    found = noted(dataset=EVERYTHING["dataset"])

    assert found["figures.odd_bidders"] == {"records": 3}


def test_sound_structure_is_noted_as_well():
    found = noted(dataset={"processes": 1, "structure_checked": 8})

    assert found["dataset.structure"] == {"checked": 8}


def test_fault_of_structure_is_told_where_nobody_counted_what_was_checked():
    error = {"path": "/date", "error": "format", "records": 1}

    found = noted(dataset={"processes": 1, "structure_errors": [error]})

    assert found["dataset.structure_broken"] == {**error, "checked": 0}


def test_newest_dates_are_noted_of_each_source():
    found = noted(document=EVERYTHING["document"])

    assert found["document.dates_in_text"] == {"dates": ("2025-03-01", "2025-02-01")}
    assert found["document.dates_by_program"] == {"dates": ("2025-04-01",)}


@pytest.mark.parametrize(
    ("language", "declared", "code"),
    [
        ("es", None, "document.language"),
        ("es", "es-CL", "document.language"),
        ("es", "EN", "document.language_differs"),
        (None, "en", None),
    ],
)
def test_language_that_a_document_only_claims_is_noted(language, declared, code):
    found = noted(document={"language": language, "declared_language": declared})

    assert list(found) == ([code] if code else [])


@pytest.mark.parametrize(("status", "code"), [(200, "link.answered"), (404, "link.failed")])
def test_answer_of_an_address_is_noted(status, code):
    assert noted(link={"checked_on": "2025-11-03", "status": status}) == {
        code: {"on": "2025-11-03", "status": status}
    }


def test_address_that_did_not_answer_has_no_note_of_an_answer():
    assert noted(link={"checked_on": "2025-11-03"}) == {}


def test_columns_that_nobody_confirmed_are_noted_with_what_is_suggested():
    columns = [
        {"name": f"Column {i}", "filled": 1, "suggests": "award.supplier" if i < 20 else None}
        for i in range(25)
    ]

    found = noted(columns=columns)["columns.unconfirmed"]

    assert (found["columns"], found["unknown"]) == (25, 5)
    assert len(found["suggestions"]) == MAX_COLUMNS
    assert found["suggestions"][0] == "Column 0: award.supplier"


def test_columns_that_were_confirmed_are_no_news():
    assert "columns.unconfirmed" not in noted(
        columns=[{"name": "Vendor", "filled": 1}], dataset={"processes": 1}
    )


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "ascii"])
def test_usual_encoding_is_not_worth_a_note(encoding):
    assert noted(encoding=encoding) == {}


def test_notes_stand_with_the_evidence_and_change_no_verdict():
    of = rubric(criterion("RDC1", requirement("a")))
    parts: dict[str, Any] = {
        "answers": {"a": "yes"},
        "evidence": [
            evidence("a", facts=EVERYTHING),
            evidence("a", name="e2", facts=None, file="a.pdf"),
        ],
    }
    before = assessed(of, **parts)

    after = with_details(of, submission(of, **parts), before)

    assert [len(entry.notes) > 0 for entry in after.evidence] == [True, False]
    assert (after.criteria, after.lenses) == (before.criteria, before.lenses)


def test_a_table_says_how_large_it_is_and_what_is_empty_in_it():
    columns = [{"name": "Vendor", "filled": 7}, {"name": "Method", "filled": 0}]

    found = noted(columns=columns, rows=7, sheet="February", sheets=2)

    assert found["table.size"] == {"rows": 7, "columns": 2}
    assert found["table.sheet"] == {"sheet": "February", "sheets": 2}
    assert found["columns.empty"] == {"columns": ("Method",)}


def test_a_workbook_with_one_sheet_needs_no_word_about_it():
    columns = [{"name": "Vendor", "filled": 7}]

    found = noted(columns=columns, rows=7, sheet="Data", sheets=1)

    assert "table.sheet" not in found
