"""An answer in words, as its question asks it: for reports, examples, conflicts and the history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from reports.i18n import Language
from rubrics.schema import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A value in words: a line of text, or parts that each have a label.

    `note` says beside it whose it is, where parts are of several people.
    """

    label: str = ""
    text: str = ""
    note: str = ""
    parts: tuple["Told", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTable:
    """A table that the team filled in: its rows as lines, under the line of its `columns`.

    A `long` one is folded on a screen, and on paper only counted.
    """

    label: str
    count: str
    columns: str
    rows: tuple[str, ...]
    long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """What the team answered to the question of a requirement."""

    number: str
    question: str
    parts: tuple[Told, ...]
    tables: tuple[AnswerTable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSection:
    """Every answer that was given; `note` says how many questions are still open."""

    lines: tuple[AnswerLine, ...]
    note: str


def told(question: Question, value: object, language: Language, *, label: str = "") -> Told:
    """What was answered; an answer that does not fit its question is shown as it stands."""
    if value is None or value == "":
        return Told(label=label, text=language.text("Not answered yet"))
    match question.kind:
        case "yes_no":
            yes = value is True or value == "yes"
            text = language.text("Yes") if yes else language.text("No")
        case "choice":
            text = question.options.get(str(value), str(value))
        case "choices":
            chosen = list(value) if isinstance(value, list | tuple) else [value]
            words = [question.options.get(str(word), str(word)) for word in chosen]
            text = "; ".join(words) or language.text("None of these")
        case "number" | "percentage":
            text = _number(question, value, language)
        case "date":
            text = day_text(value, language)
        case "text" | "url":
            text = str(value)
        case "group":
            return Told(label=label, parts=tuple(_parts(question.fields, value, language)))
        case "table":
            return Told(label=label, parts=tuple(_rows(question, value, language)))
        case _:
            assert_never(question.kind)
    return Told(label=label, text=text)


def day_text(value: object, language: Language) -> str:
    """A day in words; what is no day is shown as it stands."""
    if isinstance(value, date):
        return language.date(value)
    try:
        return language.date(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _parts(questions: Mapping[str, Question], value: object, language: Language) -> Iterator[Told]:
    """The fields of a group, or the cells of a row, that are filled in."""
    values = value if isinstance(value, Mapping) else {}
    for key, question in questions.items():
        if values.get(key) not in (None, ""):
            yield told(question, values[key], language, label=question.text)


def _rows(question: Question, value: object, language: Language) -> Iterator[Told]:
    rows = value if isinstance(value, list | tuple) else ()
    for number, row in enumerate(rows, 1):
        label = language.text("Row {row}", row=number)
        yield Told(label=label, parts=tuple(_parts(question.columns, row, language)))


def _number(question: Question, value: object, language: Language) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if question.kind == "percentage":
        return language.percent(value)
    unit = f" ({question.unit})" if question.unit else ""
    return f"{language.number(value)}{unit}"
