"""How often data are published, and in how many months of their last year something happened.

Both look back from the newest day that the data tell of, not from today: a register that stopped
was weekly, and how long ago it stopped is another question.
"""

from collections.abc import Collection
from datetime import date
from typing import Literal

Rhythm = Literal["daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]

YEAR = 364
"""Days of 52 whole weeks."""

_PERIODS: tuple[tuple[Rhythm, int, float, int], ...] = (
    ("daily", 1, 0.5, 14),
    ("weekly", 7, 0.8, 4),
    ("monthly", 31, 0.85, 3),
    ("quarterly", 91, 1.0, 3),
)
"""A word, the days of its period, the share of periods with a release, and the fewest periods.

Half of all days are enough for `daily`: nobody publishes on weekends and holidays.
"""


def rhythm_of(published: Collection[date]) -> Rhythm | None:
    """How often, from the days on which something was published; `None` where one cannot tell.

    The last year is cut into periods that end with the newest day: into weeks, say, or the whole
    of the data where they are younger than a year. Who published in nearly each of them publishes
    weekly. Releases of a single month are yearly if there are older ones, and tell nothing if not.
    """
    if not published:
        return None
    last = max(published)
    ages = sorted((last - day).days for day in published)
    recent = [age for age in ages if age < YEAR]
    span = min(ages[-1] + 1, YEAR)
    for word, days, share, fewest in _PERIODS:
        periods = -(-span // days)
        met = len({age // days for age in recent if age // days < periods})
        if periods >= fewest and met >= share * periods:
            return word
    if recent[-1] < 31:
        return "yearly" if ages[-1] < 3 * YEAR and ages[-1] >= YEAR - 31 else None
    return "irregular"


def active_months(happened: Collection[date]) -> int | None:
    """In how many of the 12 calendar months that end with the newest day something happened."""
    if not happened:
        return None
    months = {day.year * 12 + day.month for day in happened}
    return sum(max(months) - month < 12 for month in months)
