"""What a city hands in: its answers, its evidence with what collectors saw, coaches' decisions."""

from datetime import date
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Annotated, Literal

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

SCHEMA_VERSION = "1"
"""Version of the submission format; it changes when an old file could be read differently."""

AnswerId = Annotated[str, Field(max_length=80)]
ShortText = Annotated[str, Field(max_length=500)]
LongText = Annotated[str, Field(max_length=20_000)]

Scalar = bool | int | float | date | LongText | None
Row = dict[str, Scalar | tuple[LongText, ...]]
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


def _from_iso(value: object) -> object:
    """Only ISO text is a day: pydantic alone would take 20251103 for seconds since 1970."""
    if isinstance(value, bool | int | float):
        raise PydanticCustomError("day", "Input should be a date such as 2025-11-03")
    return value


Day = Annotated[date, BeforeValidator(_from_iso)]
"""A calendar day, written as 2025-11-03."""

Tally = Annotated[int, Field(ge=0, strict=True)]
"""How many there are: a whole number; `true` and quoted digits are none."""

Amount = Annotated[float, Field(strict=True)]
"""A sum of money, as a number."""


def _as_text(value: object) -> object:
    """`schema_version: 1` in YAML is a number, and means the same."""
    return str(value) if type(value) is int else value


class Model(BaseModel):
    """A frozen value of the submission; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


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


class StageFacts(Model):
    """One stage of a dataset: how many records, and how many of them fill each field."""

    records: Tally
    filled: dict[str, Tally] = Field(default_factory=dict)


class JoinFacts(Model):
    """How many of `records` point to a record that is there."""

    records: Tally
    joined: Tally


class DatasetFacts(Model):
    """What a collector saw in contracting data.

    `processes` counts contracting processes (OCIDs, or rows of a flat file); `groups` how many of
    them answer who, what, from whom, how much, when and how; `complete` how many answer all six.
    `value` is the sum of award (else contract) values where one currency is used. `joins` is keyed
    `award-tender`, `award-supplier`, `contract-award`, `implementation-contract`.
    """

    processes: Tally
    stages: dict[str, StageFacts] = Field(default_factory=dict)
    groups: dict[str, Tally] = Field(default_factory=dict)
    complete: Tally | None = None
    newest_record: Day | None = None
    joins: dict[str, JoinFacts] = Field(default_factory=dict)
    value: Amount | None = None
    currency: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    publication_policy: str | None = None


class Facts(Model):
    """What a collector saw of one piece of evidence, dated, with the digest of what it saw.

    `status` is `seen` when it could look; every other word says why it could not, which makes a
    verdict `needs_review` and never `not_met`. `None` anywhere means: not known.
    """

    status: Literal[
        "seen",
        "not_checked",
        "unreachable",
        "too_large",
        "encrypted",
        "unreadable",
        "not_a_dataset",
    ]
    collector: str | None = None
    sha256: str | None = None
    size: Tally | None = None
    format: str | None = None
    dated: Day | None = None
    licence: str | None = None
    dataset: DatasetFacts | None = None
    table: tuple[Row, ...] | None = None


class Population(Model):
    """Everything that the dataset should hold: how many processes, and of what value."""

    number: Annotated[int, Field(ge=1, strict=True)] | None = None
    value: Annotated[Amount, Field(gt=0)] | None = None


class Evidence(Model):
    """One piece of evidence; one piece may serve many requirements (`serves`).

    `dated` is the day from which it holds (the adoption of a policy, the end of a survey), apart
    from the day it was uploaded. `shows` says where each thing can be found in it, such as
    `{approving_body: page 3}`. `facts` is written by collectors; facts that a team wrote itself are
    marked `stated`.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=80)]
    kind: AnswerId
    title: ShortText
    file: ShortText | None = None
    url: Annotated[str, Field(max_length=2_000)] | None = None
    dated: Day | None = None
    serves: tuple[str, ...] = ()
    shows: dict[str, ShortText] = Field(default_factory=dict)
    population: Population | None = None
    note: LongText | None = None
    facts: Facts | None = None
    stated: bool = False


class CoachDecision(Model):
    """A coach's word on a requirement or criterion; it always has a reason.

    `agree` takes over the evidenced verdict; `needs_proof` reopens the question.
    """

    about: AnswerId
    verdict: Literal["agree", "met", "not_met", "needs_proof", "not_applicable"]
    reason: Annotated[str, Field(min_length=3, max_length=4_000)]
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
        return sha256(_DIGESTED.encode(plain)).hexdigest()


def _in_order(piece: object) -> dict[str, object]:
    """A part of a submission with its lists of ids in order: nobody meant one by it."""
    if isinstance(piece, Evidence):
        return {**vars(piece), "serves": sorted(piece.serves)}
    if isinstance(piece, Declared):
        return {**vars(piece), "met": sorted(piece.met), "not_met": sorted(piece.not_met)}
    return vars(piece)


_DIGESTED = msgspec.json.Encoder(order="sorted", enc_hook=_in_order)


def known_keys() -> set[str]:
    """Every key that any part of a submission may have, for suggestions."""
    return {name for kind in Model.__subclasses__() for name in kind.model_fields}
