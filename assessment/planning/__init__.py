"""From findings to what to do next: the cheapest way to a target, proven, and what else there is.

`situation` says where a city stands, `candidates` what could be done, `circuit` when each criterion
would be met, `optimum` what is cheapest (by `program` and `solver`), `afterwards` checks it by the
engine's own rules, `telling` makes actions of it. `team` and `calendar` say who has time when,
`schedule` places actions in weeks, `sprinting` on the sessions; `planner` puts these together.
"""

from assessment.planning.calendar import Calendar, UnknownCohortError, calendar_of
from assessment.planning.candidates import DECLARED
from assessment.planning.planner import Agenda, agenda, next_actions, plan
from assessment.planning.problem import NO_WISHES, Wishes
from assessment.planning.target import UnknownTargetError
from assessment.planning.team import Person, Team

__all__ = [
    "DECLARED",
    "NO_WISHES",
    "Agenda",
    "Calendar",
    "Person",
    "Team",
    "UnknownCohortError",
    "UnknownTargetError",
    "Wishes",
    "agenda",
    "calendar_of",
    "next_actions",
    "plan",
]
