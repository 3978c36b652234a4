"""A submission that fits its rubric is typed; one that does not is answered with place and mend."""

from datetime import date
from typing import Any

import pytest

from assessment.submission import Submission
from assessment.validation import MAX_NUMBER, MAX_ROWS, MAX_TEXT, validate
from rubrics.problems import InputError, Problem
from rubrics.schema import Rubric
from rubrics.text import read_mapping
from tests.builders import Data, criterion, mapping, requirement, rubric

QUESTIONS = """
yes_no: {kind: yes_no, text: Is it so?}
choice: {kind: choice, text: Which?, options: {daily: Daily, weekly: Weekly}}
choices: {kind: choices, text: Which?, options: {csv: CSV, json: JSON, xml: XML}}
number: {kind: number, text: How many?}
percentage: {kind: percentage, text: Which share?}
date: {kind: date, text: When?}
text: {kind: text, text: What?}
url: {kind: url, text: Where?}
group: {kind: group, text: How?, fields: {share: {kind: percentage, text: Which share?}}}
table: {kind: table, text: Which?, columns: {owner: {kind: text, text: Who?}}}
"""
CHECKS: Data = {
    "yes_no": {"is": "yes"},
    "choice": {"one_of": ["daily"]},
    "choices": {"includes": ["csv"]},
    "number": {"min": 1},
    "percentage": {"min": 80},
    "date": {"within": "1 year"},
    "group": {"field": "share", "min": 80},
    "table": {"rows": 1},
}


def every_kind() -> Rubric:
    """A rubric with one question of every kind, called by the kind's name."""
    source = {"refs": ["S1"], "thresholds": "interpretation"}
    requirements = [
        requirement(name, ask=ask, check=CHECKS.get(name, {"question": "number", "min": 1}))
        for name, ask in mapping(QUESTIONS).items()
    ]
    requirements[0]["not_applicable"] = {"because": "It may be.", "source": source}
    return rubric(criterion("RDC1", *requirements), criterion("DM1"), criterion("DM2"))


RUBRIC = every_kind()
HEAD = "rubric: small\ncity: {name: Example, country: US}\n"


def read(text: str) -> Submission:
    """The submission that a YAML file describes."""
    data, places = read_mapping((HEAD + text).encode(), name="city.yaml")
    return validate(RUBRIC, data, places)


def problems(text: str) -> list[Problem]:
    """Everything that is wrong with a YAML file; the first line of `text` is line 3."""
    with pytest.raises(InputError) as caught:
        read(text)
    return list(caught.value.problems)


def problem(text: str) -> Problem:
    [only] = problems(text)
    return only


# --- what fits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "typed"),
    [
        ("yes_no", "yes", True),
        ("yes_no", "No", False),
        ("yes_no", "true", True),
        ("choice", "daily", "daily"),
        ("choices", "[xml, csv, csv]", ("csv", "xml")),
        ("choices", "[]", ()),
        ("number", "12", 12),
        ("number", "0.5", 0.5),
        ("percentage", "100", 100),
        ("date", "2025-11-03", date(2025, 11, 3)),
        ("date", "2099-01-01", date(2099, 1, 1)),
        ("text", "Ana", "Ana"),
        ("text", "2025-11-03", "2025-11-03"),
        ("text", "12", "12"),
        ("url", "https://city.example", "https://city.example"),
        ("group", "{share: 80}", {"share": 80}),
        ("table", "[{owner: Ana}, {owner: ''}]", ({"owner": "Ana"}, {"owner": None})),
        ("table", "[]", ()),
    ],
)
def test_answer_is_typed_as_its_question_asks(name, written, typed):
    assert read(f"answers: {{{name}: {written}}}").answers == {name: typed}


@pytest.mark.parametrize("name", list(mapping(QUESTIONS)))
@pytest.mark.parametrize("blank", ["", "null", "''", "unknown"])
def test_blank_answer_is_no_answer(name, blank):
    assert read(f"answers: {{{name}: {blank}}}").answers == {name: None}


