"""What every form says around its own words, and what is wrong with a cell, in three languages."""

from functools import cache
from pathlib import Path

from assessment.facts import CellProblem
from rubrics.forms import Column, Form, Words
from rubrics.text import read_mapping

WORDS = Path(__file__).parent / "words.yaml"


@cache
def frame_words() -> dict[str, Words]:
    """Every text of the frame by its key."""
    value, _ = read_mapping(WORDS.read_bytes(), name=WORDS.name)
    return {key: Words.model_validate(words) for key, words in value.items()}


def say(key: str, language: str, **words: object) -> str:
    """A text of the frame with its placeholders filled."""
    return frame_words()[key].said(language).format(**words)


def expected_of(column: Column, language: str) -> str:
    """What to write into a cell of this column."""
    if column.kind == "choice" and column.open:
        return say("kind_choice_open", language)
    if column.kind == "number":
        low, high = column.min, column.max
        bounds = {(True, True): "_between", (True, False): "_from", (False, True): "_to"}
        key = bounds.get((low is not None, high is not None), "")
        return say(f"kind_number{key}", language, min=_number(low), max=_number(high))
    return say(f"kind_{column.kind}", language)


def cell_sentence(problem: CellProblem, form: Form, language: str) -> str:
    """What is wrong with a cell of a form, and the mend."""
    columns = {column.id: column for column in (*form.details, *form.columns)}
    column = columns[str(problem.params["column"])]
    words: dict[str, object] = {**problem.params, "column": column.text.said(language)}
    options = [text.said(language) for text in column.options.values()]
    near = column.options.get(str(problem.params.get("suggestion")))
    hint = say("hint", language, suggestion=near.said(language)) if near is not None else ""
    words |= {"options": ", ".join(options), "hint": hint}
    return say(problem.code, language, **words, expected=expected_of(column, language))


def _number(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"
