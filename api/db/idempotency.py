"""Answers that are kept for a day, so that a request sent twice is carried out once.

The answer is kept in the transaction of what it answers: either both are there, or neither. It may
hold the secret of an invitation, which is kept nowhere else; so it is encrypted by the key of the
request, of which only a hash is kept: the database alone tells neither.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from api.accounts.actor import Actor
from api.db.session import Transaction
from api.db.tables import idempotency
from api.errors import AlreadyThere

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before, and the hash of the request that it answered."""

    request_hash: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def find_kept_answer(db: Transaction, who: Actor, key: str) -> Kept | None:
    """The answer that this person, or token, got for a request of this key."""
    of = (idempotency.c.actor == _actor(who)) & (idempotency.c.key == _name(key))
    young = idempotency.c.at > db.now - KEPT_FOR
    row = db.sql.execute(select(idempotency).where(of, young)).first()
    if row is None:
        return None
    return Kept(row.request_hash, row.status, row.headers, _lock(key).decrypt(row.body))


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
    row = {"actor": _actor(who), "key": _name(key), "request_hash": request_hash}
    told = {"status": status, "headers": dict(headers), "at": db.now}
    try:
        db.sql.execute(insert(idempotency), {**row, **told, "body": _lock(key).encrypt(body)})
    except IntegrityError:
        raise AlreadyThere("idempotency_key", key) from None


def _actor(who: Actor) -> str:
    return f"token/{who.token.id}" if who.token is not None else f"person/{who.id}"


def _name(key: str) -> str:
    return hashlib.sha256(b"name\0" + key.encode()).hexdigest()


def _lock(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"body\0" + key.encode()).digest()))
