"""Sentences: there is one for every code, in every language, and no id shows through."""

import re

import pytest

from assessment.codes import Code
from assessment.results import Lens, Param, Reason, Trace, Verdict
from reports import wording
from reports.i18n import LANGUAGES, load_language
from reports.labels import FORMATS, GROUPS, LICENCES, RECORDS, STAGE_FIELDS, STAGES, span
from reports.sentences import SENTENCES, VARIANTS
from rubrics.checks import KINDS, Format, Group, Licence, Stage, StageField
from rubrics.messages import MESSAGES
from rubrics.problems import Place, Problem
from tests.reports.examples import every_trace, rubric

PARAMS: dict[str, Param] = {
    "accepted": ("yes", "no"),
    "asked": 2,
    "assessed_on": "2024-05-02",
    "by": "Ana Ruiz",
    "by_number": 62.5,
    "by_value": 55,
    "chosen": ("yes",),
    "column": "stage",
    "complete": 3,
    "columns": 7,
    "country": "FR",
    "criteria": ("RDC1", "RDC2"),
    "date": "2025-01-31",
    "dated": "2025-01-31",
    "end": "2025-07-31",
    "failing": ("2", "4"),
    "fields": ("supplier", "amount"),
    "format": "pdf",
    "from": "award",
    "groups": ("who", "how"),
    "justification": "State law forbids us to ask for this.",
    "kinds": ("dataset", "page"),
    "lasts": "12 months",
    "licence": "restricted",
    "marks": ("title", "contact"),
    "max": 30,
    "met": 1,
    "min": 80,
    "newest": "2024-08-20",
    "of": 5,
    "part": "responses",
    "population": 12_000,
    "proving": 1,
    "question": "rdc7-awards",
    "reason": "The register is complete.",
    "records": 12,
    "requirement": "rdc7-awards",
    "rows": 3,
    "seen": ("scope",),
    "share": 80,
    "since": "2024-11-03",
    "start": "2024-08-01",
    "stage": "award",
    "suggested": 3,
    "to": "tender",
    "value": 60,
    "values": ("planning", "award"),
    "verdict": "agree",
    "weakest": "how",
    "whole": "invited",
    "why": "scheme",
    "window": "12 months",
}
ROUTES: dict[str, Param] = {"met": ("A", "B"), "asked": 1}


def params_of(code: Code) -> dict[str, Param]:
    """Something for every placeholder of a code's sentences, as the engine would fill it."""
    messages = [SENTENCES[code], *(m for (c, _), m in VARIANTS.items() if c == code)]
    names = {n for m in messages for n in re.findall(r"{(\w+)}", f"{m.text}{m.plural or ''}")}
    names -= {"found"}
    found = {name: PARAMS[name] for name in names}
    if code == Code.DOCUMENT_UNDATED:
        found |= {"text": "2025-03-01", "metadata": "2025-04-02"}
    if code.startswith("coverage."):
        found |= {"by_number": 62.5, "by_value": 55}
    if code.startswith("routes."):
        found |= {name: ROUTES[name] for name in names}
    if code.startswith("answer.is"):
        found["asked"] = "yes"
    if code in (Code.COLUMN_DISTINCT, Code.COLUMN_TOO_FEW):
        found["values"] = 1
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence_in_every_language(code, language):
    reason = Reason(code.value, Lens.EVIDENCED, params_of(code), "rdc7-awards")
    own = rubric().requirements["rdc7-awards"]

    sentence = wording.reason_sentence(reason, own, rubric(), load_language(language))

    assert sentence
    assert "{" not in sentence
    assert not re.search(r"\brdc[78]-|[a-z]_[a-z]", sentence), sentence


@pytest.mark.parametrize("code", list(Code))
def test_the_least_parameters_are_enough(code):
    message = SENTENCES[code]
    names = set(re.findall(r"{(\w+)}", f"{message.text}{message.plural or ''}"))
    params = {name: value for name, value in params_of(code).items() if name in names}
    reason = Reason(code.value, Lens.EVIDENCED, params, "rdc7-awards")

    assert wording.reason_sentence(reason, None, rubric(), load_language("en"))


