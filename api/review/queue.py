"""What waits for a coach: who claims much and proves little first; who has how much on the desk."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

import msgspec
from sqlalchemy import func, select

from api.accounts.actor import Actor, Role
from api.accounts.rights import Action, may, may_in_programme
from api.db.columns import AnyRow
from api.db.review_tables import assignment, change_request
from api.db.session import Transaction
from api.db.tables import membership, person, submission
from api.errors import NotAllowed, PersonRef
from api.review.lines import lines_of, waits
from api.review.reviewed import look
from api.review.views import CoachLoad, LineState, Order, QueueItem, Session
from api.workspace.blindness import blind_to
from api.workspace.memory import Memory
from api.workspace.reading import assessments_in
from api.workspace.views import AssessmentView, Status
from assessment.results import Lenses
from rubrics.loader import load_sprint
from rubrics.problems import InputError
from rubrics.sprint import Sprint

NOBODY = "nobody"
"""Stands for a coach where what nobody reviews is asked for."""

UNDER_REVIEW = (Status.SUBMITTED, Status.CHANGES_REQUESTED)


class _Scores(msgspec.Struct):
    """Of a result only what the queue shows."""

    lenses: Lenses


_lenses: Memory[Lenses] = Memory(2_048)
_counts: Memory[tuple[int, int]] = Memory(2_048)


def queue(
    db: Transaction,
    who: Actor,
    *,
    cohort: str | None = None,
    city: str | None = None,
    coach: str | None = None,
    status: Status | None = None,
    order: Order = Order.RISK,
) -> tuple[QueueItem, ...]:
    """The submissions that wait, of all cities in which somebody is a coach or staff.

    `coach` is somebody's id, or `nobody`. `status` asks for others than those that wait for a
    coach, such as those whose team is making changes.
    """
    states = (status,) if status is not None else (Status.SUBMITTED,)
    views = [
        view for view in reviewable(db, who, states, city=city) if cohort in (None, view.cohort)
    ]
    told = _told(db, [view.id for view in views])
    blind = blind_to(db, who)
    items = [
        _item(db, who, view, told, blind=view.id in blind)
        for view in views
        if view.id in told.last and told.is_wanted(view.id, coach)
    ]
    return tuple(sorted(items, key=lambda item: _rank(item, order)))


def load_of_coaches(db: Transaction, who: Actor) -> tuple[CoachLoad, ...]:
    """How much each coach has to do, of what the reader may see; the least busy first."""
    views = {view.id: view for view in reviewable(db, who, tuple(Status))}
    told = _told(db, list(views))
    assigned, waiting = Counter[str](), Counter[str]()
    names: dict[str, str] = _coaches(db, who)
    for name, coaches in told.coaches.items():
        for one in coaches:
            names[one.id] = one.name
            assigned[one.id] += views[name].status in UNDER_REVIEW
            waiting[one.id] += views[name].status == Status.SUBMITTED
    loads = [CoachLoad(PersonRef(n, names[n]), assigned[n], waiting[n]) for n in names]
    return tuple(sorted(loads, key=lambda one: (one.waiting, one.assigned, one.coach.name)))


def reviewable(
    db: Transaction, who: Actor, states: Iterable[Status], *, city: str | None = None
) -> list[AssessmentView]:
    """The assessments in these states that somebody reviews; `NotAllowed` for who reviews none."""
    coached = [one for one in who.memberships if may(who, Action.READ_PRIVATE, city=one)]
    if not coached and not may_in_programme(who, Action.READ_PRIVATE):
        raise NotAllowed(Action.READ_PRIVATE)
    return [
        view
        for view in assessments_in(db, who, states)
        if city in (None, view.city.id) and may(who, Action.READ_PRIVATE, city=view.city.id)
    ]


def sprint_of(name: str | None) -> Sprint | None:
    """A sprint of the library; nothing where it has none of this name any more."""
    try:
        return load_sprint(name) if name is not None else None
    except InputError:
        return None


@dataclass(frozen=True, slots=True)
class _Told:
    """What the tables say of many assessments, by id."""

    last: Mapping[str, AnyRow]
    coaches: Mapping[str, list[PersonRef]]
    due: Mapping[str, date]

    def is_wanted(self, name: str, coach: str | None) -> bool:
        """Whether this coach reviews it, or nobody does."""
        if coach is None:
            return True
        coaches = [one.id for one in self.coaches.get(name, ())]
        return not coaches if coach == NOBODY else coach in coaches


def _told(db: Transaction, names: list[str]) -> _Told:
    newest = (
        select(submission.c.assessment_id, func.max(submission.c.number).label("number"))
        .where(submission.c.assessment_id.in_(names))
        .group_by(submission.c.assessment_id)
        .subquery()
    )
    last = (
        select(
            submission.c.assessment_id,
            submission.c.number,
            submission.c.at,
            submission.c.by,
            person.c.name.label("person"),
        )
        .join(person, person.c.id == submission.c.by)
        .join(
            newest,
            (newest.c.assessment_id == submission.c.assessment_id)
            & (newest.c.number == submission.c.number),
        )
    )
    reviewers = (
        select(assignment.c.assessment_id, person.c.id, person.c.name)
        .join(person, person.c.id == assignment.c.person_id)
        .where(assignment.c.assessment_id.in_(names))
        .order_by(assignment.c.at)
    )
    coaches: dict[str, list[PersonRef]] = {}
    for row in db.sql.execute(reviewers):
        coaches.setdefault(row.assessment_id, []).append(PersonRef(row.id, row.name))
    asked = (
        select(change_request.c.assessment_id, change_request.c.due)
        .where(change_request.c.assessment_id.in_(names))
        .order_by(change_request.c.number)
    )
    return _Told(
        last={row.assessment_id: row for row in db.sql.execute(last)},
        coaches=coaches,
        due={row.assessment_id: date.fromisoformat(row.due) for row in db.sql.execute(asked)},
    )


def _item(
    db: Transaction, who: Actor, view: AssessmentView, told: _Told, *, blind: bool
) -> QueueItem:
    """One of them; to a second reader it is as if nobody had decided or asked for anything."""
    last = told.last[view.id]
    lenses = _lenses.get((view.id, last.number, last.at), lambda: _read(db, view.id, last.number))
    key = (view.id, last.number, last.at, view.rubric.digest, view.version, view.changed_at, blind)
    decided, waiting = _counts.get(key, lambda: _count(db, who, view.id))
    claimed, evidenced = lenses.claimed.points, lenses.evidenced.points
    open_request = view.status == Status.CHANGES_REQUESTED and not blind
    return QueueItem(
        assessment=view,
        submission=last.number,
        submitted_at=last.at,
        submitted_by=PersonRef(last.by, last.person),
        waiting_days=max((db.now - last.at).days, 0),  # clocks of two machines may differ
        claimed=claimed.guaranteed,
        evidenced=evidenced.guaranteed,
        total=lenses.claimed.total,
        risk=claimed.guaranteed - evidenced.guaranteed,
        decided=decided,
        to_decide=waiting,
        coaches=tuple(told.coaches.get(view.id, ())),
        due=told.due.get(view.id) if open_request else None,
        session=next_session(view, db.now.date()),
    )


def next_session(view: AssessmentView, on: date) -> Session | None:
    """The next session of an assessment's sprint and cohort, from a day on."""
    sprint = sprint_of(view.sprint)
    if sprint is None:
        return None
    cohort = view.cohort if view.cohort in sprint.cohorts else next(iter(sprint.cohorts))
    for session in sprint.sessions:
        if session.dates[cohort] >= on:
            return Session(session.number, session.kinds, session.dates[cohort])
    return None


