"""What people tell each other about an assessment, what coaches decided, and who did what."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from api.accounts.actor import Actor
from api.accounts.rights import Action, may, require
from api.db.audit import assessment_stream, record
from api.db.columns import AnyRow, new_id
from api.db.review_tables import resolution
from api.db.session import Transaction
from api.db.tables import audit, comment, decision, evidence, person
from api.errors import NotThere, PersonRef, Unusable
from api.workspace.checking import refuse_half_characters
from api.workspace.finding import find, find_to_steer
from api.workspace.found import Found
from api.workspace.noticing import mention
from api.workspace.reading import cursor
from api.workspace.views import Page
from rubrics.problems import InputError, Place, Problem

LONGEST_COMMENT = 4_000


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote about a requirement, a criterion or a piece of evidence."""

    id: str
    about: str
    reply_to: str | None
    private: bool
    text: str
    by: PersonRef
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """A coach's word; `verdict` `None` takes it back.

    `submission` is the one that the coach had in view, `machine` the machine's verdict on it.
    """

    number: int
    about: str
    verdict: str | None
    reason: str
    by: PersonRef
    at: datetime
    submission: int | None
    machine: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log: who did what. `about` is what it concerned, as plain values."""

    number: int
    at: datetime
    by: PersonRef | None
    action: str
    about: object


def comments(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    about: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[Comment]:
    """The comments, the oldest first; private ones only for coaches and staff."""
    found = find(db, who, assessment_id, Action.READ)
    query = _COMMENTS.where(comment.c.assessment_id == assessment_id)
    if not may(who, Action.READ_PRIVATE, city=found.city_id):
        query = query.where(comment.c.private.is_(False))
    if about is not None:
        query = query.where(comment.c.about == about)
    if after is not None:
        query = query.where(comment.c.id > after)
    rows = [_comment(row) for row in db.sql.execute(query.limit(limit + 1))]
    return Page(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def all_comments(
    db: Transaction, assessment_id: str, *, private: bool, about: str | None = None
) -> list[Comment]:
    """Every comment, the oldest first, private ones if they are asked for; rights were asked."""
    query = _COMMENTS.where(comment.c.assessment_id == assessment_id)
    if not private:
        query = query.where(comment.c.private.is_(False))
    if about is not None:
        query = query.where(comment.c.about == about)
    return [_comment(row) for row in db.sql.execute(query)]


def write_comment(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    about: str,
    text: str,
    private: bool = False,
    reply_to: str | None = None,
) -> Comment:
    """Writes a comment, handed in or not. A reply is as private as what it answers."""
    found = find_to_steer(db, who, assessment_id, Action.COMMENT)
    if reply_to is not None:
        first = db.sql.execute(
            _COMMENTS.where(comment.c.assessment_id == assessment_id, comment.c.id == reply_to)
        ).first()
        readable = may(who, Action.READ_PRIVATE, city=found.city_id)
        if first is None or (first.private and not readable):
            raise NotThere("comment", reply_to)
        about, private = first.about, private or first.private
    if private:
        require(who, Action.READ_PRIVATE, city=found.city_id, what="assessment", name=assessment_id)
    _check_about(db, found, about)
    refuse_half_characters(text, "comment.text")
    if not text.strip() or len(text) > LONGEST_COMMENT:
        raise Unusable("comment_length", longest=LONGEST_COMMENT)
    name = new_id()
    row = {"id": name, "assessment_id": assessment_id, "about": about, "reply_to": reply_to}
    said = {"private": private, "text": text.strip(), "by": who.id, "at": db.now}
    db.sql.execute(insert(comment), {**row, **said})
    told = {"comment": name, "about": about, "private": private}
    record(db, assessment_stream(assessment_id), "commented", by=who.id, about=told)
    mention(db, who, found, name, text, private=private)
    if reply_to is not None:
        # A settled thread in which somebody goes on is not settled.
        db.sql.execute(delete(resolution).where(resolution.c.comment_id == root_of(db, reply_to)))
    return _comment(db.sql.execute(_COMMENTS.where(comment.c.id == name)).one())


def decisions(
    db: Transaction, who: Actor, assessment_id: str, *, about: str | None = None
) -> tuple[Decision, ...]:
    """Every decision, also those that later ones replaced, the latest first."""
    find(db, who, assessment_id, Action.READ)
    query = _DECISIONS.where(decision.c.assessment_id == assessment_id)
    if about is not None:
        query = query.where(decision.c.about == about)
    return tuple(decision_of(row) for row in db.sql.execute(query))


def activity(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page[Event]:
    """Who did what, the latest first. That a private note was written stays between its readers."""
    found = find(db, who, assessment_id, Action.READ)
    query = _EVENTS.where(audit.c.stream == assessment_stream(assessment_id))
    if after is not None:
        query = query.where(audit.c.seq < cursor(after)[0])
    rows = db.sql.execute(query.limit(limit + 1)).all()
    readable = may(who, Action.READ_PRIVATE, city=found.city_id)
    shown = tuple(
        Event(row.seq, row.at, _person(row), row.action, row.about)
        for row in rows[:limit]
        if readable or not (isinstance(row.about, dict) and row.about.get("private"))
    )
    return Page(shown, str(rows[limit - 1].seq) if len(rows) > limit else None)


def decision_of(row: AnyRow) -> Decision:
    """A decision, from a row with the name of its `person`."""
    return Decision(
        number=row.number,
        about=row.about,
        verdict=row.verdict,
        reason=row.reason,
        by=PersonRef(row.by, row.person),
        at=row.at,
        submission=row.submission,
        machine=row.machine,
    )


def root_of(db: Transaction, comment_id: str) -> str:
    """The comment that began the thread of this one."""
    above: str | None = comment_id
    while above is not None:
        name = above
        above = db.sql.execute(_ABOVE, {"id": name}).scalar_one()
    return name


_ABOVE = select(comment.c.reply_to).where(comment.c.id == bindparam("id"))
_COMMENTS = (
    select(comment, person.c.name.label("person"))
    .join(person, person.c.id == comment.c.by)
    .order_by(comment.c.id)
)
_DECISIONS = (
    select(decision, person.c.name.label("person"))
    .join(person, person.c.id == decision.c.by)
    .order_by(decision.c.number.desc())
)
_EVENTS = (
    select(audit, person.c.name.label("person"))
    .outerjoin(person, person.c.id == audit.c.by)
    .order_by(audit.c.seq.desc())
)


def _check_about(db: Transaction, found: Found, about: str) -> None:
    rubric = found.known.rubric
    if about in rubric.requirements or any(c.id == about for c in rubric.criteria):
        return
    this = (evidence.c.assessment_id == found.id) & (evidence.c.name == about)
    if db.sql.execute(select(evidence.c.name).where(this)).first() is None:
        params = {"id": about[:80], "suggestion": ""}
        raise InputError([Problem("decision.about_unknown", Place("about"), params)])


def _comment(row: AnyRow) -> Comment:
    return Comment(
        id=row.id,
        about=row.about,
        reply_to=row.reply_to,
        private=row.private,
        text=row.text,
        by=PersonRef(row.by, row.person),
        at=row.at,
    )


def _person(row: AnyRow) -> PersonRef | None:
    return PersonRef(row.by, row.person) if row.by is not None else None
