"""A second reading: another coach judges the same submission, without seeing what was decided.

It is blind everywhere until it is finished (`workspace/blindness.py`). Opinions decide nothing;
they are for calibration alone, and no team ever sees them.

Where the team hands in again meanwhile, the reading of what was there before stays, and stays
blind: its reader finishes it, or begins one of the new submission as well.
"""

from sqlalchemy import bindparam, insert, or_, select, update

from api.accounts.actor import Actor, Role
from api.accounts.rights import Action
from api.db.audit import assessment_stream, record
from api.db.columns import AnyRow
from api.db.review_tables import opinion, second_reading
from api.db.session import Transaction
from api.errors import Said, Stale, Unusable
from api.review.checking import checked_word
from api.review.reviewed import Reviewed, look
from api.review.views import Opinion, Reading, Word
from api.workspace.finding import find_to_steer

_MINE = (
    select(second_reading)
    .where(
        second_reading.c.assessment_id == bindparam("assessment"),
        second_reading.c.person_id == bindparam("person"),
        or_(
            second_reading.c.submission == bindparam("nth"), second_reading.c.finished_at.is_(None)
        ),
    )
    .order_by(second_reading.c.submission.desc())
)
_OPINIONS = (
    select(opinion)
    .where(
        opinion.c.assessment_id == bindparam("assessment"),
        opinion.c.submission == bindparam("nth"),
        opinion.c.person_id == bindparam("person"),
    )
    .order_by(opinion.c.about)
)


def start_reading(db: Transaction, who: Actor, assessment_id: str) -> Reading:
    """Begins a second reading of the last submission; `Unusable` for whoever has decided on it."""
    find_to_steer(db, who, assessment_id, Action.DECIDE, blind=True)
    reviewed = look(db, who, assessment_id, blind=True)
    if not _is_of(_row(db, who, reviewed), reviewed):
        if who.programme_role is Role.STAFF:
            raise Unusable("reading_sees_all")
        if any(word.by.id == who.id for word in reviewed.words.values()):
            raise Unusable("own_review")
        row = {"assessment_id": assessment_id, "submission": reviewed.number, "person_id": who.id}
        db.sql.execute(insert(second_reading), {**row, "started_at": db.now})
        _log(db, who, reviewed, "reading.started")
    return _reading(db, who, reviewed)


def give_opinion(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    about: str,
    verdict: Word,
    reason: str = "",
    version: int | None,
) -> Opinion:
    """Says what a second reader thinks of one thing; `version` as they have seen it, 0 at first."""
    find_to_steer(db, who, assessment_id, Action.DECIDE, blind=True)
    reviewed = look(db, who, assessment_id, blind=True)
    row = _row(db, who, reviewed)
    if row is None or not _is_of(row, reviewed):
        raise Unusable("no_reading")
    if row.finished_at is not None:
        raise Unusable("reading_done")
    word, text, _ = checked_word(reviewed, about, verdict, reason)
    there = {one.about: one for one in _opinions(db, who, row)}.get(about)
    if there is not None and (there.verdict, there.reason) == (word, text):
        return there
    seen = there.version if there is not None else 0
    if version not in (None, seen):
        mine = Said({"verdict": word, "reason": text}, version or 0, who.person, db.now)
        theirs = Said(None, 0)
        if there is not None:
            said = {"verdict": there.verdict, "reason": there.reason}
            theirs = Said(said, seen, who.person, there.at)
        raise Stale("opinion", about, mine=mine, theirs=theirs)
    key = {"assessment_id": assessment_id, "submission": reviewed.number, "person_id": who.id}
    new = {"verdict": word, "reason": text, "version": seen + 1, "at": db.now}
    if there is None:
        db.sql.execute(insert(opinion), {**key, "about": about, **new})
    else:
        this = (
            (opinion.c.assessment_id == assessment_id)
            & (opinion.c.submission == reviewed.number)
            & (opinion.c.person_id == who.id)
            & (opinion.c.about == about)
        )
        db.sql.execute(update(opinion).where(this).values(**new))
    _log(db, who, reviewed, "opinion.given", about=about, verdict=word, reason=text)
    return Opinion(about, word, text, seen + 1, db.now)


def finish_reading(db: Transaction, who: Actor, assessment_id: str) -> Reading:
    """Ends a second reading: from then on it counts for calibration, and decisions are seen."""
    find_to_steer(db, who, assessment_id, Action.DECIDE, blind=True)
    reviewed = look(db, who, assessment_id, blind=True)
    row = _row(db, who, reviewed)
    if row is None:
        raise Unusable("no_reading")
    if row.finished_at is None:
        this = (
            (second_reading.c.assessment_id == assessment_id)
            & (second_reading.c.person_id == who.id)
            & (second_reading.c.finished_at.is_(None))
        )
        db.sql.execute(update(second_reading).where(this).values(finished_at=db.now))
        _log(db, who, reviewed, "reading.finished")
    ended = row.finished_at or db.now
    return Reading(row.submission, who.person, row.started_at, ended, _opinions(db, who, row))


def read_reading(db: Transaction, who: Actor, assessment_id: str) -> Reading | None:
    """One's own second reading of the last submission, or an earlier one that is still open."""
    reviewed = look(db, who, assessment_id, blind=True)
    return _reading(db, who, reviewed) if _row(db, who, reviewed) is not None else None


def _row(db: Transaction, who: Actor, reviewed: Reviewed) -> AnyRow | None:
    of = {"assessment": reviewed.found.id, "nth": reviewed.number, "person": who.id}
    return db.sql.execute(_MINE, of).first()


def _is_of(row: AnyRow | None, reviewed: Reviewed) -> bool:
    """Whether it is a reading of this submission, and not of an earlier one."""
    return row is not None and row.submission == reviewed.number


def _opinions(db: Transaction, who: Actor, row: AnyRow) -> tuple[Opinion, ...]:
    of = {"assessment": row.assessment_id, "nth": row.submission, "person": who.id}
    return tuple(
        Opinion(one.about, Word(one.verdict), one.reason, one.version, one.at)
        for one in db.sql.execute(_OPINIONS, of)
    )


def _reading(db: Transaction, who: Actor, reviewed: Reviewed) -> Reading:
    row = _row(db, who, reviewed)
    if row is None:  # pragma: no cover (whoever asks has begun one)
        raise AssertionError
    opinions = _opinions(db, who, row)
    return Reading(row.submission, who.person, row.started_at, row.finished_at, opinions)


def _log(db: Transaction, who: Actor, reviewed: Reviewed, action: str, **told: object) -> None:
    about = {"submission": reviewed.number, "private": True, **told}
    record(db, assessment_stream(reviewed.found.id), action, by=who.id, about=about)
