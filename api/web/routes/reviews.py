"""The queue of coaches: what waits, whose it is, which sessions come and what to bring to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from api.accounts import Action, Actor
from api.accounts.rights import may
from api.errors import Unusable
from api.review.assigning import assign, unassign
from api.review.queue import load_of_coaches, queue
from api.review.sessions import sessions_ahead
from api.review.views import Order, QueueItem, SessionAhead
from api.web.door import Form, Visiting, go, local, one
from api.web.review.frame import STATUSES, progress_text
from api.web.standard import rubric_in, sprint_of, sprints
from api.workspace.views import Status
from reports.i18n import N_, NN_, Language, Message

router = APIRouter(include_in_schema=False)

S = TypeVar("S", bound=StrEnum)

ORDERS: Mapping[Order, Message] = {
    Order.RISK: N_("Claims much, proves little"),
    Order.AGE: N_("Waiting longest"),
    Order.CITY: N_("City"),
    Order.COHORT: N_("Cohort"),
}
"""What the list begins with."""

NOBODY = "nobody"
"""The choice of what no coach has taken yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One submission of the queue in words."""

    item: QueueItem
    status: str
    waits: str
    risk: str
    progress: str
    cohort: str
    may_take: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A session that comes: its name and day, and each city with what it should bring."""

    title: str
    cities: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]


class Choice(BaseModel):
    """What somebody chose to see; a word that nobody knows chooses nothing."""

    status: str = ""
    order: str = ""
    cohort: str = ""
    coach: str = ""
    city: str = ""


@router.get("/reviews")
def show_queue(visit: Visiting, choice: Annotated[Choice, Query()]) -> Response:
    """What waits for coaches, by what somebody chooses."""
    language = visit.language
    status = _known(Status, choice.status, Status.SUBMITTED)
    order = _known(Order, choice.order, Order.RISK)
    with visit.reading() as (db, who):
        sprint, _, cohort = choice.cohort.partition("/")
        coach = who.id if choice.coach == "me" else choice.coach
        found = queue(
            db,
            who,
            cohort=cohort or None,
            coach=coach or None,
            status=status,
            order=order,
        )
        loads = load_of_coaches(db, who)
        ahead = sessions_ahead(db, who, on=db.now.date())
    wanted = choice.city.strip().casefold()
    return visit.show(
        "reviews.html.j2",
        items=[
            _waiting(item, who, language)
            for item in found
            if wanted in item.assessment.city.name.casefold()
            and sprint in ("", item.assessment.sprint)
        ],
        loads=loads,
        ahead=[_ahead(session, language) for session in ahead],
        statuses=[(s.value, language.say(STATUSES[s])) for s in Status if s != Status.OPEN],
        orders=[(o.value, language.say(word)) for o, word in ORDERS.items()],
        cohorts=_cohorts(language),
        chosen={**choice.model_dump(), "status": status, "order": order},
        me=who.id,
        nobody=NOBODY,
    )


@router.post("/reviews/{assessment_id}/coaches")
def change_coaches(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Gives a submission to a coach, or takes it off their desk."""
    where = local(one(form, "back"), f"/reviews/{assessment_id}")
    with visit.writing() as (db, who):
        if one(form, "take") == "yes":
            assign(db, who, assessment_id, who.id)
        elif one(form, "remove"):
            unassign(db, who, assessment_id, one(form, "remove"))
        elif one(form, "coach"):
            assign(db, who, assessment_id, one(form, "coach"))
        else:
            raise Unusable("no_coach")
    return go(where, done="saved")


def _waiting(item: QueueItem, who: Actor, language: Language) -> Waiting:
    view = item.assessment
    days = NN_("{n} day", "{n} days", "n")
    risk = NN_("{n} point claimed and not proven", "{n} points claimed and not proven", "n")
    mine = any(coach.id == who.id for coach in item.coaches)
    return Waiting(
        item=item,
        status=language.say(STATUSES[view.status]),
        waits=language.say(days, n=item.waiting_days)
        if item.waiting_days
        else language.text("Since today"),
        risk=language.say(risk, n=item.risk),
        progress=progress_text(item.decided, item.to_decide, language),
        cohort=cohort_text(view.sprint, view.cohort, language),
        may_take=not mine and may(who, Action.DECIDE, city=view.city.id),
    )


def cohort_text(sprint: str | None, cohort: str | None, language: Language) -> str:
    """The cohort of a sprint in words; empty where there is none."""
    known = sprint_of(sprint)
    if known is None or cohort not in known.cohorts:
        return language.text("No cohort")
    return f"{known.cohorts[cohort].title} · {language.short_date(known.sessions[0].dates[cohort])}"


def _ahead(session: SessionAhead, language: Language) -> Ahead:
    rubric = rubric_in("wwc-2022", language)
    kinds = language.all_of(rubric.vocabulary.activities.get(k, k) for k in session.kinds)

    def titles(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            rubric.requirements[name].remedy.title if name in rubric.requirements else name
            for name in names
        )

    title = language.text(
        "Session {n}, {day}: {kinds}", n=session.number, day=language.date(session.on), kinds=kinds
    )
    cohort = cohort_text(session.sprint, session.cohort, language)
    return Ahead(
        title=f"{title} ({cohort})",
        cities=tuple(
            (one.assessment, one.city, titles(one.asked), titles(one.requirements))
            for one in session.cities
        ),
    )


def _cohorts(language: Language) -> list[tuple[str, str]]:
    """Every cohort of every sprint, the newest sprint first."""
    return [
        (f"{name}/{key}", cohort_text(name, key, language))
        for name in reversed(sprints())
        if (known := sprint_of(name)) is not None
        for key in known.cohorts
    ]


def _known(words: type[S], text: str, otherwise: S) -> S:
    return words(text) if text in set(words) - {Status.OPEN} else otherwise