def _read(db: Transaction, name: str, number: int) -> Lenses:
    this = (submission.c.assessment_id == name) & (submission.c.number == number)
    text = db.sql.execute(select(submission.c.result).where(this)).scalar_one()
    return msgspec.json.decode(text, type=_Scores).lenses


def _count(db: Transaction, who: Actor, name: str) -> tuple[int, int]:
    lines = lines_of(look(db, who, name, blind=True))
    decided = sum(line.state is LineState.DECIDED for line in lines)
    return decided, sum(waits(line) for line in lines)


def _coaches(db: Transaction, who: Actor) -> dict[str, str]:
    """The names of all coaches of the programme, and of the reader's cities."""
    query = (
        select(person.c.id, person.c.name, membership.c.scope)
        .join(membership, membership.c.person_id == person.c.id)
        .where(membership.c.role == Role.COACH)
    )
    return {
        row.id: row.name
        for row in db.sql.execute(query)
        if may(who, Action.READ_PRIVATE, city=row.scope) or row.scope in who.memberships
    }


def _rank(item: QueueItem, order: Order) -> tuple[object, ...]:
    city, age = item.assessment.city.name.casefold(), item.submitted_at
    match order:
        case Order.RISK:
            return (-item.risk, age, city)
        case Order.AGE:
            return (age, city)
        case Order.CITY:
            return (city, age)
        case Order.COHORT:
            return (item.assessment.sprint or "", item.assessment.cohort or "", city, age)
        case _:
            assert_never(order)
