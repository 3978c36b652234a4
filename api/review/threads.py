"""Conversations: a comment with its replies, open until somebody settles it."""

from sqlalchemy import bindparam, delete, insert, select

from api.accounts.actor import Actor
from api.accounts.rights import Action, may
from api.db.audit import assessment_stream, record
from api.db.review_tables import resolution
from api.db.session import Transaction
from api.db.tables import comment, person
from api.errors import NotThere, PersonRef, Unusable
from api.review.views import Thread
from api.workspace.finding import find, find_to_steer
from api.workspace.talking import Comment, all_comments

_SETTLED = (
    select(resolution, person.c.name.label("person"))
    .join(person, person.c.id == resolution.c.by)
    .join(comment, comment.c.id == resolution.c.comment_id)
    .where(comment.c.assessment_id == bindparam("assessment"))
)


def threads(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    about: str | None = None,
    resolved: bool | None = None,
) -> tuple[Thread, ...]:
    """The conversations that somebody may read, the oldest first."""
    found = find(db, who, assessment_id, Action.READ)
    private = may(who, Action.READ_PRIVATE, city=found.city_id)
    grown: dict[str, list[Comment]] = {}
    root: dict[str, str] = {}
    for one in all_comments(db, assessment_id, private=private, about=about):
        root[one.id] = root.get(one.reply_to or "", one.id)
        grown.setdefault(root[one.id], []).append(one)
    settled = {row.comment_id: row for row in db.sql.execute(_SETTLED, {"assessment": found.id})}
    shown = []
    for name, said in grown.items():
        end = settled.get(name)
        if resolved in (None, end is not None):
            by = PersonRef(end.by, end.person) if end is not None else None
            at = end.at if end is not None else None
            first = said[0]
            shown.append(
                Thread(name, first.about, first.private, tuple(said), end is not None, by, at)
            )
    return tuple(shown)


def resolve(
    db: Transaction, who: Actor, assessment_id: str, thread_id: str, *, resolved: bool
) -> Thread:
    """Settles a conversation, or opens it again; saying it twice changes nothing."""
    found = find_to_steer(db, who, assessment_id, Action.COMMENT)
    this = (comment.c.id == thread_id) & (comment.c.assessment_id == assessment_id)
    row = db.sql.execute(select(comment.c.reply_to, comment.c.private).where(this)).first()
    private = may(who, Action.READ_PRIVATE, city=found.city_id)
    if row is None or (row.private and not private):
        raise NotThere("comment", thread_id)
    if row.reply_to is not None:
        raise Unusable("no_thread")
    mine = resolution.c.comment_id == thread_id
    there = db.sql.execute(select(resolution.c.by).where(mine)).first() is not None
    if resolved and not there:
        db.sql.execute(insert(resolution), {"comment_id": thread_id, "by": who.id, "at": db.now})
    if not resolved:
        db.sql.execute(delete(resolution).where(mine))
    if resolved is not there:
        told = {"comment": thread_id, "private": row.private}
        action = "thread.resolved" if resolved else "thread.reopened"
        record(db, assessment_stream(assessment_id), action, by=who.id, about=told)
    return next(one for one in threads(db, who, assessment_id) if one.id == thread_id)
