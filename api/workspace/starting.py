"""Starts an assessment of a city: by which rubric, on which sprint."""

from datetime import date

from sqlalchemy import insert

from api.accounts.actor import Actor
from api.accounts.cities import read_city
from api.accounts.rights import Action, require
from api.db.audit import assessment_stream, record
from api.db.columns import new_id
from api.db.session import Transaction
from api.db.tables import assessment
from api.errors import Unusable
from api.workspace.library import rubric_named
from api.workspace.reading import read_assessment
from api.workspace.views import AssessmentView, Status
from assessment.engine import assess
from assessment.results import Eligibility
from assessment.submission import City, Submission
from rubrics.loader import SPRINTS, load_sprint
from rubrics.problems import InputError, Place, Problem, suggestion


def check_eligibility(rubric: str, city: City) -> Eligibility:
    """Whether a city may apply, as the rubric says. It changes no verdict, and stops nobody."""
    known = rubric_named(rubric).rubric
    # The day plays no part where nothing is answered.
    return assess(known, Submission(rubric=rubric, city=city), on=date(2000, 1, 1)).eligibility


def start_assessment(
    db: Transaction,
    who: Actor,
    *,
    city_id: str,
    title: str,
    rubric: str = "wwc-2022",
    sprint: str | None = None,
    cohort: str | None = None,
) -> AssessmentView:
    """A new assessment of a city, open and empty."""
    require(who, Action.START, city=city_id, what="city", name=city_id)
    read_city(db, who, city_id)  # staff may start one in any city, but not in one that is not there
    known = rubric_named(rubric).rubric
    if not 1 <= len(title.strip()) <= 200:
        raise Unusable("title_length", longest=200)
    if sprint is not None:
        _check_sprint(sprint, cohort)
    row = {
        "id": new_id(),
        "city_id": city_id,
        "title": title.strip(),
        "rubric": known.id,
        "edition": known.edition,
        "digest": known.digest,
        "sprint": sprint,
        "cohort": cohort,
        "status": Status.OPEN,
        "version": 1,
        "created_at": db.now,
        "created_by": who.id,
        "changed_at": db.now,
        "changed_by": who.id,
    }
    db.sql.execute(insert(assessment), row)
    about = {"city": city_id, "title": row["title"], "rubric": known.id, "digest": known.digest}
    record(db, assessment_stream(str(row["id"])), "started", by=who.id, about=about)
    return read_assessment(db, who, str(row["id"]))


def _check_sprint(sprint: str, cohort: str | None) -> None:
    """A sprint of the library with this cohort: a path that a stranger names is no sprint."""
    known = sorted(path.stem for path in SPRINTS.glob("*.yaml"))
    if sprint not in known:
        params = {"id": sprint, "known": ", ".join(known), "suggestion": suggestion(sprint, known)}
        raise InputError([Problem("sprint.unknown", Place("sprint"), params)])
    if cohort is not None and cohort not in load_sprint(sprint).cohorts:
        raise Unusable("cohort_unknown", cohort=cohort)
