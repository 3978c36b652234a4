"""Forms say everything in every language, and ask for what the proofs of the rubric read."""

from collections.abc import Iterator

import pytest

from api.forms.library import library_forms, load_forms
from reports import i18n
from rubrics import checks
from rubrics.forms import LANGUAGES, Form, Words, known_keys, plain_name, read_forms
from rubrics.loader import LIBRARY
from rubrics.problems import InputError

FORMS = {form.kind: form for form in library_forms()}

SMALL = """\
id: small
kind: plan
title: {en: A, es: B, pt: C}
help: {en: A, es: B, pt: C}
source: S1
parts:
  - {id: rows, title: {en: Rows, es: Filas, pt: Linhas}}
columns:
  - {id: action, kind: text, text: {en: Action, es: Acción, pt: Ação}}
  - id: status
    kind: choice
    text: {en: Status, es: Estado, pt: Situação}
    options:
      done: {en: Done, es: Terminada, pt: Concluída}
      stopped: {en: Stopped, es: Suspendida, pt: Interrompida}
examples:
  - {action: {en: Do, es: Hacer, pt: Fazer}, status: done}
"""


def read(text: str) -> Form:
    (form,) = read_forms([("forms/small.yaml", text.encode())])
    return form


def test_form_speaks_the_languages_of_the_reports():
    assert LANGUAGES == i18n.LANGUAGES


def test_header_is_known_by_its_id_and_by_its_text_in_every_language():
    form = read(SMALL)

    assert [column.id for column in form.columns_of(form.parts[0])] == ["action", "status"]
    assert form.column_ids == {
        **dict.fromkeys(("action", "accion", "acao"), "action"),
        **dict.fromkeys(("status", "estado", "situacao"), "status"),
    }


def test_text_that_lacks_a_language_is_refused_with_its_place():
    with pytest.raises(InputError) as refused:
        read(SMALL.replace("es: Acción, ", ""))

    assert str(refused.value) == "forms/small.yaml:9:36: 'es' is missing. Add it."


def test_key_that_nobody_declared_is_refused_with_a_suggestion():
    with pytest.raises(InputError, match="Did you mean 'source'"):
        read(SMALL.replace("source: S1", "sourse: S1"))


FAULTS = {
    "two columns that share a word": ("es: Estado", "es: Acción", "share the word 'accion'"),
    "two options that share a word": ("es: Suspendida", "es: Terminada", "share the word"),
    "a choice without options": ("kind: text", "kind: choice", "needs 'options'"),
    "options without a choice": ("    kind: choice", "    kind: text", "needs 'options'"),
    "an open text": ("kind: text", "kind: text, open: true", "cannot be 'open'"),
    "bounds of a text": ("kind: text", "kind: text, min: 1", "neither 'min' nor 'max'"),
    "an example of no column": ("status: done}", "state: done}", "has no column state"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_form_that_cannot_be_read_back_is_refused(fault):
    found, put, says = FAULTS[fault]

    with pytest.raises(InputError, match=says):
        read(SMALL.replace(found, put, 1))


def test_every_fault_of_every_form_is_told_at_once():
    spoilt = SMALL.replace("en: Action, ", "").encode()

    with pytest.raises(InputError) as refused:
        read_forms([("a.yaml", spoilt), ("b.yaml", spoilt)])

    assert [problem.place.file for problem in refused.value.problems] == ["a.yaml", "b.yaml"]


def test_keys_are_known_for_suggestions():
    assert {"columns", "shows", "es", "required"} <= known_keys()


# --- the forms of the library ---------------------------------------------------------------------


def test_library_has_a_form_for_each_structured_kind_of_evidence():
    assert [form.id for form in load_forms(LIBRARY / "wwc-2022")] == [
        *("data-map", "journey-map", "kpi", "plan", "survey"),
    ]


@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.id)
def test_form_is_named_after_a_kind_of_evidence_and_a_source_of_the_rubric(form, wwc):
    assert form.kind in wwc.vocabulary.evidence_kinds
    assert form.source in wwc.sources


@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.id)
def test_marks_that_a_form_shows_are_marks_of_the_rubric(form, wwc):
    assert {d.shows for d in form.details if d.shows} <= set(wwc.vocabulary.marks)


def proofs_by_kind(wwc) -> Iterator[tuple[str, checks.Check]]:
    """Every check that reads tables of a kind of evidence which has a form."""

    def walk(check: checks.Check, kinds: tuple[str, ...]) -> Iterator[tuple[str, checks.Check]]:
        if isinstance(check, checks.EvidenceCount):
            kinds = tuple(kind for kind in check.evidence if kind in FORMS)
        yield from ((kind, check) for kind in kinds)
        for _, group in checks.children(check):
            for child in group:
                yield from walk(child, kinds)

    for requirement in wwc.requirements.values():
        yield from walk(requirement.proof, ())


def columns_read(check: checks.Check) -> set[str]:
    found = {*getattr(check, "filled", ()), *getattr(check, "span", ())}
    found |= {name for key in ("column", "field") if (name := getattr(check, key, None))}
    return found


def test_every_column_that_a_proof_reads_stands_in_the_form_of_its_kind(wwc):
    wanted = {(kind, name) for kind, check in proofs_by_kind(wwc) for name in columns_read(check)}
    asked = {(kind, column.id) for kind, form in FORMS.items() for column in form.columns}

    assert wanted
    assert wanted <= asked


def test_every_value_that_a_proof_accepts_is_an_option_of_its_column(wwc):
    for kind, check in proofs_by_kind(wwc):
        columns = {column.id: column for column in FORMS[kind].columns}
        if isinstance(check, checks.OneOf | checks.Covers):
            name = check.column if isinstance(check, checks.Covers) else str(check.field)
            accepted = check.covers if isinstance(check, checks.Covers) else check.one_of
            ids = columns[name].option_ids
            # `not_captured` is read as `no`: any of the words of an option will do.
            assert all(ids.get(plain_name(value)) in accepted for value in accepted), (kind, name)


def test_every_mark_that_a_table_must_show_is_asked_for_beside_its_rows(wwc):
    marks = {kind: {d.shows for d in form.details} for kind, form in FORMS.items()}
    tables = {"data_map", "journey_map", "plan", "survey"}

    for kind, check in proofs_by_kind(wwc):
        if isinstance(check, checks.Shows) and kind in tables:
            in_documents = {"journey_stages", "plan_actions"}  # the rows themselves show these
            assert set(check.shows) - in_documents <= marks[kind], (kind, check.shows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", library_forms(), ids=lambda form: form.id)
def test_words_fit_where_spreadsheets_show_them(form, language):
    for part in form.parts:
        title = part.title.said(language)
        assert len(title) <= 31
        assert not set(title) & set("[]:*?/\\'")
    for column in (*form.columns, *form.details):
        assert column.help is None or len(column.help.said(language)) <= 200, column.id


def test_examples_fit_their_columns():
    for form in library_forms():
        columns = {column.id: column for column in form.columns}
        for example in form.examples:
            for name, value in example.items():
                column = columns[name]
                fits = {
                    "choice": value in column.options,
                    "number": isinstance(value, int | float),
                    "percentage": isinstance(value, int | float),
                }
                assert fits.get(column.kind, isinstance(value, Words | str | int)), (form.id, name)
