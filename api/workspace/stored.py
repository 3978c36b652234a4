"""The submissions that the database holds, as files: the last one of every assessment asked for.

A snapshot is a submission file, so whatever reads such files (a batch, the impact of a rubric)
reads these. What coaches have decided since stands in it too: else nothing of it was confirmed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Select, func, select

from api.db.session import Transaction
from api.db.tables import assessment, city, submission
from api.slugs import slug
from api.workspace.current import decisions_of
from api.workspace.library import rubric_named
from api.workspace.views import Status
from assessment.submission import CoachDecision
from assessment.validation import validate
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric
from rubrics.text import Plain

PREFIX = "db:"
"""What an input begins with that is asked of the database: `db:`, `db:cohort=es`."""

RUBRIC = "wwc-2022"
_KEYS = ("rubric", "cohort", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuery:
    """Which assessments: by their rubric, their cohort of a sprint, and their status."""

    rubric: str = RUBRIC
    cohort: str | None = None
    status: Status | None = None

    def told(self) -> dict[str, str]:
        """What is asked for, without what is left open."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}


def parse_query(text: str) -> StoredQuery:
    """What `db:cohort=es,status=submitted` asks for; `InputError` names what cannot be asked."""
    said: dict[str, str] = {}
    for part in filter(None, text.removeprefix(PREFIX).split(",")):
        key, _, value = (word.strip() for word in part.partition("="))
        if key not in _KEYS or not value or (key == "status" and value not in set(Status)):
            raise InputError([Problem("batch.query_key", Place(text), {"key": part})])
        said[key] = value
    status = Status(said["status"]) if "status" in said else None
    rubric = rubric_named(said.get("rubric", RUBRIC)).rubric.id
    return StoredQuery(rubric=rubric, cohort=said.get("cohort"), status=status)


def write_stored(db: Transaction, query: StoredQuery, folder: Path) -> int:
    """Writes every submission into a file of the folder; how many there are.

    Whoever calls this has made sure that they may see all of them.
    """
    rubric = rubric_named(query.rubric).rubric
    count = 0
    rows = db.sql.execute(_query(query), execution_options={"yield_per": 20})
    for count, row in enumerate(rows, 1):  # noqa: B007 (it is the answer)
        told = msgspec.json.decode(row.snapshot)
        told["decisions"] = [
            one.model_dump(mode="json") for one in _standing(db, row.assessment_id, rubric, told)
        ]
        name = f"{slug(row.name)}-{row.assessment_id}.json"
        (folder / name).write_bytes(msgspec.json.encode(told))
    return count


def _standing(
    db: Transaction, assessment_id: str, rubric: Rubric, snapshot: Mapping[str, Plain]
) -> tuple[CoachDecision, ...]:
    """The decisions that are about what was handed in; none where the rubric no longer takes it."""
    try:
        handed_in = validate(rubric, snapshot, {})
    except InputError:
        return ()
    return decisions_of(db, assessment_id, rubric, handed_in)


def _query(query: StoredQuery) -> Select[tuple[str, str, str]]:
    last = (
        select(submission.c.assessment_id, func.max(submission.c.number).label("number"))
        .group_by(submission.c.assessment_id)
        .subquery()
    )
    found = (
        select(city.c.name, submission.c.assessment_id, submission.c.snapshot)
        .join(
            last,
            (last.c.assessment_id == submission.c.assessment_id)
            & (last.c.number == submission.c.number),
        )
        .join(assessment, assessment.c.id == submission.c.assessment_id)
        .join(city, city.c.id == assessment.c.city_id)
        .where(assessment.c.rubric == query.rubric)
        .order_by(submission.c.assessment_id)
    )
    if query.cohort is not None:
        found = found.where(assessment.c.cohort == query.cohort)
    if query.status is not None:
        found = found.where(assessment.c.status == query.status)
    return found
