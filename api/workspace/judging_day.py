"""The day as of which an assessment is judged where nobody names one: today, but for examples."""

from datetime import date

from sqlalchemy import bindparam, select

from api.db.session import Transaction
from api.db.tables import marker
from api.examples import DAY

_EXAMPLE = select(marker.c.name).where(
    marker.c.name.like("demo/%"), marker.c.value == bindparam("assessment")
)


def judging_day(db: Transaction, assessment_id: str) -> date:
    """Today; for a city that the demo brings along, the day of its evidence."""
    if db.settings.demo and db.sql.execute(_EXAMPLE, {"assessment": assessment_id}).first():
        return DAY
    return db.now.date()
