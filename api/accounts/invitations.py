"""Invitations by link: whoever has the link joins, once, and before it expires."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.accounts.actor import Actor, Role
from api.accounts.cities import LANGUAGES, read_city
from api.accounts.passwords import hash_password
from api.accounts.people import check_role, join
from api.accounts.rights import Action, require, require_in_programme
from api.accounts.sessions import hashed
from api.db.audit import city_stream, record
from api.db.columns import AnyRow, new_id
from api.db.session import Database, Transaction
from api.db.tables import PROGRAMME, city, invitation, person
from api.errors import AlreadyThere, NotThere, Unusable


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation. Its link ends in `secret`, which is not kept."""

    id: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation, as it is shown to whoever has the link, and to those who invite.

    `known`: somebody of this address has an account already. `scope` is the city's id.
    """

    id: str
    scope: str
    city_name: str | None
    email: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime
    known: bool


def invite(db: Transaction, who: Actor, scope: str, *, email: str, role: Role) -> Invited:
    """Invites somebody to a city, or to the `programme`; a lead invites to the team alone."""
    _require(who, scope)
    if scope != PROGRAMME:
        read_city(db, who, scope)
    check_role(who, scope, role)
    email = email.strip().lower()
    if not 3 <= len(email) <= 320 or "@" not in email[1:-1] or any(c.isspace() for c in email):
        raise Unusable("email")
    secret, name = secrets.token_urlsafe(32), new_id()
    expires = db.now + timedelta(days=db.settings.invitation_days)
    row = {"id": name, "scope": scope, "city_id": None if scope == PROGRAMME else scope}
    row |= {"email": email, "role": role, "secret_hash": hashed(secret), "invited_by": who.id}
    db.sql.execute(insert(invitation), {**row, "created_at": db.now, "expires_at": expires})
    about = {"invitation": name, "role": role}
    record(db, city_stream(scope), "invited", by=who.id, about=about)
    return Invited(name, secret, expires)


def invitations_of(db: Transaction, who: Actor, scope: str) -> tuple[InvitationView, ...]:
    """The invitations to a city that can still be accepted, the newest first."""
    _require(who, scope)
    query = _view().where(
        invitation.c.scope == scope,
        invitation.c.used_at.is_(None),
        invitation.c.withdrawn_at.is_(None),
        invitation.c.expires_at > db.now,
    )
    rows = db.sql.execute(query.order_by(invitation.c.id.desc()))
    return tuple(_shown(row) for row in rows)


def withdraw_invitation(db: Transaction, who: Actor, scope: str, invitation_id: str) -> None:
    """From now on the link leads nowhere."""
    _require(who, scope)
    this = (invitation.c.id == invitation_id) & (invitation.c.scope == scope)
    open_ = invitation.c.used_at.is_(None)
    done = db.sql.execute(update(invitation).where(this, open_).values(withdrawn_at=db.now))
    if not done.rowcount:
        raise NotThere("invitation", invitation_id)
    about = {"invitation": invitation_id}
    record(db, city_stream(scope), "invitation.withdrawn", by=who.id, about=about)


def read_invitation(db: Transaction, secret: str) -> InvitationView:
    """What a link invites to; `Unusable` says why it cannot be used: expired, used, withdrawn."""
    return _shown(_usable(db, secret))


def accept_invitation(
    database: Database, secret: str, *, name: str, password: str, language: str
) -> str:
    """Makes an account for whoever was invited, and lets them in: the id of the person.

    For an address that has an account already it is `AlreadyThere`: its owner signs in and accepts
    (`accept_invitation_as`), else the link would be a way around their password.
    """
    with database.read() as db:
        _usable(db, secret)  # before a password is hashed for nothing
    if not 1 <= len(name.strip()) <= 200 or language not in LANGUAGES:
        raise Unusable("profile", longest=200)
    who, kept = new_id(), hash_password(password, at_once=database.settings.password_hashes)
    with database.write() as db:
        row = _usable(db, secret)
        new = {"id": who, "email": row.email, "name": name.strip(), "language": language}
        try:
            db.sql.execute(insert(person), {**new, "password_hash": kept, "created_at": db.now})
        except IntegrityError:
            raise AlreadyThere("person", row.email) from None
        _accept(db, row, who)
    return who


def accept_invitation_as(db: Transaction, who: Actor, secret: str) -> None:
    """Lets somebody in who has an account already, whatever address the link was sent to."""
    _accept(db, _usable(db, secret), who.id)


def _accept(db: Transaction, row: AnyRow, person_id: str) -> None:
    this = (invitation.c.id == row.id) & invitation.c.used_at.is_(None)
    used = {"used_at": db.now, "used_by": person_id}
    if not db.sql.execute(update(invitation).where(this).values(**used)).rowcount:
        raise Unusable("used_link")  # by somebody else, in this moment
    join(db, person_id, row.scope, Role(row.role))


def _usable(db: Transaction, secret: str) -> AnyRow:
    row = db.sql.execute(_view().where(invitation.c.secret_hash == hashed(secret))).first()
    if row is None or row.withdrawn_at is not None:
        raise Unusable("unknown_link")
    if row.used_at is not None:
        raise Unusable("used_link")
    if row.expires_at <= db.now:
        raise Unusable("expired_link")
    return row


_inviter, _invited = person.alias("inviter"), person.alias("invited")


def _view() -> Select[*tuple[object, ...]]:
    return (
        select(
            invitation,
            city.c.name.label("city_name"),
            _inviter.c.name.label("inviter"),
            _invited.c.id.label("known"),
        )
        .outerjoin(city, city.c.id == invitation.c.city_id)
        .join(_inviter, _inviter.c.id == invitation.c.invited_by)
        .outerjoin(_invited, _invited.c.email == invitation.c.email)
    )


def _shown(row: AnyRow) -> InvitationView:
    return InvitationView(
        id=row.id,
        scope=row.scope,
        city_name=row.city_name,
        email=row.email,
        role=Role(row.role),
        invited_by=row.inviter,
        created_at=row.created_at,
        expires_at=row.expires_at,
        known=row.known is not None,
    )


def _require(who: Actor, scope: str) -> None:
    if scope == PROGRAMME:
        require_in_programme(who, Action.PROGRAMME)
    else:
        require(who, Action.PEOPLE, city=scope, what="city", name=scope)
