"""The people of a city, and what everybody may change about themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from api.accounts.actor import Actor, Role
from api.accounts.cities import LANGUAGES
from api.accounts.passwords import hash_password, is_password
from api.accounts.rights import Action, require, require_in_programme
from api.db.audit import city_stream, record
from api.db.columns import new_id
from api.db.session import Database, Transaction
from api.db.tables import PROGRAMME, api_token, membership, person, web_session
from api.errors import (
    NotAllowed,
    NotSignedIn,
    NotThere,
    PersonRef,
    Said,
    Stale,
    Unusable,
    WrongCredentials,
)

CITY_ROLES = frozenset({Role.TEAM_MEMBER, Role.TEAM_LEAD, Role.COACH})
PROGRAMME_ROLES = frozenset({Role.COACH, Role.STAFF})


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a city, or of the programme."""

    person: PersonRef
    email: str
    role: Role
    since: datetime
    last_seen: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What everybody says of themselves."""

    name: str
    language: str
    version: int


def people_of(db: Transaction, who: Actor, scope: str) -> tuple[Member, ...]:
    """Everybody with a role in a city (or in the `programme`), by name."""
    _require(who, scope, Action.READ)
    seen = (
        select(web_session.c.person_id, func.max(web_session.c.seen_at).label("seen"))
        .group_by(web_session.c.person_id)
        .subquery()
    )
    query = (
        select(person.c.id, person.c.name, person.c.email, membership, seen.c.seen)
        .join(membership, membership.c.person_id == person.c.id)
        .outerjoin(seen, seen.c.person_id == person.c.id)
        .where(membership.c.scope == scope)
        .order_by(person.c.name, person.c.id)
    )
    return tuple(
        Member(
            PersonRef(row.id, row.name),
            row.email,
            Role(row.role),
            row.since,
            row.seen,
            row.version,
        )
        for row in db.sql.execute(query)
    )


def change_role(
    db: Transaction, who: Actor, scope: str, person_id: str, role: Role, *, version: int | None
) -> int:
    """Gives somebody of a city another role, and tells its version; a city keeps a team lead."""
    _require(who, scope, Action.PEOPLE)
    check_role(who, scope, role)
    old = _membership(db, scope, person_id)
    _may_touch(who, old.role)
    if role is old.role:
        return old.version
    _refuse_stale(who, person_id, old, version, wanted=role)
    _refuse_last(db, scope, old.role)
    _give(db, scope, person_id, role)
    about = {"person": person_id, "from": old.role, "to": role}
    record(db, city_stream(scope), "role.changed", by=who.id, about=about)
    return old.version + 1


def remove_member(
    db: Transaction, who: Actor, scope: str, person_id: str, *, version: int | None
) -> None:
    """Takes somebody out of a city; what they wrote stays. One may always leave."""
    _require(who, scope, Action.READ if person_id == who.id else Action.PEOPLE)
    old = _membership(db, scope, person_id)
    if person_id != who.id:
        _may_touch(who, old.role)
    _refuse_stale(who, person_id, old, version, wanted=None)
    _refuse_last(db, scope, old.role)
    db.sql.execute(delete(membership).where(*_of(scope, person_id)))
    about = {"person": person_id, "from": old.role}
    record(db, city_stream(scope), "member.removed", by=who.id, about=about)


def hand_over(db: Transaction, who: Actor, city_id: str, *, to: str, version: int | None) -> None:
    """Makes somebody else of the team its lead, and whoever asks a member of it.

    `version` is that of the membership of whom it goes `to`.
    """
    require(who, Action.PEOPLE, city=city_id, what="city", name=city_id)
    if who.memberships.get(city_id) is not Role.TEAM_LEAD or to == who.id:
        raise NotAllowed(Action.PEOPLE)
    old = _membership(db, city_id, to)
    _may_touch(who, old.role)
    _refuse_stale(who, to, old, version, wanted=Role.TEAM_LEAD)
    for person_id, role in ((to, Role.TEAM_LEAD), (who.id, Role.TEAM_MEMBER)):
        _give(db, city_id, person_id, role)
    record(db, city_stream(city_id), "handed_over", by=who.id, about={"to": to})


def join(db: Transaction, person_id: str, scope: str, role: Role) -> None:
    """Gives somebody a role in a city or in the programme, in place of the one they have there."""
    old = db.sql.execute(select(membership.c.version).where(*_of(scope, person_id))).scalar() or 0
    db.sql.execute(delete(membership).where(*_of(scope, person_id)))
    city = None if scope == PROGRAMME else scope
    row = {"person_id": person_id, "scope": scope, "city_id": city, "role": role}
    db.sql.execute(insert(membership), {**row, "since": db.now, "version": old + 1})
    about = {"person": person_id, "role": role}
    record(db, city_stream(scope), "member.joined", by=person_id, about=about)


def add_staff(
    database: Database, *, email: str, name: str, password: str, language: str = "en"
) -> str:
    """The first of the staff, or one more: the id. For whoever can run commands on the machine.

    Somebody who has an account becomes staff with the password they have.
    """
    email = email.strip().lower()
    if not 1 <= len(name.strip()) <= 200 or language not in LANGUAGES or "@" not in email[1:-1]:
        raise Unusable("profile", longest=200)
    kept = hash_password(password, at_once=database.settings.password_hashes)
    with database.write() as db:
        known = db.sql.execute(select(person.c.id).where(person.c.email == email)).scalar()
        who = str(known or new_id())
        if known is None:
            row = {"id": who, "email": email[:320], "name": name.strip(), "language": language}
            db.sql.execute(insert(person), {**row, "password_hash": kept, "created_at": db.now})
        join(db, who, PROGRAMME, Role.STAFF)
    return who


def check_role(who: Actor, scope: str, role: Role) -> None:
    """A team lead makes members and leads; coaches and staff are made by staff."""
    if role not in (PROGRAMME_ROLES if scope == PROGRAMME else CITY_ROLES):
        raise Unusable("role", role=role)
    _may_touch(who, role)


def read_profile(db: Transaction, who: Actor) -> Profile:
    """How somebody is called, and in which language they read."""
    columns = (person.c.name, person.c.language, person.c.version)
    return Profile(*db.sql.execute(select(*columns).where(person.c.id == who.id)).one())


def set_profile(
    db: Transaction,
    who: Actor,
    *,
    version: int | None,
    name: str | None = None,
    language: str | None = None,
) -> Profile:
    """Another name or language; what is `None` stays."""
    old = read_profile(db, who)
    name = (old.name if name is None else name).strip()
    language = language or old.language
    if not 1 <= len(name) <= 200 or language not in LANGUAGES:
        raise Unusable("profile", longest=200)
    values: dict[str, object] = {"name": name, "language": language}
    if (name, language) == (old.name, old.language):
        return old
    if version not in (None, old.version):
        there = {"name": old.name, "language": old.language}
        mine = Said(values, version or 0, who.person, db.now)
        raise Stale("profile", who.id, mine=mine, theirs=Said(there, old.version, who.person))
    new = Profile(name, language, old.version + 1)
    this = (person.c.id == who.id) & (person.c.version == old.version)
    db.sql.execute(update(person).where(this).values(**values, version=new.version))
    return new


def change_password(database: Database, who: Actor, *, old: str, new: str) -> None:
    """Another password; every session and token ends, for somebody may have known the old one."""
    if who.token is not None:
        raise NotAllowed("change_password")
    at_once = database.settings.password_hashes
    with database.read() as db:
        kept = db.sql.execute(
            select(person.c.password_hash).where(person.c.id == who.id)
        ).scalar_one_or_none()
    if not is_password(old, kept, at_once=at_once):
        raise WrongCredentials
    hashed = hash_password(new, at_once=at_once)
    with database.write() as db:
        changed = update(person).where(person.c.id == who.id, person.c.password_hash == kept)
        if not db.sql.execute(changed.values(password_hash=hashed)).rowcount:
            raise NotSignedIn
        db.sql.execute(delete(web_session).where(web_session.c.person_id == who.id))
        mine = (api_token.c.person_id == who.id) & api_token.c.revoked_at.is_(None)
        db.sql.execute(update(api_token).where(mine).values(revoked_at=db.now))
        record(db, city_stream(PROGRAMME), "password.changed", by=who.id, about={})


def _require(who: Actor, scope: str, action: Action) -> None:
    if scope == PROGRAMME:
        require_in_programme(who, action)
    else:
        require(who, action, city=scope, what="city", name=scope)


def _may_touch(who: Actor, role: Role) -> None:
    if role in PROGRAMME_ROLES:
        require_in_programme(who, Action.PROGRAMME)


def _of(scope: str, person_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return membership.c.scope == scope, membership.c.person_id == person_id


@dataclass(frozen=True, slots=True)
class _Membership:
    role: Role
    version: int


def _membership(db: Transaction, scope: str, person_id: str) -> _Membership:
    """What somebody is in a city, kept from others until the transaction ends."""
    columns = (membership.c.role, membership.c.version)
    row = db.sql.execute(select(*columns).where(*_of(scope, person_id)).with_for_update()).first()
    if row is None:
        raise NotThere("person", person_id)
    return _Membership(Role(row.role), row.version)


def _give(db: Transaction, scope: str, person_id: str, role: Role) -> None:
    values = {"role": role, "version": membership.c.version + 1}
    db.sql.execute(update(membership).where(*_of(scope, person_id)).values(**values))


def _refuse_stale(
    who: Actor, person_id: str, old: _Membership, version: int | None, *, wanted: Role | None
) -> None:
    if version not in (None, old.version):
        mine, theirs = Said(wanted, version or 0, who.person), Said(old.role, old.version)
        raise Stale("member", person_id, mine=mine, theirs=theirs)


def _refuse_last(db: Transaction, scope: str, role: Role) -> None:
    """A city keeps a team lead, the programme one of its staff: else nobody could invite."""
    if role not in (Role.TEAM_LEAD, Role.STAFF):
        return
    same = (membership.c.scope == scope) & (membership.c.role == role)
    # Locked: two who leave at the same moment would each count the other.
    locked = select(membership.c.person_id).where(same).with_for_update()
    if len(db.sql.execute(locked).all()) < 2:
        raise Unusable("last_lead")
