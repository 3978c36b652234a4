"""Forms come back in any language, from workbooks and CSV files, with what is wrong by its cell."""

import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from api.evidence.tables.tables import NotATableError, TableTooLargeError, read_table
from api.evidence.text import decode_text
from api.forms.library import library_forms
from api.forms.reading import read_form
from api.forms.telling import cell_sentence
from api.forms.writing_csv import write_csv
from api.forms.writing_xlsx import write_xlsx
from assessment.model import Row
from rubrics.forms import LANGUAGES, Form, Words
from rubrics.loader import LIBRARY
from tests.api.forms.filling import form_of, write_book

DAY = date(2025, 9, 15)

PLAN_HEADS = {
    "en": ("Action", "Owner", "Start", "Status", "Target"),
    "es": ("Acción", "Responsable", "Inicio", "Estado", "Meta"),
    "pt": ("Ação", "Responsável", "Início", "Situação", "Meta"),
}


def values_of(form: Form) -> Iterator[dict[str, Any]]:
    """A value for every column and detail, no two rows alike."""
    samples = {
        "text": "Plan de compras = 2026; “bases”",
        "number": 2,
        "percentage": 57,
        "date": DAY,
        "yes_no": True,
        "url": "https://city.example/x?y=1",
        "email": "compras@city.example",
    }
    for part in form.parts:
        columns = form.columns_of(part)
        for turn in (0, -1):
            yield {
                c.id: list(c.options)[turn] if c.kind == "choice" else samples[c.kind]
                for c in columns
            }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.id)
def test_rows_that_were_written_come_back_the_same(form, language, tmp_path):
    rows = tuple(values_of(form))
    path = tmp_path / "form.xlsx"
    path.write_bytes(write_xlsx(form, language=language, rows=rows))

    read = read_form(path, format="xlsx", kind=form.kind)

    assert read is not None
    assert read.template == form.id
    assert read.rows == rows
    assert {p.code for p in read.problems} <= {"cell.missing"}  # nobody has answered beside them


