"""What the engine says once a plan is done: the check on every plan, by the rules themselves.

The plan was found by expressions and a solver. Here the functions judge that judge every
submission, on the states that the actions leave behind.
"""

from collections.abc import Iterable, Mapping

from assessment.decisions import States
from assessment.logic import MET, NA, OPEN, UNMET, UNSEEN, at_least, gate
from assessment.planning.candidates import DECLARED, Candidate, lens_of
from assessment.planning.circuit import LENSES
from assessment.planning.situation import Situation
from assessment.planning.target import Target
from assessment.ready import ReadyCriterion, prepare
from assessment.results import Lens
from assessment.sight import Sight
from rubrics.schema import Rubric


def states_after(
    rubric: Rubric, seen: Situation, lens: Lens, done: Iterable[Candidate]
) -> dict[str, int]:
    """The state of every criterion under a lens when these are done."""
    actions = list(done)
    met = {name for c in actions for name in c.meets if c.about != DECLARED}
    agreed = {c.about for c in actions if c.goal == "confirm"}
    goals = {(c.about, c.goal) for c in actions}
    states: dict[str, int] = {}
    for ready in prepare(rubric).criteria:
        own = ready.own
        if ready.passes is None:
            state = _declared(own.id, seen, lens, goals)
        else:
            state = _assessed(ready, seen, lens, met, agreed)
        if lens is Lens.CONFIRMED:
            state = _decided(own.id, seen, state, again=(own.id, "confirm") in goals)
        if own.prerequisites:
            state = gate(state, prerequisites=[states[code] for code in own.prerequisites])
        states[own.id] = state
    return states


def is_reached(rubric: Rubric, target: Target, states: Mapping[str, int]) -> bool:
    """Whether these states of criteria reach a target."""
    points = sum(c.points for c in rubric.criteria if states[c.id] & 7 == MET)
    return points >= target.points and all(states[c] & 7 in (MET, NA) for c in target.criteria)


def _assessed(
    ready: ReadyCriterion, seen: Situation, lens: Lens, met: set[str], agreed: set[str]
) -> int:
    own_lens = lens_of(seen, ready.own.id, lens)
    states = {
        name: _after(now, own_lens, met=name in met, agreed=name in agreed)
        for name, now in seen.requirements.items()
    }
    assert ready.passes is not None  # noqa: S101 (it is assessed)
    return ready.passes(Sight(seen.on, states=states))[0]


def _after(states: States, lens: Lens, *, met: bool, agreed: bool) -> int:
    """A requirement afterwards: what does not apply stays so, and a coach can only agree to it."""
    state = states[LENSES.index(lens)]
    if lens is Lens.CONFIRMED and states[1] & 7 == NA:
        return NA if agreed else state
    return MET if met and state & 7 != NA else state


def _declared(code: str, seen: Situation, lens: Lens, goals: set[tuple[str, str]]) -> int:
    said = MET if (code, "answer") in goals else seen.declared[code]
    if lens is Lens.CLAIMED or said & 7 == UNMET:
        return said
    proof = MET if (DECLARED, "prove") in goals else seen.proof
    evidenced = at_least(2, (said, proof))
    waits = lens is Lens.CONFIRMED and code not in seen.decisions and evidenced & 7 == MET
    return OPEN if waits and (code, "confirm") not in goals else evidenced


def _decided(code: str, seen: Situation, state: int, *, again: bool) -> int:
    """A coach's word on the criterion itself stands above the rules, till it is asked again."""
    decision = seen.decisions.get(code)
    if decision is None or decision.verdict == "agree" or again:
        return state
    words = {"met": MET, "not_met": UNMET, "needs_proof": UNSEEN, "not_applicable": NA}
    return words[decision.verdict]