def test_date_that_is_a_date_already_is_taken():
    data: Data = {"rubric": "small", "city": {"name": "Example", "country": "US"}}

    typed = validate(RUBRIC, {**data, "answers": {"date": date(2025, 1, 1)}}, {})  # type: ignore[dict-item]

    assert typed.answers == {"date": date(2025, 1, 1)}


@pytest.mark.parametrize("version", ["'1'", "1"])
def test_version_of_the_format_is_text_or_number(version):
    assert read(f"schema_version: {version}").schema_version == "1"


def test_evidence_that_is_absent_and_evidence_that_is_empty_differ():
    assert read("answers: {}").evidence is None
    assert read("evidence: []").evidence == ()


# --- what does not --------------------------------------------------------------------------------

WRONG = [
    ("yes_no", "maybe", "answer.wrong_type"),
    ("yes_no", "2", "answer.wrong_type"),
    ("choice", "monthly", "answer.option_unknown"),
    ("choice", "[daily]", "answer.option_unknown"),
    ("choices", "csv", "answer.wrong_type"),
    ("choices", "[csv, pdf]", "answer.option_unknown"),
    ("choices", "[{csv: 1}]", "answer.option_unknown"),
    ("number", "many", "answer.wrong_type"),
    ("number", "true", "answer.wrong_type"),
    ("number", "1e30", "answer.out_of_range"),
    ("percentage", "140", "answer.out_of_range"),
    ("percentage", "-1", "answer.out_of_range"),
    ("percentage", "eighty", "answer.wrong_type"),
    ("date", "03/11/2025", "answer.wrong_type"),
    ("date", "2025-02-30", "answer.wrong_type"),
    ("date", "20251103", "answer.wrong_type"),
    ("text", "[a]", "answer.wrong_type"),
    ("url", "{a: b}", "answer.wrong_type"),
    ("group", "80", "answer.wrong_type"),
    ("group", "{share: 140}", "answer.out_of_range"),
    ("group", "{shares: 80}", "answer.field_unknown"),
    ("table", "{owner: Ana}", "answer.wrong_type"),
    ("table", "[Ana]", "answer.wrong_type"),
    ("table", "[{owners: Ana}]", "answer.field_unknown"),
]


@pytest.mark.parametrize(("name", "written", "code"), WRONG)
def test_answer_that_does_not_fit_its_question_is_named(name, written, code):
    found = problem(f"answers:\n  {name}: {written}")

    assert found.code == code
    assert (found.place.file, found.place.line) == ("city.yaml", 4)
    assert name in found.message()


def test_share_of_140_percent_is_answered_in_words():
    found = problem("answers:\n  percentage: 140")

    assert str(found) == (
        "city.yaml:4:15: The answer to 'percentage' must be a number from 0 to 100, found 140."
    )


def test_unknown_question_is_answered_with_a_suggestion():
    found = problem("answers:\n  percentages: 80")

    assert str(found).startswith("city.yaml:4:3: No question has the id 'percentages'.")
    assert "Did you mean 'percentage'?" in str(found)


def test_option_that_nobody_offers_is_answered_with_a_suggestion():
    assert problem("answers: {choice: weekley}").params["suggestion"] == "weekly"


def test_number_of_more_than_fifteen_digits_is_refused():
    assert MAX_NUMBER == 1e15
    assert problem("answers: {number: -1e16}").code == "answer.out_of_range"


def test_text_may_be_long_and_not_endless():
    assert read(f"answers: {{text: {'x' * MAX_TEXT}}}").answers == {"text": "x" * MAX_TEXT}
    assert problem(f"answers: {{text: {'x' * (MAX_TEXT + 1)}}}").code == "value.too_long"


