"""Spans of time back from the day of the assessment."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

_SPANS: dict[str, Callable[[int], relativedelta]] = {
    "day": lambda n: relativedelta(days=n),
    "week": lambda n: relativedelta(weeks=n),
    "month": lambda n: relativedelta(months=n),
    "year": lambda n: relativedelta(years=n),
}

iso_of: Callable[[date], str] = lru_cache(maxsize=4096)(date.isoformat)
"""A day as ISO 8601 text; the same few days are told again and again."""


@lru_cache(maxsize=4096)
def start_of(window: str, on: date) -> date:
    """The first day that lies in the window (`12 months`, `4 quarters`) that ends on `on`.

    A month back from the 31st of May is the 30th of April. Quarters are whole calendar quarters
    before the current one: four quarters back from any day of November 2025 is 1 October 2024.
    A window that reaches before the calendar starts on its first day.
    """
    number, _, unit = window.partition(" ")
    unit = unit.removesuffix("s")
    try:
        if unit == "quarter":
            first = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
            return first - relativedelta(months=3 * int(number))
        return on - _SPANS[unit](int(number))
    except (ValueError, OverflowError):
        return date.min
