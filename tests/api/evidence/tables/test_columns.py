"""Which field a column's name suggests, measured on headers as cities write them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from api.evidence.tables.columns import (
    ALIASES,
    FIELDS,
    HEADERS,
    _key,
    code_of,
    fields_of,
    load_words,
    suggest_fields,
)
from rubrics.checks import Stage, StageField

CASES = yaml.safe_load(
    (Path(__file__).parent / "headers_cases.yaml").read_text("utf-8"),
)


def suggested(case: dict[str, Any]) -> dict[str, str | None]:
    names = list(case["columns"])
    cells = [case.get("cells", {}).get(name, []) for name in names]
    return dict(zip(names, suggest_fields(names, cells), strict=True))


def in_any_order(field: str | None) -> set[str]:
    return set(fields_of(field or ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_no_suggestion_is_wrong(case):
    wrong = {
        name: field
        for name, field in suggested(case).items()
        if field and in_any_order(field) != in_any_order(case["columns"][name])
    }

    assert wrong == {}


def test_nearly_every_column_that_stands_for_a_field_is_recognised():
    missed = [
        f"{case['name']}: {name}"
        for case in CASES
        for name, field in suggested(case).items()
        if case["columns"][name] and not field
    ]
    expected = sum(field is not None for case in CASES for field in case["columns"].values())

    assert len(missed) <= expected * 0.05, missed


def test_every_field_of_the_file_is_one_that_a_column_can_stand_for():
    told = yaml.safe_load(HEADERS.read_text("utf-8"))
    fields = {name for name in told["fields"] if not name.startswith("main.")}

    assert fields <= FIELDS
    for name in set(told["fields"]) - fields:
        assert any(f"{stage}{name[4:]}" in FIELDS for stage in Stage), name


def test_no_header_stands_for_two_fields():
    told = yaml.safe_load(HEADERS.read_text("utf-8"))
    seen: dict[frozenset[str], str] = {}
    words = load_words()
    twice = []
    for field, languages in told["fields"].items():
        for phrase in (phrase for phrases in languages.values() for phrase in phrases):
            key = _key(phrase, words.spelling)
            if seen.setdefault(key, field) != field:
                twice.append((phrase, seen[key], field))

    assert twice == []


def test_every_field_of_the_rubric_can_be_mapped():
    mapped = {name.split(".")[1] for name in FIELDS | set(ALIASES)}

    assert {str(field) for field in StageField} <= mapped


@pytest.mark.parametrize(
    "header",
    ["vendor name", "VENDOR_NAME", "Vendor  Name ", "Name of the Vendor", "vendorName", "Vendors"],
)
def test_case_punctuation_and_order_of_words_do_not_matter(header):
    assert suggest_fields([header]) == ("award.supplier",)


@pytest.mark.parametrize("header", ["", "   ", "???", "x" * 5_000, "Vendor Name of Parent Company"])
def test_a_name_that_is_not_understood_to_its_last_word_suggests_nothing(header):
    assert suggest_fields([header]) == (None,)


def test_two_columns_of_one_meaning_get_one_suggestion():
    assert suggest_fields(["Supplier", "Vendor Name"]).count("award.supplier") == 1


def test_a_column_may_stand_for_several_fields():
    assert fields_of("tender.id + process.id, award.amount") == (
        "tender.id",
        "process.id",
        "award.value",
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("BID", "open"),
        ("Competitive Sealed Bid", "open"),
        ("NON-COMPETITIVE", "direct"),
        ("Sole Source (emergency)", "direct"),
        ("Licitación Pública Nacional", "open"),
        ("ADJUDICACIÓN DIRECTA", "direct"),
        ("Invitación a cuando menos tres personas", "limited"),
        ("Pregão Eletrônico nº 12/2024", "open"),
        ("Inexigibilidade de Licitação", "direct"),
        ("Convite", "limited"),
        ("JOC", ""),
        ("", ""),
    ],
)
def test_words_for_a_method_become_its_code(words, code):
    assert code_of(words, load_words().methods) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Cancelled", "cancelled"),
        ("Desierto", "unsuccessful"),
        ("Revogada", "cancelled"),
        ("Not awarded", "unsuccessful"),
        ("Awarded", "complete"),
        ("Vigente", "active"),
        ("???", ""),
    ],
)
def test_words_for_a_status_become_its_code(words, code):
    assert code_of(words, load_words().statuses) == code