def test_no_step_of_any_case_shows_an_id():
    english = load_language("en")
    requirements = rubric().requirements
    seen = set()
    for name, step in every_trace():
        own = requirements.get(name)
        sentence = wording.trace_sentence(
            step, own, rubric(), english, titles={step.looked_at: "X"}
        )
        assert not re.search(r"\brdc[78]-|\b[a-z]+_[a-z]+|{|}", sentence), (step, sentence)
        assert wording.kind_words(step, english) != step.kind, step
        seen.add(step.code)
    # What the cases of the rubric never reach is tested by hand above.
    assert len(seen) > len(Code) / 2


def test_a_percentage_is_said_in_percent():
    reason = Reason("number.too_low", Lens.CLAIMED, {"value": 79, "min": 80}, "rdc7-awards")
    own = rubric().requirements["rdc7-awards"]

    sentence = wording.reason_sentence(reason, own, rubric(), load_language("en"))

    assert sentence == "79\u00a0% so far; at least 80\u00a0% is needed."


def test_a_cell_is_named_by_its_row_and_column():
    looked_at = "rdc7-data-map.rows[3].owner"
    reason = Reason("fields.empty", Lens.CLAIMED, {"fields": ("owner",)}, looked_at)
    own = rubric().requirements["rdc7-data-map"]

    sentence = wording.reason_sentence(reason, own, rubric(), load_language("en"))

    assert sentence.startswith("row 3: Still blank: The person or team that owns it.")


def test_evidence_is_called_by_its_title():
    params = {"newest": "2024-08-20", "since": "2024-11-03", "window": "12 months"}
    reason = Reason("dataset.too_old", Lens.EVIDENCED, params, "register")
    own = rubric().requirements["rdc7-awards"]

    sentence = wording.reason_sentence(
        reason, own, rubric(), load_language("en"), titles={"register": "Award register"}
    )

    assert sentence == (
        "“Award register”: Its newest record is of August 20, 2024; it must lie within the past "
        "12 months (since November 3, 2024). Bring the data up to date, and attach them again."
    )


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("1 month", "the past month"),
        ("12 months", "the past 12 months"),
        ("4 quarters", "this calendar quarter or the 4 before"),
        ("30 days", "the past 30 days"),
        ("2 weeks", "the past 2 weeks"),
        ("1 year", "the past year"),
    ],
)
def test_a_window_is_said_as_a_span_of_time(window, words):
    assert span(window, load_language("en")) == words


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (STAGES, Stage),
        (RECORDS, Stage),
        (STAGE_FIELDS, StageField),
        (GROUPS, Group),
        (FORMATS, Format),
        (LICENCES, Licence),
    ],
)
def test_every_word_of_a_closed_list_has_a_label(table, words):
    assert set(table) == set(words)


def test_every_kind_of_check_has_a_name_in_the_explanation():
    assert set(KINDS) <= set(wording.KINDS)


def test_every_verdict_has_a_word_and_a_sign_of_its_own():
    assert set(wording.VERDICTS) == set(wording.MARKS) == set(Verdict)
    assert len(set(wording.MARKS.values())) == len(Verdict)


def test_every_lens_has_a_word():
    assert set(wording.LENSES) == set(wording.LENS_MEANINGS) == set(Lens)


def test_a_route_is_called_by_its_name():
    step = Trace("route B", Verdict.MET, "group.met", {"met": 2, "asked": 2, "of": 2})

    assert wording.kind_words(step, load_language("es")) == "Vía B"


# --- problems of what was written -----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_problem_has_a_sentence_with_its_parameters(code, language):
    names = set(re.findall(r"{(\w+)}", MESSAGES[code])) - {"hint"}
    params = {name: f"<{name}>" for name in names} | {"suggestion": "rdc7-awards"}

    sentence = wording.problem_sentence(
        Problem(code, Place("a.yaml", 3, 1), params), load_language(language)
    )

    assert all(f"<{name}>" in sentence for name in names), sentence
    assert ("rdc7-awards" in sentence) == ("{hint}" in MESSAGES[code])


def test_what_was_expected_is_said_in_the_reader_s_language():
    params = {"expected": "a number from 0 to 100", "got": "140"}
    problem = Problem("value.out_of_range", Place("a.yaml", 3, 1), params)

    assert wording.problem_sentence(problem, load_language("es")) == (
        "140 está fuera de rango: se esperaba un número de 0 a 100."
    )
