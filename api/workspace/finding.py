"""Finds an assessment, and asks the table of rights: the only way in to what a city has."""

from sqlalchemy import bindparam, select

from api.accounts.actor import Actor
from api.accounts.rights import Action, require
from api.db.columns import AnyRow
from api.db.prepared import Prepared
from api.db.session import Transaction
from api.db.tables import assessment
from api.errors import NotThere, Said, Stale
from api.workspace.blindness import refuse_blind
from api.workspace.found import Found
from api.workspace.library import rubric_named
from api.workspace.opening import opened

_FIND = select(
    assessment.c.id,
    assessment.c.city_id,
    assessment.c.status,
    assessment.c.version,
    assessment.c.rubric,
).where(assessment.c.id == bindparam("id"))
_BY_ID = Prepared(_FIND)
_TO_CHANGE = Prepared(_FIND.with_for_update())  # one writer an assessment; SQLite has one anyway


def find(
    db: Transaction, who: Actor, assessment_id: str, action: Action, *, blind: bool = False
) -> Found:
    """The assessment, if `who` may do this with it; `NotThere`, `NotAllowed` or `StillBlind` else.

    `blind` says that what is done here shows no word of others, so that a second reader may.
    """
    row = _BY_ID.first(db.sql, {"id": assessment_id})
    return admit(db, who, row, assessment_id, action, blind=blind)


def find_open(db: Transaction, who: Actor, assessment_id: str) -> Found:
    """The assessment, if `who` could change it now: asked before something that takes long."""
    return opened(db, find(db, who, assessment_id, Action.WRITE))


def find_to_change(
    db: Transaction, who: Actor, assessment_id: str, action: Action = Action.WRITE
) -> Found:
    """The same, kept from others until the transaction ends; `Locked` if it was submitted."""
    return opened(db, find_to_steer(db, who, assessment_id, action))


def find_to_steer(
    db: Transaction, who: Actor, assessment_id: str, action: Action, *, blind: bool = False
) -> Found:
    """The same for those who may also touch what was submitted: decide, reopen."""
    row = _TO_CHANGE.first(db.sql, {"id": assessment_id})
    return admit(db, who, row, assessment_id, action, blind=blind)


def refuse_stale(who: Actor, found: Found, version: int | None) -> None:
    """`Stale` if anything of the assessment was changed since the version that somebody saw."""
    if version not in (None, found.version):
        mine, theirs = Said(None, version or 0, who.person), Said(None, found.version)
        raise Stale("assessment", found.id, mine=mine, theirs=theirs)


def admit(
    db: Transaction,
    who: Actor,
    row: AnyRow | None,
    assessment_id: str,
    action: Action,
    *,
    blind: bool = False,
) -> Found:
    """The assessment of a row, if `who` may do this with it, as `find` says."""
    if row is None:
        raise NotThere("assessment", assessment_id)
    require(who, action, city=row.city_id, what="assessment", name=assessment_id)
    if not blind:
        refuse_blind(db, who, assessment_id, city=row.city_id)
    return Found(row.id, row.city_id, row.status, row.version, rubric_named(row.rubric))
