"""The algebra of `assessment/logic.py` over columns: a state a row, in the bits of one byte.

The formulas are those of `logic.py`, counted over whole columns at once. Beside the states run the
reasons: one bit for each code that can keep something from being met.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from assessment.codes import Code
from assessment.logic import MET, NA, OPEN, REVIEW, UNMET, UNSEEN

Flags = npt.NDArray[np.bool_]
States = npt.NDArray[np.uint8]
Masks = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
"""Places in a column, counts, offsets, days as ordinals."""

_VERDICTS = MET | UNMET | NA
# --- reasons --------------------------------------------------------------------------------------

_HOLDS = frozenset(
    {
        *(Code.ANSWER_IS, Code.CHOICE_ACCEPTED, Code.CHOICES_ENOUGH, Code.NUMBER_IN_BOUNDS),
        *(Code.DATE_IN_WINDOW, Code.RATIO_ENOUGH, Code.SPAN_ENOUGH, Code.FIELDS_FILLED),
        *(Code.ROWS_ENOUGH, Code.ROWS_ALL_PASS, Code.COLUMN_COVERED, Code.COLUMN_DISTINCT),
        *(Code.EVIDENCE_ENOUGH, Code.EVIDENCE_TOO_WEAK, Code.EVIDENCE_OPEN, Code.EVIDENCE_PROVES),
        *(Code.EVIDENCE_FAILS, Code.EVIDENCE_UNCLEAR, Code.DOCUMENT_FRESH, Code.DATASET_FRESH),
        *(Code.FORMAT_ACCEPTED, Code.LICENCE_ACCEPTED, Code.STAGE_FILLED, Code.PROCESSES_COMPLETE),
        *(Code.GROUPS_ENOUGH, Code.JOIN_ENOUGH, Code.COVERAGE_ENOUGH, Code.MARK_SHOWN),
        *(Code.MARK_SEEN, Code.POLICY_NAMED),
    }
)
"""The codes of what holds, and of wrappers whose leaves tell more."""

_OF_RULES = ("group.", "routes.", "requirement.", "not_applicable.", "prerequisite.")
_OF_OTHERS = ("decision.", "declared.", "eligibility.")

WHY_NOT: tuple[Code, ...] = tuple(
    code for code in Code if code not in _HOLDS and not code.startswith((*_OF_RULES, *_OF_OTHERS))
)
"""The codes that can be a reason of a check or a proof, by the number of their bit."""

BIT: dict[Code, np.uint64] = {code: np.uint64(1 << i) for i, code in enumerate(WHY_NOT)}
NOTHING_HANDED_IN = BIT[Code.EVIDENCE_MISSING] | BIT[Code.EVIDENCE_NOT_HANDED_IN]
NONE = np.uint64(0)


def settled(states: States) -> Flags:
    """Where nothing keeps it from being met: it is, or it does not apply."""
    bits = states & np.uint8(_VERDICTS)
    found: Flags = (bits == MET) | (bits == NA)
    return found


# --- groups ---------------------------------------------------------------------------------------


Tally = npt.NDArray[np.signedinteger]


class Counts(NamedTuple):
    """How many children can be met, can be unmet, surely are, are open, and were not looked at."""

    can_met: Tally
    can_unmet: Tally
    met: Tally
    unmet: Tally
    open: Tally
    unanswered: Tally
    all_na: Flags


def at_least(n: int, children: Sequence[States]) -> States:
    """The state of "at least n of these" in every row; see `logic.at_least`."""
    if len(children) == 1:
        return children[0]
    if n in {1, len(children)}:
        return _any_or_all(children, every=n > 1)
    counts = [np.zeros(len(children[0]), np.int16) for _ in range(6)]
    all_na = np.ones(len(children[0]), np.bool_)
    for child in children:
        for count, flags in zip(counts, _flags(child), strict=True):
            np.add(count, flags, out=count)
        all_na &= (child & NA) > 0
    return grouped(n, Counts(*_six(counts), all_na))


def _any_or_all(children: Sequence[States], *, every: bool) -> States:
    """The same for "all" and "any", where nothing need be counted.

    All can be met while none surely is unmet; any can be unmet while none surely is met.
    """
    decisive = np.uint8(UNMET if every else MET)
    some, all_of = children[0].copy(), children[0].copy()
    decided = (children[0] & _BITS) == decisive
    unanswered = _is_unanswered(children[0])
    for child in children[1:]:
        some |= child
        all_of &= child
        decided |= (child & _BITS) == decisive
        unanswered |= _is_unanswered(child)
    other = np.uint8(MET if every else UNMET)
    bits: States = (some & decisive) | (some & other) * ~decided | (all_of & np.uint8(NA))
    return _marked(bits, (some >= REVIEW) & ~unanswered)


_BITS = np.uint8(_VERDICTS)


def _is_unanswered(states: States) -> Flags:
    """Where several verdicts are possible and nobody looked."""
    found: Flags = (states > UNMET) & (states != NA) & (states < REVIEW)
    return found


def _six(of: Sequence[Tally]) -> tuple[Tally, Tally, Tally, Tally, Tally, Tally]:
    can_met, can_unmet, met, unmet, is_open, unanswered = of
    return can_met, can_unmet, met, unmet, is_open, unanswered


def _flags(states: States) -> tuple[Flags, ...]:
    bits = states & np.uint8(_VERDICTS)
    is_open = _is_open(states)
    return (
        (bits & MET) > 0,
        (bits & UNMET) > 0,
        bits == MET,
        bits == UNMET,
        is_open,
        is_open & (states < REVIEW),
    )


def _is_open(states: States) -> Flags:
    """Where several verdicts are possible; comparing is faster here than looking it up."""
    bits = states & np.uint8(_VERDICTS)
    found: Flags = bits & (bits - np.uint8(1)) != 0
    return found


def grouped(n: int | Index, counts: Counts) -> States:
    """The state of "at least n of these", from how many of them are what."""
    can_met = (counts.can_met > 0) & ((counts.can_met >= n) | (counts.unmet == 0))
    can_unmet = (counts.can_unmet > 0) & (counts.met < n)
    bits = _bits(can_met, can_unmet) | counts.all_na * np.uint8(NA)
    return _marked(bits, (counts.open > 0) & (counts.unanswered == 0))


def _bits(can_met: Flags, can_unmet: Flags) -> States:
    found: States = can_met * np.uint8(MET) | can_unmet * np.uint8(UNMET)
    return found


def counted(n: int, states: States, offsets: Index) -> States:
    """The state of "at least n of these exist" for each stretch; see `logic.counted`."""
    sure, unanswered, unseen = (count_by(states == s, offsets) for s in (MET, OPEN, UNSEEN))
    can_met, can_unmet = sure + unanswered + unseen >= n, sure < n
    return _marked(_bits(can_met, can_unmet), (unseen > 0) & (unanswered == 0))


def gate(own: States, *, not_applicable: States | None, prerequisites: Iterable[States]) -> States:
    """States behind their condition for n/a and their prerequisites; see `logic.gate`."""
    result: States = own & np.uint8(_VERDICTS)
    opens = [own]
    if not_applicable is not None:
        applies = np.where((not_applicable & UNMET) > 0, result, 0)
        result = (applies | (not_applicable & MET) << 2).astype(np.uint8)
        opens.append(not_applicable)
    blocked = np.zeros(len(own), np.bool_)
    maybe = np.zeros(len(own), np.bool_)
    for state in prerequisites:
        blocked |= (state & (MET | NA)) == 0
        maybe |= (state & UNMET) > 0
        opens.append(state)
    can_met = (result & MET) > 0
    can_unmet = ((result & UNMET) > 0) | (can_met & maybe)
    bits: States = _bits(can_met & ~blocked, can_unmet) | (result & np.uint8(NA))
    some = np.zeros(len(own), np.bool_)
    looked_at = np.ones(len(own), np.bool_)
    for state in opens:
        is_open = _is_open(state)
        some |= is_open
        looked_at &= ~is_open | (state >= REVIEW)
    return _marked(bits, some & looked_at)


def _marked(bits: States, review: Flags) -> States:
    """The states with REVIEW where they are open and everything open in them was looked at."""
    marked: States = bits | (review & _is_open(bits)) * np.uint8(REVIEW)
    return marked


# --- stretches of rows ----------------------------------------------------------------------------


def count_by(flags: Flags, offsets: Index) -> Index:
    """How many flags are set in each stretch between two offsets."""
    sums = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=sums[1:])
    found: Index = np.diff(sums.take(offsets))
    return found


Bits = TypeVar("Bits", npt.NDArray[np.uint16], Masks)


def join_by(masks: Bits, offsets: Index) -> Bits:
    """The bits that are set anywhere in each stretch between two offsets."""
    joined = np.zeros(len(offsets) - 1, masks.dtype)
    some = offsets[1:] > offsets[:-1]
    # An empty stretch would repeat the value at its offset, so only the others are asked for.
    starts = offsets[:-1].compress(some)
    alone = len(starts) == len(masks)
    joined[some] = masks if alone else np.bitwise_or.reduceat(masks, starts)
    return joined