def test_table_may_be_long_and_not_endless():
    row = "{owner: Ana}"

    longest = read(f"answers: {{table: [{', '.join([row] * MAX_ROWS)}]}}").answers["table"]
    assert isinstance(longest, tuple)
    assert len(longest) == MAX_ROWS
    too_many = problem(f"answers: {{table: [{', '.join([row] * (MAX_ROWS + 1))}]}}")
    assert too_many.code == "answer.too_many_rows"


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("zzz: red", "key.unknown", ""),
        ("answer: {}", "key.unknown", "answers"),
        ("schema_version: '2'", "value.not_one_of", ""),
        ("schema_version: true", "value.not_one_of", ""),
        ("answers: []", "value.wrong_type", None),
        ("declared: {met: [DM3]}", "criterion.unknown", "DM2"),
        ("declared: {met: [RDC1]}", "criterion.assessed", None),
        ("declared: {met: [DM1], not_met: [DM1]}", "criterion.declared_twice", None),
        ("declared: {evidence: letter}", "evidence.unknown", ""),
        ("not_applicable: {yes-no: It is so.}", "not_applicable.unknown", "yes_no"),
        ("not_applicable: {text: It is so.}", "not_applicable.not_allowed", None),
        ("not_applicable: {yes_no: So}", "value.too_short", None),
        (
            "not_applicable: {yes_no: It is so.}\nanswers: {yes_no: yes}",
            "not_applicable.answered",
            None,
        ),
        (
            "decisions: [{about: texts, verdict: met, reason: Seen., by: Coach}]",
            "decision.about_unknown",
            "text",
        ),
        (
            "decisions: [{about: text, verdict: good, reason: Seen., by: Coach}]",
            "value.not_one_of",
            "",
        ),
        (
            "decisions: [{about: text, verdict: met, by: Coach}]",
            "decision.reason_missing",
            None,
        ),
        (
            "decisions: [{about: text, verdict: met, reason: ' ..', by: Coach}]",
            "decision.reason_missing",
            None,
        ),
        (
            "decisions: [{about: text, verdict: not_applicable, reason: Seen., by: Coach}]",
            "not_applicable.not_allowed",
            None,
        ),
        (
            "decisions: [{about: DM1, verdict: not_applicable, reason: Seen., by: Coach}]",
            "not_applicable.not_allowed",
            None,
        ),
    ],
)
def test_what_goes_with_the_answers_must_fit_too(text, code, suggestion):
    found = problem(text)

    assert found.code == code
    assert found.place.file == "city.yaml"
    assert found.place.line >= 3
    assert found.params.get("suggestion") == suggestion
    assert found.message()


def test_who_agrees_with_the_machine_needs_no_reason_of_their_own():
    typed = read("decisions: [{about: text, verdict: agree, by: Coach}]")

    assert typed.decisions[0].reason == ""


def test_blank_answer_beside_a_justification_is_no_answer():
    typed = read("not_applicable: {yes_no: It is so.}\nanswers: {yes_no: ''}")

    assert typed.not_applicable == {"yes_no": "It is so."}


def test_coach_may_say_that_it_does_not_apply_where_the_rubric_allows_it():
    typed = read("decisions: [{about: yes_no, verdict: not_applicable, reason: Law., by: Coach}]")

    assert typed.decisions[0].verdict == "not_applicable"


def test_two_decisions_on_one_thing_are_refused():
    one = "{about: text, verdict: met, reason: Seen., by: Coach}"

    assert problem(f"decisions:\n  - {one}\n  - {one}").code == "decision.duplicate"


