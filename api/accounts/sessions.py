"""Signing in and out: a session is a row that can be ended, and its cookie a secret we hash."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from api.accounts.actor import Actor, Role, TokenScope
from api.accounts.passwords import is_password
from api.db.columns import AnyRow
from api.db.prepared import Prepared
from api.db.session import Database, Transaction
from api.db.tables import api_token, membership, person, web_session
from api.db.throttle import count_attempt
from api.errors import NotThere, PersonRef, WrongCredentials

SEEN_EVERY = timedelta(minutes=1)
"""How often it is noted that somebody is still there."""

TOKEN_PREFIX = "rdy_"  # noqa: S105 (what every token begins with, so that scanners find lost ones)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the secret for the cookie, and who it is."""

    cookie: str
    actor: Actor


def hashed(secret: str) -> str:
    """What is kept of a secret. It is long and random: there is nothing to guess, so no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_password(database: Database, *, email: str, password: str, address: str) -> str:
    """The id of whose password it is; `WrongCredentials` or `TooMany` else.

    Attempts are counted for the person and for the address from which they come. No transaction is
    open while the password is checked, for that takes long.
    """
    most, email = database.settings.sign_ins_per_minute, email.strip().lower()
    count_attempt(database, "sign-in", "from", address, per_minute=most * 3)
    count_attempt(database, "sign-in", "as", email, per_minute=most)
    with database.read() as db:
        found = db.sql.execute(
            select(person.c.id, person.c.password_hash).where(person.c.email == email)
        ).first()
    kept = found.password_hash if found is not None else None
    at_once = database.settings.password_hashes
    if not is_password(password, kept, at_once=at_once) or found is None:
        raise WrongCredentials
    return str(found.id)


def sign_in(
    database: Database, *, email: str, password: str, address: str, old: str | None = None
) -> SignedIn:
    """Signs somebody in by their password. `old` is the cookie that they came with: it ends."""
    who = check_password(database, email=email, password=password, address=address)
    with database.write() as db:
        return sign_in_as(db, who, old=old)


def sign_in_as(db: Transaction, person_id: str, *, old: str | None = None) -> SignedIn:
    """A new session for a person whom we know by other means. The old one of the cookie ends.

    It is always a new one, so that nobody can plant a session that a person then signs in to.
    """
    if old is not None:
        sign_out(db, old)
    cookie = secrets.token_urlsafe(32)
    expires = db.now + timedelta(hours=db.settings.session_hours)
    row = {"hash": hashed(cookie), "person_id": person_id, "created_at": db.now}
    db.sql.execute(delete(web_session).where(web_session.c.expires_at < db.now))
    db.sql.execute(insert(web_session), {**row, "expires_at": expires, "seen_at": db.now})
    actor = actor_of_session(db, cookie)
    if actor is None:
        raise NotThere("person", person_id)
    return SignedIn(cookie, actor)


def sign_out(db: Transaction, cookie: str) -> None:
    """Ends the session of a cookie, if there is one."""
    db.sql.execute(delete(web_session).where(web_session.c.hash == hashed(cookie)))


def sign_out_everywhere(db: Transaction, who: Actor) -> None:
    """Ends every session of a person, this one too."""
    db.sql.execute(delete(web_session).where(web_session.c.person_id == who.id))


_BY_COOKIE = Prepared(
    select(
        web_session.c.hash,
        web_session.c.seen_at,
        person.c.id,
        person.c.name,
        person.c.language,
        membership.c.scope,
        membership.c.role,
    )
    .select_from(web_session)
    .join(person, person.c.id == web_session.c.person_id)
    .outerjoin(membership, membership.c.person_id == person.c.id)
    .where(web_session.c.hash == bindparam("hash"), web_session.c.expires_at > bindparam("now"))
)
_SEEN = Prepared(
    update(web_session)
    .where(web_session.c.hash == bindparam("h"))
    .values(seen_at=bindparam("seen"))
)


def actor_of_session(db: Transaction, cookie: str) -> Actor | None:
    """Who a cookie belongs to, unless its session has ended; a writing transaction notes it."""
    rows = _BY_COOKIE.all(db.sql, {"hash": hashed(cookie), "now": db.now})
    if not rows:
        return None
    first = rows[0]
    if db.writing and db.now - first.seen_at > SEEN_EVERY:
        _SEEN.run(db.sql, {"h": first.hash, "seen": db.now})
    person_ref = PersonRef(first.id, first.name)
    return Actor(person_ref, first.language, _memberships(rows), session=first.hash)


_BY_TOKEN = Prepared(
    select(
        api_token.c.id.label("token_id"),
        api_token.c.hash,
        api_token.c.city_id,
        api_token.c.rights,
        api_token.c.used_at,
        person.c.id,
        person.c.name,
        person.c.language,
        membership.c.scope,
        membership.c.role,
    )
    .select_from(api_token)
    .join(person, person.c.id == api_token.c.person_id)
    .outerjoin(membership, membership.c.person_id == person.c.id)
    .where(
        api_token.c.id == bindparam("id"),
        api_token.c.expires_at > bindparam("now"),
        api_token.c.revoked_at.is_(None),
    )
)
_USED = Prepared(
    update(api_token).where(api_token.c.id == bindparam("t")).values(used_at=bindparam("used"))
)


def actor_of_token(db: Transaction, token: str) -> Actor | None:
    """Who a token `rdy_<id>_<secret>` belongs to, if it is good, and for what."""
    name, _, secret = token.removeprefix(TOKEN_PREFIX).partition("_")
    if not token.startswith(TOKEN_PREFIX) or not secret:
        return None
    rows = _BY_TOKEN.all(db.sql, {"id": name[:26], "now": db.now})
    if not rows or not secrets.compare_digest(rows[0].hash, hashed(secret)):
        return None
    first = rows[0]
    if db.writing and (first.used_at is None or db.now - first.used_at > SEEN_EVERY):
        _USED.run(db.sql, {"t": first.token_id, "used": db.now})
    scope = TokenScope(first.token_id, first.city_id, frozenset(first.rights))
    person_ref = PersonRef(first.id, first.name)
    return Actor(person_ref, first.language, _memberships(rows), token=scope)


def _memberships(rows: Iterable[AnyRow]) -> dict[str, Role]:
    return {row.scope: Role(row.role) for row in rows if row.scope is not None}
