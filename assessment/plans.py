"""What a plan says: the actions, what they cost, what is proven of them, what else could be done.

These structs are the public, versioned JSON of `readiness plan --json`.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from assessment.progress import Change
from assessment.results import Action, Lens, Param

SCHEMA_VERSION = "1"
"""Version of the plan's JSON; it changes when a reader of the old form could go wrong."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How good a plan is: nothing takes less than `bound_days`.

    With `optimal` that is the plan's own effort, and no other way is better.
    """

    optimal: bool
    effort_days: float
    bound_days: float


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a target impossible: a code and its parameters; wording belongs to `reports`.

    `wish.without_role` (role), `wish.without` (requirement), `wish.route` (criterion, route),
    `target.points` (at_best, needed), `target.criterion` (criterion), `calendar.time` (weeks,
    needed), `calendar.capacity` (role), `calendar.away` (role, weeks),
    `calendar.over`.
    """

    code: str
    params: Mapping[str, Param]


class RoleLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What falls to a role: its share of the days of every action that it carries with others."""

    role: str
    days: float


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """One action that by itself turns these criteria; `target`: and reaches the whole target."""

    requirement: str
    goal: str
    effort_days: float
    criteria: tuple[str, ...]
    target: bool


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """Another way to the same target: what it takes, and how it differs from the plan.

    `instead_of` are actions of the plan that it does without, `by` those that it has instead.
    """

    effort_days: float
    proof: Proof
    actions: tuple[Action, ...]
    instead_of: tuple[str, ...]
    by: tuple[str, ...]
    roles: tuple[RoleLoad, ...]


class RouteWay(msgspec.Struct, frozen=True, kw_only=True):
    """What the target takes if a criterion is met by this route; `None`: it cannot be."""

    criterion: str
    route: str
    effort_days: float | None


class WeekLine(msgspec.Struct, frozen=True, kw_only=True):
    """A week of the sprint (or after it): its number, Monday and Friday."""

    number: int
    monday: date
    friday: date


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """When an action runs: from a Monday (or the day of the plan) to a Friday, in these weeks.

    `session` is the number of the session that it is best brought to, if any fits.
    """

    requirement: str
    goal: str
    starts: date
    ends: date
    first_week: int
    last_week: int
    session: int | None


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A session with the actions to bring to it."""

    number: int
    kinds: tuple[str, ...]
    on: date
    actions: tuple[str, ...]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """When a criterion turns to met in this plan, and when it could at the earliest.

    `earliest` is the day if the team worked for this criterion alone.
    """

    criterion: str
    on: date
    in_time: bool
    earliest: date


class RoleWeeks(msgspec.Struct, frozen=True, kw_only=True):
    """A role's days in every week of the schedule: what it has to do and what it can give."""

    role: str
    days: tuple[float, ...]
    capacity: tuple[float, ...]


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A plan on the calendar of a sprint.

    Everything counts on the day of Showtime. Where the plan is not `in_time`, `obstacles` say why,
    and the weeks go on after the sprint; `ends` is `None` where some actions fit into no week of
    the two years after it, and these have no slot. `expiring` are requirements that hold today and
    no longer on that day.
    """

    sprint: str
    cohort: str
    showtime: date
    in_time: bool
    ends: date | None
    weeks: tuple[WeekLine, ...]
    slots: tuple[Slot, ...]
    sessions: tuple[SessionLine, ...]
    turns: tuple[Turn, ...]
    roles: tuple[RoleWeeks, ...]
    expiring: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]


class ActionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest way from where a city stands to a target, under one lens.

    `actions` is empty where the target is `reached` already, and where it is not `possible`: then
    `obstacles` say what is in the way. `questions` counts the actions that are open questions;
    should all open questions be answered with no, the target takes `at_most_days` (`None`: then it
    is out of reach) and the actions of `otherwise`. Points are guaranteed ones, before and after.
    `alternatives` and `routes` are there where other ways were asked for.
    `counts_on` is the day on which everything must hold: `on`, or the sprint's Showtime.
    """

    schema_version: str
    target: str
    lens: Lens
    on: date
    counts_on: date
    reached: bool
    possible: bool
    effort_days: float
    questions: int
    at_most_days: float | None
    proof: Proof | None
    points_before: int
    points_after: int
    points_needed: int
    actions: tuple[Action, ...]
    otherwise: tuple[Action, ...]
    roles: tuple[RoleLoad, ...]
    flips: tuple[Flip, ...]
    alternatives: tuple[Alternative, ...]
    routes: tuple[RouteWay, ...]
    obstacles: tuple[Obstacle, ...]
    schedule: Schedule | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What if: today's plan, the one under other answers or on another day, and what changed."""

    schema_version: str
    today: ActionPlan
    then: ActionPlan
    changes: tuple[Change, ...]
