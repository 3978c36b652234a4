"""Key figures: cases of `key_figures.yaml`, an independent count, and laws that no data break."""

import csv
import json
import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.figures.counts import Excluded
from api.evidence.figures.key_figures import DEFINITIONS, KeyFigures
from api.evidence.figures.period import period_of
from api.evidence.figures.procurement import Award, Procurement
from api.evidence.figures.sums import sums_of
from assessment.facts import KeyFigure
from rubrics.loader import LIBRARY
from rubrics.text import read_yaml

CASES: Any = read_yaml(
    Path(__file__).with_name("key_figures.yaml").read_text("utf-8"), name="key_figures.yaml"
).value

REAL = Path(__file__).parents[4] / ".." / "shared" / "data" / "ocds"


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def award(day_: str | None = None, **short: Any) -> Award:
    to = short.get("to", ())
    return Award(
        day=day(day_),
        suppliers=(to,) if isinstance(to, str) else tuple(to),
        value=short.get("value"),
        currency=short.get("currency", "USD"),
        contracted=short.get("contracted", False),
    )


def procurements(rows: list[dict[str, Any]]) -> Iterator[Procurement]:
    for row in rows:
        short = dict(row)
        for number in range(short.pop("times", 1)):
            known: dict[str, Any] = {"method": "open", "status": "complete", "id": str(number)}
            known |= short
            for name in ("opened", "closed"):
                known[name] = day(known.get(name))
            won = [dict(one) for one in known.get("awards", ())]
            known["awards"] = tuple(award(one.pop("day", None), **one) for one in won)
            yield Procurement(**known)


def figures(seen: Iterable[Procurement]) -> dict[str, KeyFigure]:
    counted = KeyFigures()
    for one in seen:
        counted.add(one)
    return {figure.id: figure for figure in counted.result()}


# --- cases ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_figures_of_a_case(case):
    found = figures(procurements(case["procurements"]))

    told = {name: found[name].model_dump(mode="json") for name in case["expect"]}
    asked = {
        name: {key: told[name][key] for key in about} for name, about in case["expect"].items()
    }
    assert asked == case["expect"]


def test_every_figure_has_cases_with_a_value_and_without():
    told = {
        (name, about.get("value") is not None)
        for case in CASES
        for name, about in case["expect"].items()
        if "value" in about
    }

    assert told == {(name, there) for name in DEFINITIONS for there in (True, False)}


def test_every_reason_to_leave_something_out_has_a_case():
    told = {
        reason
        for case in CASES
        for about in case["expect"].values()
        for reason in about.get("excluded", ())
    }

    assert told == set(Excluded)


def test_a_value_that_is_no_number_is_no_value():
    odd = [award("2025-09-30", to="a", value=value) for value in (math.nan, math.inf, -math.inf)]

    found = figures([Procurement(id="1", method="open", awards=tuple(odd))])

    assert found["top10_share"].missing == "no_field"
    assert found["top10_share"].excluded == {"no_value": 3}


@pytest.mark.parametrize("only", [date.min, date.max], ids=str)
def test_the_first_and_the_last_day_of_all_time_make_no_period(only):
    awards = (Award(day=only, suppliers=("a",), value=1.0),)

    found = figures([Procurement(id="1", opened=only, closed=only, bidders=1, awards=awards)])

    assert {figure.missing for figure in found.values()} == {"no_dates"}


# --- laws -----------------------------------------------------------------------------------------

DAYS = st.dates(date(2021, 9, 1), date(2025, 10, 31))
MAYBE_DAYS = st.none() | DAYS

AWARDS = st.builds(
    Award,
    day=MAYBE_DAYS,
    suppliers=st.lists(st.sampled_from(["a", "b", "c", "A", ""]), max_size=3).map(tuple),
    value=st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1e7),
    currency=st.sampled_from(["USD", "USD", "usd", "", "MXN"]),
    contracted=st.booleans(),
)

