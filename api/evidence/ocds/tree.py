"""Makes sense of single values that a stranger wrote: a text, a number, an amount, a day.

Whatever stands there, asking for it never fails: what is not of the kind that the standard names is
as good as not there.
"""

import math
import re
from datetime import date

Scalar = str | int | float | None
"""What may stand where a word, a number or a day is wanted: systems write one for another."""

MAX_AMOUNT = 1e15
"""No city buys for more, in any currency: such a number is a slip, and would spoil every sum."""

YEARS = range(1900, 2200)
"""Dates outside are placeholders, such as 0001-01-01."""

MAX_DAYS = 65_536
"""Days that are kept by what was written: 180 years of them."""

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?=$|[T ])", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,10})?", re.ASCII)


def words(value: Scalar) -> str:
    """A text without blanks around it; a number is its digits."""
    if value.__class__ is str:
        return value.strip()
    return "" if value is None else _digits(value)


def number(value: Scalar) -> float | None:
    """A number, also where it is written in quotes."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value.strip()) else None
    return value if value is not None and math.isfinite(value) else None


def amount(value: Scalar) -> float | None:
    """A number if it can be an amount of money: above 0, and credible."""
    found = number(value) if isinstance(value, str) else value
    return found if found is not None and 0 < found <= MAX_AMOUNT else None


def day(value: Scalar) -> date | None:
    """The day of an ISO 8601 date or time."""
    if value.__class__ is not str:
        return None
    try:
        return _DAYS[value[:11]]
    except KeyError:
        return _remembered(value[:11] if not value[:1].isspace() else value.strip()[:11])


# To find a day again here takes half as long as with `lru_cache`, or with a dictionary's
# `__missing__`. What begins with a blank is not kept, so that it is never found as it stands.
_DAYS: dict[str, date | None] = {}


def _remembered(text: str) -> date | None:
    if len(_DAYS) >= MAX_DAYS:
        _DAYS.clear()
    found = _DAYS[text] = _parsed(text)
    return found


def _parsed(text: str) -> date | None:
    match = _DAY.match(text)
    if match is None:
        return None
    try:
        found = date(*(int(digits) for digits in match.groups()))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _digits(value: object) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to write out a number of more than 4,300 digits
        return ""
