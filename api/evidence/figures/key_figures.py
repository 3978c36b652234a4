"""Computes key figures of competition from contracting data, each with what it was made of.

`DEFINITIONS` says of every figure what is divided by what, which date puts a process into the
period, and what is left out. Nothing is left out in silence: what counts and what is `excluded` add
up to all processes (of figures about awards: to all awarded processes, or all awards).

**The period** is the 12 full calendar months that end with the last month that the data cover: with
17 October 2025 as the newest day, October 2024 to September 2025. The newest day is that of the
last opening (closing, where no opening is told) or award; a closing day is often still to come.

A slip of the key does not move the period. Days before 1980 or after 2090 are placeholders. Where
more than 24 months without any record part the data, they end with the last stretch that is longer
than a month and a tenth as large as the largest, or is itself the largest.

**Time** is that of the data, which know no clock: what is "30 days ago" is so on the newest day.

**Lots**: a tender counts once, however many lots it has. Awards of its lots are awards, each with
its supplier, value and contract; the tender is decided on the day of the first.

**Vendors** are those that the reader told apart, by number or name; spellings that differ in case,
blanks or (of names) accents, full stops and commas are one.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, NamedTuple

from api.evidence.figures.counts import Counts, Excluded
from api.evidence.figures.period import Period, period_of
from api.evidence.figures.procurement import Procurement
from api.evidence.figures.sums import Sum, sums_of
from assessment.facts import KeyFigure

FEW = 10
"""Fewer processes than this make a figure that one more would change a lot."""


class Definition(NamedTuple):
    """What a key figure is made of."""

    unit: Literal["bids", "percent", "days"]
    numerator: str
    denominator: str
    dated_by: str
    excluded: frozenset[Excluded]
    source: str = ""


_OUT = frozenset({Excluded.OUTSIDE_PERIOD, Excluded.NO_DATE, Excluded.CANCELLED})
_BIDS = _OUT | {
    Excluded.NOT_COMPETITIVE,
    Excluded.NO_METHOD,
    Excluded.NOT_CLOSED,
    Excluded.BIDDERS_UNKNOWN,
    Excluded.BIDDERS_ODD,
}
_DAYS = _OUT | {Excluded.NOT_COMPETITIVE, Excluded.ODD_DATES}
_CLOSING = "closing day, else opening, else first award"

DEFINITIONS: Mapping[str, Definition] = {
    "avg_bids": Definition(
        "bids",
        "bidders of competitive (open or selective) tenders, where their number is known",
        "these tenders, those without any bidder among them",
        _CLOSING,
        _BIDS,
        "U017",
    ),
    "median_bids": Definition(
        "bids", "the middle number of bidders", "the same tenders", _CLOSING, _BIDS, "U018"
    ),
    "single_bid_rate": Definition(
        "percent",
        "competitive tenders with one bidder",
        "competitive tenders with one bidder or more",
        _CLOSING,
        _BIDS | {Excluded.NO_BIDS},
        "U015, R018",
    ),
    "no_bid_rate": Definition(
        "percent",
        "competitive tenders with no bidder",
        "competitive tenders that closed, where the number of bidders is known",
        _CLOSING,
        _BIDS,
    ),
    "competitive_share": Definition(
        "percent",
        "awarded processes whose method is open or selective",
        "awarded processes whose method is known",
        "first award",
        _OUT | {Excluded.NO_METHOD},
        "U011",
    ),
    "competitive_share_value": Definition(
        "percent",
        "value of awards by a method that is open or selective",
        "value of awards whose method and value are known, in one currency",
        "award",
        _OUT | {Excluded.NO_METHOD, Excluded.NO_VALUE},
        "U014",
    ),
    "new_vendor_share": Definition(
        "percent",
        "awards with which a vendor won for the first time in 24 months: at most one a vendor",
        "awards, counted once for each vendor that shares in it",
        "award; the 24 calendar months before it must be in the data",
        _OUT | {Excluded.NO_SUPPLIER},
        "U028",
    ),
    "top10_share": Definition(
        "percent",
        "value won by the ten vendors that won most; a joint award is shared alike",
        "value of awards whose vendor and value are known, in one currency",
        "award",
        _OUT | {Excluded.NO_SUPPLIER, Excluded.NO_VALUE},
        "U025",
    ),
    "days_advertised": Definition(
        "days",
        "days from opening to closing",
        "tenders with both days, that were not direct or limited",
        _CLOSING,
        _DAYS,
        "U059",
    ),
    "median_days_advertised": Definition(
        "days", "the middle number of days", "the same tenders", _CLOSING, _DAYS, "U059"
    ),
    "days_to_award": Definition(
        "days",
        "days from closing to the first award",
        "awarded processes with both days, that were not direct or limited",
        # By the closing day, the tenders that take longest would be those not counted yet.
        "first award",
        _DAYS,
        "U060",
    ),
    "timely_awards": Definition(
        "percent",
        "closed tenders of which an award is told",
        "tenders that closed more than 30 days before the newest day, of any method",
        "closing day",
        _OUT | {Excluded.NOT_CLOSED, Excluded.UNSUCCESSFUL, Excluded.NOT_DUE},
        "U049",
    ),
    "timely_contracts": Definition(
        "percent",
        "awards of which a contract is told",
        "awards made more than 30 days before the newest day",
        "award",
        _OUT | {Excluded.NOT_DUE},
        "U050",
    ),
}
"""The key figures, in the order in which they are told.

