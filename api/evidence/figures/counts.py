"""Counts contracting processes month by month, so that key figures need no second look at them.

A register of ten years is read once, in pieces and in any order, perhaps by several workers. So
which 12 months matter is known only at the end, and until then everything is counted by its month
(by its day where 30 days decide). What is kept grows with months, days and suppliers, never with
records. All counts are whole numbers, money in hundredths of its unit: sums of whole numbers are
the same in whatever order they are made.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from api.evidence.figures.procurement import Award, Procurement

MAX_DAYS = 1_095
"""Three years: who advertises for longer keeps a standing list, or has no date and wrote 1970."""

MAX_BIDDERS = 1_000
"""A tender with more bidders is a slip of the key, or an id that stands in the wrong column."""

MAX_VALUE = 1e15
"""No city buys for more in any currency; what is above (or infinite) would drown all the rest."""


class Excluded(StrEnum):
    """Why a process or an award does not count in a key figure."""

    OUTSIDE_PERIOD = "outside_period"
    """It belongs to another month."""
    NO_DATE = "no_date"
    """A date is missing that the figure needs."""
    ODD_DATES = "odd_dates"
    """It ended before it began, or took more than three years."""
    CANCELLED = "cancelled"
    """The tender was cancelled or withdrawn."""
    NOT_CLOSED = "not_closed"
    """The tender is still planned or open: nobody knows yet who will bid."""
    NOT_COMPETITIVE = "not_competitive"
    """Its method is direct or limited: one supplier was asked."""
    NO_METHOD = "no_method"
    """Its method is not told, or in words of the publisher's own."""
    BIDDERS_UNKNOWN = "bidders_unknown"
    """The number of bidders is not told, which is neither 0 nor 1."""
    BIDDERS_ODD = "bidders_odd"
    """The number of bidders cannot be right: nobody is said to have bid, yet somebody won."""
    NO_BIDS = "no_bids"
    """Nobody bid, so that there is no single bid either."""
    UNSUCCESSFUL = "unsuccessful"
    """It is known to have ended without an award, so that none is due."""
    NOT_DUE = "not_due"
    """It happened in the last 30 days that the data tell of, so that nothing more is due yet."""
    NO_SUPPLIER = "no_supplier"
    """The award names no supplier."""
    NO_VALUE = "no_value"
    """The award has no value above 0."""


Outcome = Excluded | int
"""What is measured of one process or award, or why nothing is."""

Bar = Excluded | None
"""What bars a process from counting as competitive: that it was cancelled, or its method."""

Month = int
"""Months since the year 0: arithmetic on months is arithmetic on numbers."""

ByMonth = dict[tuple[Month | None, Outcome], int]
"""How many there are of each outcome, by month; `None` where nothing is dated."""

_METHODS: dict[str, Bar] = {
    "open": None,
    "selective": None,
    "limited": Excluded.NOT_COMPETITIVE,
    "direct": Excluded.NOT_COMPETITIVE,
}

_VOID = frozenset({"cancelled", "withdrawn"})
_PLANNED = frozenset({"planning", "planned"})
_CANCELLED, _NO_METHOD = Excluded.CANCELLED, Excluded.NO_METHOD


def _tally() -> defaultdict[Any, int]:
    return defaultdict(int)


