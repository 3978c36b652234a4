"""What a check may look at, and what it gives back: the ground that all checks share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from assessment.codes import Code
from assessment.logic import at_least, verdict
from assessment.results import Param, Trace
from assessment.submission import Evidence, Facts


class Sight(msgspec.Struct, frozen=True, gc=False):
    """Everything in view of a check.

    `answers` maps question ids to validated values; `evidence` is what was handed in for the
    requirement (`None`: nothing was handed in at all yet). Inside a table `row` is the row at hand;
    inside an evidence check `entry` and `facts` are the piece at hand; in a pass rule `states` maps
    requirement ids to their state in the lens that is judged.
    """

    on: date
    answers: Mapping[str, object] = {}
    evidence: Sequence[Evidence] | None = None
    row: Mapping[str, object] | None = None
    row_name: str = ""
    entry: Evidence | None = None
    facts: Facts | None = None
    states: Mapping[str, int] = {}


Step = tuple[int, Trace]
"""A state (see `logic`) and the trace that explains it."""

Judge = Callable[[Sight], Step]
"""A check made ready for judging."""


def step(  # noqa: PLR0917 (a trace has these parts, and is made a hundred times a submission)
    kind: str,
    state: int,
    code: Code,
    params: Mapping[str, Param],
    looked_at: str,
    at: str,
    children: tuple[Trace, ...] = (),
) -> Step:
    """A state with its trace."""
    return state, Trace(kind, verdict(state), code, params, looked_at, at, children)


def all_hold(judges: Sequence[Judge], sight: Sight) -> tuple[int, tuple[Trace, ...]]:
    """The state of "all of these", with their traces; nothing to hold is met."""
    if not judges:
        return 1, ()
    steps = [judge(sight) for judge in judges]
    state = at_least(len(steps), [state for state, _ in steps])
    return state, tuple(trace for _, trace in steps)


def counted(n: int, states: Sequence[int]) -> int:
    """The state of "at least n of these exist": entries that may not be are none (no n/a here)."""
    may = sum(1 for state in states if state & 1)
    sure = sum(1 for state in states if state & 7 == 1)
    bits = (1 if may >= n else 0) | (2 if sure < n else 0)
    unsure = [state for state in states if state & 7 == 3]
    review = bits == 3 and bool(unsure) and all(state & 8 for state in unsure)
    return bits | 8 if review else bits
