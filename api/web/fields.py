"""From a question and the answer that is stored to the fields of a form, ready to be shown. Pure.

A field is named by its path: `answer`, `answer.responses`, `answer.rows.0.stage`. `reading.py`
goes the other way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from reports.i18n import Language
from rubrics.schema import Question, QuestionKind

ROOT = "answer"
"""The name of the field of a requirement's own question."""

NONE_OF_THESE = "_none"
"""The box that says: none of the options, where the rubric has no option of its own for that."""

NONE = "none"
"""The option by which rubrics say "none of these"."""

MAX_FORM_ROWS = 120
"""Rows that a page shows and takes; longer tables travel in a workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose. `alone` says that nothing else can be chosen beside it."""

    value: str
    text: str
    chosen: bool
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table; `blank` where it is offered and nothing stands in it."""

    number: int
    remove: str
    fields: tuple["Field", ...]
    blank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question as a form shows it: its label, what is filled in, what is wrong with it."""

    name: str
    kind: QuestionKind
    label: str
    hint: str = ""
    value: str = ""
    error: str = ""
    options: tuple[Option, ...] = ()
    fields: tuple["Field", ...] = ()
    rows: tuple[Row, ...] = ()
    too_long: bool = False

    @property
    def first(self) -> str:
        """The id of what takes the focus when somebody follows an error to this field."""
        if self.fields:
            return self.fields[0].first
        return self.rows[0].fields[0].first if self.rows else self.name


def field_of(
    question: Question,
    value: object,
    language: Language,
    *,
    name: str = ROOT,
    errors: Mapping[str, str] | None = None,
    more_rows: int = 1,
) -> Field:
    """The field of a question with its answer: a stored one, or what was typed and is not sound.

    Tables offer `more_rows` blank rows below those that are filled in.
    """
    return _View(language, errors or {}, more_rows).field(question, value, name)


def errors_of(field: Field) -> Iterator[Field]:
    """Every field with an error, in the order of the page."""
    if field.error:
        yield field
    for inner in field.fields:
        yield from errors_of(inner)
    for row in field.rows:
        for inner in row.fields:
            yield from errors_of(inner)


@dataclass(frozen=True, slots=True)
class _View:
    language: Language
    errors: Mapping[str, str]
    more_rows: int

    def field(self, question: Question, value: object, name: str) -> Field:
        """A question in the form; `match` names every kind, so that none is forgotten."""
        options: tuple[Option, ...] = ()
        fields: tuple[Field, ...] = ()
        rows: tuple[Row, ...] = ()
        text, too_long = "", False
        match question.kind:
            case "yes_no":
                options = self.yes_no(value)
            case "choice":
                options = self.choice(question, value)
            case "choices":
                options = self.choices(question, value)
            case "number" | "percentage":
                text = number_text(value, self.language)
            case "date" | "text" | "url":
                text = _text(value)
            case "group":
                fields = tuple(self.inner(question.fields, value, name))
            case "table":
                given = _rows(value)
                too_long = len(given) > MAX_FORM_ROWS
                rows = () if too_long else tuple(self.rows(question.columns, given, name))
            case _:
                assert_never(question.kind)
        return Field(
            name=name,
            kind=question.kind,
            label=question.text,
            hint=" ".join(word for word in (question.help, self.unit(question)) if word),
            value=text,
            error=self.errors.get(name, ""),
            options=options,
            fields=fields,
            rows=rows,
            too_long=too_long,
        )

    def unit(self, question: Question) -> str:
        """What a number counts, as a sentence of its own after the help."""
        if not question.unit:
            return ""
        return self.language.text("In {unit}.", unit=question.unit)

    def inner(self, questions: Mapping[str, Question], value: object, name: str) -> Iterator[Field]:
        values = value if isinstance(value, Mapping) else {}
        for key, question in questions.items():
            yield self.field(question, values.get(key), f"{name}.{key}")

    def rows(
        self, columns: Mapping[str, Question], given: Sequence[object], name: str
    ) -> Iterator[Row]:
        room = max(0, MAX_FORM_ROWS - len(given))
        for i, row in enumerate([*given, *[{}] * min(self.more_rows, room)]):
            yield Row(
                number=i + 1,
                remove=f"{name}.{i}.remove",
                fields=tuple(self.inner(columns, row, f"{name}.{i}")),
                blank=i >= len(given),
            )

    def yes_no(self, value: object) -> tuple[Option, ...]:
        said = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
        words = (("yes", self.language.text("Yes")), ("no", self.language.text("No")))
        return tuple(Option(value=v, text=text, chosen=said == v) for v, text in words)

    def choice(self, question: Question, value: object) -> tuple[Option, ...]:
        return tuple(
            Option(value=v, text=text, chosen=value == v) for v, text in question.options.items()
        )

    def choices(self, question: Question, value: object) -> tuple[Option, ...]:
        given = list(value) if isinstance(value, list | tuple) else None
        options = [
            Option(value=v, text=text, chosen=v in (given or ()), alone=v == NONE)
            for v, text in question.options.items()
        ]
        if NONE not in question.options:
            text = self.language.text("None of these")
            options.append(Option(value=NONE_OF_THESE, text=text, chosen=given == [], alone=True))
        return tuple(options)


def number_text(value: object, language: Language) -> str:
    """A number as this language types it, so that `reading.py` reads the same number back.

    Three decimals would look like thousands ("1.500"), and so get a fourth.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _text(value)
    plain = format(Decimal(str(value)), "f")
    whole, point, decimals = plain.partition(".")
    if decimals.strip("0") == "":
        return whole
    decimals = decimals.rstrip("0")
    if len(decimals) == 3:
        decimals += "0"
    return f"{whole}{decimal_sign(language) if point else ''}{decimals}"


def decimal_sign(language: Language) -> str:
    """What stands between the whole and its parts."""
    return str(language.locale.number_symbols["latn"]["decimal"])


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _rows(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
