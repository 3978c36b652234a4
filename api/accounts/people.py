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
from api.errors import NotAllowed, NotSignedIn, NotThere, PersonRef, Unusable, WrongCredentials

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
        Member(PersonRef(row.id, row.name), row.email, Role(row.role), row.since, row.seen)
        for row in db.sql.execute(query)
    )


def change_role(db: Transaction, who: Actor, scope: str, person_id: str, role: Role) -> None:
    """Gives somebody of a city another role; a city keeps at least one team lead."""
    _require(who, scope, Action.PEOPLE)
    check_role(who, scope, role)
    old = _role(db, scope, person_id)
    _may_touch(who, old)
    if role is not old:
        _refuse_last(db, scope, old)
    db.sql.execute(update(membership).where(*_of(scope, person_id)).values(role=role))
    about = {"person": person_id, "from": old, "to": role}
    record(db, city_stream(scope), "role.changed", by=who.id, about=about)


def remove_member(db: Transaction, who: Actor, scope: str, person_id: str) -> None:
    """Takes somebody out of a city; what they wrote stays. One may always leave."""
    _require(who, scope, Action.READ if person_id == who.id else Action.PEOPLE)
    role = _role(db, scope, person_id)
    if person_id != who.id:
        _may_touch(who, role)
    _refuse_last(db, scope, role)
    db.sql.execute(delete(membership).where(*_of(scope, person_id)))
    about = {"person": person_id, "from": role}
    record(db, city_stream(scope), "member.removed", by=who.id, about=about)


def hand_over(db: Transaction, who: Actor, city_id: str, *, to: str) -> None:
    """Makes somebody else of the team its lead, and whoever asks a member of it."""
    require(who, Action.PEOPLE, city=city_id, what="city", name=city_id)
    if who.memberships.get(city_id) is not Role.TEAM_LEAD or to == who.id:
        raise NotAllowed(Action.PEOPLE)
    _may_touch(who, _role(db, city_id, to))
    for person_id, role in ((to, Role.TEAM_LEAD), (who.id, Role.TEAM_MEMBER)):
        db.sql.execute(update(membership).where(*_of(city_id, person_id)).values(role=role))
    record(db, city_stream(city_id), "handed_over", by=who.id, about={"to": to})


def join(db: Transaction, person_id: str, scope: str, role: Role) -> None:
    """Gives somebody a role in a city or in the programme, in place of the one they have there."""
    db.sql.execute(delete(membership).where(*_of(scope, person_id)))
    city = None if scope == PROGRAMME else scope
    row = {"person_id": person_id, "scope": scope, "city_id": city, "role": role}
    db.sql.execute(insert(membership), {**row, "since": db.now})
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


def set_profile(db: Transaction, who: Actor, *, name: str, language: str) -> None:
    """How somebody is called, and in which language they read."""
    if not 1 <= len(name.strip()) <= 200 or language not in LANGUAGES:
        raise Unusable("profile", longest=200)
    values = {"name": name.strip(), "language": language}
    db.sql.execute(update(person).where(person.c.id == who.id).values(**values))


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


def _role(db: Transaction, scope: str, person_id: str) -> Role:
    found = db.sql.execute(
        select(membership.c.role).where(*_of(scope, person_id)).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotThere("person", person_id)
    return Role(found)


def _refuse_last(db: Transaction, scope: str, role: Role) -> None:
    """A city keeps a team lead, the programme one of its staff: else nobody could invite."""
    if role not in (Role.TEAM_LEAD, Role.STAFF):
        return
    same = (membership.c.scope == scope) & (membership.c.role == role)
    # Locked: two who leave at the same moment would each count the other.
    locked = select(membership.c.person_id).where(same).with_for_update()
    if len(db.sql.execute(locked).all()) < 2:
        raise Unusable("last_lead")
