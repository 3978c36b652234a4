"""How the cells of a column are read: as days, amounts, counts or words, decided by all of them.

`03/04/2025` is a day in March or in April, `1.234` is a thousand or one: no cell can tell, but the
column as a whole mostly can. Where it cannot, neither can we: its cells count as filled, and no day
or amount is taken from them. One cell in a hundred may be a slip.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from api.evidence.tables.columns import AMOUNTS, DAYS, ROUGH, load_words
from api.evidence.tables.engine import Engine, quoted

MACROS = Path(__file__).with_name("values.sql")

TEXT = "VARCHAR"

MAX_LABELS = 100
"""Columns, from the left, by which a row of sums is told from a record."""

SLIPS = 100
"""What contradicts all the rest is a slip if it is not more than one in so many."""


class Kind(StrEnum):
    """What a column holds, by the field that it stands for."""

    DAY = "day"
    AMOUNT = "amount"
    COUNT = "count"
    WORDS = "words"


class Order(StrEnum):
    """Which of day and month stands first in a column of dates."""

    DAY = "day"
    MONTH = "month"
    ANY = "any"
    """No cell needs to know: they are written as 2025-03-04 or with the name of the month."""
    UNKNOWN = "unknown"
    NO_DATES = "no_dates"


class Decimal(StrEnum):
    """Which sign stands before the cents in a column of amounts."""

    POINT = "point"
    COMMA = "comma"
    UNKNOWN = "unknown"
    NO_NUMBERS = "no_numbers"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read: SQL for its value, and for whether a cell is filled.

    Without `filled`, a cell is filled where it has a value. `trouble` names what kept values from
    being read: `dates_ambiguous`, `dates_unread`, `amounts_ambiguous`, `amounts_unread`.
    """

    value: str
    filled: str = ""
    trouble: str = ""


def kind_of(field: str) -> Kind:
    """What stands in a column of this field (`award.date`)."""
    name = field.split(".")[1]
    if field in ROUGH:
        return Kind.WORDS
    if name in DAYS:
        return Kind.DAY
    if name in AMOUNTS:
        return Kind.AMOUNT
    return Kind.COUNT if name == "bidders" else Kind.WORDS


def teach(engine: Engine) -> None:
    """Gives the engine the words that cells are read with, those of `headers.yaml` among them."""
    words = load_words()
    lists = {
        ":blanks": quoted(f"(?i)|{'|'.join(map(re.escape, sorted(words.blanks)))}"),
        ":longest": str(max(len(word.encode()) for word in words.blanks)),
        ":months": ", ".join(quoted(name) for name in words.months),
        ":numbers": ", ".join(str(number) for number in words.months.values()),
    }
    sql = MACROS.read_text("utf-8")
    for name, listed in lists.items():
        sql = sql.replace(name, listed)
    engine.run(sql)


def clean_scan(scan: str, types: Sequence[str]) -> str:
    """The same columns, where text stands without blanks, and `NULL` where a cell holds nothing.

    This is done in steps of their own: as one expression it would be worked out again and again.
    """
    text = [f"c{i}" for i, kind in enumerate(types) if kind == TEXT]
    if not text:
        return scan
    for step in ("trimmed", "cell"):
        steps = ", ".join(f"{step}({column}) AS {column}" for column in text)
        scan = f"(SELECT * REPLACE ({steps}) FROM {scan})"  # noqa: S608 (our SQL)
    return scan


def without_sums(scan: str, types: Sequence[str]) -> str:
    """The same rows but those that only sum up others: mostly empty, and one cell says `Total`."""
    texts = [f"c{i}" for i, kind in enumerate(types[:MAX_LABELS]) if kind == TEXT]
    if not texts:
        return scan
    # Hardly any row needs the closer look, and CASE spares it the others; AND would not.
    filled = " + ".join(f"CAST({name} IS NOT NULL AS TINYINT)" for name in texts)
    says = f"is_total(concat_ws(chr(10), {', '.join(texts)}))"
    is_sum = f"CASE WHEN 2 * ({filled}) <= {len(texts):d} THEN {says} ELSE false END"
    return f"(SELECT * FROM {scan} WHERE NOT {is_sum})"  # noqa: S608 (our SQL)


def readings(
    engine: Engine, scan: str, columns: Mapping[str, tuple[Kind, str]]
) -> dict[str, Reading]:
    """How to read each column of the scan, given what it holds and its type in the file."""
    text = {column: kind for column, (kind, of) in columns.items() if of == TEXT}
    counts = _counts(engine, scan, text)
    empty = {column for column in text if not counts[column, "told"]}
    orders = {column: _order(counts, column) for column, kind in text.items() if kind is Kind.DAY}
    # The columns of one file are written by one program: the others tell how it writes days.
    usual = {order for order in orders.values() if order in {Order.DAY, Order.MONTH}}
    found: dict[str, Reading] = {}
    for column, (kind, of) in columns.items():
        if kind is Kind.WORDS:
            found[column] = Reading(column if column in text else f"CAST({column} AS VARCHAR)")
        elif column not in text:
            found[column] = _native(column, kind, of)
        elif kind is Kind.DAY:
            order = orders[column]
            only = next(iter(usual)) if len(usual) == 1 else order
            found[column] = _day(column, only if order is Order.UNKNOWN else order)
        elif kind is Kind.AMOUNT:
            found[column] = _amount(column, _decimal(counts, column))
        else:
            found[column] = Reading(f"count_of({column})")
    # That nothing stands in a column is no trouble with reading it.
    return {
        column: replace(reading, trouble="") if column in empty else reading
        for column, reading in found.items()
    }


