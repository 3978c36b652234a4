"""Adds up, for each key figure, what was counted in its period, and what was left out and why."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, NamedTuple

from api.evidence.figures.counts import Bar, Counts, Excluded, Month, Outcome
from api.evidence.figures.period import Period, month_of

DUE = timedelta(days=30)
"""So long after a closing, its award is due; so long after an award, its contract."""

HISTORY = 24
"""A vendor is new that won nothing in this many calendar months."""

MAX_SILENCE = 12
"""A history with a hole of more months than this does not tell who is new."""

LARGEST = 10
"""How many vendors the share of the largest is about."""

_CANCELLED = Excluded.CANCELLED


class Sum(NamedTuple):
    """What a figure is computed from: how many processes or awards count, and why others do not.

    `value` stands only where the figure is no numerator divided by a denominator.
    """

    cases: int
    excluded: Counter[Excluded]
    numerator: Fraction | int
    denominator: Fraction | int
    value: Fraction | None = None
    missing: Literal["no_field", "short_history", "several_currencies"] | None = None


class _Sorted(NamedTuple):
    """What was measured in the period, how often, and what does not count."""

    measured: Counter[int]
    excluded: Counter[Excluded]


_Entry = tuple[Month | None, Outcome, int]
"""A month, what was measured or why nothing was, and how often."""


def sums_of(counts: Counts, period: Period | None) -> dict[str, Sum]:
    """The sums behind every key figure, by its name."""
    return {
        **_bids(counts, period),
        **_days(counts, period),
        **_competition(counts, period),
        **_vendors(counts, period),
        **_timeliness(counts, period),
    }


def one_spelling(name: str) -> str:
    """What all spellings of a vendor's number or name have in common."""
    name = " ".join(name.casefold().split())
    if any(map(str.isdecimal, name)):
        return name  # 1.23 and 12.3 may be the numbers of two firms
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join("".join(letters).replace(".", "").replace(",", " ").split())


# --- families of figures --------------------------------------------------------------------------


def _bids(counts: Counts, period: Period | None) -> dict[str, Sum]:
    bids = _believed(_sorted(_by_month(counts.bids), period))
    nobody, somebody = bids.measured[0], bids.measured.total() - bids.measured[0]
    excluded = bids.excluded + Counter({Excluded.NO_BIDS: nobody})
    return {
        "avg_bids": _mean(bids),
        "median_bids": _median(bids),
        "single_bid_rate": Sum(somebody, excluded, bids.measured[1], somebody),
        "no_bid_rate": _share(bids, of=0),
    }


def _believed(bids: _Sorted) -> _Sorted:
    """Without zeros that nobody meant.

    Where awarded tenders say that nobody bid, and none has a bidder, the system never fills the
    number in: its zeros on tenders without an award are no numbers either.
    """
    measured, excluded = bids
    if set(measured) != {0} or not excluded[Excluded.BIDDERS_ODD]:
        return bids
    return _Sorted(Counter(), excluded + Counter({Excluded.BIDDERS_ODD: measured[0]}))


def _days(counts: Counts, period: Period | None) -> dict[str, Sum]:
    advertised = _sorted(_by_month(counts.advertised), period)
    decided = (
        (month, took if bar in {None, Excluded.NO_METHOD} else bar, number)
        for (month, bar, took), number in counts.decided.items()
    )
    return {
        "days_advertised": _mean(advertised),
        "median_days_advertised": _median(advertised),
        "days_to_award": _mean(_sorted(decided, period)),
    }


def _competition(counts: Counts, period: Period | None) -> dict[str, Sum]:
    processes = (
        (month, _competitive(bar), number) for (month, bar, _), number in counts.decided.items()
    )
    awards = (
        (month, _competitive(bar) if valued or bar is _CANCELLED else Excluded.NO_VALUE, number)
        for month, bar, _, _, valued, number in _awards(counts)
    )
    by_value = _sorted(awards, period)
    money = _money(counts, period)
    known = {key: worth for key, worth in money.items() if key[0] is not Excluded.NO_METHOD}
    return {
        "competitive_share": _share(_sorted(processes, period), of=1),
        "competitive_share_value": Sum(
            by_value.measured.total(),
            by_value.excluded,
            Fraction(sum(worth for (bar, _), worth in known.items() if bar is None), 100),
            Fraction(sum(known.values()), 100),
            missing=_several(currency for _, currency in known),
        ),
    }


def _vendors(counts: Counts, period: Period | None) -> dict[str, Sum]:
    winners, shares = [], []
    for month, bar, _, names, valued, number in _awards(counts):
        void = _CANCELLED if bar is _CANCELLED else None
        nobody = None if names else Excluded.NO_SUPPLIER
        unknown = None if valued else Excluded.NO_VALUE
        winners.append((month, void or nobody or names, number))
        shares.append((month, void or unknown or nobody or 1, number))
    new, top = _sorted(winners, period), _sorted(shares, period)
    wins = sum(names * number for names, number in new.measured.items())
    vendors = _won_by_vendor(counts, period)
    sums = [
        sum(worth for month, worth in won.items() if period and period.covers(month))
        for won in vendors
    ]
    return {
        "new_vendor_share": Sum(
            wins,
            new.excluded,
            sum(_comebacks(won, period) for won in vendors),
            wins,
            missing=None if _has_history(counts, period) else "short_history",
        ),
        "top10_share": Sum(
            top.measured.total(),
            top.excluded,
            Fraction(sum(sorted(sums)[-LARGEST:]), 100),
            Fraction(sum(sums), 100),
            missing=_several(currency for _, currency in _money(counts, period)),
        ),
    }


