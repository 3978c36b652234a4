"""Who reads a submission blind, and that nothing of what others said of it reaches them until then.

Somebody who gives a second reading judges by what the team handed in and what the machine says.
So `finding.admit`, the way in to everything of an assessment, refuses them until they hand in their
reading; open is only what is declared to show no word of others (`blind=True`). What tells of many
assessments at once leaves out, of those of `blind_to`, what others said.
"""

from sqlalchemy import Select, bindparam, select

from api.accounts.actor import Actor, Role
from api.db.review_tables import notice, second_reading
from api.db.session import Transaction
from api.db.tables import assessment
from api.errors import StillBlind

_OPEN = (
    select(assessment.c.id, assessment.c.city_id)
    .join(second_reading, second_reading.c.assessment_id == assessment.c.id)
    .where(
        second_reading.c.person_id == bindparam("person"), second_reading.c.finished_at.is_(None)
    )
)
_OPEN_HERE = _OPEN.where(assessment.c.id == bindparam("assessment"))


def blind_to(db: Transaction, who: Actor) -> frozenset[str]:
    """The assessments that somebody reads blind; whoever coaches a city no longer reads nothing."""
    if Role.COACH not in who.memberships.values():
        return frozenset()
    rows = db.sql.execute(_OPEN, {"person": who.id})
    return frozenset(row.id for row in rows if Role.COACH in who.roles_in(row.city_id))


def is_blind(db: Transaction, who: Actor, assessment_id: str, *, city: str) -> bool:
    """Whether somebody reads this one blind. Of all others nothing is asked of the database."""
    if Role.COACH not in who.roles_in(city):
        return False
    of = {"person": who.id, "assessment": assessment_id}
    return db.sql.execute(_OPEN_HERE, of).first() is not None


def refuse_blind(db: Transaction, who: Actor, assessment_id: str, *, city: str) -> None:
    """`StillBlind` for somebody who reads this assessment blind."""
    if is_blind(db, who, assessment_id, city=city):
        raise StillBlind(assessment_id)


def held_back() -> Select[tuple[str]]:
    """The ids of notices about what the person who is to get them reads blind."""
    return (
        select(notice.c.id)
        .join(
            second_reading,
            (second_reading.c.assessment_id == notice.c.assessment_id)
            & (second_reading.c.person_id == notice.c.person_id),
        )
        .where(second_reading.c.finished_at.is_(None))
    )
