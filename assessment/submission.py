"""What a city hands in: its answers, its evidence with what collectors saw, coaches' decisions."""

from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Annotated, Literal

import msgspec
from pydantic import BeforeValidator, Field

from assessment.facts import Facts
from assessment.model import Amount, AnswerId, Day, LongText, Model, Row, Scalar, ShortText

SCHEMA_VERSION = "1"
"""Version of the submission format; it changes when an old file could be read differently."""

Value = Scalar | tuple[LongText, ...] | tuple[Row, ...] | dict[str, object]
"""An answer after validation, by the kind of its question.

========== ===============================================================================
yes_no     bool
choice     the option's id
choices    a tuple of option ids
number     int or float
percentage int or float from 0 to 100
date       date
text, url  text
group      a dict of field id to such a value
table      a tuple of dicts of column id to such a value
========== ===============================================================================

`None` means: not answered yet.
"""


def _as_text(value: object) -> object:
    """`schema_version: 1` in YAML is a number, and means the same."""
    return str(value) if type(value) is int else value


class City(Model):
    """Who applies."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    region: ShortText | None = None
    population: Annotated[int, Field(ge=0, le=100_000_000, strict=True)] | None = None


class Declared(Model):
    """What the team says of the criteria that are not assessed in depth.

    A criterion in none of the lists is unknown. `evidence` names the piece of evidence that holds
    the last official assessment's result; `assessed_on` is its date.
    """

    met: tuple[str, ...] = ()
    not_met: tuple[str, ...] = ()
    assessed_on: Day | None = None
    evidence: str | None = None


class Population(Model):
    """Everything that the dataset should hold: how many processes, and of what value."""

    number: Annotated[int, Field(ge=1, strict=True)] | None = None
    value: Annotated[Amount, Field(gt=0)] | None = None


class Evidence(Model):
    """One piece of evidence; one piece may serve many requirements (`serves`).

    `dated` is the day from which it holds (the adoption of a policy, the end of a survey), apart
    from `received`, the day it was handed in. `shows` says where each thing can be found in it,
    such as `{approving_body: page 3}`. `columns` says what the columns of a city's own table stand
    for, such as `{Vendor Name: award.supplier}`. `facts` is written by collectors; facts that a
    team wrote itself are marked `stated`.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=80)]
    kind: AnswerId
    title: ShortText
    file: ShortText | None = None
    url: Annotated[str, Field(max_length=2_000)] | None = None
    dated: Day | None = None
    received: Day | None = None
    serves: tuple[str, ...] = ()
    shows: dict[str, ShortText] = Field(default_factory=dict)
    columns: dict[ShortText, str] = Field(default_factory=dict)
    population: Population | None = None
    note: LongText | None = None
    facts: Facts | None = None
    stated: bool = False


class CoachDecision(Model):
    """A coach's word on a requirement or criterion.

    `agree` takes over the evidenced verdict, with its reasons; every other word has one of its own.
    `needs_proof` reopens the question.
    """

    about: AnswerId
    verdict: Literal["agree", "met", "not_met", "needs_proof", "not_applicable"]
    reason: Annotated[str, Field(max_length=4_000)] = ""
    by: ShortText
    on: Day | None = None


class Submission(Model):
    """A city's whole submission, checked against a rubric.

    `evidence` is `None` when the team has not got to it yet (everything is still possible), and
    empty when it says that there is none. `not_applicable` holds the justification per requirement.
    """

    schema_version: Annotated[Literal["1"], BeforeValidator(_as_text)] = "1"
    rubric: str
    city: City
    prepared_by: ShortText | None = None
    declared: Declared = Declared()
    answers: dict[str, object] = Field(default_factory=dict)
    not_applicable: dict[str, Annotated[str, Field(min_length=3, max_length=4_000)]] = Field(
        default_factory=dict
    )
    evidence: tuple[Evidence, ...] | None = None
    decisions: tuple[CoachDecision, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole submission, facts included, in whatever order it was written."""
        plain = {name: getattr(self, name) for name in type(self).model_fields}
        plain["evidence"] = self.evidence and sorted(self.evidence, key=attrgetter("id"))
        plain["decisions"] = sorted(self.decisions, key=attrgetter("about"))
        plain["answers"] = alike(self.answers)
        return sha256(DIGESTED.encode(plain)).hexdigest()


def alike(value: object) -> object:
    """A value in which 2.0 is 2, for a workbook cannot tell them apart."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: alike(part) for name, part in value.items()}
        case list() | tuple():
            return [alike(part) for part in value]
        case _:
            return value


def _in_order(piece: object) -> dict[str, object]:
    """A part of a submission with its lists of ids in order: nobody meant one by it."""
    if isinstance(piece, Evidence):
        return {**vars(piece), "serves": sorted(piece.serves)}
    if isinstance(piece, Declared):
        return {**vars(piece), "met": sorted(piece.met), "not_met": sorted(piece.not_met)}
    return vars(piece)


DIGESTED = msgspec.json.Encoder(order="sorted", enc_hook=_in_order)
"""Writes any part of a submission as the bytes that its digest is of."""
