"""A reviewed submission as reports take it: as of its own day, with the decisions that count."""

from datetime import date

import msgspec

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.session import Transaction
from api.review.reviewed import Reviewed, confirmed, look, with_words
from api.review.signing import last_sign_off
from api.services import Scored
from api.workspace.advising import scored, sprint_calendar
from api.workspace.finding import find
from api.workspace.judging_day import judging_day
from api.workspace.reading import read_assessment
from api.workspace.views import Status
from assessment.planning import Team, agenda
from assessment.results import Assessment
from reports.signed import Signed


def scored_review(
    db: Transaction, who: Actor, assessment_id: str, number: int | None = None
) -> Scored:
    """All that a report tells of a submission under review; its evidence is as it was seen then."""
    reviewed = look(db, who, assessment_id, number, Action.READ)
    view = read_assessment(db, who, assessment_id)
    team = Team(cohort=view.cohort)
    calendar = sprint_calendar(view.sprint, team, on=reviewed.on)
    submission = with_words(reviewed.handed_in, reviewed.decisions())
    found = agenda(reviewed.rubric, submission, on=reviewed.on, calendar=calendar)
    return Scored(
        msgspec.structs.replace(confirmed(reviewed), actions=found.actions),
        reviewed.rubric,
        reviewed.found.known.folder,
        found.schedule,
        submission,
        team,
        calendar.sprint if calendar is not None else None,
        _signed(db, reviewed),
    )


def scored_for_report(
    db: Transaction, who: Actor, assessment_id: str, *, on: date | None
) -> Scored:
    """What a report tells: of what is signed off, as it was signed; else as of today, or a day."""
    found = find(db, who, assessment_id, Action.READ)
    if on is None and found.status == Status.SIGNED_OFF:
        return scored_review(db, who, assessment_id)
    return scored(db, who, assessment_id, on=on or judging_day(db, assessment_id))


def previous_result(
    db: Transaction, who: Actor, assessment_id: str, number: int | None = None
) -> Assessment | None:
    """The result of the submission before, which a session sheet looks back at."""
    reviewed = look(db, who, assessment_id, number, Action.READ)
    if reviewed.number == 1:
        return None
    return confirmed(look(db, who, assessment_id, reviewed.number - 1, Action.READ))


def _signed(db: Transaction, reviewed: Reviewed) -> Signed | None:
    held = last_sign_off(db, reviewed.found)
    if held is None or held.submission != reviewed.number:
        return None
    return Signed(by=held.by.name, on=held.at.date(), submission=held.submission, seal=held.seal)
