"""Spans of time back from a day: ends of months, leap days, calendar quarters."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.windows import end_of, start_of


@pytest.mark.parametrize(
    ("window", "on", "first"),
    [
        ("1 day", "2025-03-01", "2025-02-28"),
        ("30 days", "2025-11-03", "2025-10-04"),
        ("2 weeks", "2025-11-03", "2025-10-20"),
        ("12 months", "2025-11-03", "2024-11-03"),
        ("1 month", "2025-05-31", "2025-04-30"),
        ("1 month", "2025-03-31", "2025-02-28"),
        ("1 month", "2024-03-31", "2024-02-29"),
        ("12 months", "2024-02-29", "2023-02-28"),
        ("48 months", "2024-02-29", "2020-02-29"),
        ("1 year", "2024-02-29", "2023-02-28"),
        ("4 years", "2024-02-29", "2020-02-29"),
        ("1 quarter", "2025-01-01", "2024-10-01"),
        ("4 quarters", "2025-11-03", "2024-10-01"),
        ("4 quarters", "2025-10-01", "2024-10-01"),
        ("4 quarters", "2025-09-30", "2024-07-01"),
        ("4 quarters", "2025-12-31", "2024-10-01"),
        ("4 quarters", "2024-03-31", "2023-01-01"),
    ],
)
def test_window_starts_on_its_first_day(window, on, first):
    assert start_of(window, date.fromisoformat(on)) == date.fromisoformat(first)


@pytest.mark.parametrize("window", ["9999 years", "9999 quarters", "9999 months"])
def test_window_before_the_calendar_starts_with_the_calendar(window):
    assert start_of(window, date(800, 1, 1)) == date.min


@given(
    st.dates(min_value=date(2000, 1, 1)),
    st.integers(1, 60),
    st.sampled_from(["days", "weeks", "months", "quarters", "years"]),
)
def test_longer_window_never_starts_later(on, n, unit):
    assert start_of(f"{n + 1} {unit}", on) <= start_of(f"{n} {unit}", on) < on


@given(st.dates(min_value=date(2000, 1, 1)), st.integers(1, 60))
def test_window_never_starts_earlier_on_a_later_day(on, n):
    later = on + timedelta(days=1) if on < date.max else on
    for unit in ("days", "weeks", "months", "quarters", "years"):
        assert start_of(f"{n} {unit}", on) <= start_of(f"{n} {unit}", later)


@pytest.mark.parametrize(
    ("window", "dated", "last"),
    [
        ("3 months", "2025-09-30", "2025-12-31"),
        ("1 month", "2025-04-30", "2025-05-31"),
        ("1 month", "2025-04-29", "2025-05-29"),
        ("12 months", "2024-02-29", "2025-02-28"),
        ("12 months", "2025-02-28", "2026-02-28"),
        ("12 months", "2023-02-28", "2024-02-29"),
        ("4 quarters", "2025-10-19", "2026-12-31"),
        ("4 quarters", "2025-09-30", "2026-09-30"),
        ("30 days", "2025-11-03", "2025-12-03"),
        ("2 weeks", "2025-11-03", "2025-11-17"),
    ],
)
def test_something_lies_in_a_window_until_its_last_day(window, dated, last):
    assert end_of(window, date.fromisoformat(dated)) == date.fromisoformat(last)


@given(
    st.dates(),
    st.integers(1, 120),
    st.sampled_from(["days", "weeks", "months", "quarters", "years"]),
)
def test_last_day_is_the_inverse_of_the_first(dated, n, unit):
    window = f"{n} {unit}"

    last = end_of(window, dated)

    assert start_of(window, last) <= dated
    if last < date.max:
        assert start_of(window, last + timedelta(days=1)) > dated


@pytest.mark.parametrize("window", ["9999 years", "9999 quarters", "99 months", "1 day"])
def test_window_beyond_the_calendar_ends_with_the_calendar(window):
    assert end_of(window, date.max) == date.max
