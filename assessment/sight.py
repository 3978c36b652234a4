"""What a check may look at, and what it gives back: the ground that all checks share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec

from assessment.codes import Code
from assessment.facts import Facts
from assessment.logic import MET, WORDS, at_least
from assessment.results import Param, Trace
from assessment.submission import Evidence


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A piece of evidence: what was said of it, what was seen of it, and which marks it shows.

    `marks` are those that the team points out, and those that the collector itself saw. `told` is
    what every reason about it tells: its title.
    """

    entry: Evidence
    facts: Facts
    marks: frozenset[str]
    told: Mapping[str, Param]


_NOT_CHECKED = Facts(status="not_checked")
_NO_PIECE = Piece(Evidence(id="none", kind="", title=""), _NOT_CHECKED, frozenset(), {})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sight(msgspec.Struct, frozen=True, gc=False):
    """Everything in view of a check.

    `answers` maps question ids to validated values; `evidence` is what was handed in for the
    requirement, each piece in a sight of its own (`None`: nothing was handed in at all yet). Inside
    a table `row` is the row at hand; inside an evidence check `piece` is the piece at hand; in a
    pass rule `states` maps requirement ids to their state in the lens that is judged.
    """

    on: date
    answers: Mapping[str, object] = _NOTHING
    evidence: Sequence["Sight"] | None = None
    row: Mapping[str, object] | None = None
    row_name: str = ""
    piece: Piece = _NO_PIECE
    states: Mapping[str, int] = _NOTHING


def sight_of(entry: Evidence, answers: Mapping[str, object], on: date) -> Sight:
    """A piece of evidence in view; a mark is shown where a collector saw it, or the team says."""
    facts = entry.facts if entry.facts is not None else _NOT_CHECKED
    told = [mark for mark, place in entry.shows.items() if place.strip()]
    marks = frozenset([*told, *facts.marks] if facts.marks else told)
    return Sight(on, answers, piece=Piece(entry, facts, marks, {"title": entry.title}))


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
    return state, Trace(kind, WORDS[state], code, params, looked_at, at, children)


def all_hold(judges: Sequence[Judge], sight: Sight) -> tuple[int, tuple[Trace, ...]]:
    """The state of "all of these", with their traces; nothing to hold is met."""
    if not judges:
        return MET, ()
    states: list[int] = []
    traces: list[Trace] = []
    for judge in judges:  # a plain loop is twice as fast as anything shorter
        state, trace = judge(sight)
        states.append(state)
        traces.append(trace)
    return at_least(len(states), tuple(states)), tuple(traces)