PROCUREMENTS = st.builds(
    Procurement,
    id=st.just("x"),
    method=st.sampled_from(["open", "open", "selective", "limited", "direct", "", "odd"]),
    status=st.sampled_from(
        ["complete", "active", "", "unsuccessful", "cancelled", "withdrawn", "planned", "planning"]
    ),
    opened=MAYBE_DAYS,
    closed=MAYBE_DAYS,
    bidders=st.none() | st.integers(-1, 6),
    bidders_odd=st.booleans(),
    lots=st.integers(0, 3),
    awards=st.lists(AWARDS, max_size=3).map(tuple),
)

ODD = st.lists(PROCUREMENTS, max_size=40)
"""Processes in which anything may be missing or strange."""


def register(seed: int, size: int) -> list[Procurement]:
    """Four years of a city that buys from thirty vendors and keeps its books fairly well."""
    chance = Random(seed)
    vendors = [f"V-{number}" for number in range(30)]

    def late(after: date, longest: int) -> date | None:
        lost = chance.random() < 0.05
        return None if lost else after + timedelta(chance.randint(-1, longest))

    def one(number: int) -> Procurement:
        opened = date(2021, 11, 1) + timedelta(chance.randrange(1_430))
        closed, decided = late(opened, 60), [late(opened, 150) for _ in range(2)]
        awards = [
            Award(
                day=on,
                suppliers=tuple(chance.sample(vendors, chance.choice([0, 1, 1, 1, 1, 2]))),
                value=chance.choice([None, 0.1, 0.2, 1e6 / 3, 12.344, chance.random() * 1e8]),
                currency=chance.choice(["USD", "usd", ""]),
                contracted=chance.random() < 0.8,
            )
            for on in decided[: chance.choice([0, 1, 1, 1, 2])]
        ]
        return Procurement(
            id=str(number),
            method=chance.choice(["open", "open", "selective", "limited", "direct", ""]),
            status=chance.choice(
                [*["complete"] * 8, "active", "unsuccessful", "cancelled", "planned"]
            ),
            opened=chance.choice([opened, opened, opened, None]),
            closed=closed,
            bidders=chance.choice([None, 0, 1, 1, 2, 3, 4, 7]),
            awards=tuple(awards),
        )

    return [one(number) for number in range(size)]


REGISTERS = st.builds(register, st.integers(0, 10**6), st.integers(100, 300))
MANY = ODD | REGISTERS


@given(MANY, st.randoms(use_true_random=False), st.integers(1, 4))
def test_neither_order_nor_split_changes_a_figure(seen, random, workers):
    dealt = list(seen)
    random.shuffle(dealt)
    counted = [KeyFigures() for _ in range(workers)]
    for one in dealt:
        random.choice(counted).add(one)
    random.shuffle(counted)
    while len(counted) > 1:
        counted[-2].merge(counted.pop())

    assert counted[0].result() == tuple(figures(seen).values())


def test_who_counted_nothing_can_take_over_what_others_counted():
    others, nobody = KeyFigures(), KeyFigures()
    others.add(Procurement(id="undated"))

    nobody.merge(others)

    assert nobody.result() == others.result()
    assert {figure.missing for figure in nobody.result()} == {"no_dates"}


@given(MANY)
def test_what_counts_and_what_is_left_out_add_up_to_all(seen):
    counted = KeyFigures()
    for one in seen:
        counted.add(one)

    sums = sums_of(counted.counts, period_of(counted.counts))

    awarded, awards = sum(bool(one.awards) for one in seen), sum(len(one.awards) for one in seen)
    whole = dict.fromkeys(DEFINITIONS, len(seen))
    whole |= dict.fromkeys(("competitive_share", "days_to_award"), awarded)
    whole |= dict.fromkeys(("competitive_share_value", "top10_share", "timely_contracts"), awards)
    del whole["new_vendor_share"]  # counts an award once for each vendor
    assert {name: sums[name].cases + sums[name].excluded.total() for name in whole} == whole


@given(MANY)
def test_a_figure_leaves_out_only_what_its_definition_says(seen):
    for name, figure in figures(seen).items():
        assert set(figure.excluded) <= DEFINITIONS[name].excluded
        assert (figure.value is None) == (figure.missing is not None)
        assert figure.unit == DEFINITIONS[name].unit
        if figure.value is not None and figure.unit == "percent":
            assert 0 <= figure.value <= 100


