"""Reads open contracting data (OCDS 1.0 and 1.1) and counts what they hold, process by process.

Read are release packages, record packages, bare lists of releases or records, and any of these line
by line (JSON Lines). JSON Lines are read as a stream, of any length; other JSON is read whole, up
to a limit.

In one pass every release is looked at and, as long as each is of a process of its own, counted.
Once two are of the same process, counting waits for a second pass that puts the releases of each
process together. So the memory needed is that of one process and twenty bytes a release, and the
facts do not depend on the order of the releases.
"""

import codecs
import heapq
import math
import zlib
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from api.evidence.licences import licence_of
from api.evidence.ocds.counting import Tally
from api.evidence.ocds.decoding import entries_of, open_package, open_release, stands
from api.evidence.ocds.gathering import Gathered, TooManyValuesError
from api.evidence.ocds.json_lines import BLOCK, Line, is_json_lines, lines_of, read_whole
from api.evidence.ocds.mending import mended
from api.evidence.ocds.merging import merge_releases
from api.evidence.ocds.processes import read_process
from api.evidence.ocds.releases import NOTHING, Raw, Release
from api.evidence.ocds.rhythm import active_months, rhythm_of
from api.evidence.ocds.structure import MAX_CHECKED, check_structure
from api.evidence.ocds.tree import day, words
from api.evidence.personal import (
    holds_number,
    holds_private_address,
    identifies_person,
)
from assessment.facts import DatasetFacts

__all__ = ["TooManyValuesError", "read_ocds"]

MAX_RELEASE_VALUES = 500_000
"""Commas of one release: it is opened at once, and `[{},{},...` grows fifty times by that."""

MAX_NESTED = 4
"""Package, record, release: nothing of OCDS is nested deeper."""

HEAD = 256
"""Bytes with which a release begins; its OCID, id and date mostly stand there."""

BATCH = 64
"""Releases that are counted at a time."""

LARGE = 100_000
"""Bytes of a release that does not wait for others to be counted."""

FIRST_CHECK = 256
"""After so many releases it is first asked whether some are of one process, then after four times
as many, and so on."""


@dataclass(slots=True)
class _Dataset:
    """The releases of a file, what is counted of them, and what its packages say of it."""

    gathered: Gathered
    tally: Tally | None = field(default_factory=Tally)
    waiting: list[Release] = field(default_factory=list)
    next_check: int = FIRST_CHECK
    published: set[date] = field(default_factory=set)
    email: int = 0
    national_id: int = 0
    sample: list[tuple[int, int, int]] = field(default_factory=list)
    worst: float = -math.inf
    identified: bool = False
    packages: int = 0
    empty: int = 0
    licence: str = ""
    policy: str = ""


def read_ocds(source: bytes | Path) -> tuple[str, DatasetFacts | None]:
    """The format (`json` or `jsonl`) and what the data hold; `None` where they are no OCDS.

    `ValueError` where they cannot be read as JSON, `TooManyValuesError` where they are too large.
    """
    try:
        with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            return _read(stream)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _read(stream: BinaryIO) -> tuple[str, DatasetFacts | None]:
    dataset = _Dataset(Gathered(stream))
    bom = len(codecs.BOM_UTF8) if stream.read(3) == codecs.BOM_UTF8 else 0
    stream.seek(bom)
    if is_json_lines(stream):
        shape = "jsonl"
        stream.seek(bom)
        for text, offset, may_hold in lines_of(stream, bom):
            _take_line(text, offset, dataset, may_hold=may_hold)
    else:
        shape = "json"
        stream.seek(bom)
        _take_whole(read_whole(stream), dataset)
    releases = len(dataset.gathered)
    is_ocds = dataset.identified or (dataset.empty > 0 and not releases)
    return shape, _facts(dataset) if is_ocds else None


# --- lines, or one whole --------------------------------------------------------------------------


def _take_line(text: bytes, offset: int, dataset: _Dataset, *, may_hold: bool) -> None:
    release = _opened(text)
    if release is None:
        return
    if not _is_around(release):
        # A release that had to be mended will be so again: what is kept is its place in the file.
        _note(release, text, (offset, len(text)), dataset, may_hold=may_hold)
    else:
        line = Line(text, offset, may_hold)
        _take(release, text, line, dataset, ocid="", depth=MAX_NESTED)


def _take_whole(data: bytes, dataset: _Dataset) -> None:
    try:
        msgspec.json.decode(data, type=Raw)
    except msgspec.DecodeError:
        data = mended(data)
    entries = entries_of(data)
    for piece in [data] if entries is None else entries:
        line = Line(piece, offset=None, may_hold_numbers=True)
        _take(_opened(piece), piece, line, dataset, ocid="", depth=MAX_NESTED)


# --- packages, records, releases ------------------------------------------------------------------


def _opened(text: bytes | Raw) -> Release | None:
    """A release, record or package, mended if need be."""
    plain = bytes(text)  # no copy where it is bytes already
    try:
        return _open(plain)
    except msgspec.DecodeError:
        return _open(mended(plain))


def _open(text: bytes) -> Release | None:
    if len(text) > BLOCK:  # what is large is asked first whether it is a package
        package = open_package(text)
        if package is not None:
            return package
        if text.count(b",") > MAX_RELEASE_VALUES:
            raise TooManyValuesError
    return open_release(text)


