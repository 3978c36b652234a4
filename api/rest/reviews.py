"""All reviews at once: what waits, who has how much to do, and how far judgements agree."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.languages import language_asked
from api.rest.describing import READING, says
from api.rest.door import Door
from api.rest.pages import After, Limit, Listed
from api.rest.replies import reply
from api.rest.reports import FILE, InLanguage, attached, language_of
from api.rest.results import OnDay
from api.rest.routing import new_router
from api.review import calibrating, mailing, sessions
from api.review import queue as queues
from api.review.calibration_files import disagreements_csv, machine_csv
from api.review.feedback import FeedbackTemplate, feedback_templates
from api.review.mailing import Mail
from api.review.views import (
    Agreement,
    CoachLoad,
    MachineDisagreement,
    Order,
    QueueItem,
    SessionAhead,
)
from api.workspace.views import Status

router = new_router("reviews")

Asked = Annotated[str | None, Query(max_length=120)]
ByRubric = Annotated[str, Query(max_length=120, description="The rubric that judged.")]
CSV = "text/csv"


@router.get(
    "/reviews",
    summary="What waits for a coach",
    response_model=None,
    responses=says(Listed[QueueItem], *READING),
)
def queue(
    door: Door,
    cohort: Asked = None,
    city: Asked = None,
    coach: Annotated[
        str | None, Query(max_length=120, description="A coach's id, me, or nobody.")
    ] = None,
    status: Status | None = None,
    order: Order = Order.RISK,
) -> Response:
    """Whoever claims much and proves little first; or by age, city or cohort."""
    with door.reading() as (db, who):
        wanted = who.id if coach == "me" else coach
        found = queues.queue(
            db, who, cohort=cohort, city=city, coach=wanted, status=status, order=order
        )
    return reply(Listed(found))


@router.get(
    "/reviews/load",
    summary="How much each coach has to do",
    response_model=None,
    responses=says(Listed[CoachLoad], *READING),
)
def load(door: Door) -> Response:
    """The least busy first."""
    with door.reading() as (db, who):
        return reply(Listed(queues.load_of_coaches(db, who)))


@router.get(
    "/reviews/sessions",
    summary="The support sessions ahead",
    response_model=None,
    responses=says(Listed[SessionAhead], *READING),
)
def sessions_ahead(door: Door, cohort: Asked = None, on: OnDay = None) -> Response:
    """The next ones of each cohort, with what every city should bring."""
    with door.reading(counted="plan") as (db, who):
        day = on or db.now.date()
        return reply(Listed(sessions.sessions_ahead(db, who, on=day, cohort=cohort)))


@router.get(
    "/reviews/agreement",
    summary="How far two coaches agree",
    response_model=None,
    responses=says(Agreement, *READING),
)
def agreement(door: Door, rubric: ByRubric = "wwc-2022") -> Response:
    """By requirement: cases, agreement and Cohen's kappa; and what they do not agree on."""
    with door.reading(counted="plan") as (db, who):
        return reply(calibrating.agreement(db, who, rubric=rubric))


@router.get(
    "/reviews/disagreements.csv",
    summary="What two coaches do not agree on, for the calibration meeting",
    response_model=None,
    responses=says(FILE, *READING, media=CSV),
)
def disagreements(
    door: Door, rubric: ByRubric = "wwc-2022", language: InLanguage = None
) -> Response:
    """A table with both words and both reasons."""
    spoken = language_of(door, language)
    with door.reading(counted="report") as (db, who):
        found = calibrating.agreement(db, who, rubric=rubric)
    return attached(disagreements_csv(found, spoken), "disagreements.csv", CSV, spoken)


@router.get(
    "/reviews/machine-disagreements",
    summary="Where coaches often judge otherwise than the machine",
    response_model=None,
    responses=says(Listed[MachineDisagreement], *READING),
)
def machine_disagreements(door: Door, rubric: ByRubric = "wwc-2022") -> Response:
    """For the author of the rubric, which may be wrong there: the largest share first."""
    with door.reading(counted="plan") as (db, who):
        return reply(Listed(calibrating.machine_disagreements(db, who, rubric=rubric)))


@router.get(
    "/reviews/machine-disagreements.csv",
    summary="The same as a table",
    response_model=None,
    responses=says(FILE, *READING, media=CSV),
)
def machine_table(
    door: Door, rubric: ByRubric = "wwc-2022", language: InLanguage = None
) -> Response:
    """A table with the shares and the coaches' reasons."""
    spoken = language_of(door, language)
    with door.reading(counted="report") as (db, who):
        found = calibrating.machine_disagreements(db, who, rubric=rubric)
    return attached(machine_csv(found, spoken), "machine-disagreements.csv", CSV, spoken)


@router.get(
    "/feedback-templates",
    summary="Examples of good feedback",
    response_model=None,
    responses=says(Listed[FeedbackTemplate], *READING),
)
def templates(door: Door) -> Response:
    """In the language of `Accept-Language`; what stands in braces is to be filled in."""
    door.who()
    code = language_asked(door.headers.get("accept-language")).code
    return reply(Listed(feedback_templates(code)))


@router.get(
    "/mails",
    summary="Messages to you",
    response_model=None,
    responses=says(Listed[Mail], *READING),
)
def list_mails(door: Door, after: After = None, limit: Limit = 50) -> Response:
    """The newest first, sent or not; the programme's staff see all."""
    with door.reading() as (db, who):
        return reply(mailing.mails(db, who, after=after, limit=limit))
