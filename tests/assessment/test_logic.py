"""Groups, gates and counts give exactly the verdicts that remain possible: held to brute force."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from assessment.logic import (
    MET,
    NA,
    OPEN,
    REVIEW,
    UNMET,
    UNSEEN,
    at_least,
    counted,
    gate,
    state_of,
    verdict,
)
from assessment.results import Verdict

STATES = [1, 2, 3, 4, 5, 6, 7]
"""Every non-empty set of verdicts."""

MARKED = [*STATES, *(state | REVIEW for state in STATES if state & (state - 1))]
"""The same, with open ones also as looked at and not seen."""


def completions(states: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way in which these open states can turn out."""
    return product(*[[bit for bit in (MET, UNMET, NA) if state & bit] for state in states])


def group_of_known(n: int, known: Sequence[int]) -> int:
    """The definition: n/a children leave the group, then min(n, rest) are asked for."""
    rest = [state for state in known if state != NA]
    if not rest:
        return NA
    return MET if rest.count(MET) >= min(n, len(rest)) else UNMET


def gate_of_known(own: int, condition: int, prerequisites: Sequence[int]) -> int:
    """The definition: first what does not apply, then what must be met first."""
    if condition == MET:
        return NA
    if own == MET and UNMET in prerequisites:
        return UNMET
    return own


def mark_of(result: int, states: Sequence[int]) -> int:
    """The definition of REVIEW: the result is open, and so was looked at all that is open."""
    opens = [state for state in states if state & 7 & ((state & 7) - 1)]
    if result & (result - 1) and opens and all(state & REVIEW for state in opens):
        return result | REVIEW
    return result


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_group_says_exactly_what_is_possible(size):
    for states in product(STATES, repeat=size):
        for n in range(1, size + 2):
            possible = 0
            for known in completions(states):
                possible |= group_of_known(n, known)

            assert at_least(n, states) == possible, (n, states)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_group_asks_for_a_person_when_everything_open_was_looked_at(size):
    for states in product(MARKED, repeat=size):
        for n in range(1, size + 1):
            bare = at_least(n, tuple(state & 7 for state in states))

            assert at_least(n, states) == mark_of(bare, states), (n, states)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_gate_says_exactly_what_is_possible(before):
    for own, condition in product(STATES, (MET, UNMET, OPEN)):
        for prerequisites in product(STATES, repeat=before):
            possible = 0
            for known in completions((own, condition, *prerequisites)):
                possible |= gate_of_known(known[0], known[1], known[2:])

            found = gate(own, not_applicable=condition, prerequisites=prerequisites)
            assert found == possible, (own, condition, prerequisites)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_gate_asks_for_a_person_when_everything_open_was_looked_at(before):
    for own, condition in product(MARKED, (MET, UNMET, OPEN, UNSEEN)):
        for prerequisites in product(MARKED, repeat=before):
            states = (own, condition, *prerequisites)
            bare = gate(own & 7, not_applicable=condition & 7, prerequisites=prerequisites)

            found = gate(own, not_applicable=condition, prerequisites=prerequisites)
            assert found == mark_of(bare & 7, states), states


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5])
def test_count_says_exactly_what_is_possible(size):
    for states in product((MET, UNMET, OPEN), repeat=size):
        for n in range(1, size + 2):
            possible = 0
            for known in completions(states):
                possible |= state_of(met=known.count(MET) >= n)

            assert counted(n, states) == possible, (n, states)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_count_asks_for_a_person_when_everything_open_was_looked_at(size):
    for states in product((MET, UNMET, OPEN, UNSEEN), repeat=size):
        for n in range(1, size + 1):
            bare = counted(n, tuple(state & 7 for state in states))

            assert counted(n, states) == mark_of(bare, states), (n, states)


def test_order_of_children_is_irrelevant():
    for states in product(MARKED, repeat=3):
        for n in (1, 2, 3):
            assert at_least(n, states) == at_least(n, tuple(sorted(states)))
            assert counted(n, states) == counted(n, tuple(sorted(states)))


def test_better_child_never_makes_a_group_worse():
    rank = {UNMET: 0, OPEN: 1, UNSEEN: 1, MET: 2}
    for states in product(rank, repeat=3):
        for better in (state for state in rank if rank[state] >= rank[states[0]]):
            for n in (1, 2, 3):
                before = rank[at_least(n, states)]
                after = rank[at_least(n, (better, *states[1:]))]

                assert after >= before, (n, states, better)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_met_group_always_rests_on_a_met_child(size):
    for states in product((MET, UNMET, NA), repeat=size):
        for n in range(1, size + 1):
            if at_least(n, states) == MET:
                assert MET in states


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_child_that_does_not_apply_never_helps_more_than_a_met_one(size):
    rank = {UNMET: 0, NA: 0, MET: 1}
    for states in product((MET, UNMET, NA), repeat=size):
        for n in range(1, size + 1):
            without = rank[at_least(n, (NA, *states[1:]))]

            assert without <= rank[at_least(n, (MET, *states[1:]))], (n, states)


def test_group_without_anything_that_applies_does_not_apply():
    assert at_least(1, (NA, NA)) == NA
    assert at_least(2, (NA, NA)) == NA


def test_prerequisite_that_does_not_apply_blocks_nothing():
    assert gate(MET, prerequisites=[NA]) == MET


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (MET, Verdict.MET),
        (UNMET, Verdict.NOT_MET),
        (NA, Verdict.NOT_APPLICABLE),
        (OPEN, Verdict.UNANSWERED),
        (UNSEEN, Verdict.NEEDS_REVIEW),
        (OPEN | NA, Verdict.UNANSWERED),
        (UNMET | NA | REVIEW, Verdict.NEEDS_REVIEW),
    ],
)
def test_every_state_has_its_word(state, word):
    assert verdict(state) is word
