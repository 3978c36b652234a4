"""Answers that are kept for a day, so that a request sent twice is carried out once.

The answer is kept in the transaction of what it answers: either both are there, or neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from api.accounts.actor import Actor
from api.db.session import Transaction
from api.db.tables import idempotency
from api.errors import AlreadyThere

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before, and the hash of the request that it answered."""

    request_hash: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def find_kept_answer(db: Transaction, who: Actor, key: str) -> Kept | None:
    """The answer that this person, or token, got for a request of this key."""
    of = (idempotency.c.actor == _actor(who)) & (idempotency.c.key == key[:LONGEST_KEY])
    young = idempotency.c.at > db.now - KEPT_FOR
    row = db.sql.execute(select(idempotency).where(of, young)).first()
    return Kept(row.request_hash, row.status, row.headers, row.body) if row is not None else None


def keep_answer(
    db: Transaction,
    who: Actor,
    key: str,
    *,
    request_hash: str,
    status: int,
    body: bytes,
    headers: Mapping[str, str],
) -> None:
    """Keeps an answer; `AlreadyThere` if the same request is being carried out at this moment."""
    db.sql.execute(delete(idempotency).where(idempotency.c.at < db.now - KEPT_FOR))
    row = {"actor": _actor(who), "key": key[:LONGEST_KEY], "request_hash": request_hash}
    told = {"status": status, "headers": dict(headers), "body": body, "at": db.now}
    try:
        db.sql.execute(insert(idempotency), {**row, **told})
    except IntegrityError:
        raise AlreadyThere("idempotency_key", key) from None


def _actor(who: Actor) -> str:
    return f"token/{who.token.id}" if who.token is not None else f"person/{who.id}"