def _take(
    piece: Release | None,
    text: bytes | Raw,
    line: Line,
    dataset: _Dataset,
    *,
    ocid: str,
    depth: int,
) -> None:
    """Notes every release in a package, a record, or the piece itself with the process it is of."""
    if piece is None or depth == 0:
        return
    ocid = words(piece.ocid) or ocid
    inner = [piece.compiled_release] if stands(piece.compiled_release) else None
    if inner is None and _is_around(piece):
        lists = [entries_of(piece.releases), entries_of(piece.records)]
        if any(entries is not None for entries in lists):
            inner = [entry for entries in lists for entry in entries or ()]
            if not ocid:
                _note_package(piece, dataset, empty=not inner)
    if inner is not None:
        for entry in inner:
            _take(_opened(entry), entry, line, dataset, ocid=ocid, depth=depth - 1)
        return
    if ocid and not words(piece.ocid):
        if _is_bare(piece):
            return
        piece.ocid = ocid
        dataset.gathered.ocids[len(dataset.gathered)] = ocid
    _note(piece, text, _place_of(text, line), dataset, may_hold=line.may_hold_numbers)


def _is_around(piece: Release) -> bool:
    """Whether it has what stands in a package or record, and in no release."""
    return (
        piece.releases is not NOTHING
        or piece.records is not NOTHING
        or piece.compiled_release is not NOTHING
    )


def _place_of(text: bytes | Raw, line: Line) -> tuple[int, int] | None:
    """Where in the file the text of a release stands: next in its line, or anywhere in it."""
    if line.offset is None:
        return None
    found = line.text.find(text, line.cursor)
    if found < 0:
        found = line.text.find(text)
    if found < 0:
        return None
    line.cursor = found
    return line.offset + found, memoryview(text).nbytes


def _note_package(package: Release, dataset: _Dataset, *, empty: bool) -> None:
    dataset.packages += 1
    dataset.empty += empty
    dataset.licence = dataset.licence or words(package.licence)
    dataset.policy = dataset.policy or words(package.publication_policy)


def _note(
    release: Release,
    text: bytes | Raw,
    place: tuple[int, int] | None,
    dataset: _Dataset,
    *,
    may_hold: bool,
) -> None:
    """Looks at one release, and counts it while every release is of a process of its own."""
    ocid = words(release.ocid)
    if ocid:
        dataset.identified = True
    elif _is_bare(release):
        return
    gathered = dataset.gathered
    number = len(gathered)
    gathered.add(ocid, text, place)
    published = day(release.date)
    if published is not None:
        dataset.published.add(published)
    plain = bytes(text)  # no copy where it is bytes already
    if holds_private_address(plain, release):
        dataset.email += 1
    if identifies_person(release) or (may_hold and holds_number(plain)):
        dataset.national_id += 1
    _sample(number, plain, dataset)
    if dataset.tally is not None:
        dataset.waiting.append(release)
        if len(dataset.waiting) >= BATCH or len(plain) > LARGE:
            _count(dataset)


def _count(dataset: _Dataset) -> None:
    """Counts the releases that wait, unless two may be of one process: then nothing is counted yet.

    Sixty at a time are counted a quarter faster than one by one between reading two lines.
    """
    releases = len(dataset.gathered)
    if releases >= dataset.next_check:
        dataset.next_check = releases * 4
        if dataset.gathered.has_repeated():
            dataset.tally = None
    if dataset.tally is not None:
        dataset.tally.add([read_process(release) for release in dataset.waiting])
    dataset.waiting.clear()


def _is_bare(release: Release) -> bool:
    """Whether it tells nothing of a process."""
    sections = (release.planning, release.tender, release.awards, release.contracts)
    return all(section is None for section in sections)


def _sample(number: int, text: bytes, dataset: _Dataset) -> None:
    """Keeps the releases with the smallest checksums: the same ones in whatever order they come.

    Nearly always the checksum of the beginning is enough to see that a release is not among them.
    """
    head = -zlib.crc32(text[:HEAD])
    if head < dataset.worst:
        return
    sample, ticket = dataset.sample, (head, -zlib.crc32(text), number)
    if len(sample) < MAX_CHECKED:
        heapq.heappush(sample, ticket)
    elif ticket[:2] > sample[0][:2]:
        heapq.heapreplace(sample, ticket)
    if len(sample) == MAX_CHECKED:
        dataset.worst = sample[0][0]


# --- the facts ------------------------------------------------------------------------------------


def _tally(dataset: _Dataset) -> Tally:
    """The count of the first pass, or of a second that puts the releases of a process together."""
    _count(dataset)
    gathered = dataset.gathered
    if dataset.tally is not None and not gathered.has_repeated():
        return dataset.tally
    tally = Tally()
    for numbers in gathered.groups():
        tally.add([read_process(merge_releases(same)) for same in gathered.versions(numbers)])
    return tally


def _facts(dataset: _Dataset) -> DatasetFacts:
    tally = _tally(dataset)
    texts = (dataset.gathered.text(number) for *_, number in sorted(dataset.sample, reverse=True))
    checked, errors = check_structure(texts)
    value, currency = tally.value()
    return DatasetFacts(
        shape="ocds",
        processes=tally.processes,
        rows=len(dataset.gathered),
        duplicates=dataset.gathered.duplicates,
        oldest_record=min(tally.days, default=None),
        newest_record=max(tally.days, default=None),
        rhythm=rhythm_of(dataset.published),
        active_months=active_months(tally.days),
        identifiers=tally.identifiers(),
        personal={"email": dataset.email, "national_id": dataset.national_id},
        structure_checked=checked,
        structure_errors=errors,
        key_figures=tally.figures.result(),
        stages=tally.stages(),
        groups=tally.groups(),
        complete=tally.complete(),
        joins=tally.joins(),
        value=value,
        currency=currency,
        licence=licence_of(dataset.licence) if dataset.packages else None,
        licence_url=dataset.licence or None,
        publication_policy=dataset.policy or None,
    )
