"""Walks through JSON that a stranger wrote: whatever stands at a place, asking for it never fails.

A key may be missing, and any value may have any type: `awards` may be a word, an id a number, a
date a list. What is not of the type that the standard names is as good as not there.
"""

import math
import re
from datetime import date

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Object = dict[str, Json]

MAX_AMOUNT = 1e15
"""No city buys for more, in any currency: such a number is a slip, and would spoil every sum."""

YEARS = range(1900, 2200)
"""Dates outside are placeholders, such as 0001-01-01."""

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?=$|[T ])", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,10})?", re.ASCII)


def part(value: Json, *path: str) -> Json:
    """What stands at the end of the path, or `None`."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def parts(value: Json, *path: str) -> list[Object]:
    """The objects of the list at the end of the path; one that stands there alone is a list."""
    found = part(value, *path)
    if isinstance(found, dict):
        return [found] if found else []
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def section(value: Json, *path: str) -> Object:
    """The object at the end of the path, or an empty one."""
    found = part(value, *path)
    return found if isinstance(found, dict) else {}


def words(value: Json, *path: str) -> str:
    """The text at the end of the path without blanks around it; a number is its digits."""
    found = part(value, *path)
    if isinstance(found, str):
        return found.strip()
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def number(value: Json, *path: str) -> float | None:
    """The number at the end of the path, also where it is written in quotes."""
    found = part(value, *path)
    if isinstance(found, str) and _NUMBER.fullmatch(found.strip()):
        found = float(found)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return found


def amount(value: Json, *path: str) -> float | None:
    """The number at the end of the path if it can be an amount of money: above 0, and credible."""
    found = number(value, *path)
    return found if found is not None and 0 < found <= MAX_AMOUNT else None


def day(value: Json, *path: str) -> date | None:
    """The day of the ISO 8601 date or time at the end of the path."""
    match = _DAY.match(words(value, *path))
    if match is None:
        return None
    try:
        found = date(*(int(digits) for digits in match.groups()))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def is_filled(value: Json) -> bool:
    """Whether something stands there: some text, number or truth, at whatever depth."""
    pending: list[Json] = [value]
    while pending:
        here = pending.pop()
        if isinstance(here, dict):
            pending.extend(here.values())
        elif isinstance(here, list):
            pending.extend(here)
        elif isinstance(here, str):
            if here.strip():
                return True
        elif here is not None:
            return True
    return False
