"""Tokens of the API: for programs, with fewer rights than their owner and an end."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from api.accounts.actor import Actor
from api.accounts.cities import read_city
from api.accounts.rights import Action
from api.accounts.sessions import TOKEN_PREFIX, hashed
from api.db.audit import city_stream, record
from api.db.columns import AnyRow, new_id
from api.db.session import Transaction
from api.db.tables import PROGRAMME, api_token
from api.errors import NotAllowed, NotThere, Unusable


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner sees it later: the secret is not kept."""

    id: str
    name: str
    city_id: str | None
    rights: tuple[Action, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def create_token(
    db: Transaction,
    who: Actor,
    *,
    name: str,
    rights: Collection[Action],
    days: int,
    city_id: str | None = None,
) -> tuple[TokenView, str]:
    """A new token and its secret, which is shown this once. A token cannot make another one.

    With a city it is good for that one alone, else for wherever its owner may go.
    """
    if who.token is not None:
        raise NotAllowed("create_token")
    if city_id is not None:
        read_city(db, who, city_id)
    longest = db.settings.token_days
    if not 1 <= len(name.strip()) <= 200 or not rights or not 1 <= days <= longest:
        raise Unusable("token", longest=longest)
    secret, token_id = secrets.token_urlsafe(32), new_id()
    row = {
        "id": token_id,
        "hash": hashed(secret),
        "person_id": who.id,
        "city_id": city_id,
        "name": name.strip(),
        "rights": sorted(set(rights)),
        "created_at": db.now,
        "expires_at": db.now + timedelta(days=days),
    }
    db.sql.execute(insert(api_token), row)
    about = {"token": token_id, "rights": row["rights"]}
    record(db, city_stream(city_id or PROGRAMME), "token.created", by=who.id, about=about)
    return _one(db, who, token_id), f"{TOKEN_PREFIX}{token_id}_{secret}"


def tokens_of(db: Transaction, who: Actor) -> tuple[TokenView, ...]:
    """The tokens of whoever asks, the newest first."""
    query = select(api_token).where(api_token.c.person_id == who.id).order_by(api_token.c.id.desc())
    return tuple(_view(row) for row in db.sql.execute(query))


def revoke_token(db: Transaction, who: Actor, token_id: str) -> None:
    """From now on the token is good for nothing."""
    token = _one(db, who, token_id)
    if token.revoked_at is not None:
        return
    db.sql.execute(update(api_token).where(api_token.c.id == token_id).values(revoked_at=db.now))
    stream = city_stream(token.city_id or PROGRAMME)
    record(db, stream, "token.revoked", by=who.id, about={"token": token_id})


def _one(db: Transaction, who: Actor, token_id: str) -> TokenView:
    own = (api_token.c.id == token_id) & (api_token.c.person_id == who.id)
    row = db.sql.execute(select(api_token).where(own)).first()
    if row is None:
        raise NotThere("token", token_id)
    return _view(row)


def _view(row: AnyRow) -> TokenView:
    return TokenView(
        id=row.id,
        name=row.name,
        city_id=row.city_id,
        rights=tuple(Action(word) for word in row.rights),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
