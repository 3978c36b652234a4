"""Reads one cell as its column asks: a choice by any of its words, a number, a day, yes or no.

What cannot be taken stays as it was written, with a code that names what is wrong.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import assert_never

from api.forms.sheets import Raw, blank_is_none, has_failed
from assessment.model import Scalar
from rubrics.forms import Column, plain_name
from rubrics.problems import shown, suggestion

MAX_TEXT = 20_000
YEARS = range(1900, 2200)

YES = frozenset({"yes", "y", "true", "si", "s", "verdadero", "sim", "verdadeiro", "x"})
NO = frozenset({"no", "n", "false", "falso", "nao"})

Params = dict[str, str | int | float | None]

_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]\d\d?:\d\d.{0,20})?", re.ASCII)
_WRITTEN = re.compile(r"(\d\d?)([/.-])(\d\d?)\2(\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{3}){0,4}(?:[.,]\d{1,10})?", re.ASCII)
_URL = re.compile(r"https?://[^\s/]+\.?\S*", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell holds. Where `code` is set, `value` is its raw text and `params` say why."""

    value: Scalar
    code: str | None = None
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a sheet writes things: which sign is decimal, the day or the month first, if known.

    `plain` is a CSV file, in which a share is written as 85 and never stored as 0.85.
    """

    comma: bool | None = None
    day_first: bool = False
    plain: bool = False


def read_cell(column: Column, raw: Raw, manner: Manner) -> Read:
    """The value of a cell, or its raw text with what is wrong; blank is `None`."""
    raw = blank_is_none(raw)
    if raw is None:
        return Read(None)
    if has_failed(raw):
        return _wrong(raw, "cell.formula_failed")
    match column.kind:
        case "text":
            return _text(raw)
        case "choice":
            return _choice(column, raw)
        case "yes_no":
            found = _yes_no(raw)
            return _wrong(raw, "cell.not_yes_no") if found is None else Read(found)
        case "number" | "percentage":
            return _bounded(column, raw, manner)
        case "date":
            return _day(raw, manner)
        case "url":
            return _matching(_URL, raw, "cell.not_an_address")
        case "email":
            return _matching(_EMAIL, raw, "cell.not_an_email")
        case _:
            assert_never(column.kind)


def read_unknown(raw: Raw, manner: Manner) -> Scalar:
    """A cell of a column that nobody asked for: a number or day where it is one, else text."""
    raw = blank_is_none(raw)
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        iso = _ISO.fullmatch(raw.strip())
        day = _make_day(iso[1], iso[2], iso[3]) if iso else None
        number = None if _is_code(raw) else _number(raw, manner)
        return day or (raw.strip()[:MAX_TEXT] if number is None else number)
    return _plain(raw)


def _text(raw: Raw) -> Read:
    text = str(_plain(raw)).strip()
    if len(text) > MAX_TEXT:
        return Read(text[:MAX_TEXT], "cell.too_long", {"limit": MAX_TEXT})
    return Read(text)


def _choice(column: Column, raw: Raw) -> Read:
    if isinstance(raw, bool | int | float) and raw in (0, 1) and "yes" in column.options:
        raw = "yes" if raw else "no"  # a workbook may keep "yes" as a truth value
    text = str(_plain(raw)).strip()
    option = column.option_ids.get(plain_name(text))
    if option is not None:
        return Read(option)
    if column.open:
        return _text(raw)
    words = {plain: key for plain, key in column.option_ids.items() if plain}
    near = words.get(suggestion(plain_name(text), words), "")
    return _wrong(raw, "cell.not_an_option", suggestion=near)


def _yes_no(raw: Raw) -> bool | None:
    if isinstance(raw, bool | int | float):
        return bool(raw) if raw in (0, 1) else None
    word = plain_name(str(raw))
    return True if word in YES else False if word in NO else None


def _bounded(column: Column, raw: Raw, manner: Manner) -> Read:
    share = column.kind == "percentage"
    low, high = (0.0, 100.0) if share else (column.min, column.max)
    number = _number(raw, manner)
    if number is None:
        code = "cell.ambiguous_number" if _is_ambiguous(raw, manner) else "cell.not_a_number"
        return _wrong(raw, code)
    # Sheets store 85 % as 0.85. Whoever pastes a bare 85 means 85 percent, not 8,500.
    if share and not manner.plain and not isinstance(raw, str) and 0 <= number <= 1:
        number = _whole(round(number * 100, 10))
    if (low is not None and number < low) or (high is not None and number > high):
        return _wrong(raw, "cell.out_of_range", min=low, max=high)
    return Read(number)


def _number(raw: Raw, manner: Manner) -> int | float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    if not isinstance(raw, str):
        return _whole(raw) if abs(raw) < 1e15 else None
    bare = re.sub(r"[\s\u00a0\u202f]", "", raw.strip().removesuffix("%"))
    if not _NUMBER.fullmatch(bare) or _is_ambiguous(raw, manner):
        return None
    decimal = _decimal_of(bare, manner)
    thousands = "." if decimal == "," else ","
    digits = bare.replace(thousands, "").replace(decimal, ".")
    return _whole(float(digits)) if digits.count(".") <= 1 else None


def _decimal_of(bare: str, manner: Manner) -> str:
    """The decimal sign of a number as it is written."""
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return "."
    sign, other = bare[last], "," if bare[last] == "." else "."
    if other in bare:
        return sign  # 1.234,5: the last sign is the decimal one
    groups = bare.split(sign)[1:]
    if any(len(group) != 3 for group in groups):
        return sign
    if len(groups) > 1:
        return other  # 1.234.567
    return "," if manner.comma else "."


def _is_ambiguous(raw: Raw, manner: Manner) -> bool:
    """Whether it could be a thousand or a thousandth: 1.234, where the decimal sign is unknown."""
    if not isinstance(raw, str) or manner.comma is not None:
        return False
    return re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}\s*%?", raw.strip(), re.ASCII) is not None


def _is_code(raw: str) -> bool:
    """Whether digits are a code and no number: 007, or more digits than a number keeps."""
    digits = raw.strip()
    return bool(re.match(r"0\d", digits)) or len(digits) > 15


def _day(raw: Raw, manner: Manner) -> Read:
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return Read(raw) if raw.year in YEARS else _wrong(raw, "cell.not_a_date")
    if not isinstance(raw, str):
        return _wrong(raw, "cell.not_a_date")
    if (iso := _ISO.fullmatch(raw.strip())) is not None:
        day = _make_day(iso[1], iso[2], iso[3])
        return _wrong(raw, "cell.not_a_date") if day is None else Read(day)
    if (found := _WRITTEN.fullmatch(raw.strip())) is None:
        return _wrong(raw, "cell.not_a_date")
    first, second, year = found[1], found[3], found[4]
    readings = {_make_day(year, second, first)}
    # Only a slash may part a month from the day after it (11/25/2025).
    if found[2] == "/" and not manner.day_first:
        readings.add(_make_day(year, first, second))
    days = [day for day in readings if day is not None]
    if len(days) == 1:
        return Read(days[0])
    return _wrong(raw, "cell.ambiguous_date" if days else "cell.not_a_date")


def _make_day(year: str, month: str, day: str) -> date | None:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if made.year in YEARS else None


def _matching(pattern: re.Pattern[str], raw: Raw, code: str) -> Read:
    read = _text(raw)
    if read.code is None and not pattern.fullmatch(str(read.value)):
        return _wrong(raw, code)
    return read


def _plain(raw: Raw) -> Scalar:
    """The cell as a value that a row may hold."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, bool | str | date) or raw is None:
        return raw
    if isinstance(raw, int | float) and isfinite(raw):
        return _whole(raw)
    return str(raw)  # also of what no number is: a cell may hold 1e999


def _whole(number: float) -> int | float:
    """Sheets keep every number with decimals; a whole one is whole."""
    return int(number) if abs(number) < 1e15 and number == int(number) else number


def _wrong(raw: Raw, code: str, **params: str | float | None) -> Read:
    value = _plain(raw)
    text = value[:MAX_TEXT] if isinstance(value, str) else value
    return Read(text, code, {"got": shown(value), **params})
