"""What the use cases hand back: frozen, without anything of the database's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from api.accounts.cities import CityView
from api.errors import PersonRef, Said
from assessment.submission import Evidence

T = TypeVar("T")


class Part(StrEnum):
    """The part of a submission that something is said in.

    `answers`: by requirement. `declared`: `met` or `not_met`, by criterion. `not_applicable`: the
    justification, by requirement. `about`: `prepared_by`, `assessed_on` (the day of the official
    result), `official_result` (the piece of evidence that holds it), `no_evidence` (true).
    """

    ANSWERS = "answers"
    DECLARED = "declared"
    NOT_APPLICABLE = "not_applicable"
    ABOUT = "about"


class Status(StrEnum):
    """Where an assessment stands: open for the team, handed in, in part open again, or signed off.

    With changes requested only what a coach asks for is open to the team.
    """

    OPEN = "open"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    SIGNED_OFF = "signed_off"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list; `after` is what to ask for to get the next ones, `None` at the end."""

    items: tuple[T, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class RubricUsed:
    """The rubric that an assessment was started with; `changed`: it reads otherwise by now."""

    id: str
    edition: str
    digest: str
    changed: bool


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """An assessment, without what is said in it."""

    id: str
    city: CityView
    title: str
    rubric: RubricUsed
    sprint: str | None
    cohort: str | None
    status: Status
    version: int
    created_at: datetime
    created_by: PersonRef
    changed_at: datetime
    changed_by: PersonRef


@dataclass(frozen=True, slots=True)
class Saved:
    """What has been saved: its version now, and the assessment's. `changed`: it was new."""

    name: str
    version: int
    at: datetime
    assessment_version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """One change: who changed what, when, from what to what."""

    number: int
    part: str
    name: str
    version: int
    by: PersonRef
    at: datetime
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence: `entry` as it is judged, facts included."""

    id: str
    version: int
    by: PersonRef
    at: datetime
    entry: Evidence
    sha256: str | None
    media_type: str | None


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is said in an assessment, with whose it is, at one version of it."""

    version: int
    answers: Mapping[str, Said]
    declared: Mapping[str, Said]
    not_applicable: Mapping[str, Said]
    about: Mapping[str, Said]
    evidence: tuple[EvidenceView, ...]
