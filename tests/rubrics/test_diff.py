"""What changed between two editions of a rubric: what judges and what is asked, and no more."""

import json
from typing import Any

import pytest

from rubrics.diff import RubricPart, differences
from tests.builders import ANY_DOCUMENT, criterion, requirement, rubric

CHOICE = {"kind": "choice", "text": "Which?", "options": {"one": "One", "two": "Two"}}
RIGHT = {"one_of": ["one"]}
RECENT = {**ANY_DOCUMENT, "where": [{"dated_within": "6 months"}]}
SOURCE = {"refs": ["S1"], "thresholds": "interpretation"}


def told(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """The differences between two requirements, in brief."""
    editions = [rubric(criterion("RDC1", {**requirement("a"), **one})) for one in (old, new)]
    return [
        (one.part, one.path, one.before or "-", one.after or "-") for one in differences(*editions)
    ]


def test_same_edition_differs_in_nothing():
    assert differences(rubric(), rubric()) == ()


def test_what_only_explains_is_no_difference():
    old = rubric(criterion("RDC1", requirement("a")))
    new = rubric(
        criterion(
            "RDC1",
            requirement("a", title="Said otherwise", why="For another reason."),
            statement="It is said so.",
        ),
        title="The same rubric",
    )

    assert differences(old, new) == ()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            {"ask": {"kind": "percentage", "text": "How much?"}, "check": {"min": 80}},
            {"ask": {"kind": "percentage", "text": "How much?"}, "check": {"min": 95}},
            [(RubricPart.CHECK, "check.min", "80", "95")],
        ),
        (
            {"proof": RECENT},
            {"proof": {**ANY_DOCUMENT, "where": [{"dated_within": "12 months"}]}},
            [(RubricPart.PROOF, "proof.where[0].dated_within", '"6 months"', '"12 months"')],
        ),
        (
            {},
            {"proof": {"any_of": [ANY_DOCUMENT, RECENT]}},
            [
                (RubricPart.PROOF, "proof.evidence", '["document"]', "-"),
                (RubricPart.PROOF, "proof.count", "1", "-"),
            ],
        ),
        (
            {"ask": CHOICE, "check": RIGHT},
            {"ask": {**CHOICE, "text": "Which of them?"}, "check": RIGHT},
            [(RubricPart.WORDS, "ask.text", '"Which?"', '"Which of them?"')],
        ),
        (
            {"ask": CHOICE, "check": RIGHT},
            {
                "ask": {**CHOICE, "options": {"one": "Just one", "three": "Three"}},
                "check": RIGHT,
            },
            [
                (RubricPart.QUESTION, "ask.options[1]", '"two"', '"three"'),
                (RubricPart.WORDS, "ask.options.one", '"One"', '"Just one"'),
            ],
        ),
        (
            {},
            {"not_applicable": {"because": "It may.", "source": SOURCE}},
            [(RubricPart.APPLIES, "not_applicable", "-", '{"when": "justified"}')],
        ),
        (
            {"not_applicable": {"because": "It may.", "source": SOURCE}},
            {"not_applicable": {"because": "It may.", "source": SOURCE, "when": {"is": "no"}}},
            [(RubricPart.APPLIES, "not_applicable.when", '"justified"', '{"is": "no"}')],
        ),
    ],
)
def test_difference_says_where_what_was_and_what_is(old, new, found):
    seen = told(old, new)

    assert seen[: len(found)] == found


def test_lists_tell_what_is_gone_and_what_is_new():
    old = {"proof": {"any_of": [ANY_DOCUMENT, {"evidence": ["dataset"]}]}}
    new = {"proof": {"any_of": [ANY_DOCUMENT, {"evidence": ["dataset"]}, RECENT]}}

    [(part, path, before, after)] = told(old, new)

    assert (part, path) == (RubricPart.PROOF, "proof.any_of")
    assert len(json.loads(before)) == 2
    assert [one["where"] for one in json.loads(after)] == [[{"dated_within": "6 months"}]]


