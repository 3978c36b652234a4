"""Fields and what is read from them: every kind of answer goes there and back."""

from datetime import date
from typing import Any

import pytest

from api.web.fields import NONE_OF_THESE, Field, errors_of, field_of, number_text
from api.web.reading import read_answer, whole_number
from assessment.validation import validate
from reports.i18n import load_language
from rubrics.schema import Question

EN, ES, PT = (load_language(code) for code in ("en", "es", "pt"))


def filled(field: Field) -> dict[str, list[str]]:
    """What a browser posts of a form that shows this field."""
    posted: dict[str, list[str]] = {}
    if field.options:
        posted[field.name] = [option.value for option in field.options if option.chosen]
    elif field.fields:
        for inner in field.fields:
            posted |= filled(inner)
    elif field.rows:
        for row in field.rows:
            for inner in row.fields:
                posted |= filled(inner)
    else:
        posted[field.name] = [field.value]
    return posted


ANSWERS = {
    "rdc7-awards": 95.5,
    "rdc7-policy": "draft",
    "rdc7-contracts": ["register", "amendments"],
    "rdc7-fresh-and-complete": {
        "last_record_date": "2026-09-01",
        "update_frequency": "monthly",
        "coverage_by_number": 88,
    },
    "rdc8-survey": {"finished_on": "2026-05-01", "responses": 31, "includes_non_bidders": "yes"},
    "rdc8-change-in-use": [
        {"change": "Shorter forms\nof two pages", "in_use_since": "2026-03-01", "before": 2.125},
        {"change": "Early notice", "after": 3},
    ],
    "rdc7-data-map": {"rows": [{"stage": "award", "owner": "Treasury"}], "departments_covered": 92},
}


@pytest.mark.parametrize("language", [EN, ES, PT], ids=lambda language: language.code)
@pytest.mark.parametrize("name", ANSWERS)
def test_answer_that_is_shown_is_read_back(wwc, name, language):
    own = wwc.requirements[name]

    read = read_answer(wwc, own, filled(field_of(own.ask, ANSWERS[name], language)), language)

    assert not read.errors
    assert read.value == ANSWERS[name]


@pytest.mark.parametrize("name", ANSWERS)
def test_typed_answer_is_shown_like_the_stored_one(wwc, name):
    data: dict[str, Any] = {"rubric": "wwc-2022", "city": {"name": "A", "country": "US"}}
    typed = validate(wwc, data | {"answers": {name: ANSWERS[name]}}, {}).answers[name]

    ask = wwc.requirements[name].ask

    assert field_of(ask, typed, EN) == field_of(ask, ANSWERS[name], EN)


@pytest.mark.parametrize("name", ANSWERS)
def test_blank_form_is_no_answer(wwc, name):
    own = wwc.requirements[name]

    read = read_answer(wwc, own, filled(field_of(own.ask, None, EN)), EN)

    assert (read.value, dict(read.errors)) == (None, {})


def test_none_of_the_options_is_an_answer(wwc):
    own = wwc.requirements["rdc8-portal"]
    options = {name: text for name, text in own.ask.options.items() if name != "none"}
    own = own.model_copy(update={"ask": own.ask.model_copy(update={"options": options})})

    read = read_answer(wwc, own, {"answer": [NONE_OF_THESE]}, EN)

    assert read.value == []
    assert field_of(own.ask, [], EN).options[-1].chosen


@pytest.mark.parametrize(
    ("text", "value"),
    [("12,5", 12.5), ("12.5", 12.5), ("40 %", 40), ("0.125", 0.125), ("1500", 1500)],
)
def test_numbers_are_read_as_people_write_them(wwc, text, value):
    own = wwc.requirements["rdc8-payment-time"]

    read = read_answer(wwc, own, {"answer.avg_days_to_pay": [text]}, PT)

    assert read.value == {"avg_days_to_pay": value}


@pytest.mark.parametrize("text", ["1.500", "1,500"])
def test_number_that_can_be_read_in_two_ways_is_asked_about(wwc, text):
    own = wwc.requirements["rdc8-payment-time"]

    read = read_answer(wwc, own, {"answer.avg_days_to_pay": [text]}, EN)

    assert "two ways" in read.errors["answer.avg_days_to_pay"]
    assert "1500" in read.errors["answer.avg_days_to_pay"]
    assert read.value == {"avg_days_to_pay": text}


def test_numbers_of_three_decimals_are_not_mistaken_for_thousands():
    assert number_text(2.125, EN) == "2.1250"
    assert number_text(2.125, PT) == "2,1250"
    assert number_text(1e15, EN) == "1000000000000000"


def test_error_stands_at_its_field_in_the_words_of_the_command_line(wwc):
    own = wwc.requirements["rdc8-survey"]
    posted = {"answer.responses": ["many"], "answer.invited": ["12"], "answer.finished_on": ["x"]}

    read = read_answer(wwc, own, posted, EN)
    field = field_of(own.ask, read.value, EN, errors=read.errors)

    assert [(one.name, one.value) for one in errors_of(field)] == [
        ("answer.finished_on", "x"),
        ("answer.responses", "many"),
    ]
    assert read.errors["answer.responses"] == (
        "The answer to 'Number of firms that answered' must be a number, found \"many\"."
    )


def test_error_in_a_row_stays_with_its_row_when_another_is_removed(wwc):
    own = wwc.requirements["rdc8-change-in-use"]
    posted = {
        "answer.0.change": ["gone"],
        "answer.0.remove": ["yes"],
        "answer.1.change": [""],
        "answer.2.change": ["kept"],
        "answer.2.before": ["1.500"],
        "answer.7.in_use_since": ["soon"],
    }

    read = read_answer(wwc, own, posted, ES)

    assert read.value == [{"change": "kept", "before": "1.500"}, {"in_use_since": "soon"}]
    assert set(read.errors) == {"answer.0.before", "answer.1.in_use_since"}


def test_strangers_cannot_post_more_rows_than_a_page_shows(wwc):
    own = wwc.requirements["rdc8-change-in-use"]

    read = read_answer(wwc, own, {f"answer.{i}.change": ["x"] for i in range(3_000)}, EN)

    assert isinstance(read.value, list)
    assert len(read.value) == 120


def test_table_that_is_too_long_for_a_page_says_so_and_shows_no_row():
    question = Question.model_validate(
        {"kind": "table", "text": "T", "columns": {"a": {"kind": "text", "text": "A"}}}
    )

    field = field_of(question, [{"a": "x"}] * 121, EN)

    assert (field.too_long, field.rows) == (True, ())


def test_choice_that_is_not_offered_is_refused(wwc):
    own = wwc.requirements["rdc7-policy"]

    read = read_answer(wwc, own, {"answer": ["bribe"]}, EN)

    assert "'bribe' is not an option" in read.errors["answer"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("96 300", 96_300), ("96.300", 96_300), ("0", 0), ("-3", None), ("many", None), ("²", None)],
)
def test_whole_numbers(text, number):
    assert whole_number(text) == number


def test_days_are_shown_as_browsers_take_them():
    question = Question.model_validate({"kind": "date", "text": "When?"})

    assert field_of(question, date(2026, 11, 3), EN).value == "2026-11-03"
