"""Ends a review, with a hash that no other words fit; and opens it again, for a reason.

The seal is the SHA-256 of the submission's digest, the decisions and the result's digest. It stands
in the log, which is chained by hash, so that neither can be changed later without being seen.
"""

import hashlib
from typing import Literal

import msgspec
from sqlalchemy import bindparam, func, insert, select

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.columns import AnyRow, to_json
from api.db.review_tables import sign_off as table
from api.db.session import Transaction
from api.db.tables import person, submission
from api.errors import NotThere, PersonRef, Unusable
from api.review.lines import lines_of, waits
from api.review.reviewed import (
    confirmed,
    digest,
    judged,
    look,
    read_snapshot,
    take,
    with_words,
)
from api.review.views import Replay, SignOff
from api.workspace.answering import grow
from api.workspace.checking import refuse_half_characters
from api.workspace.finding import find, find_to_steer, refuse_stale
from api.workspace.found import Found
from api.workspace.noticing import TEAM, What, coaches_of, notify, people_of
from api.workspace.submitting import set_status
from api.workspace.views import Status
from assessment.submission import CoachDecision

LONGEST_NOTE = 4_000
SHORTEST_REASON = 3

_ALL = (
    select(table, person.c.name.label("person"))
    .join(person, person.c.id == table.c.by)
    .where(table.c.assessment_id == bindparam("assessment"))
    .order_by(table.c.number.desc())
)
_LAST = select(func.max(table.c.number)).where(table.c.assessment_id == bindparam("assessment"))
_HANDED_IN = select(submission).where(
    submission.c.assessment_id == bindparam("assessment"),
    submission.c.number == bindparam("nth"),
)


def sign_off(
    db: Transaction, who: Actor, assessment_id: str, *, version: int | None, note: str = ""
) -> SignOff:
    """Ends the review of the last submission, if nothing in it waits for a decision any more."""
    reviewed = take(db, who, assessment_id, Action.SIGN_OFF, in_states=(Status.SUBMITTED,))
    refuse_stale(who, reviewed.found, version)
    refuse_half_characters(note, "note")
    if len(note) > LONGEST_NOTE:
        raise Unusable("ask_length", longest=LONGEST_NOTE)
    waiting = sum(waits(line) for line in lines_of(reviewed))
    if waiting:
        raise Unusable("undecided", count=waiting)
    handed_in = db.sql.execute(
        _HANDED_IN, {"assessment": assessment_id, "nth": reviewed.number}
    ).one()
    decisions = [one.model_dump(mode="json") for one in reviewed.decisions()]
    result = msgspec.json.encode(confirmed(reviewed))
    sealed = [handed_in.submission_digest, decisions, digest(result)]
    row = {
        "assessment_id": assessment_id,
        "number": 1 + (db.sql.execute(_LAST, {"assessment": assessment_id}).scalar() or 0),
        "submission": reviewed.number,
        "submission_digest": handed_in.submission_digest,
        "decisions": decisions,
        "result": result.decode(),
        "result_digest": digest(result),
        "seal": seal_of(sealed),
        "note": note.strip(),
    }
    db.sql.execute(insert(table), {**row, "by": who.id, "at": db.now})
    set_status(db, assessment_id, Status.SIGNED_OFF)
    told = {key: row[key] for key in ("submission", "submission_digest", "result_digest", "seal")}
    grow(db, who, assessment_id, "signed_off", told)
    team = people_of(db, reviewed.found.city_id, TEAM)
    notify(db, who, assessment_id, team, What.SIGNED_OFF, about=str(reviewed.number))
    return _view(_row(db, assessment_id))


def read_sign_off(db: Transaction, who: Actor, assessment_id: str) -> SignOff | None:
    """The end of the review, unless the assessment was opened again."""
    return last_sign_off(db, find(db, who, assessment_id, Action.READ))


def last_sign_off(db: Transaction, found: Found) -> SignOff | None:
    """The sign-off that holds; rights were asked before."""
    if found.status != Status.SIGNED_OFF:
        return None
    return _view(_row(db, found.id))


def replay(db: Transaction, who: Actor, assessment_id: str, number: int | None = None) -> Replay:
    """Judges the stored submission with the stored decisions again, and compares the bytes.

    Of a submission that was signed off that is what was signed; else what the machine said.
    """
    reviewed = look(db, who, assessment_id, number, Action.READ)
    of = {"assessment": assessment_id, "nth": reviewed.number}
    handed_in = db.sql.execute(_HANDED_IN, of).one()
    signed = next(
        (row for row in db.sql.execute(_ALL, of) if row.submission == reviewed.number), None
    )
    whole = read_snapshot(reviewed.rubric, handed_in.snapshot)
    decisions = whole.decisions
    stored = handed_in.result
    if signed is not None:
        decisions = tuple(CoachDecision.model_validate(one) for one in signed.decisions)
        stored = signed.result
    again = judged(reviewed.rubric, with_words(whole, ()), decisions, reviewed.on)
    told = digest(msgspec.json.encode(again))
    return Replay(reviewed.number, digest(stored.encode()) == told, digest(stored.encode()), told)


def reopen(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    reason: str,
    version: int | None,
    to: Literal["team", "review"] = "team",
) -> None:
    """Lets the team go on with everything, or a coach with a review that was signed off.

    The submission, the decisions and the sign-off stay in the log; there may be others.
    """
    found = find_to_steer(db, who, assessment_id, Action.REOPEN)
    refuse_stale(who, found, version)
    refuse_half_characters(reason, "reason")
    if found.status == Status.OPEN or (to == "review" and found.status != Status.SIGNED_OFF):
        raise Unusable("not_submitted")
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_NOTE:
        raise Unusable("reason_missing")
    set_status(db, assessment_id, Status.OPEN if to == "team" else Status.SUBMITTED)
    told = {"reason": reason.strip(), "from": found.status, "to": to}
    grow(db, who, assessment_id, "reopened", told)
    people = [*people_of(db, found.city_id, TEAM), *coaches_of(db, assessment_id)]
    notify(db, who, assessment_id, people, What.REOPENED)


def seal_of(sealed: list[object]) -> str:
    """The hash over the submission's digest, the decisions, and the result's digest."""
    return hashlib.sha256(to_json(sealed).encode()).hexdigest()


def _row(db: Transaction, assessment_id: str) -> AnyRow:
    row = db.sql.execute(_ALL, {"assessment": assessment_id}).first()
    if row is None:
        raise NotThere("sign_off", assessment_id)
    return row


def _view(row: AnyRow) -> SignOff:
    return SignOff(
        submission=row.submission,
        submission_digest=row.submission_digest,
        decisions=len(row.decisions),
        result_digest=row.result_digest,
        seal=row.seal,
        note=row.note,
        by=PersonRef(row.by, row.person),
        at=row.at,
    )