def _timeliness(counts: Counts, period: Period | None) -> dict[str, Sum]:
    closed = _due(((day, end, number) for (day, end), number in counts.closed.items()), period)
    signed = _due(
        (
            (day, _CANCELLED if bar is _CANCELLED else int(contracted), number)
            for (day, bar, contracted, *_), number in counts.awards.items()
        ),
        period,
    )
    # Data without any award (or contract) are data of tenders (or awards): the rest may stand in
    # another file, which is for whoever reads this to see.
    no_contracts = not any(contracted for _, _, contracted, *_ in counts.awards)
    return {
        "timely_awards": _share(closed, of=1, missing=None if counts.awards else "no_field"),
        "timely_contracts": _share(signed, of=1, missing="no_field" if no_contracts else None),
    }


# --- what counts in the period --------------------------------------------------------------------


def _by_month(tally: dict[tuple[Month | None, Outcome], int]) -> Iterator[_Entry]:
    return ((month, outcome, number) for (month, outcome), number in tally.items())


def _awards(counts: Counts) -> Iterator[tuple[Month | None, Bar, bool, int, bool, int]]:
    for (day, bar, contracted, names, valued), number in counts.awards.items():
        yield None if day is None else month_of(day), bar, contracted, names, valued, number


def _due(ends: Iterable[tuple[date | None, Outcome, int]], period: Period | None) -> _Sorted:
    """Of what happened, that for which the next step is due on the newest day.

    What is not due yet does not count even where the next step was quick: to count only the quick
    ones would flatter.
    """
    entries: list[_Entry] = []
    for day, outcome, number in ends:
        early = day and period and isinstance(outcome, int) and period.newest - day <= DUE
        month = None if day is None else month_of(day)
        entries.append((month, Excluded.NOT_DUE if early else outcome, number))
    return _sorted(entries, period)


def _sorted(entries: Iterable[_Entry], period: Period | None) -> _Sorted:
    measured: Counter[int] = Counter()
    excluded: Counter[Excluded] = Counter()
    for month, outcome, number in entries:
        if month is not None and period and not period.covers(month):
            excluded[Excluded.OUTSIDE_PERIOD] += number
        elif isinstance(outcome, Excluded):
            excluded[outcome] += number
        elif month is None or period is None:
            excluded[Excluded.NO_DATE] += number
        else:
            measured[outcome] += number
    return _Sorted(measured, excluded)


def _competitive(bar: Bar) -> Outcome:
    if bar is None or bar is Excluded.NOT_COMPETITIVE:
        return int(bar is None)
    return bar


def _money(counts: Counts, period: Period | None) -> dict[tuple[Bar, str], int]:
    """What was awarded in the period, by what bars it from being competitive and by currency."""
    money: defaultdict[tuple[Bar, str], int] = defaultdict(int)
    for (month, bar, currency), worth in counts.money.items():
        if period and period.covers(month):
            money[bar, currency.strip().upper()] += worth
    return money


def _several(currencies: Iterable[str]) -> Literal["several_currencies"] | None:
    """Sums of two currencies are none. A value without its currency is taken to be in the other."""
    return "several_currencies" if len(set(currencies) - {""}) > 1 else None


# --- vendors --------------------------------------------------------------------------------------


def _won_by_vendor(counts: Counts, period: Period | None) -> list[dict[Month, int]]:
    """What each vendor won in each month of the period and of the history before it."""
    if period is None:
        return []
    spelled: dict[str, str] = {}
    vendors: defaultdict[str, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for (name, month), worth in counts.won.items():
        if period.first - HISTORY <= month <= period.last:
            if name not in spelled:
                spelled[name] = one_spelling(name)
            vendors[spelled[name]][month] += worth
    return [dict(won) for won in vendors.values()]


def _comebacks(won: dict[Month, int], period: Period | None) -> int:
    """In how many months of the period a vendor won that had won nothing in 24 months before."""
    return sum(
        1
        for month in won
        if period
        and period.covers(month)
        and not any(month - HISTORY <= earlier < month for earlier in won)
    )


def _has_history(counts: Counts, period: Period | None) -> bool:
    """Whether the data tell of awards all through the 24 months before the period.

    A single award of 1990 is no history: no more than 12 months in a row may be silent.
    """
    if period is None:
        return False
    reached = period.first
    for month in sorted({month for _, month in counts.won if month < reached}, reverse=True):
        if reached - month > MAX_SILENCE + 1:
            return False
        reached = month
    return reached <= period.first - HISTORY


# --- ways to sum up -------------------------------------------------------------------------------


def _share(found: _Sorted, *, of: int, missing: Literal["no_field"] | None = None) -> Sum:
    cases = found.measured.total()
    return Sum(cases, found.excluded, found.measured[of], cases, missing=missing)


def _mean(found: _Sorted) -> Sum:
    cases = found.measured.total()
    return Sum(cases, found.excluded, sum(n * times for n, times in found.measured.items()), cases)


def _median(found: _Sorted) -> Sum:
    """The middle one; of an even number, halfway between the two in the middle."""
    cases, seen = found.measured.total(), 0
    middle: list[int] = []
    for number, times in sorted(found.measured.items()):
        seen += times
        middle += [number] * ((2 * seen >= cases) + (2 * seen > cases) - len(middle))
    value = Fraction(sum(middle), 2) if middle else None
    return Sum(cases, found.excluded, 0, cases, value=value)
