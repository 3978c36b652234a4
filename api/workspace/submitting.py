"""Handing in: a snapshot that nobody changes any more, with the result that it had.

A snapshot is a submission file, with the facts of its evidence: `readiness score` reads it, and the
same rubric, day and engine give the same result to the byte.
"""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.columns import AnyRow
from api.db.session import Transaction
from api.db.tables import assessment, person, submission
from api.errors import Locked, NotThere, PersonRef
from api.workspace.answering import grow
from api.workspace.current import Current, current
from api.workspace.finding import find, find_to_steer, refuse_stale
from api.workspace.judging import result_of
from api.workspace.noticing import What, coaches_of, notify
from api.workspace.views import Status
from assessment.details import with_details
from assessment.engine import ENGINE_VERSION
from assessment.progress import Progress, progress
from assessment.results import Assessment, Eligibility, Lens, Lenses, RubricRef, Verdict
from assessment.submission import Submission


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is worth a look before handing in; nothing of it keeps anybody from it.

    All are ids of requirements: `unanswered`; `unproven` (claimed, and the evidence does not show
    it); `waiting` (evidence is there that could not be looked at). `left_out` are answers that the
    rubric no longer takes. `undeclared` are criteria that nobody has declared.
    """

    version: int
    eligibility: Eligibility
    lenses: Lenses
    unanswered: tuple[str, ...]
    unproven: tuple[str, ...]
    waiting: tuple[str, ...]
    undeclared: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission: what it was judged by, whose it is, and the scores it had."""

    number: int
    version: int
    rubric: RubricRef
    submission_digest: str
    engine_version: str
    on: date
    by: PersonRef
    at: datetime
    lenses: Lenses


@dataclass(frozen=True, slots=True)
class SubmissionText:
    """A submission with its bytes: the submission file, and the result."""

    view: SubmissionView
    snapshot: bytes
    result: bytes


class _Scores(msgspec.Struct):
    """Of a result only what a list shows."""

    rubric: RubricRef
    lenses: Lenses


def checklist(db: Transaction, who: Actor, assessment_id: str, *, on: date) -> Checklist:
    """What is unanswered and unproven as of now."""
    now = current(db, who, assessment_id)
    result = result_of(now, on)
    all_of = [r for finding in result.criteria for r in finding.requirements]
    claimed = [r for r in all_of if r.claimed is Verdict.MET]
    return Checklist(
        version=now.found.version,
        eligibility=result.eligibility,
        lenses=result.lenses,
        unanswered=tuple(r.id for r in all_of if r.claimed is Verdict.UNANSWERED),
        unproven=tuple(
            r.id for r in claimed if r.evidenced in (Verdict.NOT_MET, Verdict.UNANSWERED)
        ),
        waiting=tuple(r.id for r in claimed if r.evidenced is Verdict.NEEDS_REVIEW),
        undeclared=tuple(
            f.id for f in result.criteria if f.declared and f.claimed is Verdict.UNANSWERED
        ),
        left_out=now.left_out,
    )


def submit(
    db: Transaction, who: Actor, assessment_id: str, *, version: int | None, on: date
) -> SubmissionView:
    """Hands in what is there at this version. From then on the assessment is locked."""
    found = find_to_steer(db, who, assessment_id, Action.SUBMIT)
    if found.status not in (Status.OPEN, Status.CHANGES_REQUESTED):
        raise Locked(assessment_id)
    refuse_stale(who, found, version)
    now = current(db, who, assessment_id, Action.SUBMIT)
    result = with_details(found.known.rubric, now.submission, result_of(now, on))
    number = 1 + (db.sql.execute(_LAST, {"assessment": assessment_id}).scalar() or 0)
    row = _row(now, result, number)
    db.sql.execute(insert(submission), {**row, "by": who.id, "at": db.now})
    set_status(db, assessment_id, Status.SUBMITTED)
    told = {key: row[key] for key in ("number", "rubric_digest", "submission_digest", "on")}
    grow(db, who, assessment_id, "submitted", told)
    coaches = coaches_of(db, assessment_id)
    notify(db, who, assessment_id, coaches, What.SUBMITTED, about=str(number))
    return read_submission(db, who, assessment_id, number).view


_LAST = select(func.max(submission.c.number)).where(
    submission.c.assessment_id == bindparam("assessment")
)
_ALL = (
    select(submission, person.c.name.label("person"))
    .join(person, person.c.id == submission.c.by)
    .where(submission.c.assessment_id == bindparam("assessment"))
    .order_by(submission.c.number.desc())
)
_ONE = _ALL.where(submission.c.number == bindparam("nth"))


def submissions(db: Transaction, who: Actor, assessment_id: str) -> tuple[SubmissionView, ...]:
    """What was handed in, the latest first."""
    find(db, who, assessment_id, Action.READ)
    return tuple(_view(row) for row in db.sql.execute(_ALL, {"assessment": assessment_id}))


def read_submission(
    db: Transaction, who: Actor, assessment_id: str, number: int, *, blind: bool = False
) -> SubmissionText:
    """One submission, with its bytes. Earlier decisions are in them: `blind` is for who knows."""
    find(db, who, assessment_id, Action.READ, blind=blind)
    nth = number if 0 < number < 2**31 else 0
    row = db.sql.execute(_ONE, {"assessment": assessment_id, "nth": nth}).first()
    if row is None:
        raise NotThere("submission", str(number))
    return SubmissionText(_view(row), row.snapshot.encode(), row.result.encode())


def difference(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    first: int,
    second: int,
    *,
    lens: Lens = Lens.EVIDENCED,
) -> Progress:
    """What changed from one submission to another: what turned, what slipped, how points grew."""
    texts = [read_submission(db, who, assessment_id, number) for number in (first, second)]
    return progress([msgspec.json.decode(t.result, type=Assessment) for t in texts], lens=lens)


def snapshot_of(submission_: Submission) -> bytes:
    """A submission as a file, with the facts of its evidence."""
    told = submission_.model_dump(mode="json", exclude_defaults=True)
    return msgspec.json.encode({"schema_version": submission_.schema_version, **told})


def _row(now: Current, result: Assessment, number: int) -> dict[str, object]:
    return {
        "assessment_id": now.found.id,
        "number": number,
        "version": now.found.version,
        "rubric": result.rubric.id,
        "edition": result.rubric.edition,
        "rubric_digest": result.rubric.digest,
        "submission_digest": result.submission.digest,
        "engine_version": ENGINE_VERSION,
        "on": result.on.isoformat(),
        "snapshot": snapshot_of(now.submission).decode(),
        "result": msgspec.json.encode(result).decode(),
    }


def set_status(db: Transaction, assessment_id: str, status: Status) -> None:
    """Where the assessment stands from now on; the log is the caller's."""
    this = update(assessment).where(assessment.c.id == assessment_id)
    db.sql.execute(this.values(status=status))


def _view(row: AnyRow) -> SubmissionView:
    told = msgspec.json.decode(row.result, type=_Scores)
    return SubmissionView(
        number=row.number,
        version=row.version,
        rubric=told.rubric,
        submission_digest=row.submission_digest,
        engine_version=row.engine_version,
        on=date.fromisoformat(row.on),
        by=PersonRef(row.by, row.person),
        at=row.at,
        lenses=told.lenses,
    )
