"""Finds the 12 full months that key figures cover, and is not led astray by slips of the key."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from api.evidence.figures.counts import Counts, Month

MAX_GAP = 24
"""Months without any record after which what follows may be a slip of the key."""

PLAUSIBLE_YEARS = range(1980, 2091)
"""Systems write 1900-01-01 or 1970-01-01 for "no date", 2099-12-31 or 9999-12-31 for "never"."""


class Period(NamedTuple):
    """The 12 months from `first` to `last`, and the newest day of the data."""

    first: Month
    last: Month
    newest: date

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.first // 12, self.first % 12 + 1, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return last_day(self.last)

    def covers(self, month: Month) -> bool:
        """Whether a month is in the period."""
        return self.first <= month <= self.last


def month_of(day: date) -> Month:
    """The number of the month that a day is in."""
    return day.year * 12 + day.month - 1


def last_day(month: Month) -> date:
    """The last day of a month."""
    year, place = divmod(month, 12)
    return date(year, place + 1, monthrange(year, place + 1)[1])


def period_of(counts: Counts) -> Period | None:
    """The 12 months up to the last that the data cover; `None` where nothing is dated."""
    days = Counter(counts.began)
    for (day, *_), number in counts.awards.items():
        if day is not None:
            days[day] += number
    records: Counter[Month] = Counter()
    for day, number in days.items():
        if day.year in PLAUSIBLE_YEARS:
            records[month_of(day)] += number
    if not records:
        return None
    end = _end_of(records)
    newest = max(day for day in days if month_of(day) == end)
    last = end if newest == last_day(end) else end - 1
    return Period(last - 11, last, newest)


def _end_of(records: Mapping[Month, int]) -> Month:
    """The end of the last stretch of months that is no slip of the key.

    That is one longer than a month and a tenth as large as the largest, or itself the largest.
    """
    stretches: list[list[Month]] = []
    for month in sorted(records):
        if not stretches or month - stretches[-1][-1] > MAX_GAP:
            stretches.append([])
        stretches[-1].append(month)
    sizes = [sum(records[month] for month in stretch) for stretch in stretches]
    largest = sizes.index(max(sizes))
    return max(
        stretch[-1]
        for place, stretch in enumerate(stretches)
        if place == largest or (len(stretch) > 1 and sizes[place] * 10 >= sizes[largest])
    )
