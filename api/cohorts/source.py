"""The submissions of the service's database for whoever runs it, at the command line."""

from datetime import date

from api.cohorts.choosing import EVERYBODY, cohort_named
from api.cohorts.gathering import submissions_now
from api.db.session import open_database
from api.settings import load_settings
from rubrics.loader import load_rubric, rubric_folder
from rubrics.problems import InputError, Place, Problem


def snapshots_in_database(rubric: str, *, on: date) -> list[tuple[str, bytes]]:
    """The last submission of every city up to a day; the settings say which database it is."""
    database = open_database(load_settings())
    try:
        wrong = database.is_ready()
        if wrong:
            problem = Problem("database.not_ready", Place("db"), {"detail": wrong[0]})
            raise InputError([problem])
        with database.read() as db:
            known = load_rubric(rubric_folder(rubric))
            found = list(submissions_now(db, known, on=on, cohort=cohort_named(EVERYBODY)))
    finally:
        database.close()
    if not found:
        raise InputError([Problem("submissions.none_in_database", Place("db"), {})])
    return found
