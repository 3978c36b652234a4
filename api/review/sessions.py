"""The sessions of the sprints that are still to come, and what each city should bring to the next.

A city brings what its coach asks for first; then the actions that its plan puts to that session.
"""

from datetime import date

from api.accounts.actor import Actor
from api.db.session import Transaction
from api.review.queue import reviewable, sprint_of
from api.review.requesting import read_request
from api.review.views import Brings, SessionAhead
from api.workspace.advising import scored
from api.workspace.blindness import blind_to
from api.workspace.memory import Memory
from api.workspace.views import AssessmentView, Status

MOST_AHEAD = 3
"""Sessions of a cohort that are told: of those further off a plan says little."""

MOST_TO_BRING = 4
"""Actions that a session has time for."""

_plans: Memory[dict[int, tuple[str, ...]]] = Memory(512)


def sessions_ahead(
    db: Transaction, who: Actor, *, on: date, cohort: str | None = None
) -> tuple[SessionAhead, ...]:
    """The next sessions of every cohort that somebody coaches, the nearest first."""
    blind = blind_to(db, who)
    by_cohort: dict[tuple[str, str], list[AssessmentView]] = {}
    for view in reviewable(db, who, tuple(Status)):
        sprint = sprint_of(view.sprint)
        if sprint is not None:
            own = view.cohort if view.cohort in sprint.cohorts else next(iter(sprint.cohorts))
            if cohort in (None, own):
                by_cohort.setdefault((sprint.id, str(own)), []).append(view)
    found: list[SessionAhead] = []
    for (name, own), views in by_cohort.items():
        sprint = sprint_of(name)
        coming = [] if sprint is None else [s for s in sprint.sessions if s.dates[own] >= on]
        for session in coming[:MOST_AHEAD]:
            cities = tuple(
                _brings(db, who, view, session.number, on)
                if view.id not in blind
                else Brings(view.id, view.city.name, (), ())
                for view in views
            )
            day = session.dates[own]
            found.append(SessionAhead(name, own, session.number, session.kinds, day, cities))
    return tuple(sorted(found, key=lambda one: (one.on, one.sprint, one.cohort)))


def _brings(db: Transaction, who: Actor, view: AssessmentView, number: int, on: date) -> Brings:
    request = read_request(db, who, view.id)
    asked = tuple(request.asks) if request is not None else ()
    key = (view.id, view.version, view.changed_at, view.rubric.digest, on)
    planned = _plans.get(key, lambda: _planned(db, who, view.id, on)).get(number, ())
    return Brings(view.id, view.city.name, asked, tuple(n for n in planned if n not in asked))


def _planned(db: Transaction, who: Actor, name: str, on: date) -> dict[int, tuple[str, ...]]:
    """For each session what the plan brings to it; else what is under way, or what comes first."""
    told = scored(db, who, name, on=on)
    if told.schedule is None:
        return {}
    first = tuple(action.requirement for action in told.assessment.actions)
    found: dict[int, tuple[str, ...]] = {}
    for one in told.schedule.sessions:
        under_way = tuple(
            slot.requirement for slot in told.schedule.slots if slot.starts <= one.on <= slot.ends
        )
        found[one.number] = (one.actions or under_way or first)[:MOST_TO_BRING]
    return found
