"""Text of strangers becomes plain values with places, or is refused with place and mend."""

import json

import pytest

from rubrics.problems import InputError, Place, Problem
from rubrics.text import MAX_BYTES, MAX_DEPTH, MAX_NODES, Document, read_mapping, read_text


def read(text: str | bytes) -> Document:
    raw = text.encode() if isinstance(text, str) else text
    return read_text(raw, name="city.yaml")


def problem(text: str | bytes) -> Problem:
    """The one thing that is wrong with a text."""
    with pytest.raises(InputError) as caught:
        read(text)
    [only] = caught.value.problems
    assert only.place.file == "city.yaml"
    assert only.message()
    return only


def where(found: Problem) -> tuple[str, int, int]:
    return found.code, found.place.line, found.place.column


# --- scalars --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("+5", 5),
        ("-3", -3),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2025-11-03", "2025-11-03"),
        ("0.5", 0.5),
        ("1e5", 100_000.0),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("12345678901234567890", "12345678901234567890"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("'It''s'", "It's"),
    ],
)
def test_scalar_is_what_yaml_1_2_says(written, value):
    found = read(f"a: {written}").value

    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


def test_block_text_is_text():
    assert read("a: |\n  12\nb: >-\n  one\n  two\n").value == {"a": "12\n", "b": "one two"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, two, {a: []}]", [1, "two", {"a": []}]),
        ("{city: Quito}", {"city": "Quito"}),
        ("- 1\n- 2", [1, 2]),
        ('{"a": "\\u00e9", "b": [null, 1.5]}', {"a": "é", "b": [None, 1.5]}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        ("just text", "just text"),
        ("\ufeffa: 1", {"a": 1}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("a: ! 1", {"a": 1}),
    ],
)
def test_yaml_and_json_are_read(text, value):
    assert read(text).value == value


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a:\n  - b: 1\n  - c: 2\n", '{"a":\n  [{"b": 1},\n   {"c": 2}]}'])
def test_every_value_and_key_has_its_place(text):
    places = read(text).places

    assert set(places) == {
        (),
        ("#", "a"),
        ("a",),
        ("a", 0),
        ("#", "a", 0, "b"),
        ("a", 0, "b"),
        ("a", 1),
        ("#", "a", 1, "c"),
        ("a", 1, "c"),
    }
    assert places["a", 1, "c"].line == 3
    assert places["a", 1, "c"].column > places["#", "a", 1, "c"].column > 1


def test_of_json_that_yaml_cannot_read_at_least_the_file_is_known():
    assert read('{"a": "\\ud83d\\ude00"}').places == {(): Place("city.yaml")}


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n\t\n", "\ufeff"])
def test_empty_file_is_refused(text):
    assert problem(text).code == "file.empty"


@pytest.mark.parametrize(
    ("raw", "line", "column", "byte"),
    [(b"\xff", 1, 1, 0), (b"ok: 1\nb: x\xc3\x28", 2, 5, 10), (b"a: Bogot\xe1\n", 1, 9, 8)],
)
def test_text_that_is_not_utf8_is_refused_at_its_byte(raw, line, column, byte):
    found = problem(raw)

    assert where(found) == ("file.not_utf8", line, column)
    assert found.params == {"byte": byte}


def test_fifty_megabytes_are_refused_before_they_are_read():
    assert problem(b"a" * 50_000_000).code == "file.too_large"
    assert problem(b"#" * (MAX_BYTES + 1)).code == "file.too_large"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f"])