Sources are indicators of the Open Contracting Partnership's guide (U…) and of Cardinal (R…).
"""


class KeyFigures:
    """Key figures of processes that are seen one after the other."""

    def __init__(self) -> None:
        self.counts = Counts()

    def add(self, *procurements: Procurement) -> None:
        """Counts some processes."""
        self.counts.add(procurements)

    def merge(self, other: "KeyFigures") -> None:
        """Counts all that another counted, too: it saw other processes of the same data."""
        self.counts.merge(other.counts)

    def result(self) -> tuple[KeyFigure, ...]:
        """Every key figure, in the order of `DEFINITIONS`."""
        counts = self.counts
        period = period_of(counts)
        sums = sums_of(counts, period)
        return tuple(_figure(name, sums[name], counts, period) for name in DEFINITIONS)


Missing = Literal["no_dates", "no_field", "no_cases", "short_history", "several_currencies"]

_NOT_TOLD = frozenset(
    {
        Excluded.NO_METHOD,
        Excluded.BIDDERS_UNKNOWN,
        Excluded.BIDDERS_ODD,
        Excluded.NO_SUPPLIER,
        Excluded.NO_VALUE,
    }
)
_UNDATED = frozenset({Excluded.NO_DATE, Excluded.ODD_DATES})


def _figure(name: str, found: Sum, counts: Counts, period: Period | None) -> KeyFigure:
    excluded = {reason.value: found.excluded[reason] for reason in Excluded}
    figure = KeyFigure(
        id=name,
        unit=DEFINITIONS[name].unit,
        excluded={reason: number for reason, number in excluded.items() if number},
        period_start=period and period.start,
        period_end=period and period.end,
    )
    missing = _missing(found, counts, period)
    if missing is not None:
        return figure.model_copy(update={"missing": missing})
    value = found.value
    if value is None:
        scale = 100 if figure.unit == "percent" else 1
        value = Fraction(scale * found.numerator, found.denominator)
    return figure.model_copy(
        update={
            "value": _rounded(value),
            "numerator": None if found.value is not None else _rounded(found.numerator),
            "denominator": _rounded(found.denominator),
            "few": found.cases < FEW,
        }
    )


def _missing(found: Sum, counts: Counts, period: Period | None) -> Missing | None:
    """Why nothing can be computed: for want of processes, of dates, of a field, and so on."""
    if not counts.procurements:
        return "no_cases"
    if period is None:
        return "no_dates"
    if found.cases:
        return found.missing
    reasons = {reason for reason, number in found.excluded.items() if number}
    if reasons & _NOT_TOLD:
        return "no_field"
    return "no_dates" if reasons & _UNDATED else "no_cases"


def _rounded(number: Fraction | int) -> float:
    return float(round(Fraction(number), 4))
