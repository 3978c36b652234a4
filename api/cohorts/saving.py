"""Views of cohorts that somebody keeps under a name, for themselves alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from api.accounts.actor import Actor
from api.accounts.rights import Action, require_in_programme
from api.cohorts.choosing import Choice, cohort_named
from api.db.columns import AnyRow, new_id
from api.db.session import Transaction
from api.db.tables import saved_view
from api.errors import AlreadyThere, NotThere, Unusable

MAX_NAME = 100
MAX_VIEWS = 100
"""More views than anybody finds again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A view with its name. It holds what was chosen, and never what it showed."""

    id: str
    name: str
    cohort: str
    choice: Choice
    named: bool
    created_at: datetime


def saved_views(db: Transaction, who: Actor) -> tuple[SavedView, ...]:
    """The views of whoever asks, by their names."""
    require_in_programme(who, Action.COHORT)
    query = select(saved_view).where(saved_view.c.person_id == who.id).order_by(saved_view.c.name)
    return tuple(_view(row) for row in db.sql.execute(query))


def save_view(
    db: Transaction, who: Actor, *, name: str, cohort: str, choice: Choice, named: bool
) -> SavedView:
    """Keeps a view under a name of one's own; `AlreadyThere` where there is one of this name."""
    require_in_programme(who, Action.COHORT)
    if named:
        require_in_programme(who, Action.COHORT_NAMES)
    own = name.strip()
    if not 1 <= len(own) <= MAX_NAME or not own.isprintable():
        raise Unusable("view_name", longest=MAX_NAME)
    mine = saved_view.c.person_id == who.id
    if (db.sql.execute(select(func.count()).where(mine)).scalar() or 0) >= MAX_VIEWS:
        raise Unusable("too_many_views", most=MAX_VIEWS)
    if db.sql.execute(select(saved_view.c.id).where(mine, saved_view.c.name == own)).first():
        raise AlreadyThere("view", own)
    row = {
        "id": new_id(),
        "person_id": who.id,
        "name": own,
        "cohort": cohort_named(cohort).name,
        "choice": choice.parts,
        "named": named,
        "created_at": db.now,
    }
    try:
        db.sql.execute(insert(saved_view), row)
    except IntegrityError:  # by another request of the same person, at the same moment
        raise AlreadyThere("view", own) from None
    return _one(db, who, str(row["id"]))


def remove_view(db: Transaction, who: Actor, view_id: str) -> None:
    """Forgets a view."""
    require_in_programme(who, Action.COHORT)
    own = _one(db, who, view_id)
    db.sql.execute(delete(saved_view).where(saved_view.c.id == own.id))


def _one(db: Transaction, who: Actor, view_id: str) -> SavedView:
    mine = (saved_view.c.id == view_id) & (saved_view.c.person_id == who.id)
    row = db.sql.execute(select(saved_view).where(mine)).first()
    if row is None:
        raise NotThere("view", view_id)
    return _view(row)


def _view(row: AnyRow) -> SavedView:
    return SavedView(
        id=row.id,
        name=row.name,
        cohort=row.cohort,
        choice=Choice(**row.choice),
        named=row.named,
        created_at=row.created_at,
    )