# --- an independent count -------------------------------------------------------------------------


def month(on: date) -> int:
    return on.year * 12 + on.month


def counted_naively(seen: list[Procurement], start: date, end: date) -> dict[str, object]:
    """Numerators and denominators, straight from lists, as one would with a spreadsheet."""
    newest = max(
        [p.opened or p.closed for p in seen if not p.status.startswith("plan")]
        + [won.day for p in seen for won in p.awards],
        key=lambda on: on or date.min,
    )
    assert newest is not None
    stands = [p for p in seen if p.status not in {"cancelled", "withdrawn"}]
    competitive = [p for p in stands if p.method in {"open", "selective"}]

    def within(on: date | None) -> bool:
        return on is not None and start <= on <= end

    bids = [
        p.bidders
        for p in competitive
        if within(p.closed or p.opened or min((a.day for a in p.awards if a.day), default=None))
        and p.bidders is not None
        and p.bidders >= 0
        and not p.bidders_odd
        and (
            p.awards or not (p.status.startswith("plan") or (p.status == "active" and not p.closed))
        )
        and not (p.bidders == 0 and (p.awards or p.status == "active"))
    ]
    wins = sorted(
        (won.day, vendor)
        for p in stands
        for won in p.awards
        for vendor in set(won.suppliers)
        if won.day and vendor
    )
    last: dict[str, date] = {}
    new = 0
    for on, vendor in wins:
        before = last.get(vendor.lower())
        new += within(on) and (before is None or month(on) - month(before) > 24)
        last[vendor.lower()] = on
    cents_of: Counter[str] = Counter()
    for won in (won for p in stands for won in p.awards if within(won.day)):
        if won.value is not None and 0 < won.value < 1e15:
            names = sorted({vendor for vendor in won.suppliers if vendor})
            for place, vendor in enumerate(names):
                # Cent by cent, as cards are dealt.
                dealt = range(place, round(won.value * 100), len(names))
                cents_of[vendor.lower()] += len(dealt)
    largest = sum(cents for _, cents in cents_of.most_common(10))
    took = [
        (first - p.closed).days
        for p in stands
        if p.closed and p.method not in {"limited", "direct"}
        for first in [min((won.day for won in p.awards if won.day), default=None)]
        if first and within(first) and 0 <= (first - p.closed).days <= 3 * 365
    ]
    due = [
        p
        for p in stands
        if p.closed
        and within(p.closed)
        and newest - p.closed > timedelta(30)
        and (p.awards or not p.status.startswith("plan"))
        and (p.awards or p.status != "unsuccessful")
        and (p.awards or p.bidders != 0 or p.status == "active")
    ]
    signed = [
        won.contracted
        for p in stands
        for won in p.awards
        if won.day and within(won.day) and newest - won.day > timedelta(30)
    ]
    fractions: dict[str, tuple[Fraction | int, int | Fraction, int]] = {
        "avg_bids": (sum(bids), len(bids), 1),
        "single_bid_rate": (bids.count(1), len(bids) - bids.count(0), 100),
        "no_bid_rate": (bids.count(0), len(bids), 100),
        "new_vendor_share": (new, sum(within(on) for on, _ in wins), 100),
        "timely_awards": (sum(bool(p.awards) for p in due), len(due), 100),
        "timely_contracts": (sum(signed), len(signed), 100),
        "days_to_award": (sum(took), len(took), 1),
        "top10_share": (Fraction(largest, 100), Fraction(cents_of.total(), 100), 100),
    }
    return {
        name: (round(float(part), 4), round(float(whole), 4), round(float(scale * part / whole), 4))
        for name, (part, whole, scale) in fractions.items()
        if whole
    } | {"median_bids": (None, len(bids), statistics.median(bids) if bids else None)}


@given(MANY)
def test_figures_agree_with_a_count_from_lists(seen):
    found = figures(seen)

    start, end = found["avg_bids"].period_start, found["avg_bids"].period_end
    if start is not None and end is not None:
        for name, expected in counted_naively(seen, start, end).items():
            figure = found[name]
            if figure.missing is None:
                assert (figure.numerator, figure.denominator, figure.value) == expected, name


