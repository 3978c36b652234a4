"""Calendars of sprints: what the library has is sound, and what is wrong is named."""

from datetime import date

import pytest

from rubrics.loader import SPRINTS, load_sprint
from rubrics.problems import InputError

NAMES = sorted(path.stem for path in SPRINTS.glob("*.yaml"))
TEXT = (SPRINTS / "oct-2025.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_sprint_of_the_library_is_as_the_programme_says(name):
    sprint = load_sprint(name)
    kinds = [kind for session in sprint.sessions for kind in session.kinds]

    assert sprint.id == name
    assert [session.number for session in sprint.sessions] == list(range(1, 13))
    assert kinds.count("masterclass") == 4
    assert kinds.count("showtime") == 1
    assert sprint.sessions[-1].kinds == ("showtime",)
    assert set(sprint.cohorts) == {"en", "es"}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("oct-2025", date(2025, 10, 6), date(2025, 12, 17)),
        ("oct-2024", date(2024, 10, 30), date(2025, 2, 26)),
    ],
)
def test_twelve_sessions_are_not_twelve_weeks(name, first, last):
    sessions = load_sprint(name).sessions

    assert (sessions[0].dates["es"], sessions[-1].dates["es"]) == (first, last)
    assert (last - first).days != 84


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("number: 2", "number: 0", "oct.yaml:25:14: 0 is out of range"),
        ("source: S26", "origin: S26", "'origin' is not a key that is known here."),
        (", es: 2025-10-22}", "}", "a date for the cohort 'es'"),
        ("en: 2025-10-21", "en: 2025-10-01", "the sessions of the cohort 'en' are not in order"),
        ("en: 2025-12-16", "en: 2027-12-16", "a sprint takes no more than two years"),
        ("days_per_week: 2\n", "days_per_week: 2\nbreaks: [2025-11-25]\n", "named by its Monday"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_calendar_is_named(tmp_path, old, new, said):
    assert old in TEXT
    file = tmp_path / "oct.yaml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(InputError) as error:
        load_sprint(str(file))

    assert said in str(error.value)


def test_sprint_that_nobody_knows_is_named():
    with pytest.raises(InputError) as error:
        load_sprint("oct-2026")

    [problem] = error.value.problems
    assert (problem.code, problem.params["known"]) == ("sprint.unknown", ", ".join(NAMES))
