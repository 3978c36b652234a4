"""A reviewed submission as reports take it: as of its own day, with the decisions that count."""

import msgspec

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.session import Transaction
from api.review.lines import unseen
from api.review.reviewed import Reviewed, confirmed, look, with_words
from api.services import Scored
from api.workspace.advising import sprint_calendar
from api.workspace.reading import read_assessment
from api.workspace.talking import is_blind
from assessment.planning import Team, agenda
from assessment.results import Assessment


def scored_review(
    db: Transaction, who: Actor, assessment_id: str, number: int | None = None
) -> Scored:
    """All that a report tells of a submission under review; its evidence is as it was seen then."""
    reviewed = _seen(db, who, assessment_id, number)
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
    )


def previous_result(
    db: Transaction, who: Actor, assessment_id: str, number: int | None = None
) -> Assessment | None:
    """The result of the submission before, which a session sheet looks back at."""
    reviewed = _seen(db, who, assessment_id, number)
    if reviewed.number == 1:
        return None
    return confirmed(_seen(db, who, assessment_id, reviewed.number - 1))


def _seen(db: Transaction, who: Actor, assessment_id: str, number: int | None) -> Reviewed:
    """What the team reads as well: a report shows what was decided, to whoever may see it."""
    reviewed = look(db, who, assessment_id, number, Action.READ)
    return unseen(reviewed) if is_blind(db, who, assessment_id) else reviewed