def test_the_registers_of_these_tests_let_all_figures_be_computed():
    found = figures(register(seed=1, size=300))

    assert {name: figure.missing for name, figure in found.items() if figure.missing} == {}


# --- open data ------------------------------------------------------------------------------------


def release_to_procurement(release: dict[str, Any]) -> Procurement:
    """By plain loops, so that the figures do not depend on our reader."""
    tender = release.get("tender", {})
    period = tender.get("tenderPeriod", {})
    signed = {c.get("awardID") for c in release.get("contracts", ()) if c["status"] != "cancelled"}
    awards = tuple(
        Award(
            day=date.fromisoformat(won["date"][:10]),
            suppliers=tuple(str(s.get("id") or s["name"]) for s in won["suppliers"]),
            value=amount if isinstance(amount := won["value"]["amount"], int | float) else None,
            currency=won["value"]["currency"],
            contracted=won["id"] in signed,
        )
        for won in release.get("awards", ())
        if won["status"] not in {"cancelled", "pending"}
    )
    opened, closed = (period.get(name) for name in ("startDate", "endDate"))
    bidders = tender.get("numberOfTenderers")
    odd = bidders == 0 and bool(awards)
    return Procurement(
        id=release["ocid"],
        method=tender.get("procurementMethod", ""),
        status=tender.get("status", ""),
        opened=date.fromisoformat(opened[:10]) if opened else None,
        closed=date.fromisoformat(closed[:10]) if closed else None,
        bidders=None if odd else bidders,
        bidders_odd=odd,
        awards=awards,
    )


def figures_of_file(path: Path) -> dict[str, KeyFigure]:
    package = json.loads(path.read_text("utf-8"))
    releases = package.get("releases") or [one["compiledRelease"] for one in package["records"]]
    return figures(release_to_procurement(one) for one in releases if "tender" in one)


def demo(name: str) -> Path:
    return LIBRARY / "wwc-2022" / "submissions" / "puerto-claro" / "evidence" / name


def test_the_demo_city_computed_the_same_from_its_data():
    found = figures_of_file(demo("contrataciones-ocds.json"))

    with demo("linea-base.csv").open(encoding="utf-8", newline="") as stream:
        typed = {
            row["kpi"]: (float(row["numerator"]), float(row["denominator"]))
            for row in csv.DictReader(stream)
        }
    average, single, new = (found[n] for n in ("avg_bids", "single_bid_rate", "new_vendor_share"))
    assert (average.period_start, average.period_end) == (date(2024, 10, 1), date(2025, 9, 30))
    assert typed == {"avg_bids": (64, 22), "single_bid_rate": (5, 22), "new_vendor_share": (4, 23)}
    assert single.numerator == 5
    assert single.denominator == 22
    # The city leaves out the one tender without bids, and says so; the figure's formula does not.
    assert average.numerator == 64
    assert average.denominator == 23
    assert average.excluded == {"outside_period": 23, "not_competitive": 2}
    # The city's data begin nine months before its baseline.
    assert new.missing == "short_history"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not part of the project")
def test_a_hundred_colombian_releases_do_not_tell_how_many_bid():
    """96 tenders were awarded, 4 cancelled; all 100 say that nobody bid."""
    found = figures_of_file(REAL / "colombia-100-releases.json")

    bids = found["avg_bids"]
    assert (bids.value, bids.missing) == (None, "no_field")
    assert bids.excluded == {"outside_period": 1, "cancelled": 4, "bidders_odd": 95}
    assert (bids.period_start, bids.period_end) == (date(2020, 2, 1), date(2021, 1, 31))
    assert found["single_bid_rate"].excluded == found["no_bid_rate"].excluded == bids.excluded
    assert found["no_bid_rate"].missing == "no_field"
    assert found["competitive_share"].value == 100
    assert found["days_advertised"].missing == found["timely_awards"].missing == "no_dates"
    assert (found["timely_contracts"].numerator, found["timely_contracts"].denominator) == (95, 95)
    assert found["new_vendor_share"].missing == "short_history"