@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.id)
def test_form_that_nobody_filled_in_has_no_rows(form, tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(write_xlsx(form, language="pt"))

    read = read_form(path, format="xlsx", kind=form.kind)

    assert read is not None
    assert read.rows == ()
    assert read.marks == ()


def test_form_is_known_by_its_ids_whatever_it_was_handed_in_as(tmp_path):
    path = tmp_path / "survey.xlsx"
    path.write_bytes(write_xlsx(form_of("survey"), language="es"))

    read = read_form(path, format="xlsx", kind="document")

    assert read is not None
    assert read.template == "survey"


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_in_any_language_are_enough(language, tmp_path):
    form = form_of("plan")
    status = next(c for c in form.columns if c.id == "status").options["in_progress"]
    row = ("Bases", "Compras", DAY, status.said(language), 3)
    path = write_book(tmp_path / "plan.xlsx", {"Hoja1": [(), PLAN_HEADS[language], row]})

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.problems == ()
    assert read.rows == (
        {"action": "Bases", "owner": "Compras", "start": DAY, "status": "in_progress", "target": 3},
    )


def test_table_of_another_kind_is_no_form(tmp_path):
    path = write_book(tmp_path / "list.xlsx", {"S": [("name", "date"), ("x", DAY)]})

    assert read_form(path, format="xlsx", kind="attendance_list") is None


def test_columns_of_the_team_are_kept_after_ours(tmp_path):
    rows = [("Acción", "Responsable", "Código postal"), ("Bases", "Compras", 8320000)]
    path = write_book(tmp_path / "plan.xlsx", {"S": rows})

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.rows == ({"action": "Bases", "owner": "Compras", "codigo_postal": 8320000},)


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_that_were_copied_into_the_form_are_not_read(language, tmp_path):
    form = form_of("plan")
    examples = [
        {k: v.said(language) if isinstance(v, Words) else v for k, v in example.items()}
        for example in form.examples
    ]
    own = {"action": "Ours", "status": "done"}
    path = tmp_path / "form.xlsx"
    path.write_bytes(write_xlsx(form, language=language, rows=[*examples, own]))

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert [{k: v for k, v in row.items() if v is not None} for row in read.rows] == [own]


# --- what is wrong with a cell --------------------------------------------------------------------

WRONG = [
    ("Start", "03/04/2025", "cell.ambiguous_date"),
    ("Start", "soon", "cell.not_a_date"),
    ("Start", 45_000, "cell.not_a_date"),
    ("Start", "31/02/2025", "cell.not_a_date"),
    ("Status", "finishd", "cell.not_an_option"),
    ("Target", "about 3", "cell.not_a_number"),
    ("Target", "1.234", "cell.ambiguous_number"),
    ("Target", "=A1/0", "cell.formula_failed"),
    ("Cost", -1, "cell.out_of_range"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("head", "value", "code"), WRONG)
def test_cell_that_cannot_be_taken_is_named_and_kept(head, value, code, language, tmp_path):
    rows = [("Action", head), ("Short terms", value)]
    path = write_book(tmp_path / "plan.xlsx", {"Plan": rows})

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    (problem,) = read.problems
    assert (problem.sheet, problem.cell, problem.code) == ("Plan", "B2", code)
    kept = "#REF!" if code == "cell.formula_failed" else value
    assert read.rows[0][str(problem.params["column"])] == kept
    sentence = cell_sentence(problem, form_of("plan"), language)
    assert str(kept) in sentence
    assert "{" not in sentence


def test_option_that_is_nearly_right_gets_a_suggestion_in_the_language_of_the_reader(tmp_path):
    rows = [("Acción", "Estado"), ("Bases", "Terminadas")]
    path = write_book(tmp_path / "plan.xlsx", {"S": rows})

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    sentence = cell_sentence(read.problems[0], form_of("plan"), "es")
    assert "¿Quisieron decir “Terminada”?" in sentence


def test_cell_that_every_row_needs_is_named_where_it_is_blank(tmp_path):
    rows = [("Etapa", "Qué se anota", "Responsable"), ("Licitación", "Bases", None)]
    path = write_book(tmp_path / "map.xlsx", {"Datos": rows})

    read = read_form(path, format="xlsx", kind="data_map")

    assert read is not None
    assert [(p.cell, p.code, p.params["column"]) for p in read.problems] == [
        ("C2", "cell.missing", "owner")
    ]


TAKEN = [
    ("Inicio", "03/04/2025", date(2025, 4, 3)),  # who writes Spanish puts the day first
    ("Inicio", "25.11.2025", date(2025, 11, 25)),
    ("Inicio", "2025-11-03", date(2025, 11, 3)),
    ("Meta", "1.234,5", 1234.5),
    ("Meta", "4,5", 4.5),
    ("Meta", "12 %", 12),
    ("Estado", "TERMINADA", "done"),
    ("Estado", "Concluída", "done"),
    ("Estado", "in_progress", "in_progress"),
]


@pytest.mark.parametrize(("head", "value", "expected"), TAKEN)
def test_cell_may_be_written_in_many_ways(head, value, expected, tmp_path):
    path = write_book(tmp_path / "plan.xlsx", {"S": [("Acción", head), ("Bases", value)]})

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.problems == ()
    assert list(read.rows[0].values())[1] == expected


def test_month_comes_first_where_no_other_reading_is_possible(tmp_path):
    path = write_book(tmp_path / "plan.xlsx", {"S": [("Action", "Start"), ("Terms", "11/25/2025")]})

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.rows[0]["start"] == date(2025, 11, 25)


@pytest.mark.parametrize(("stored", "share"), [(0.85, 85), (0.57, 57), (85, 85), (1, 100)])
def test_share_is_read_as_percent_however_the_sheet_keeps_it(stored, share, tmp_path):
    rows = [("Pregunta", "Resultado", "Porcentaje (%)"), ("¿Por qué?", "Tarde", stored)]
    path = write_book(tmp_path / "survey.xlsx", {"S": rows})

    read = read_form(path, format="xlsx", kind="survey")

    assert read is not None
    assert read.rows[0]["share"] == share


# --- beside the rows ------------------------------------------------------------------------------


def about(**answers: object) -> dict[str, list[tuple[Any, ...]]]:
    ids: list[tuple[Any, ...]] = [
        (f"plan.about.{key}", "?", value) for key, value in answers.items()
    ]
    return {"Plan": [("Acción", "Estado"), ("Bases", "Sin iniciar")], "Acerca": ids}


def test_answers_beside_the_rows_show_marks_and_date_the_form(tmp_path):
    path = write_book(tmp_path / "plan.xlsx", about(updated_on=DAY, approved="Sí"))

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.dated == DAY
    assert read.marks == ("plan_approval",)
    assert read.details == {"updated_on": DAY, "approved": True}


def test_no_and_zero_show_nothing(tmp_path):
    path = write_book(tmp_path / "plan.xlsx", about(updated_on=DAY, approved="no"))

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.marks == ()
    assert read.details["approved"] is False


def test_answer_that_cannot_be_taken_shows_nothing_and_is_named(tmp_path):
    path = write_book(tmp_path / "plan.xlsx", about(updated_on="ayer", approved="tal vez"))

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.marks == ()
    assert read.dated is None
    assert [(p.cell, p.code) for p in read.problems] == [
        ("C1", "cell.not_a_date"),
        ("C2", "cell.not_yes_no"),
    ]


def test_questions_are_known_by_their_words_where_the_ids_are_gone(tmp_path):
    sheets = {
        "Plan": [("Acción", "Estado"), ("Bases", "Sin iniciar")],
        "Otros": [("¿Aprobó el plan la jefatura de adquisiciones? *", "sí")],
    }
    path = write_book(tmp_path / "plan.xlsx", sheets)

    read = read_form(path, format="xlsx", kind="plan")

    assert read is not None
    assert read.marks == ("plan_approval",)


# --- CSV ------------------------------------------------------------------------------------------

KINDS = {
    "mapa-de-datos": "data_map",
    "mapa-de-dados": "data_map",
    "mapa-del-viaje": "journey_map",
    "plan-de-mejora": "plan",
    "plano-de-melhoria": "plan",
    "linea-base": "kpi_table",
    "linha-de-base": "kpi_table",
    "piloto-bases-simples": "kpi_table",
    "lotes-antes-e-depois": "kpi_table",
}


@pytest.mark.parametrize("name", KINDS)
def test_tables_of_the_example_cities_read_as_they_always_did(name):
    (path,) = LIBRARY.glob(f"wwc-2022/submissions/*/evidence/{name}.csv")
    text = decode_text(path.read_bytes())
    assert text is not None

    read = read_form(path, format="csv", kind=KINDS[name])

    assert read is not None
    assert read.rows == read_table(text)
    assert read.problems == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.id)
def test_header_of_the_csv_form_is_known_in_every_language(form, language, tmp_path):
    path = tmp_path / "form.csv"
    path.write_bytes(write_csv(form, language=language))

    read = read_form(path, format="csv", kind=form.kind)

    assert read is not None
    assert read.template == form.id
    assert read.rows == ()


def test_share_in_a_csv_file_is_taken_as_it_is_written(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("Pregunta;Resultado;Porcentaje (%)\n¿?;Tarde;0,5\n", "utf-8")

    read = read_form(path, format="csv", kind="survey")

    assert read is not None
    assert read.rows[0]["share"] == 0.5


# --- files that would hurt ------------------------------------------------------------------------


def test_cell_in_the_last_corner_of_a_sheet_is_refused_before_it_fills_all_memory(tmp_path):
    import xlsxwriter

    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Action")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(TableTooLargeError):
        read_form(path, format="xlsx", kind="plan")


def test_archive_that_unpacks_to_far_more_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 200_000_000)

    with pytest.raises(TableTooLargeError):
        read_form(path, format="xlsx", kind="plan")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook at all"])
def test_file_that_is_no_workbook_is_said_to_be_none(content, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)

    with pytest.raises(NotATableError):
        read_form(path, format="xlsx", kind="plan")


def test_workbook_that_declares_entities_is_refused(tmp_path):
    path = tmp_path / "xxe.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", b"<r/>")
        bomb = b'<!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>'
        archive.writestr("xl/workbook.xml", bomb)

    with pytest.raises(NotATableError):
        read_form(path, format="xlsx", kind="plan")


@pytest.mark.parametrize(
    "raw", [float("inf"), float("nan"), 1e300, "9" * 400, "x" * 30_000, "\x00"]
)
@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.id)
def test_no_cell_is_too_odd_to_be_told_of(raw, form):
    from api.forms.cells import Manner, read_cell, read_unknown
    from assessment.facts import CellProblem, Facts

    for column in (*form.columns, *form.details):
        read = read_cell(column, raw, Manner())
        row: Row = {column.id: read.value, "other": read_unknown(raw, Manner())}
        problem = CellProblem(cell="A1", code=read.code or "", params=read.params)
        assert Facts(status="seen", table=(row,), problems=(problem,)).table == (row,)
