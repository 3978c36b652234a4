"""From what a browser posts to the answer to a question, with an error at every field. Pure.

The posted text becomes plain data, as a YAML submission holds them, and goes through the one
validation that there is: the sentence beside a field is the one that the command line says.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from api.web.fields import MAX_FORM_ROWS, NONE_OF_THESE, ROOT
from assessment.validation import validate
from reports.i18n import Language
from reports.wording import problem_sentence
from rubrics.problems import InputError, Place, Problem, shown
from rubrics.schema import Question, Requirement, Rubric
from rubrics.text import Plain

Posted = Mapping[str, Sequence[str]]
"""The values that were posted, by the name of their field."""

_SOMEBODY = {"name": "-", "country": "US"}
"""A submission has a city; what is validated here is one answer."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:[.,][0-9]{1,20})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was posted: `value` as it is stored (plain data), and what is wrong, by field.

    Where there are errors, `value` holds what was typed, so that the form can show it again.
    """

    value: object
    errors: Mapping[str, str] = field(default_factory=dict)


def read_answer(
    rubric: Rubric, requirement: Requirement, posted: Posted, language: Language
) -> Read:
    """The answer to a requirement's question; `rubric` is in the language of the reader."""
    reader = _Reader(posted, language)
    plain = reader.value(requirement.ask, ROOT)
    errors = dict(reader.errors)
    for name, text in problems_of(rubric, requirement, plain, language):
        errors.setdefault(name, text)
    return Read(value=plain, errors=errors)


def problems_of(
    rubric: Rubric, requirement: Requirement, plain: object, language: Language
) -> Iterator[tuple[str, str]]:
    """What validation says of an answer: the field's name and the sentence."""
    if plain is None:
        return
    names = dict(_paths(plain, ("answers", requirement.id), ROOT))
    data: dict[str, Plain] = {
        "rubric": rubric.id,
        "city": dict(_SOMEBODY),
        "answers": {requirement.id: plain},  # type: ignore[dict-item] # made by _Reader
    }
    try:
        validate(rubric, data, {path: Place(name) for path, name in names.items()})
    except InputError as error:
        for problem in error.problems:
            yield problem.place.file, problem_sentence(_named(problem, requirement), language)


def _named(problem: Problem, requirement: Requirement) -> Problem:
    """The problem with the words of the question in the place of its id."""
    question = _question_at(requirement.ask, problem.place.file)
    params = dict(problem.params)
    if "id" in params:
        params["id"] = question.text
    return Problem(problem.code, problem.place, params)


def _question_at(question: Question, name: str) -> Question:
    for part in name.split(".")[1:]:
        question = {**question.fields, **question.columns}.get(part, question)
    return question


def _paths(
    plain: object, path: tuple[str | int, ...], name: str
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every place in an answer, with the name of its field."""
    yield path, name
    if isinstance(plain, Mapping):
        for key, child in plain.items():
            yield from _paths(child, (*path, key), f"{name}.{key}")
    elif isinstance(plain, list):
        for i, child in enumerate(plain):
            yield from _paths(child, (*path, i), f"{name}.{i}")


@dataclass(frozen=True, slots=True)
class _Reader:
    posted: Posted
    language: Language
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, question: Question, name: str) -> object:
        """What was posted for a question; `None` where it was left blank."""
        match question.kind:
            case "yes_no" | "choice" | "date" | "url":
                return self.text(name) or None
            case "text":
                return self.text(name) or None
            case "choices":
                return self.choices(question, name)
            case "number" | "percentage":
                return self.number(name)
            case "group":
                return self.group(question.fields, name)
            case "table":
                return self.table(question.columns, name)
            case _:
                assert_never(question.kind)

    def text(self, name: str) -> str:
        """The text of a field, without what a database or a PDF cannot hold."""
        words = self.posted.get(name, ())
        text = words[-1] if words else ""
        return text.replace("\r\n", "\n").replace("\0", "").strip()

    def choices(self, question: Question, name: str) -> list[str] | None:
        chosen = [word for word in self.posted.get(name, ()) if word]
        if not chosen:
            return None
        known = [word for word in question.options if word in chosen]
        rest = [w for w in chosen if w not in question.options and w != NONE_OF_THESE]
        return known + rest

    def number(self, name: str) -> int | float | str | None:
        """A number with a point or a comma; what is none stays as it was typed."""
        text = re.sub(r"[\s\u00a0\u202f%]", "", self.text(name))
        if not text:
            return None
        if _THOUSANDS.fullmatch(text):
            self.errors[name] = self.language.text(
                "“{got}” could be read in two ways. Write it without a separator of thousands, "
                "such as {one} or {other}.",
                got=shown(text),
                one=re.sub("[.,]", "", text),
                other=f"{text}0",
            )
            return text
        if not _NUMBER.fullmatch(text):
            return self.text(name)
        number = float(text.replace(",", "."))
        return int(number) if number.is_integer() and abs(number) < 1e15 else number

    def group(self, fields: Mapping[str, Question], name: str) -> dict[str, object] | None:
        found = {key: self.value(question, f"{name}.{key}") for key, question in fields.items()}
        filled = {key: value for key, value in found.items() if value is not None}
        return filled or None

    def table(self, columns: Mapping[str, Question], name: str) -> list[dict[str, object]] | None:
        """The rows that hold something, without those that were to be removed.

        Errors keep the numbers of the rows as they will be shown.
        """
        rows: list[dict[str, object]] = []
        for i in self.numbers_of_rows(name):
            inner = _Reader(self.posted, self.language)
            row = inner.group(columns, f"{name}.{i}")
            if row is None or self.text(f"{name}.{i}.remove"):
                continue
            for key, text in inner.errors.items():
                self.errors[key.replace(f"{name}.{i}.", f"{name}.{len(rows)}.", 1)] = text
            rows.append(row)
        return rows or None

    def numbers_of_rows(self, name: str) -> list[int]:
        """The rows that were posted; never more than a page shows, whoever posts them."""
        pattern = re.compile(re.escape(name) + r"\.([0-9]{1,4})\..+")
        found = {int(m[1]) for key in self.posted if (m := pattern.fullmatch(key))}
        return sorted(found)[:MAX_FORM_ROWS]


def whole_number(text: str) -> int | None:
    """A number of people or things: digits, with or without separators of thousands."""
    plain = re.sub(r"[\s\u00a0\u202f.,'’]", "", text)  # noqa: RUF001 (people type both)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 9 else None
