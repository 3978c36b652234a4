"""From findings to what to do next: the cheapest way to a target, proven, and what else there is.

`situation` says where a city stands, `candidates` what could be done, `circuit` when each criterion
would be met, `optimum` what is cheapest (by `program` and `solver`), `afterwards` checks it by the
engine's own rules, `telling` makes actions of it, `planner` puts these together.
"""

from assessment.planning.planner import next_actions, plan
from assessment.planning.problem import NO_WISHES, Wishes
from assessment.planning.target import UnknownTargetError

__all__ = ["NO_WISHES", "UnknownTargetError", "Wishes", "next_actions", "plan"]
