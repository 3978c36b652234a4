"""What checks find, place by place: the number of an outcome, and once what each outcome means.

A check finds one of a few things. So its step is a column of small numbers beside a short table of
states and reasons; steps are combined place by place with a multiplication and an addition, and
the algebra of `states.py` is asked once for each combination of outcomes, not once a place.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assessment import logic
from assessment.batch.states import (
    BIT,
    NONE,
    Flags,
    Index,
    Masks,
    States,
    at_least,
    counted,
    join_by,
    settled,
)
from assessment.codes import Code
from assessment.logic import MET

Chosen = npt.NDArray[np.unsignedinteger]
"""Which outcome every place has."""

MANY = 4_096
"""From so many combinations on, only those that occur are kept."""

TOO_MANY = 2**20
"""Counting is faster than sorting, but takes the memory of all numbers: rows may be odd."""

SIGNS = 12
"""So many signs are gathered at once: every set of them is a number of a small table."""


class Step(NamedTuple):
    """The outcome of a check in every place; the state of each outcome, and why it does not hold.

    Reasons are the codes that say why it does not hold (yet), a bit each.
    """

    chosen: Chosen
    states: States
    reasons: Masks

    @property
    def choice(self) -> "Choice":
        """The outcomes as numbers alone."""
        return Choice(self.chosen, len(self.states))

    def everywhere(self) -> States:
        """The state in every place."""
        return self.states.take(self.chosen)


class Choice(NamedTuple):
    """One of `many` numbers in every place."""

    chosen: Chosen
    many: int


class Outcomes:
    """What a check can find, each with its state and code, chosen place by place by its number."""

    def __init__(self, *found: tuple[int, Code]) -> None:
        self.states = np.array([state for state, _ in found], np.uint8)
        holds = settled(self.states).tolist()
        bits = [NONE if h else BIT[code] for h, (_, code) in zip(holds, found, strict=True)]
        self.reasons = np.array(bits, np.uint64)

    def step(self, chosen: Chosen) -> Step:
        """The step in which every place finds the outcome of this number."""
        return Step(chosen, self.states, self.reasons)

    def instead(self, chosen: Chosen, step: Step) -> Step:
        """The step where 0 is chosen; elsewhere the outcome of this number, counted from 1."""
        both, (own, other) = combine(Choice(chosen, len(self.states) + 1), step.choice)
        states, reasons = step.states.take(other), step.reasons.take(other)
        is_own = own > 0
        return Step(
            both,
            np.where(is_own, self.states.take(own - 1), states),
            np.where(is_own, self.reasons.take(own - 1), reasons),
        )


def choose(size: int, *rules: tuple[Flags, int]) -> Chosen:
    """For every place the number of the first rule that holds; 0 where none does."""
    chosen = np.zeros(size, np.uint8)
    for holds, number in reversed(rules):  # arithmetic is six times as fast as a mask
        chosen = chosen * ~holds + holds * np.uint8(number)
    return chosen


def where_open(step: Step) -> Step:
    """The step, with reasons only where it does not hold."""
    return step._replace(reasons=np.where(settled(step.states), NONE, step.reasons))


# --- several steps in the same places -------------------------------------------------------------


def combine(*choices: Choice) -> tuple[Chosen, list[Index]]:
    """The combination in every place, and for each combination its number in every choice."""
    chosen, many = choices[0]
    parts: list[Index] = [np.arange(many)]
    for other in choices[1:]:
        wide = np.min_scalar_type(max(many, 1) * other.many)
        chosen = chosen.astype(wide) * other.many + other.chosen
        many *= other.many
        if many > MANY:
            chosen, kept = occurring(Choice(chosen, many))
            own, others = np.divmod(kept, other.many)
        else:
            own, others = _grid(many, other.many)
        many = len(own)
        parts = [*(part.take(own) for part in parts), others]
    return chosen, parts


@lru_cache(maxsize=512)
def _grid(many: int, size: int) -> tuple[Index, Index]:
    """The row and the column of each number in a grid; the same few small ones come up again."""
    return np.divmod(np.arange(many), size)


def occurring(choice: Choice) -> tuple[Chosen, Index]:
    """The same choice among those numbers alone that occur, and which ones these are."""
    if choice.many > TOO_MANY:
        some, numbered = np.unique(choice.chosen, return_inverse=True)
        return numbered.astype(np.min_scalar_type(len(some))), some.astype(np.int64)
    kept = np.flatnonzero(np.bincount(choice.chosen, minlength=choice.many))
    numbers = np.zeros(choice.many, np.min_scalar_type(len(kept)))
    numbers[kept] = np.arange(len(kept))
    return numbers.take(choice.chosen), kept


def all_of(size: int, steps: Sequence[Step]) -> Step:
    """All of these in every place, with the reasons of all; nothing to hold is met."""
    if not steps:
        return Step(np.zeros(size, np.uint8), np.array([MET], np.uint8), np.array([NONE]))
    return group(len(steps), steps)


def group(n: int, steps: Sequence[Step]) -> Step:
    """At least n of these in every place, with the reasons of all."""
    chosen, parts = combine(*(step.choice for step in steps))
    states = [step.states.take(part) for step, part in zip(steps, parts, strict=True)]
    reasons = [step.reasons.take(part) for step, part in zip(steps, parts, strict=True)]
    return Step(chosen, at_least(n, states), np.bitwise_or.reduce(reasons))


# --- stretches of places --------------------------------------------------------------------------


def gather(chosen: Chosen, tables: Sequence[Masks], offsets: Index) -> tuple[Chosen, list[Masks]]:
    """What stands anywhere in each stretch between two offsets, of several masks an outcome.

    Returns, like a step, a number for each stretch and what the masks of each number are.
    """
    signs = [(i, bit) for i, masks in enumerate(tables) for bit in _bits_of(masks)]
    choices, meaning = [], []
    for first in range(0, max(1, len(signs)), SIGNS):
        some = signs[first : first + SIGNS]
        packed = np.zeros(len(tables[0]), np.uint16)
        for number, (i, bit) in enumerate(some):
            packed |= ((tables[i] & bit) != 0) * np.uint16(1 << number)
        sets = Choice(join_by(packed.take(chosen), offsets), 1 << len(some))
        numbers, kept = occurring(sets)
        choices.append(Choice(numbers, len(kept)))
        meaning.append(_unpacked(kept, some, len(tables)))
    found, parts = combine(*choices)
    joined = [
        np.bitwise_or.reduce([m[i].take(part) for m, part in zip(meaning, parts, strict=True)])
        for i in range(len(tables))
    ]
    return found, joined


def _bits_of(masks: Masks) -> list[np.uint64]:
    there = int(np.bitwise_or.reduce(masks))
    return [np.uint64(1 << i) for i in range(there.bit_length()) if there >> i & 1]


def _unpacked(kept: Index, signs: Sequence[tuple[int, np.uint64]], tables: int) -> list[Masks]:
    masks = [np.zeros(len(kept), np.uint64) for _ in range(tables)]
    for number, (i, bit) in enumerate(signs):
        masks[i] |= np.where(kept >> number & 1, bit, NONE)
    return masks


def kinds_of(states: States) -> Masks:
    """A bit for each state, so that sets of states can be gathered."""
    found: Masks = np.uint64(1) << states.astype(np.uint64)
    return found


def at_least_one(kinds: Masks) -> States:
    """The state of "one of these exists", by which states there are."""
    return np.array([logic.counted(1, _states_in(k)) for k in kinds.tolist()], np.uint8)


def every_one(kinds: Masks) -> States:
    """The state of "each of these", by which states there are: how often does not matter."""
    sets = [_states_in(k) for k in kinds.tolist()]
    return np.array([logic.at_least(len(states), states) for states in sets], np.uint8)


def _states_in(kinds: int) -> tuple[int, ...]:
    return tuple(state for state in range(16) if kinds >> state & 1)


def count(n: int, step: Step, offsets: Index) -> Step:
    """At least n places of each stretch, with the reasons of all where that does not hold."""
    chosen, (kinds, reasons) = gather(step.chosen, [kinds_of(step.states), step.reasons], offsets)
    if n == 1:
        return where_open(Step(chosen, at_least_one(kinds), reasons))
    states = counted(n, step.everywhere(), offsets)
    both, (state, why) = combine(Choice(states, 16), Choice(chosen, len(kinds)))
    return where_open(Step(both, state.astype(np.uint8), reasons.take(why)))
