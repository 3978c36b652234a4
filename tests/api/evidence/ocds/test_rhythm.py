"""How often something is published is told from the days on which it was."""

from datetime import date, timedelta

import pytest

from api.evidence.ocds.rhythm import active_months, rhythm_of

LAST = date(2025, 6, 30)


def every(days: int, times: int) -> list[date]:
    return [LAST - timedelta(days=days * n) for n in range(times)]


@pytest.mark.parametrize(
    ("published", "rhythm"),
    [
        ([], None),
        ([LAST], None),
        (every(1, 20), "daily"),
        (every(1, 5), None),
        (every(1, 2_000), "daily"),
        ([day for day in every(1, 400) if day.weekday() < 5], "daily"),
        (every(7, 60), "weekly"),
        (every(7, 8), "weekly"),
        (every(30, 13), "monthly"),
        (every(30, 4), "monthly"),
        (every(91, 9), "quarterly"),
        (every(365, 3), "yearly"),
        (every(365, 2), "yearly"),
        ([LAST, *every(1, 3_000)[2_500:]], None),  # one release after years of silence
        ([LAST, LAST - timedelta(days=100), LAST - timedelta(days=130)], "irregular"),
    ],
)
def test_the_rhythm_is_that_of_the_last_year_that_the_data_tell_of(published, rhythm):
    assert rhythm_of(published) == rhythm


def test_the_rhythm_does_not_depend_on_today_or_on_the_order():
    old = [day - timedelta(days=7_000) for day in every(7, 60)]

    assert rhythm_of(old) == rhythm_of(old[::-1]) == "weekly"


def test_months_are_counted_back_from_the_newest_day():
    days = [date(2025, 6, 30), date(2025, 6, 1), date(2024, 7, 1), date(2024, 6, 30)]

    assert active_months(days) == 2
    assert active_months([]) is None
