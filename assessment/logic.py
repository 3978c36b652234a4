"""The algebra of verdicts: the state of anything is the set of verdicts that are still possible.

A state is a set of bits. One verdict bit is a known verdict, several are an open one; `REVIEW`
marks an open state where somebody looked and could not see, so that a person must look. The
formulas are exact for every group and gate (held against brute force in the tests); combined over
shared questions they are sound: guaranteed <= truth <= possible.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from assessment.results import Verdict

MET = 1
UNMET = 2
NA = 4
REVIEW = 8

OPEN = MET | UNMET
"""Nothing is known yet: the team has not answered."""

UNSEEN = OPEN | REVIEW
"""Somebody looked and could not see."""

_VERDICTS = MET | UNMET | NA


WORDS = tuple(
    {MET: Verdict.MET, UNMET: Verdict.NOT_MET, NA: Verdict.NOT_APPLICABLE}.get(
        state & _VERDICTS, Verdict.NEEDS_REVIEW if state & REVIEW else Verdict.UNANSWERED
    )
    for state in range(16)
)
"""The word for every state, by its number."""

STATES = {
    Verdict.MET: MET,
    Verdict.NOT_MET: UNMET,
    Verdict.NOT_APPLICABLE: NA,
    Verdict.UNANSWERED: OPEN,
    Verdict.NEEDS_REVIEW: UNSEEN,
}
"""A state for every word: the one that says no more than the word does."""


def verdict(state: int) -> Verdict:
    """The word for a state."""
    return WORDS[state]


def state_of(*, met: bool) -> int:
    """The state of something that is known."""
    return MET if met else UNMET


def _at_least(n: int, states: tuple[int, ...]) -> int:
    can_met = can_unmet = surely_met = surely_unmet = open_children = unanswered = 0
    all_na = NA
    for state in states:
        bits = state & _VERDICTS
        can_met += bits & MET
        can_unmet += (bits & UNMET) >> 1
        surely_met += bits == MET
        surely_unmet += bits == UNMET
        all_na &= bits
        if bits & (bits - 1):
            open_children += 1
            unanswered += not state & REVIEW
    result = all_na
    if can_met and (can_met >= n or not surely_unmet):
        result |= MET
    if can_unmet and surely_met < n:
        result |= UNMET
    return _marked(result, review=open_children > 0 and unanswered == 0)


def _counted(n: int, states: tuple[int, ...]) -> int:
    sure, unanswered, unseen = (states.count(state) for state in (MET, OPEN, UNSEEN))
    bits = (MET if sure + unanswered + unseen >= n else 0) | (UNMET if sure < n else 0)
    return UNSEEN if bits == OPEN and unseen and not unanswered else bits


Grouping = Callable[[int, tuple[int, ...]], int]

at_least: Grouping = lru_cache(maxsize=1024)(_at_least)
"""The state of "at least n of these".

Children that do not apply leave, then min(n, rest) count; with every child n/a, so is the group.
`all_of` is n = all, `any_of` is n = 1. The same few groups come up again and again, so what was
found is kept.
"""

counted: Grouping = lru_cache(maxsize=1024)(_counted)
"""The state of "at least n of these exist": entries that may not be are none (no n/a here)."""


def gate(own: int, *, not_applicable: int = UNMET, prerequisites: Iterable[int] = ()) -> int:
    """A state behind its condition for n/a and its prerequisites.

    A prerequisite that does not apply does not block.
    """
    result = (own if not_applicable & UNMET else 0) | (NA if not_applicable & MET else 0)
    opens = [state for state in (own, not_applicable) if _is_open(state)]
    blocked = maybe_blocked = False
    for state in prerequisites:
        blocked |= not state & (MET | NA)
        maybe_blocked |= bool(state & UNMET)
        if _is_open(state):
            opens.append(state)
    bits = result & NA
    if result & MET and not blocked:
        bits |= MET
    if result & UNMET or (result & MET and maybe_blocked):
        bits |= UNMET
    return _marked(bits, review=bool(opens) and all(state & REVIEW for state in opens))


def _is_open(state: int) -> bool:
    bits = state & _VERDICTS
    return bool(bits & (bits - 1))


def _marked(bits: int, *, review: bool) -> int:
    """The state with REVIEW where it is open and everything open in it was looked at."""
    return bits | REVIEW if review and bits & (bits - 1) else bits