ENTRY = "id: e1, kind: document, title: E, url: 'https://city.example'"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[{id: e1, kind: document, title: E}]", "evidence.empty"),
        ("[{id: e1, kind: documents, title: E, file: a.pdf}]", "evidence.kind_unknown"),
        (f"[{{{ENTRY}, serves: [texts]}}]", "evidence.serves_unknown"),
        (f"[{{{ENTRY}, serves: [DM1]}}]", "evidence.serves_unknown"),
        (f"[{{{ENTRY}, shows: {{scopes: page 1}}}}]", "evidence.mark_unknown"),
        (f"[{{{ENTRY}}}, {{{ENTRY}}}]", "evidence.duplicate_id"),
        ("[{id: E 1, kind: document, title: E, file: a.pdf}]", "value.wrong_form"),
        (f"[{{{ENTRY}, dated: 20251103}}]", "value.wrong_type"),
        (f"[{{{ENTRY}, dated: '20251103'}}]", "value.wrong_type"),
        (f"[{{{ENTRY}, dated: '0'}}]", "value.wrong_type"),
        (f"[{{{ENTRY}, facts: {{status: fine}}}}]", "value.not_one_of"),
        (f"[{{{ENTRY}, population: {{number: 0}}}}]", "value.out_of_range"),
        (f"[{{{ENTRY}, population: {{number: '12'}}}}]", "value.wrong_type"),
        (f"[{{{ENTRY}, facts: {{status: seen, size: true}}}}]", "value.wrong_type"),
        (
            f"[{{{ENTRY}, facts: {{status: seen, dataset: {{processes: true}}}}}}]",
            "value.wrong_type",
        ),
        (
            f"[{{{ENTRY}, facts: {{status: seen, dataset: {{processes: 1, value: '9'}}}}}}]",
            "value.wrong_type",
        ),
    ],
)
def test_evidence_must_fit_the_rubric(text, code):
    assert problem(f"evidence: {text}").code == code


def test_evidence_for_a_criterion_is_for_all_its_requirements():
    assert read(f"evidence: [{{{ENTRY}, serves: [RDC1]}}]").evidence is not None


def test_infinite_number_in_facts_is_refused():
    infinite: Any = {"status": "seen", "dataset": {"processes": 1, "value": float("inf")}}
    entry: Data = {"id": "e1", "kind": "document", "title": "E", "facts": infinite}
    city: Data = {"name": "Example", "country": "US"}

    with pytest.raises(InputError):
        validate(RUBRIC, {"rubric": "small", "city": city, "evidence": [entry]}, {})


@pytest.mark.parametrize(
    ("city", "code"),
    [
        ("{country: US}", "key.missing"),
        ("{name: '', country: US}", "value.too_short"),
        ("{name: A, country: usa}", "value.wrong_form"),
        ("{name: A, country: US, population: many}", "value.wrong_type"),
        ("{name: A, country: US, population: -5}", "value.out_of_range"),
    ],
)
def test_city_must_be_named_in_full(city, code):
    data, places = read_mapping(f"rubric: small\ncity: {city}".encode(), name="city.yaml")

    with pytest.raises(InputError) as caught:
        validate(RUBRIC, data, places)

    assert [p.code for p in caught.value.problems] == [code]


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file():
    found = problems("answers:\n  percentage: 140\n  nothing: 1\n  yes_no: maybe\n")

    assert [(p.place.line, p.code) for p in found] == [
        (4, "answer.out_of_range"),
        (5, "question.unknown"),
        (6, "answer.wrong_type"),
    ]


def test_text_of_a_stranger_is_shown_short_and_on_one_line():
    found = problem('answers: {choice: "line\\nbreak\\a' + "x" * 300 + '"}')

    shown = str(found.params["got"])
    assert len(shown) <= 60
    assert shown.isprintable()


def test_every_fault_is_told_at_once_also_beside_a_wrong_key():
    found = problems(
        "popluation: 1\n"
        "answers: {yes_noo: yes}\n"
        "declared: {met: [ZZ9], evidence: nothing}\n"
        "evidence:\n"
        "  - {id: a, kind: documnet, title: A, file: a.md}\n"
        "  - {id: b, kind: document, titel: B, file: b.md}\n"
        "decisions:\n"
        "  - {about: nobody, verdict: met, reason: I looked., by: Coach}\n"
    )

    assert [(p.place.line, p.code) for p in found] == [
        (3, "key.unknown"),
        (4, "question.unknown"),
        (5, "criterion.unknown"),
        (5, "evidence.unknown"),
        (7, "evidence.kind_unknown"),
        (8, "key.missing"),
        (8, "key.unknown"),
        (10, "decision.about_unknown"),
    ]
