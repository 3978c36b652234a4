"""Reads open contracting data (OCDS 1.0 and 1.1) and counts what they hold, process by process.

Read are release packages, record packages, bare lists of releases or records, and any of these line
by line (JSON Lines). JSON Lines are read as a stream, of any length; other JSON is read whole, up
to a limit.

In one pass every release is looked at and, as long as each is of a process of its own, counted.
Once two are of the same process, counting waits for a second pass that puts the releases of each
process together. So the memory needed is that of one process and twenty bytes a release, and the
facts do not depend on the order of the releases.

Where helpers wait (`worker/helpers.py`), each makes that pass over a part of the file, and what
they saw is joined (`parts.py`): the same facts, sooner.
"""

import codecs
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from api.evidence.licences import licence_of
from api.evidence.ocds.decoding import entries_of, open_package, open_release, open_releases, stands
from api.evidence.ocds.gathering import Gathered, TooManyValuesError
from api.evidence.ocds.json_lines import (
    MAX_VALUES,
    Line,
    blocks_of,
    cuts_of,
    is_json_lines,
    read_whole,
)
from api.evidence.ocds.mending import mended
from api.evidence.ocds.noting import Dataset, is_bare, note_lines, note_release, tally_of
from api.evidence.ocds.parts import handed, join
from api.evidence.ocds.releases import NOTHING, Raw, Release
from api.evidence.ocds.rhythm import active_months, rhythm_of
from api.evidence.ocds.structure import check_structure
from api.evidence.ocds.tree import words
from api.evidence.worker import helpers
from assessment.facts import DatasetFacts

__all__ = ["TooManyValuesError", "read_ocds"]

MAX_RELEASE_VALUES = 500_000
"""Commas of one release: it is opened at once, and `[{},{},...` grows fifty times by that."""

LARGE = 1 << 20
"""Bytes of a text that is first asked whether it is a package, which need not be opened at once."""

_PART = f"{__name__}:read_part"

MAX_NESTED = 4
"""Package, record, release: nothing of OCDS is nested deeper."""


def read_ocds(source: bytes | Path) -> tuple[str, DatasetFacts | None]:
    """The format (`json` or `jsonl`) and what the data hold; `None` where they are no OCDS.

    `ValueError` where they cannot be read as JSON, `TooManyValuesError` where they are too large.
    """
    try:
        opened = BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        with opened as stream, _uncollected():
            return _read(stream, None if isinstance(source, bytes) else source)
    except RecursionError:
        raise ValueError("nested too deeply") from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rests the garbage collector: it costs a tenth of the time, and nothing here points back."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_part(path: str, start: int, end: int | None) -> bytes:
    """In a helper: what stands in the lines of a file from one place to another, to be joined."""
    with Path(path).open("rb") as stream, _uncollected():
        return handed(*_read_lines(stream, start, end))


def _read(stream: BinaryIO, path: Path | None) -> tuple[str, DatasetFacts | None]:
    bom = len(codecs.BOM_UTF8) if stream.read(3) == codecs.BOM_UTF8 else 0
    stream.seek(bom)
    if is_json_lines(stream):
        shape = "jsonl"
        shared = None if path is None else _read_lines_together(stream, bom, path)
        dataset = shared or _read_lines(stream, bom)[0]
    else:
        shape = "json"
        dataset = Dataset(Gathered(stream))
        stream.seek(bom)
        _take_whole(read_whole(stream), dataset)
    releases = len(dataset.gathered)
    is_ocds = dataset.identified or (dataset.empty > 0 and not releases)
    return shape, _facts(dataset) if is_ocds else None


# --- lines, or one whole --------------------------------------------------------------------------


def _read_lines(stream: BinaryIO, start: int, end: int | None = None) -> tuple[Dataset, int]:
    """What stands in the lines from one place to another, and how many lines there are."""
    dataset, number = Dataset(Gathered(stream)), 0
    stream.seek(start)
    for lines, may_hold in blocks_of(stream, start, end):
        number += len(lines)
        _take_lines(lines, dataset, may_hold=may_hold)
    return dataset, number


def _read_lines_together(stream: BinaryIO, start: int, path: Path) -> Dataset | None:
    """The same with the helpers that there are; `None` where one process must read all by itself.

    So it is where anything is wrong with any part: whoever reads from the beginning meets first
    what stands first, and says of it what it always says.
    """
    hands = helpers.hands()
    cuts = cuts_of(stream, start, parts=hands) if hands > 1 else []
    if not cuts:
        return None
    asked = [
        helpers.give(_PART, path=str(path), start=cut, end=end)
        for cut, end in zip(cuts, [*cuts[1:], None], strict=True)
    ]
    try:
        dataset, number = _read_lines(stream, start, cuts[0])
        for helper in asked:
            told = helpers.hear(helper)
            if told is None:
                return None
            number += join(dataset, told)
    except Exception:  # noqa: BLE001 (whatever it is, one process will meet it again)
        return None
    finally:
        for helper in asked:
            helpers.dismiss(helper)
    return dataset if number <= MAX_VALUES else None


def _take_lines(lines: list[tuple[bytes, int]], dataset: Dataset, *, may_hold: bool) -> None:
    """Notes what stands in some lines: nearly always, a release in each."""
    texts = [text for text, _ in lines]
    plain = None if max(map(len, texts), default=0) > LARGE else open_releases(texts)
    if plain is not None and not any(map(_is_around, plain)):
        note_lines(plain, texts, [offset for _, offset in lines], dataset, may_hold=may_hold)
        return
    # One work at a time is quicker: all are opened before any is noted.
    opened: Sequence[Release | None] = plain or [_opened(text) for text in texts]
    for release, (text, offset) in zip(opened, lines, strict=True):
        if release is None:
            continue
        if not _is_around(release):
            # One that had to be mended will be so again: what is kept is its place in the file.
            note_release(release, text, (offset, len(text)), dataset, may_hold=may_hold)
        else:
            line = Line(text, offset, may_hold)
            _take(release, text, line, dataset, ocid="", depth=MAX_NESTED)


def _take_whole(data: bytes, dataset: Dataset) -> None:
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
    if len(text) > LARGE:  # what is large is asked first whether it is a package
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
    dataset: Dataset,
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
        if is_bare(piece):
            return
        piece.ocid = ocid
        dataset.gathered.ocids[len(dataset.gathered)] = ocid
    note_release(piece, text, _place_of(text, line), dataset, may_hold=line.may_hold_numbers)


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


def _note_package(package: Release, dataset: Dataset, *, empty: bool) -> None:
    dataset.packages += 1
    dataset.empty += empty
    dataset.licence = dataset.licence or words(package.licence)
    dataset.policy = dataset.policy or words(package.publication_policy)


# --- the facts ------------------------------------------------------------------------------------


def _facts(dataset: Dataset) -> DatasetFacts:
    tally = tally_of(dataset)
    texts = (dataset.gathered.text(-number) for *_, number in sorted(dataset.sample, reverse=True))
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
