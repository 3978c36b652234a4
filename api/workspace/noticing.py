"""Who is to be told what happened: kept until a digest goes out to them by e-mail.

A comment mentions people by `@` and their name, or the first word of it where that is clear.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import insert, or_, select

from api.accounts.actor import Actor, Role
from api.db.columns import new_id
from api.db.review_tables import assignment, notice
from api.db.session import Transaction
from api.db.tables import PROGRAMME, membership, person
from api.workspace.found import Found

COACHING = (Role.COACH, Role.STAFF)
TEAM = (Role.TEAM_LEAD, Role.TEAM_MEMBER)

MOST_MENTIONS = 20
"""People that one comment can mention: a comment is no way to write to everybody."""

_NAME = re.compile(r"(?<![\w@])@(?=\w)")


class What(StrEnum):
    """What somebody is told of."""

    MENTIONED = "mentioned"  # about a comment, by its id
    ASKED = "asked"  # a coach asks for changes; about the request's number
    SUBMITTED = "submitted"  # about the submission's number
    ASSIGNED = "assigned"
    SIGNED_OFF = "signed_off"
    REOPENED = "reopened"


def notify(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    people: Iterable[str],
    what: What,
    *,
    about: str = "",
) -> None:
    """Notes that these people are to be told; nobody is told what they did themselves."""
    rows = [
        {
            "id": new_id(),
            "person_id": one,
            "assessment_id": assessment_id,
            "what": what,
            "about": about,
            "by": who.id,
            "at": db.now,
        }
        for one in dict.fromkeys(people)
        if one != who.id
    ]
    if rows:
        db.sql.execute(insert(notice), rows)


def people_of(db: Transaction, city_id: str, roles: Iterable[Role]) -> dict[str, str]:
    """The names of everybody who has one of these roles in a city or in the programme, by id."""
    where = or_(membership.c.scope == city_id, membership.c.scope == PROGRAMME)
    query = (
        select(person.c.id, person.c.name)
        .join(membership, membership.c.person_id == person.c.id)
        .where(where, membership.c.role.in_(tuple(roles)))
        .order_by(person.c.id)
    )
    return {row.id: row.name for row in db.sql.execute(query)}


def coaches_of(db: Transaction, assessment_id: str) -> list[str]:
    """Who reviews an assessment."""
    query = select(assignment.c.person_id).where(assignment.c.assessment_id == assessment_id)
    return list(db.sql.execute(query).scalars())


def mention(
    db: Transaction, who: Actor, found: Found, comment: str, text: str, *, private: bool
) -> None:
    """Notes who is mentioned in a comment, of those who may read it."""
    if _NAME.search(text):
        roles = COACHING if private else (*COACHING, *TEAM)
        people = mentioned(text, people_of(db, found.city_id, roles))
        notify(db, who, found.id, people, What.MENTIONED, about=comment)


def mentioned(text: str, people: dict[str, str]) -> tuple[str, ...]:
    """The ids of the people whose names stand behind an `@`; a longer name goes before."""
    by_name: dict[str, list[str]] = {}
    for one, name in people.items():
        folded = name.casefold()
        for called in {folded, folded.split()[0] if folded.split() else folded}:
            by_name.setdefault(called, []).append(one)
    names = sorted((name for name in by_name if name), key=len, reverse=True)
    found: list[str] = []
    folded = text.casefold()
    for at in _NAME.finditer(folded):
        rest = folded[at.end() :]
        for name in names:
            if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum():
                # Two people of one first name: it is not clear who is meant.
                found += by_name[name] if len(by_name[name]) == 1 else []
                break
    return tuple(dict.fromkeys(found))[:MOST_MENTIONS]