def test_fields_and_columns_of_a_question_are_compared_by_their_ids():
    group: Any = {"kind": "group", "text": "Tell", "fields": {"n": {"kind": "number", "text": "N"}}}
    table: Any = {
        "kind": "table",
        "text": "Rows",
        "columns": {"day": {"kind": "date", "text": "Day"}},
    }
    more = {**group, "fields": {**group["fields"], "m": {"kind": "number", "text": "M"}}}
    check = {"field": "n", "min": 1}

    grown = told({"ask": group, "check": check}, {"ask": more, "check": check})
    other = told(
        {"ask": table, "check": {"rows": 1}},
        {
            "ask": {**table, "columns": {"day": {"kind": "text", "text": "Day"}}},
            "check": {"rows": 1},
        },
    )

    assert grown == [(RubricPart.QUESTION, "ask.fields.m", "-", '{"kind": "number"}')]
    assert other == [(RubricPart.QUESTION, "ask.columns.day.kind", '"date"', '"text"')]


def test_requirements_and_criteria_come_and_go():
    old = rubric(
        criterion("RDC1", requirement("a"), requirement("b"), rule={"any_of": ["a", "b"]}),
        criterion("RDC2", requirement("c")),
    )
    new = rubric(
        criterion("RDC1", requirement("a"), requirement("d"), rule={"any_of": ["a", "d"]}),
        criterion("RDC3", requirement("e")),
    )

    found = [(one.about, one.criterion, one.part.value) for one in differences(old, new)]

    assert found == [
        ("RDC1", "RDC1", "rule"),
        ("d", "RDC1", "added"),
        ("b", "RDC1", "removed"),
        ("RDC3", "RDC3", "added"),
        ("e", "RDC3", "added"),
        ("RDC2", "RDC2", "removed"),
        ("c", "RDC2", "removed"),
    ]


def test_rules_of_a_criterion_are_compared():
    both = [requirement("a"), requirement("b")]
    old = rubric(criterion("DM1"), criterion("RDC1", *both, rule={"any_of": ["a", "b"]}))
    new = rubric(
        criterion("DM1"),
        criterion(
            "RDC1",
            *both,
            literal={"any_of": ["a"]},
            prerequisites=["DM1"],
            points=2,
        ),
    )

    found = [(one.part.value, one.path, one.before, one.after) for one in differences(old, new)]

    assert [entry[:2] for entry in found] == [
        ("rule", "passes.rule.any_of"),
        ("rule", "passes.rule.all_of"),
        ("literal", "literal.rule"),
        ("prerequisites", "prerequisites"),
        ("points", "points"),
    ]
    assert found[3][2:] == ("[]", '["DM1"]')
    assert found[4][2:] == ("1", "2")


def test_levels_countries_and_proof_of_declarations_are_compared():
    old = rubric()
    data = {
        "eligibility": {
            "min_population": 20_000,
            "countries": ["US", "MX"],
            "source": "interpretation",
        },
        "declarations": {
            "proof": {"evidence": ["official_result"], "where": [{"dated_within": "12 months"}]},
            "source": SOURCE,
        },
        "tiers": {
            "rounding": "none",
            "rounding_source": "interpretation",
            "target": "silver",
            "levels": [
                {"id": "silver", "title": "Silver", "min_percent": 51, "source": "interpretation"},
                {"id": "gold", "title": "Gold", "min_percent": 70, "source": "interpretation"},
            ],
        },
    }

    found = [
        (one.part.value, one.path, one.before, one.after)
        for one in differences(old, rubric(**data))
    ]

    assert found == [
        ("tiers", "tiers.rounding", '"whole_percent"', '"none"'),
        ("tiers", "tiers.levels[1].min_percent", "68", "70"),
        ("eligibility", "eligibility.min_population", "30000", "20000"),
        ("declarations", "declarations.proof.where[0].dated_within", '"36 months"', '"12 months"'),
    ]
    assert all(one.about == "" for one in differences(old, rubric(**data)))
