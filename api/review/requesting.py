"""Asks the team to change what is flagged, and nothing else, by a day."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import bindparam, func, insert, select

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.columns import AnyRow
from api.db.review_tables import change_request
from api.db.session import Transaction
from api.db.tables import person, submission
from api.errors import PersonRef, Unusable
from api.review.reviewed import Reviewed, machine_of, take
from api.review.views import ChangeRequest, Saw
from api.workspace.answering import grow
from api.workspace.checking import check_decision, refuse_half_characters
from api.workspace.finding import find, refuse_stale
from api.workspace.found import Found
from api.workspace.noticing import TEAM, What, notify, people_of
from api.workspace.submitting import set_status
from api.workspace.views import Status
from assessment.results import Verdict

LONGEST_ASK = 4_000
FURTHEST = timedelta(days=366)
"""What is due later is a mistake in the year."""

_ALL = (
    select(change_request, person.c.name.label("person"))
    .join(person, person.c.id == change_request.c.by)
    .where(change_request.c.assessment_id == bindparam("assessment"))
    .order_by(change_request.c.number.desc())
)
_LAST = select(func.max(change_request.c.number)).where(
    change_request.c.assessment_id == bindparam("assessment")
)
_SUBMISSIONS = (
    select(submission.c.number)
    .where(submission.c.assessment_id == bindparam("assessment"))
    .order_by(submission.c.number)
)


def request_changes(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    asks: Mapping[str, str],
    due: date,
    note: str = "",
    version: int | None,
) -> ChangeRequest:
    """Opens what is asked of, by requirement or criterion, to the team; all else stays as it is.

    Asking again while a request is open puts the new one in its place.
    """
    reviewed = take(db, who, assessment_id, Action.DECIDE)
    refuse_stale(who, reviewed.found, version)
    told = {about: text.strip() for about, text in asks.items()}
    _check(reviewed, told, note)
    if not db.now.date() <= due <= db.now.date() + FURTHEST:
        raise Unusable("due_day")
    number = 1 + (db.sql.execute(_LAST, {"assessment": assessment_id}).scalar() or 0)
    row = {"assessment_id": assessment_id, "number": number, "submission": reviewed.number}
    said = {"asks": told, "saw": _seen(reviewed, told), "due": due.isoformat()}
    ends = {"note": note.strip(), "by": who.id, "at": db.now}
    db.sql.execute(insert(change_request), {**row, **said, **ends})
    set_status(db, assessment_id, Status.CHANGES_REQUESTED)
    about = {"number": number, "submission": reviewed.number, **said}
    grow(db, who, assessment_id, "changes.requested", about)
    team = people_of(db, reviewed.found.city_id, TEAM)
    notify(db, who, assessment_id, team, What.ASKED, about=str(number))
    return requests(db, who, assessment_id)[0]


def read_request(db: Transaction, who: Actor, assessment_id: str) -> ChangeRequest | None:
    """What the team is asked to change at the moment, if it is asked for anything."""
    return open_request(db, find(db, who, assessment_id, Action.READ))


def requests(db: Transaction, who: Actor, assessment_id: str) -> tuple[ChangeRequest, ...]:
    """Everything that was asked, the latest first."""
    find(db, who, assessment_id, Action.READ)
    of = {"assessment": assessment_id}
    numbers = db.sql.execute(_SUBMISSIONS, of).scalars().all()
    return tuple(
        _view(row, next((n for n in numbers if n > row.submission), None))
        for row in db.sql.execute(_ALL, of)
    )


def open_request(db: Transaction, found: Found) -> ChangeRequest | None:
    """The request that waits for the team; rights were asked before."""
    if found.status != Status.CHANGES_REQUESTED:
        return None
    return _view(db.sql.execute(_ALL, {"assessment": found.id}).first(), None)


def _check(reviewed: Reviewed, asks: Mapping[str, str], note: str) -> None:
    if not asks:
        raise Unusable("nothing_flagged")
    for about, text in asks.items():
        refuse_half_characters([about, text, note], "asks")
        check_decision(reviewed.rubric, {"about": about, "verdict": "agree"})
        if not 3 <= len(text) <= LONGEST_ASK or len(note) > LONGEST_ASK:
            raise Unusable("ask_length", longest=LONGEST_ASK)


def _seen(reviewed: Reviewed, asks: Mapping[str, str]) -> dict[str, dict[str, str | None]]:
    """What the coach had in view, so that the team can look at the same."""
    verdicts: dict[str, Verdict] = {}
    for finding in machine_of(reviewed).criteria:
        verdicts |= {one.id: one.evidenced for one in finding.requirements}
        verdicts[finding.id] = finding.evidenced
    told: dict[str, dict[str, str | None]] = {}
    for about in asks:
        word = reviewed.words.get(about) if about in reviewed.standing else None
        told[about] = {
            "evidenced": verdicts[about],
            "verdict": word.verdict if word is not None else None,
            "reason": word.reason if word is not None else "",
        }
    return told


def _view(row: AnyRow | None, answered_by: int | None) -> ChangeRequest:
    if row is None:  # pragma: no cover (the status says that there is one)
        raise AssertionError
    return ChangeRequest(
        number=row.number,
        submission=row.submission,
        asks=row.asks,
        saw={
            about: Saw(Verdict(seen["evidenced"]), seen["verdict"], seen["reason"])
            for about, seen in row.saw.items()
        },
        due=date.fromisoformat(row.due),
        note=row.note,
        by=PersonRef(row.by, row.person),
        at=row.at,
        answered_by=answered_by,
    )
