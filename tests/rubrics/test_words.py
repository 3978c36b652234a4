"""The same rubric in another language: every text has one path, and what is missing is found."""

import json

import pytest

from rubrics.loader import load_rubric, load_words
from rubrics.problems import Place, Problem
from rubrics.schema import Rubric
from rubrics.text import Plain, read_mapping
from rubrics.words import find_problems, flat, texts, translate
from tests.rubrics.folders import write

Words = dict[str, Plain]


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Rubric:
    return load_rubric(write(tmp_path_factory.mktemp("rubric") / "small"))


def in_capitals(rubric: Rubric, *, without: str = "") -> Words:
    """A words file that says everything in capitals, but for the text at one path."""
    words: Words = {}
    for path, text in texts(rubric).items():
        if "/".join(path) != without:
            put(words, path, text.upper())
    return words


def put(words: Words, path: tuple[str, ...], text: Plain) -> None:
    for part in path[:-1]:
        inner = words.setdefault(part, {})
        assert isinstance(inner, dict)
        words = inner
    words[path[-1]] = text


def problems(rubric: Rubric, words: Words) -> list[Problem]:
    raw = json.dumps(words, indent=1, ensure_ascii=False).encode()
    found, places = read_mapping(raw, name="words/es.yaml")
    return find_problems(rubric, found, places, language="es")


def test_every_text_has_its_path(small):
    found = {"/".join(path): text for path, text in texts(small).items()}

    assert found["title"] == "A small rubric"
    assert found["tiers/levels/silver/title"] == "Silver"
    assert found["tiers/cautions/1/text"] == "This is the edge."
    assert found["vocabulary/marks/scope"] == "Scope"
    assert found["practices/RDC/title"] == "Contracting"
    assert found["criteria/DM1/statement"] == "It is so."
    register = "criteria/RDC1/requirements/register"
    assert found[f"{register}/remedy/steps/1"] == "Start."
    assert found[f"{register}/ask/fields/rows/columns/stage/options/award"] == "Award"
    assert len(found) == 48


def test_only_texts_for_people_have_a_path(small):
    found = {"/".join(path) for path in texts(small)}

    assert not found & {"id", "edition", "language", "digest", "sources/S1/title"}
    assert not any("check" in path or "source" in path for path in found)


def test_complete_words_translate_everything(small):
    translated = translate(small, in_capitals(small), language="es")

    assert translated.language == "es"
    assert texts(translated) == {path: text.upper() for path, text in texts(small).items()}


def test_translation_judges_as_before(small):
    translated = translate(small, in_capitals(small), language="es")

    assert translated.digest == small.digest
    for name, requirement in small.requirements.items():
        assert translated.requirements[name].check == requirement.check
        assert translated.requirements[name].proof == requirement.proof
        assert translated.requirements[name].at == requirement.at


@pytest.mark.parametrize("word", [None, "", "  ", 12, ["a"]])
def test_what_the_words_lack_stays_as_it_is(small, word):
    translated = translate(small, {"title": word, "status_note": "Inventado."}, language="es")

    assert translated.title == "A small rubric"
    assert translated.status_note == "Inventado."


def test_complete_words_have_no_problem(small):
    assert problems(small, {"language": "es", **in_capitals(small)}) == []


@pytest.mark.parametrize(
    "path", ["title", "practices/RDC/title", "criteria/RDC1/requirements/awards/remedy/steps/1"]
)
def test_text_that_is_missing_is_named_by_its_path(small, path):
    [problem] = problems(small, in_capitals(small, without=path))

    assert problem.code == "words.missing"
    assert problem.message() == f"The es words lack '{path}'. Add the translation."
    assert problem.place.file == "words/es.yaml"


def test_words_that_translate_nothing_are_answered_with_a_suggestion(small):
    words = in_capitals(small)
    put(words, ("criteria", "RDC1", "titel"), "TÍTULO")

    [problem] = problems(small, words)

    assert problem.code == "words.unknown"
    assert problem.params["suggestion"] == "criteria/RDC1/title"
    assert problem.place.line > 1


@pytest.mark.parametrize("word", [None, "", "  ", 12, True, ["a"]])
def test_word_that_is_no_text_is_named(small, word):
    words = in_capitals(small)
    words["title"] = word

    [problem] = problems(small, words)

    assert problem.code == "words.placeholder"
    assert problem.place == Place("words/es.yaml", 2, 2)


def test_words_are_flattened_to_paths():
    assert flat({"a": {"b": "c", "d": {}}, "e": None}) == {("a", "b"): "c", ("e",): None}


@pytest.mark.parametrize("language", ["es", "pt"])
def test_words_of_the_library_are_complete(wwc, language):
    from rubrics.loader import LIBRARY

    words, places = load_words(LIBRARY / "wwc-2022")[language]

    assert [str(p) for p in find_problems(wwc, words, places, language=language)] == []
    assert translate(wwc, words, language=language).title != wwc.title