@dataclass(slots=True)
class Counts:
    """What is counted of all processes seen so far."""

    procurements: int = 0
    began: dict[date, int] = field(default_factory=_tally)
    """How many tenders were opened (else: closed) on each day."""
    bids: ByMonth = field(default_factory=_tally)
    """Bidders of competitive tenders, each tender once however many lots it has."""
    advertised: ByMonth = field(default_factory=_tally)
    """Days from opening to closing."""
    closed: dict[tuple[date | None, Outcome], int] = field(default_factory=_tally)
    """Tenders by the day they closed: 1 with an award, 0 without."""
    decided: dict[tuple[Month | None, Bar, Outcome], int] = field(default_factory=_tally)
    """Days from closing to the first award, by the month of that award."""
    awards: dict[tuple[date | None, Bar, bool, int, bool], int] = field(default_factory=_tally)
    """By day: whether a contract followed, how many suppliers won, whether the value is told."""
    money: dict[tuple[Month, Bar, str], int] = field(default_factory=_tally)
    """The sum of their values, in hundredths, by currency."""
    won: dict[tuple[str, Month], int] = field(default_factory=_tally)
    """What each supplier won in each month, in hundredths; 0 where it is not told."""

    def add(self, procurements: Sequence[Procurement]) -> None:
        """Counts some processes: what each awarded, and how it was tendered."""
        self.procurements += len(procurements)
        for procurement in procurements:
            bar = _bar(procurement)
            first = self._add_awards(procurement, bar) if procurement.awards else None
            self._add_tender(procurement, first, bar)

    def merge(self, other: "Counts") -> None:
        """Counts all that another counted, too."""
        self.procurements += other.procurements
        for tally in fields(self)[1:]:
            mine = getattr(self, tally.name)
            for key, number in getattr(other, tally.name).items():
                mine[key] += number

    def _add_tender(self, tender: Procurement, awarded: date | None, bar: Bar) -> None:
        opened, closed = tender.opened, tender.closed
        began = opened or closed
        # What is only planned has not happened: its dates do not say how far the data reach.
        if began is not None and tender.status not in _PLANNED:
            self.began[began] += 1
        day = closed or began or awarded
        month = None if day is None else day.year * 12 + day.month - 1
        void = None if bar is _NO_METHOD else bar
        self.bids[month, bar or _bidders(tender)] += 1
        self.advertised[month, void or _days_between(opened, closed)] += 1
        self.closed[day, _CANCELLED if bar is _CANCELLED else _end(tender)] += 1

    def _add_awards(self, procurement: Procurement, bar: Bar) -> date | None:
        """Returns the day of the first."""
        first: date | None = None
        for award in procurement.awards:
            day = award.day
            if day is not None and (first is None or day < first):
                first = day
            self._add_award(award, bar)
        month = None if first is None else first.year * 12 + first.month - 1
        self.decided[month, bar, _days_between(procurement.closed, first)] += 1
        return first

    def _add_award(self, award: Award, bar: Bar) -> None:
        day, value, names = award.day, award.value, award.suppliers
        if len(names) != 1 or not names[0]:
            names = tuple(sorted({name for name in names if name}))
        # NaN is not above 0 either.
        worth = round(value * 100) if value is not None and 0 < value < MAX_VALUE else 0
        self.awards[day, bar, award.contracted, len(names), worth > 0] += 1
        if bar is _CANCELLED or day is None:
            return
        month = day.year * 12 + day.month - 1
        if worth:
            self.money[month, bar, award.currency] += worth
        if len(names) == 1:  # nearly always
            self.won[names[0], month] += worth
            return
        for place, name in enumerate(names):
            # Those who win together share alike; odd hundredths go to the first by name.
            self.won[name, month] += (worth + len(names) - 1 - place) // len(names)


def _bar(procurement: Procurement) -> Bar:
    if procurement.status in _VOID:
        return _CANCELLED
    return _METHODS.get(procurement.method, _NO_METHOD)


def _days_between(start: date | None, end: date | None) -> Outcome:
    if start is None or end is None:
        return Excluded.NO_DATE
    days = (end - start).days
    return days if 0 <= days <= MAX_DAYS else Excluded.ODD_DATES


def _bidders(tender: Procurement) -> Outcome:
    bidders, status, awarded = tender.bidders, tender.status, bool(tender.awards)
    if not awarded and (status in _PLANNED or (status == "active" and tender.closed is None)):
        return Excluded.NOT_CLOSED
    if tender.bidders_odd:
        return Excluded.BIDDERS_ODD
    if bidders is None:
        return Excluded.BIDDERS_UNKNOWN
    if not 0 <= bidders <= MAX_BIDDERS or (awarded and bidders == 0):
        return Excluded.BIDDERS_ODD
    # Bids of an active tender are often opened days after it closed; until then systems say 0.
    return Excluded.BIDDERS_UNKNOWN if bidders == 0 and status == "active" else bidders


def _end(tender: Procurement) -> Outcome:
    if tender.closed is None:
        return Excluded.NO_DATE
    if tender.awards:
        return 1
    if tender.status in _PLANNED:
        return Excluded.NOT_CLOSED
    nobody = tender.bidders == 0 and tender.status != "active"
    return Excluded.UNSUCCESSFUL if nobody or tender.status == "unsuccessful" else 0
