"""The closed list of check kinds: told apart by their keys, nested, reachable by name."""

import pytest
from pydantic import TypeAdapter, ValidationError

from rubrics.checks import KINDS, AnyCheck, Check, Family, children, family_of, kind_of
from rubrics.model import POSITION_KEY, known_keys
from rubrics.schema import Question
from tests.builders import CHECKS, check


@pytest.mark.parametrize(("kind", "text"), CHECKS.items())
def test_check_is_told_by_its_key(kind, text):
    assert kind_of(check(text)) == kind


def test_every_kind_has_an_example_here():
    assert set(CHECKS) == set(KINDS) - {"max"}


@pytest.mark.parametrize("text", CHECKS.values())
def test_check_is_the_same_when_it_is_written_and_read_again(text):
    adapter: TypeAdapter[AnyCheck] = TypeAdapter(AnyCheck)
    one = check(text)

    assert adapter.validate_python(one.model_dump(by_alias=True, exclude_none=True)) == one
    assert adapter.validate_python(one) == one


@pytest.mark.parametrize("text", ["12", "[a]", "{nothing: 1}", "null"])
def test_what_has_no_key_of_a_kind_is_no_check(text):
    with pytest.raises(ValidationError, match="not a check"):
        check(text)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{all_of: [x]}", ["all_of"]),
        ("{any_of: [x]}", ["any_of"]),
        ("{at_least: 1, of: [x]}", ["of"]),
        ("{rows: 1}", ["where"]),
        ("{every_row: [{filled: [a]}]}", ["every_row"]),
        ("{evidence: [page]}", ["where"]),
        ("{min: 1}", []),
    ],
)
def test_children_are_found_under_their_key(text, keys):
    assert [key for key, _ in children(check(text))] == keys


def test_family_says_where_a_check_may_stand():
    assert family_of(check("{min: 1}")) is Family.ANSWERS
    assert family_of(check("{stage: award}")) is Family.FACTS


def test_check_is_frozen_and_closed():
    one = check("{is: yes}")

    with pytest.raises(ValidationError, match="frozen"):
        one.source = "S1"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        check("{is: yes, weight: 2}")


def test_every_kind_inherits_from_check():
    assert all(issubclass(kind, Check) for kind, _ in KINDS.values())


def test_known_keys_are_those_of_every_piece_of_a_rubric():
    keys = known_keys()

    assert {"all_of", "is", "requirements", "effort_days", "columns"} <= keys
    assert POSITION_KEY not in keys


@pytest.mark.parametrize(
    ("kind", "part"),
    [("choice", "options"), ("choices", "options"), ("group", "fields"), ("table", "columns")],
)
def test_question_has_the_parts_of_its_kind(kind, part):
    parts = {"a": "A"} if part == "options" else {"a": Question(kind="text", text="What?")}

    asked = Question.model_validate({"kind": kind, "text": "Which?", part: parts})

    assert list(getattr(asked, part)) == ["a"]
    with pytest.raises(ValidationError, match=f"'{kind}' needs '{part}'"):
        Question.model_validate({"kind": kind, "text": "Which?"})
