"""What a plan says: the actions, what they cost, what is proven of them, what else could be done.

These structs are the public, versioned JSON of `readiness plan --json`.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

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
    `target.points` (at_best, needed), `target.criterion` (criterion), `calendar.time` (weeks),
    `calendar.capacity` (role), `calendar.away` (role, weeks).
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


class ActionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest way from where a city stands to a target, under one lens.

    `actions` is empty where the target is `reached` already, and where it is not `possible`: then
    `obstacles` say what is in the way. `questions` counts the actions that are open questions;
    should all open questions be answered with no, the target takes `at_most_days` (`None`: then it
    is out of reach) and the actions of `otherwise`. Points are guaranteed ones, before and after.
    """

    schema_version: str
    target: str
    lens: Lens
    on: date
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
    obstacles: tuple[Obstacle, ...]
