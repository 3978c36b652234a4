"""What a form is made of: a table that a team fills in, with every text in every language.

A form travels between languages: it is written in one and may come back in another. So each text
stands in all of them at once (`{en: …, es: …, pt: …}`), and a language that is missing is an error.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rubrics.model import Id, Number
from rubrics.problems import InputError, problems_from
from rubrics.text import read_mapping

LANGUAGES = ("en", "es", "pt")
"""The languages that every text of a form is written in."""

ColumnKind = Literal["text", "choice", "number", "percentage", "date", "yes_no", "url", "email"]


class Piece(BaseModel):
    """A frozen piece of a form; a key that nobody declared is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Piece):
    """One text for people, in every language."""

    en: Annotated[str, Field(min_length=1)]
    es: Annotated[str, Field(min_length=1)]
    pt: Annotated[str, Field(min_length=1)]

    def said(self, language: str) -> str:
        """The text in a language."""
        return cast("str", getattr(self, language))

    @cached_property
    def plain(self) -> frozenset[str]:
        """The text in all languages, as `plain_name` writes it, for comparison."""
        return frozenset(plain_name(self.said(language)) for language in LANGUAGES)


class Column(Piece):
    """One thing that is asked for, typed.

    A `choice` has `options`; where it is `open`, other words are taken as they stand. `min` and
    `max` bound a number, both included. `required` asks for the cell in every row.
    """

    id: Id
    kind: ColumnKind
    text: Words
    help: Words | None = None
    options: dict[Id, Words] = Field(default_factory=dict)
    open: bool = False
    required: bool = False
    min: Number | None = None
    max: Number | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Column":
        if bool(self.options) != (self.kind == "choice"):
            raise ValueError(f"'{self.id}' needs 'options' if it is a choice, and only then")
        if self.open and self.kind != "choice":
            raise ValueError(f"'{self.id}' is no choice, so it cannot be 'open'")
        if (self.min, self.max) != (None, None) and self.kind != "number":
            raise ValueError(f"'{self.id}' is no number, so it has neither 'min' nor 'max'")
        _refuse_twins(self.id, {key: words.plain for key, words in self.options.items()})
        return self

    @cached_property
    def option_ids(self) -> dict[str, str]:
        """The option that each word stands for: its id, or its text in any language."""
        found = {plain: key for key, words in self.options.items() for plain in words.plain}
        return found | {plain_name(key): key for key in self.options}


class Detail(Column):
    """Something that is asked for once, beside the rows.

    `shows` names the mark of the rubric that a filled answer (other than "no" and 0) stands for.
    `dates` says that this is the day from which the whole form holds.
    """

    shows: Id | None = None
    dates: bool = False


class Part(Piece):
    """A sheet of the form, for rows of one kind; without `columns` it has all of them."""

    id: Id
    title: Words
    help: Words | None = None
    columns: tuple[Id, ...] = ()


class Form(Piece):
    """A table to fill in: its columns, the answers beside it, and examples.

    `kind` is the kind of evidence that it becomes. A row belongs to the last part whose first
    column it fills. The cells of `examples` are ids of options, numbers, days, or text in every
    language; they are shown, and never read.
    """

    id: Id
    kind: Id
    title: Words
    help: Words
    source: str
    parts: tuple[Part, ...] = Field(min_length=1)
    columns: tuple[Column, ...] = Field(min_length=1)
    details: tuple[Detail, ...] = ()
    examples: tuple[dict[Id, int | float | str | Words], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> "Form":
        ids = [column.id for column in self.columns]
        _refuse_twins(self.id, {c.id: {plain_name(c.id), *c.text.plain} for c in self.columns})
        _refuse_twins(self.id, {d.id: {plain_name(d.id), *d.text.plain} for d in self.details})
        named = [name for part in self.parts for name in part.columns]
        named += [name for example in self.examples for name in example]
        unknown = sorted({name for name in named if name not in ids})
        if unknown:
            raise ValueError(f"'{self.id}' has no column {', '.join(unknown)}")
        return self

    def columns_of(self, part: Part) -> tuple[Column, ...]:
        """The columns of a part, in its order."""
        by_id = {column.id: column for column in self.columns}
        return tuple(by_id[name] for name in part.columns) or self.columns

    @cached_property
    def column_ids(self) -> dict[str, str]:
        """The column that each header stands for: its id, or its text in any language."""
        return {
            plain: column.id
            for column in self.columns
            for plain in (plain_name(column.id), *column.text.plain)
        }


def read_forms(files: Iterable[tuple[str, bytes]]) -> tuple[Form, ...]:
    """The forms of these files, by name; `InputError` lists what is wrong in all of them."""
    forms: list[Form] = []
    problems = []
    for name, raw in files:
        value, places = read_mapping(raw, name=name)
        try:
            forms.append(Form.model_validate(value))
        except ValidationError as error:
            problems += problems_from(error, places, known_keys=known_keys())
    if problems:
        raise InputError(problems)
    return tuple(forms)


def known_keys() -> set[str]:
    """Every key that any piece of a form may have, for suggestions."""
    return {name for kind in (Words, Column, Detail, Part, Form) for name in kind.model_fields}


def plain_name(text: str) -> str:
    """`Fecha límite` is `fecha_limite`: what is left without capitals, accents and signs."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _refuse_twins(name: str, words: Mapping[str, Iterable[str]]) -> None:
    """Two ids that a reader could not tell apart by their words would be read as one."""
    seen: dict[str, str] = {}
    for key, plains in words.items():
        for plain in sorted(plains):
            if seen.setdefault(plain, key) != key:
                raise ValueError(
                    f"'{key}' and '{seen[plain]}' of '{name}' share the word '{plain}'"
                )