# --- what all cells of a column say ---------------------------------------------------------------

Counts = Mapping[tuple[str, str], int]


def _counts(engine: Engine, scan: str, columns: Mapping[str, Kind]) -> Counts:
    """How many cells of each column say what, counted in one pass over the file."""
    asked = [
        (column, name, test)
        for column, kind in columns.items()
        for name, test in _tests(column, kind)
    ]
    if not asked:
        return {}
    bare = "".join(f", bare({c}) AS bare_{c}" for c, kind in columns.items() if kind is Kind.AMOUNT)
    sums = ", ".join(f"count(*) FILTER (WHERE {test})" for _, _, test in asked)
    row = engine.row(f"SELECT {sums} FROM (SELECT *{bare} FROM {scan})")  # noqa: S608 (our SQL)
    return {(column, name): int(str(n)) for (column, name, _), n in zip(asked, row, strict=True)}


def _tests(column: str, kind: Kind) -> Iterator[tuple[str, str]]:
    yield "told", f"{column} IS NOT NULL"
    if kind is Kind.DAY:
        yield "any", f"is_day({column})"
        yield "parts", f"part({column}, 1) <> ''"
        one, two = (f"TRY_CAST(part({column}, {n}) AS INT)" for n in (1, 2))
        yield Order.DAY, f"{one} > 12 AND {two} <= 12"
        yield Order.MONTH, f"{two} > 12 AND {one} <= 12"
    elif kind is Kind.AMOUNT:
        bare = f"bare_{column}"
        yield "any", f"{bare} <> '' OR is_exponent({column})"
        yield Decimal.POINT, f"has_point({bare})"
        yield Decimal.COMMA, f"has_point(swapped({bare}))"
        yield "thousands_point", f"has_thousands({bare})"
        yield "thousands_comma", f"has_thousands(swapped({bare}))"


def _order(counts: Counts, column: str) -> Order:
    if not counts[column, "any"]:
        return Order.NO_DATES
    if not counts[column, "parts"]:
        return Order.ANY
    day, month = counts[column, Order.DAY], counts[column, Order.MONTH]
    if _clearly(day, month):
        return Order.DAY
    return Order.MONTH if _clearly(month, day) else Order.UNKNOWN


def _decimal(counts: Counts, column: str) -> Decimal:
    if not counts[column, "any"]:
        return Decimal.NO_NUMBERS
    point, comma = counts[column, Decimal.POINT], counts[column, Decimal.COMMA]
    if not point and not comma:
        # Money has no three decimals: alone, `1.234` and `1,234` are thousands.
        point, comma = counts[column, "thousands_point"], counts[column, "thousands_comma"]
    if not comma or _clearly(point, comma):
        return Decimal.POINT
    return Decimal.COMMA if _clearly(comma, point) else Decimal.UNKNOWN


def _clearly(one: int, other: int) -> bool:
    return one > 0 and other * SLIPS <= one


# --- SQL for the values ---------------------------------------------------------------------------


def _day(column: str, order: Order) -> Reading:
    if order is Order.NO_DATES:
        return Reading("NULL::DATE", trouble="dates_unread")
    if order is Order.UNKNOWN:
        filled = f"coalesce(is_day({column}), false)"
        return Reading("NULL::DATE", filled, "dates_ambiguous")
    return Reading(f"day_of({column}, {order is Order.MONTH})")


def _amount(column: str, decimal: Decimal) -> Reading:
    if decimal is Decimal.NO_NUMBERS:
        return Reading("NULL::DOUBLE", trouble="amounts_unread")
    if decimal is Decimal.UNKNOWN:
        filled = f"coalesce(regexp_matches(bare({column}), '[1-9]'), false)"
        return Reading("NULL::DOUBLE", filled, "amounts_ambiguous")
    return Reading(f"amount_of({column}, {decimal is Decimal.COMMA})")


def _native(column: str, kind: Kind, of: str) -> Reading:
    """A column of a file that has types of its own (Parquet)."""
    if kind is Kind.DAY:
        if not of.startswith(("DATE", "TIMESTAMP")):
            return Reading("NULL::DATE", trouble="dates_unread")
        return Reading(f"in_range(TRY_CAST({column} AS DATE))")
    if kind is Kind.AMOUNT:
        return Reading(f"credible(TRY_CAST({column} AS DOUBLE))")
    return Reading(f"few(TRY_CAST({column} AS INT))")
