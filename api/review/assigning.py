"""Who reviews what: one or more coaches to an assessment."""

from sqlalchemy import bindparam, delete, insert, select

from api.accounts.actor import Actor, Role
from api.accounts.rights import Action
from api.db.audit import assessment_stream, record
from api.db.review_tables import assignment
from api.db.session import Transaction
from api.db.tables import person
from api.errors import PersonRef, Unusable
from api.workspace.finding import find, find_to_steer
from api.workspace.noticing import What, notify, people_of

_ASSIGNED = (
    select(person.c.id, person.c.name)
    .join(assignment, assignment.c.person_id == person.c.id)
    .where(assignment.c.assessment_id == bindparam("assessment"))
    .order_by(assignment.c.at, person.c.id)
)


def assign(db: Transaction, who: Actor, assessment_id: str, coach_id: str) -> tuple[PersonRef, ...]:
    """Gives a review to a coach as well; `Unusable` if they are no coach of the city."""
    found = find_to_steer(db, who, assessment_id, Action.ASSIGN, blind=True)
    if coach_id not in people_of(db, found.city_id, [Role.COACH]):
        raise Unusable("no_coach")
    there = assigned(db, assessment_id)
    if any(one.id == coach_id for one in there):
        return there
    row = {"assessment_id": assessment_id, "person_id": coach_id, "by": who.id, "at": db.now}
    db.sql.execute(insert(assignment), row)
    told = {"coach": coach_id}
    record(db, assessment_stream(assessment_id), "assigned", by=who.id, about=told)
    notify(db, who, assessment_id, [coach_id], What.ASSIGNED)
    return assigned(db, assessment_id)


def unassign(
    db: Transaction, who: Actor, assessment_id: str, coach_id: str
) -> tuple[PersonRef, ...]:
    """Takes a review from a coach; what they have decided stays."""
    find_to_steer(db, who, assessment_id, Action.ASSIGN, blind=True)
    this = (assignment.c.assessment_id == assessment_id) & (assignment.c.person_id == coach_id)
    if db.sql.execute(delete(assignment).where(this)).rowcount:
        told = {"coach": coach_id}
        record(db, assessment_stream(assessment_id), "unassigned", by=who.id, about=told)
    return assigned(db, assessment_id)


def coaches_for(db: Transaction, who: Actor, assessment_id: str) -> tuple[PersonRef, ...]:
    """Who could review it: the coaches of the city and of the programme."""
    found = find(db, who, assessment_id, Action.READ_PRIVATE, blind=True)
    return tuple(
        PersonRef(one, name) for one, name in people_of(db, found.city_id, [Role.COACH]).items()
    )


def assigned(db: Transaction, assessment_id: str) -> tuple[PersonRef, ...]:
    """Who reviews it; rights were asked before."""
    rows = db.sql.execute(_ASSIGNED, {"assessment": assessment_id})
    return tuple(PersonRef(row.id, row.name) for row in rows)
