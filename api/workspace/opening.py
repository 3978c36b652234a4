"""What is open to the team while a coach asks for changes: what is asked of them, and its proof.

A piece of evidence may serve what is open and what is not. What it is then stays as it is, and it
may only be attached to, or detached from, what is open.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import bindparam, select

from api.db.review_tables import change_request
from api.db.session import Transaction
from api.errors import Locked
from api.workspace.found import Found
from api.workspace.views import Part, Status
from assessment.basis import is_declared
from assessment.ready import prepare
from rubrics.schema import Rubric

EVIDENCE = "evidence"
PROOF_OF_DECLARED = ("assessed_on", "official_result")
"""What proves all that is declared, besides the official result itself."""

_LAST = (
    select(change_request.c.asks)
    .where(change_request.c.assessment_id == bindparam("assessment"))
    .order_by(change_request.c.number.desc())
    .limit(1)
)


def opened(db: Transaction, found: Found) -> Found:
    """The assessment with what may be changed in it; `Locked` if nothing may."""
    if found.status == Status.OPEN:
        return found
    if found.status != Status.CHANGES_REQUESTED:
        raise Locked(found.id)
    asks: Mapping[str, str] = db.sql.execute(_LAST, {"assessment": found.id}).scalar_one()
    return replace(found, flagged=all_of(found.known.rubric, asks))


def all_of(rubric: Rubric, asked: Mapping[str, str]) -> frozenset[str]:
    """What is asked of, with the requirements of every criterion among it."""
    served_by = prepare(rubric).served_by
    return frozenset(asked).union(*(served_by.get(name, ()) for name in asked))


def refuse_closed(found: Found, part: str, name: str, old: object, new: object) -> None:
    """`Locked` names what somebody wants to change, unless that is open to them."""
    flagged = found.flagged
    if flagged is None or name in flagged:
        return
    rubric = found.known.rubric
    if part == Part.ABOUT and name in PROOF_OF_DECLARED:
        if any(is_declared(rubric, one) for one in flagged):
            return
    elif part == EVIDENCE and _may_change(rubric, flagged, old, new):
        return
    raise Locked(found.id, part=part, name=name)


def _may_change(rubric: Rubric, flagged: frozenset[str], old: object, new: object) -> bool:
    before, after = _closed(rubric, flagged, old), _closed(rubric, flagged, new)
    if not before and not after:
        return True
    # What it also serves is closed: then nothing but what it serves of the open may be another.
    if before != after or not isinstance(old, dict) or not isinstance(new, dict):
        return False
    return {**old, "serves": ()} == {**new, "serves": ()}


def _closed(rubric: Rubric, flagged: frozenset[str], piece: object) -> frozenset[str]:
    """What a piece proves besides what is open."""
    if not isinstance(piece, dict):
        return frozenset()
    served = frozenset(str(name) for name in piece.get("serves") or ())
    if piece.get("kind") == "official_result":
        # It proves all that is declared, whatever it serves.
        served |= {c.id for c in rubric.criteria if is_declared(rubric, c.id)}
        if any(is_declared(rubric, name) for name in flagged):
            served = frozenset(name for name in served if not is_declared(rubric, name))
    return served - flagged
