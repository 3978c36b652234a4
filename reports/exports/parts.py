"""What every export is put together from: identifiers and moments that are always the same.

An identifier is made from the digests of the rubric and of the submission, the day and the version
of the engine: the same assessment has the same identifiers on every machine, another has others.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid5

from assessment.results import Assessment, Finding, RequirementResult, RubricRef
from reports.cleaning import clean

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Object = dict[str, Json]

Judged = Finding | RequirementResult
"""What has a verdict under each lens."""

NAMESPACE = "urn:readiness:export"
"""Whose names of properties these are, where a format asks for that."""

_ROOT = UUID("6f1c3a52-8b0e-5d27-9a44-2e7b90c5d318")


def id_of(assessment: Assessment, *names: str) -> str:
    """The identifier of something in an assessment."""
    said = (
        assessment.rubric.digest,
        assessment.submission.digest,
        assessment.on.isoformat(),
        assessment.engine_version,
        *names,
    )
    return str(uuid5(_ROOT, "\0".join(said)))


def id_in_rubric(rubric: RubricRef, *names: str) -> str:
    """The identifier of something that is the same for everybody judged by a rubric."""
    return str(uuid5(_ROOT, "\0".join((rubric.digest, *names))))


def moment(day: date) -> str:
    """A day as the moment at which it begins, for formats that know no days."""
    return datetime.combine(day, time(), tzinfo=UTC).isoformat()


def end_of_day(day: date) -> str:
    """A day as its last second."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC).isoformat()


def one_line(text: str) -> str:
    """A stranger's text as a name: one line, without blanks around it, and never empty."""
    return " ".join(clean(text).split()) or "?"


def judged(assessment: Assessment) -> Iterator[Judged]:
    """Every criterion, each followed by its requirements."""
    for finding in assessment.criteria:
        yield finding
        yield from finding.requirements
