"""Problems: a place, a sentence, a suggestion; text of strangers never spoils the message."""

from string import Formatter

import pytest

from rubrics.messages import MESSAGES
from rubrics.problems import InputError, Place, Places, Problem, place_of, shown, suggestion

PLACES: Places = {
    (): Place("a.yaml", 1, 1),
    ("x",): Place("a.yaml", 2, 4),
    ("#", "x"): Place("a.yaml", 2, 1),
}


def test_place_is_told_as_editors_read_it():
    assert str(Place("a.yaml", 3, 7)) == "a.yaml:3:7"
    assert str(Place("a.yaml")) == "a.yaml"


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        (("x",), False, "a.yaml:2:4"),
        (("x",), True, "a.yaml:2:1"),
        (("x", "y", 3), False, "a.yaml:2:4"),
        (("x", "y"), True, "a.yaml:2:4"),
        (("z",), False, "a.yaml:1:1"),
    ],
)
def test_place_of_what_is_not_there_is_that_of_its_parent(path, key, place):
    assert str(place_of(PLACES, path, key=key)) == place


def test_place_of_nothing_at_all_is_empty():
    assert place_of({}, ("x",)) == Place("")


def test_problem_says_place_sentence_and_suggestion():
    problem = Problem(
        "question.unknown", Place("a.yaml", 2, 1), {"id": "awrads", "suggestion": "awards"}
    )

    assert str(problem) == (
        "a.yaml:2:1: No question has the id 'awrads'. Did you mean 'awards'? "
        "See 'readiness rubric show' for all ids."
    )


def test_problem_can_be_told_in_another_language():
    problem = Problem("key.unknown", Place("a.yaml"), {"key": "x", "suggestion": "y"})

    told = problem.message("No se conoce '{key}'.{hint}", " ¿Quería decir '{suggestion}'?")

    assert told == "No se conoce 'x'. ¿Quería decir 'y'?"


def test_error_lists_its_problems_in_the_order_of_the_file():
    late = Problem("file.empty", Place("a.yaml", 9, 1))
    early = Problem("file.empty", Place("a.yaml", 2, 5))
    other = Problem("file.empty", Place("Z.yaml", 1, 1))

    error = InputError([late, early, other])

    assert error.problems == (other, early, late)
    assert len(str(error).splitlines()) == 3


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("percentge", ["percentage", "number"], "percentage"),
        ("xyz", ["percentage"], ""),
        ("x", [], ""),
    ],
)
def test_suggestion_is_the_word_that_looks_most_like_it(word, known, found):
    assert suggestion(word, known) == found


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        ({"a": 1}, "a mapping"),
        ([1], "a list"),
        ((1,), "a list"),
        (0.5, "0.5"),
        ("two\nlines\x1b[31m", "two lines [31m"),
        ("half \ud800", "half ?"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 57 + "…"),
    ],
)
def test_value_is_shown_in_a_few_harmless_words(value, words):
    assert shown(value) == words


@pytest.mark.parametrize(("code", "sentence"), MESSAGES.items())
def test_every_sentence_can_be_filled(code, sentence):
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name} - {"hint"}

    told = Problem(code, Place(""), dict.fromkeys(names, "Quito")).message()

    assert "{" not in told
    assert told.count("Quito") >= len(names)
