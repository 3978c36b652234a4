"""Notes what each release of a file says: of its process, of people, and for a sample.

Releases wait until there are some, and then one question is put to all of them before the next:
that takes a quarter less time than to put all questions to one release after the other.
"""

import heapq
import math
import zlib
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat

from api.evidence.ocds.counting import Tally
from api.evidence.ocds.gathering import Gathered
from api.evidence.ocds.merging import merge_releases
from api.evidence.ocds.processes import read_process
from api.evidence.ocds.releases import Raw, Release
from api.evidence.ocds.structure import MAX_CHECKED
from api.evidence.ocds.tree import day, words
from api.evidence.personal import holds_number, holds_private_address, identifies_person

BATCH = 256
"""Releases that wait for each other."""

MAX_WAITING = 1 << 20
"""Bytes of them: large releases wait for fewer."""

HEAD = 256
"""Bytes with which a release begins; its OCID, id and date mostly stand there."""

FIRST_CHECK = 256
"""After so many releases it is first asked whether some are of one process, then after four times
as many, and so on."""


@dataclass(slots=True)
class Dataset:
    """The releases of a file, what is counted of them, and what its packages say of it."""

    gathered: Gathered
    tally: Tally | None = field(default_factory=Tally)
    waiting: list[tuple[Release, bytes, bool]] = field(default_factory=list)
    """With the text of each, and whether it may hold national numbers."""
    waiting_bytes: int = 0
    next_check: int = FIRST_CHECK
    published: set[date] = field(default_factory=set)
    email: int = 0
    national_id: int = 0
    sample: list[tuple[int, int, int]] = field(default_factory=list)
    """Two checksums of a release and its number, all negative: the largest are kept."""
    worst: float = -math.inf
    identified: bool = False
    packages: int = 0
    empty: int = 0
    licence: str = ""
    policy: str = ""


def note_release(
    release: Release,
    text: bytes | Raw,
    place: tuple[int, int] | None,
    dataset: Dataset,
    *,
    may_hold: bool,
) -> None:
    """Notes a release, which stands at `place` in the file, and has it wait to be looked at."""
    ocid = words(release.ocid)
    if ocid:
        dataset.identified = True
    elif is_bare(release):
        return
    dataset.gathered.add(ocid, text, place)
    plain = bytes(text)  # no copy where it is bytes already
    dataset.waiting.append((release, plain, may_hold))
    dataset.waiting_bytes += len(plain)
    _look_if_enough(dataset)


def note_lines(
    releases: list[Release],
    texts: list[bytes],
    offsets: list[int],
    dataset: Dataset,
    *,
    may_hold: bool,
) -> None:
    """Notes some releases, each of which is a whole line at its offset in the file."""
    ocids = [words(release.ocid) for release in releases]
    if not all(ocids):
        for release, text, offset in zip(releases, texts, offsets, strict=True):
            note_release(release, text, (offset, len(text)), dataset, may_hold=may_hold)
        return
    dataset.identified = dataset.identified or bool(ocids)
    dataset.gathered.add_lines(ocids, texts, offsets)
    dataset.waiting.extend(zip(releases, texts, repeat(may_hold)))
    dataset.waiting_bytes += sum(map(len, texts))
    _look_if_enough(dataset)


def is_bare(release: Release) -> bool:
    """Whether it tells nothing of a process."""
    sections = (release.planning, release.tender, release.awards, release.contracts)
    return all(section is None for section in sections)


def tally_of(dataset: Dataset) -> Tally:
    """The count of the first pass, or of a second that puts the releases of a process together."""
    look_at_waiting(dataset)
    gathered = dataset.gathered
    if dataset.tally is not None and not gathered.has_repeated():
        return dataset.tally
    tally = Tally()
    for numbers in gathered.groups():
        tally.add([read_process(merge_releases(same)) for same in gathered.versions(numbers)])
    return tally


def _look_if_enough(dataset: Dataset) -> None:
    if len(dataset.waiting) >= BATCH or dataset.waiting_bytes > MAX_WAITING:
        look_at_waiting(dataset)


def look_at_waiting(dataset: Dataset) -> None:
    """Puts every question to the releases that wait."""
    waiting = dataset.waiting
    written = {release.date for release, _, _ in waiting}
    dataset.published.update(found for text in written if (found := day(text)))
    for release, text, _ in waiting:
        if holds_private_address(text, release):
            dataset.email += 1
    for release, text, may_hold in waiting:
        if identifies_person(release) or (may_hold and holds_number(text)):
            dataset.national_id += 1
    _sample(dataset)
    _count(dataset)
    waiting.clear()
    dataset.waiting_bytes = 0


def _count(dataset: Dataset) -> None:
    """Counts the releases that wait, unless two may be of one process: then nothing is counted."""
    releases = len(dataset.gathered)
    if releases >= dataset.next_check:
        dataset.next_check = releases * 4
        if dataset.gathered.has_repeated():
            dataset.tally = None
    if dataset.tally is not None:
        dataset.tally.add([read_process(release) for release, _, _ in dataset.waiting])


def _sample(dataset: Dataset) -> None:
    """Keeps the releases with the smallest checksums: the same ones in whatever order they come.

    Of those with the same checksums the first of the file are kept, however many look at it.

    Nearly always the checksum of the beginning is enough to see that a release is not among them.
    """
    sample, first = dataset.sample, len(dataset.gathered) - len(dataset.waiting)
    heads = [-zlib.crc32(text[:HEAD]) for _, text, _ in dataset.waiting]
    for place in [place for place, head in enumerate(heads) if head >= dataset.worst]:
        ticket = (heads[place], -zlib.crc32(dataset.waiting[place][1]), -(first + place))
        if len(sample) < MAX_CHECKED:
            heapq.heappush(sample, ticket)
        elif ticket > sample[0]:
            heapq.heapreplace(sample, ticket)
        if len(sample) == MAX_CHECKED:
            dataset.worst = sample[0][0]
