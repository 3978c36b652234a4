"""Keeps what somebody typed and did not save, because somebody else's text stays."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.audit import assessment_stream, record
from api.db.session import Transaction
from api.db.tables import audit, person
from api.errors import PersonRef
from api.workspace.finding import find, find_to_steer
from api.workspace.reading import cursor
from api.workspace.views import Page

ACTION = "set_aside"
"""How the log calls it."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A text that was typed and gave way to another: whose, when, of what."""

    number: int
    part: str
    name: str
    value: object
    by: PersonRef
    at: datetime


def set_aside(
    db: Transaction, who: Actor, assessment_id: str, *, part: str, name: str, value: object
) -> None:
    """Keeps a text for ever, in the log; what the assessment says stays as it is."""
    find_to_steer(db, who, assessment_id, Action.WRITE)
    about = {"part": part, "name": name, "value": value}
    record(db, assessment_stream(assessment_id), ACTION, by=who.id, about=about)


def texts_set_aside(
    db: Transaction, who: Actor, assessment_id: str, *, after: str | None = None, limit: int = 50
) -> Page[SetAside]:
    """Every text that gave way, the latest first."""
    find(db, who, assessment_id, Action.READ)
    query = _TEXTS.limit(limit + 1)
    if after is not None:
        query = query.where(audit.c.seq < cursor(after)[0])
    rows = db.sql.execute(query, {"stream": assessment_stream(assessment_id)}).all()
    found = tuple(
        SetAside(
            number=row.seq,
            part=row.about["part"],
            name=row.about["name"],
            value=row.about["value"],
            by=PersonRef(row.by, row.person),
            at=row.at,
        )
        for row in rows[:limit]
    )
    return Page(found, str(found[-1].number) if len(rows) > limit else None)


_TEXTS = (
    select(audit.c.seq, audit.c.about, audit.c.by, audit.c.at, person.c.name.label("person"))
    .join(person, person.c.id == audit.c.by)
    .where(audit.c.stream == bindparam("stream"), audit.c.action == ACTION)
    .order_by(audit.c.seq.desc())
)