def test_control_characters_are_refused(character):
    assert problem(f"a: {character}").code == "text.syntax"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c", ("text.syntax", 1, 5)),
        ('a: "open', ("text.syntax", 1, 9)),
        ("a:\n\t- b", ("text.syntax", 2, 1)),
        ("a: [1, 2", ("text.syntax", 2, 1)),
        ("[1, 2", ("text.syntax", 1, 6)),
        ("{a: 1, a: 2}", ("text.duplicate_key", 1, 8)),
        ("{a: &x 1}", ("text.alias", 1, 5)),
        ("{a: 1", ("text.syntax", 1, 2)),
        ('{"a" 1}', ("text.syntax", 1, 6)),
        ('{"a": 1}}', ("text.syntax", 1, 9)),
        ('{"a": NaN}', ("text.syntax", 0, 0)),
        ('{"a": -Infinity}', ("text.syntax", 0, 0)),
        ('{"a": "\\ud800"}', ("text.syntax", 0, 0)),
        ('{"\\uDFFF": 1}', ("text.syntax", 0, 0)),
        ("a: &x 1", ("text.alias", 1, 4)),
        ("a: *x", ("text.alias", 1, 4)),
        ("a: &x [1]\nb: *x", ("text.alias", 1, 4)),
        ("a: !!str 1", ("text.tag", 1, 4)),
        ("a: !!python/object/apply:os.system [id]", ("text.tag", 1, 4)),
        ("!local {a: 1}", ("text.tag", 1, 1)),
        ("a: 1\n---\nb: 2", ("text.two_documents", 2, 1)),
        ("? [a]\n: 1", ("key.not_text", 1, 3)),
        ("? {a: 1}\n: 2", ("key.not_text", 1, 3)),
        ("a: 1\nb: 2\na: 3", ("text.duplicate_key", 3, 1)),
        ("a: {b: 1, b: 2}", ("text.duplicate_key", 1, 11)),
        ('{"a": 1,\n "b": {"c": 1,\n "c": 2}}', ("text.duplicate_key", 3, 2)),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, expected):
    assert where(problem(text)) == expected


def test_number_of_five_thousand_digits_is_refused():
    assert problem('{"a": ' + "9" * 5_000 + "}").code == "text.syntax"


def test_key_that_stands_twice_is_told_with_its_first_line():
    assert problem("x: 0\na: 1\na: 2").params == {"key": "a", "first": 2}


def test_key_that_stands_twice_is_found_where_yaml_cannot_read_the_json():
    found = problem('{"face": "\\ud83d\\ude00",\n "a": 1,\n "a": 2}')

    assert found.code == "text.duplicate_key"
    assert found.params == {"key": "a", "first": 2}


def test_billion_laughs_are_refused_at_the_first_anchor():
    bomb = "a: &a [lol]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert where(problem(bomb)) == ("text.alias", 1, 4)


@pytest.mark.parametrize("unit", ["[", '{"a":', "- "])
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 100_000])
def test_bottomless_nesting_is_refused(unit, levels):
    assert problem(unit * levels).code in {"text.too_deep", "text.syntax"}


def test_deepest_level_is_accepted_and_the_next_is_not():
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH

    assert read(deepest).value is not None
    assert problem(f"[{deepest}]").code == "text.too_deep"


def test_too_many_values_are_refused():
    assert problem("- a\n" * MAX_NODES).code == "text.too_many"


# --- mappings -------------------------------------------------------------------------------------


def test_mapping_is_handed_on_with_its_places():
    value, places = read_mapping(b"a: 1", name="x.yaml")

    assert value == {"a": 1}
    assert places["a",] == Place("x.yaml", 1, 4)


@pytest.mark.parametrize(
    ("text", "got"), [("- a", "a list"), ("a", "a"), ("12", "12"), ("~", "nothing")]
)
def test_what_is_no_mapping_is_refused(text, got):
    with pytest.raises(InputError) as caught:
        read_mapping(text.encode(), name="x.yaml")

    [only] = caught.value.problems
    assert (only.code, only.params) == ("file.not_a_mapping", {"got": got})


def test_large_but_honest_text_is_read():
    rows = [{"stage": "award", "owner": f"Team {i}"} for i in range(2_000)]

    assert read(json.dumps(rows)).value == rows
