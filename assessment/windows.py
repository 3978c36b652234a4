"""Spans of time back from the day of the assessment, and how long something stays in them."""

from collections.abc import Callable
from datetime import date, timedelta
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


@lru_cache(maxsize=4096)
def end_of(window: str, dated: date) -> date:
    """The last day on which `dated` still lies in the window: the inverse of `start_of`.

    Something dated the 30th of April lies in `1 month` until the 31st of May. In `4 quarters` it
    lies until the end of the fourth calendar quarter after its own.
    """
    number, _, unit = window.partition(" ")
    unit = unit.removesuffix("s")
    try:
        if unit == "quarter":
            first = date(dated.year, 3 * ((dated.month - 1) // 3) + 1, 1)
            return first + relativedelta(months=3 * (int(number) + 1)) - timedelta(days=1)
        last = dated + _SPANS[unit](int(number))
        while start_of(window, last + timedelta(days=1)) <= dated:  # ends of months: three at most
            last += timedelta(days=1)
    except (ValueError, OverflowError):
        return date.max
    return last
