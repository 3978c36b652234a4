"""Hands what was seen in one part of a file to the process that puts all parts together.

It is handed over as bytes that must be what the types below say: never as a pickle, for whoever
says it has read a stranger's file. What is put together is what one process would have seen alone:
counts are whole numbers, releases are numbered through, and where two are of one process, what was
counted is dropped, as it always is, for a second pass over the releases.
"""

import heapq
from array import array
from collections import Counter
from datetime import date
from typing import Literal

import msgspec

from api.evidence.figures.counts import Counts
from api.evidence.ocds.counting import Sum, Tally
from api.evidence.ocds.gathering import TooManyValuesError
from api.evidence.ocds.noting import Dataset, look_at_waiting
from api.evidence.ocds.structure import MAX_CHECKED


class Counted(msgspec.Struct, frozen=True):
    """A `Tally`."""

    processes: int
    records: dict[int, int]
    answers: dict[int, int]
    days: set[date]
    awarded: Sum
    contracted: Sum
    counts: Counts


class Seen(msgspec.Struct, frozen=True):
    """A `Dataset`, and how many lines it was read from.

    `counted` is `None` where two releases may be of one process.
    """

    lines: int
    keys: bytes
    offsets: bytes
    lengths: bytes
    ocids: dict[int, str]
    counted: Counted | None
    published: set[date]
    email: int
    national_id: int
    sample: list[tuple[int, int, int]]
    identified: bool
    packages: int
    empty: int
    licence: str
    policy: str


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(Seen).decode


def handed(dataset: Dataset, lines: int) -> bytes:
    """All that was seen, to be joined by another process.

    An error where that cannot be handed over: `TooManyValuesError` where releases had to be kept,
    since they have no place in the file, `OverflowError` where a sum is no number of 64 bits.
    """
    look_at_waiting(dataset)
    gathered, tally = dataset.gathered, dataset.tally
    if gathered.kept:
        raise TooManyValuesError
    return _ENCODE(
        Seen(
            lines=lines,
            keys=gathered.keys.tobytes(),
            offsets=gathered.offsets.tobytes(),
            lengths=gathered.lengths.tobytes(),
            ocids=gathered.ocids,
            counted=None if tally is None else _counted(tally),
            published=dataset.published,
            email=dataset.email,
            national_id=dataset.national_id,
            sample=dataset.sample,
            identified=dataset.identified,
            packages=dataset.packages,
            empty=dataset.empty,
            licence=dataset.licence,
            policy=dataset.policy,
        )
    )


def join(dataset: Dataset, told: bytes) -> int:
    """Adds what was seen in the part that follows, and returns how many lines it has.

    `msgspec.DecodeError` or `ValueError` where it is nothing that `handed` says.
    """
    seen = _DECODE(told)
    look_at_waiting(dataset)
    before = len(dataset.gathered)
    _join_places(dataset, seen, before)
    if seen.counted is None:
        dataset.tally = None
    elif dataset.tally is not None:
        dataset.tally.merge(_tally(seen.counted))
    dataset.published |= seen.published
    dataset.email += seen.email
    dataset.national_id += seen.national_id
    moved = [(head, whole, number - before) for head, whole, number in seen.sample]
    dataset.sample = heapq.nlargest(MAX_CHECKED, dataset.sample + moved)
    dataset.identified = dataset.identified or seen.identified
    dataset.packages += seen.packages
    dataset.empty += seen.empty
    dataset.licence = dataset.licence or seen.licence
    dataset.policy = dataset.policy or seen.policy
    return seen.lines


def _join_places(dataset: Dataset, seen: Seen, before: int) -> None:
    gathered = dataset.gathered
    keys, offsets, lengths = (
        _numbers("q", seen.keys),
        _numbers("q", seen.offsets),
        _numbers("i", seen.lengths),
    )
    if not len(keys) == len(offsets) == len(lengths):
        raise ValueError("releases without a place")
    gathered.keys.extend(keys)
    gathered.offsets.extend(offsets)
    gathered.lengths.extend(lengths)
    gathered.ocids.update({before + number: ocid for number, ocid in seen.ocids.items()})


def _numbers(kind: Literal["q", "i"], told: bytes) -> "array[int]":
    numbers = array(kind)
    numbers.frombytes(told)
    return numbers


def _counted(tally: Tally) -> Counted:
    return Counted(
        processes=tally.processes,
        records=dict(tally.records),
        answers=dict(tally.answers),
        days=tally.days,
        awarded=tally.awarded,
        contracted=tally.contracted,
        counts=tally.figures.counts,
    )


def _tally(counted: Counted) -> Tally:
    tally = Tally(
        processes=counted.processes,
        records=Counter(counted.records),
        answers=Counter(counted.answers),
        days=counted.days,
        awarded=counted.awarded,
        contracted=counted.contracted,
    )
    tally.figures.counts = counted.counts
    return tally
