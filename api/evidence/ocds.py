"""Reads open contracting data (OCDS 1.0 and 1.1) and counts what they hold, process by process.

Read are release packages, record packages, bare lists of releases or records, and any of these line
by line (JSON Lines). A file is taken apart in two passes: the first finds the releases and which
process they belong to, the second reads one process at a time. So the memory needed is that of the
file and of one process, however many there are.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import msgspec

from api.evidence.licences import licence_of
from api.evidence.merging import merge_releases
from api.evidence.processes import Process, read_process
from api.evidence.sections import Money
from api.evidence.tree import Object, words
from assessment.facts import DatasetFacts, JoinFacts, StageFacts
from rubrics.checks import Group, Stage, StageField

MAX_MENDED = 20_000_000
"""Bytes up to which a file that the strict reader refuses is tried with a patient one."""

MAX_VALUES = 6_000_000
"""Commas or lines: twice what 100 MB of real data hold, and few enough for a small machine."""

MAX_NESTED = 4
"""Package, record, release: nothing of OCDS is nested deeper."""

Raw = msgspec.Raw
NULL = Raw(b"null")
"""What stands where nothing stands."""


class _Head(msgspec.Struct):
    """What the first pass looks at. All of it is raw, for a stranger may have written any type."""

    ocid: Raw = NULL
    date: Raw = NULL
    releases: Raw = NULL
    records: Raw = NULL
    compiled: Raw = msgspec.field(default=NULL, name="compiledRelease")
    planning: Raw = NULL
    tender: Raw = NULL
    awards: Raw = NULL
    contracts: Raw = NULL
    licence: Raw = msgspec.field(default=NULL, name="license")
    policy: Raw = msgspec.field(default=NULL, name="publicationPolicy")


@dataclass(slots=True)
class _Dataset:
    """The releases of a file, dated and grouped by process, and what its packages say of it."""

    releases: dict[str, list[tuple[str, Raw]]] = field(default_factory=lambda: defaultdict(list))
    identified: bool = False
    packages: int = 0
    empty: int = 0
    licence: str = ""
    policy: str = ""


class TooManyValuesError(Exception):
    """The file holds so many values that reading them could exhaust the memory."""


def read_ocds(data: bytes) -> tuple[str, DatasetFacts | None]:
    """The format (`json` or `jsonl`) and what the data hold; `None` where they are no OCDS.

    `ValueError` or `RecursionError` where they cannot be read as JSON.
    """
    if max(data.count(b","), data.count(b"\n")) > MAX_VALUES:
        raise TooManyValuesError
    try:
        return _read(data)
    except msgspec.DecodeError:
        return _read(_mended(data))


def _read(data: bytes) -> tuple[str, DatasetFacts | None]:
    shape, pieces = _pieces(data)
    dataset = _Dataset()
    for piece in pieces:
        _take(piece, dataset, ocid="", depth=MAX_NESTED)
    is_ocds = dataset.identified or (dataset.empty > 0 and not dataset.releases)
    return shape, _count(dataset) if is_ocds else None


# --- the first pass: which releases belong to which process ---------------------------------------


def _pieces(data: bytes) -> tuple[str, list[Raw]]:
    """The whole, the entries of a bare list, or the lines of JSON Lines."""
    try:
        msgspec.json.decode(data, type=Raw)
    except msgspec.DecodeError:
        lines = [Raw(line) for line in BytesIO(data) if line.strip()]
        for line in lines:
            msgspec.json.decode(line, type=Raw)
        return "jsonl", lines
    entries = _list(Raw(data))
    return "json", [Raw(data)] if entries is None else entries


def _take(piece: Raw, dataset: _Dataset, *, ocid: str, depth: int) -> None:
    """Notes every release in a package, a record, or the piece itself with the process it is of."""
    head = _head(piece)
    if head is None or depth == 0:
        return
    ocid = _text(head.ocid) or ocid
    if _there(head.compiled):
        _take(head.compiled, dataset, ocid=ocid, depth=depth - 1)
        return
    inner = [
        entries for part in (head.releases, head.records) if (entries := _list(part)) is not None
    ]
    if inner:
        for entry in (entry for entries in inner for entry in entries):
            _take(entry, dataset, ocid=ocid, depth=depth - 1)
        if not ocid:
            _note_package(head, dataset, empty=not any(inner))
        return
    sections = (head.planning, head.tender, head.awards, head.contracts)
    if _text(head.ocid) or any(map(_there, sections)):
        dataset.identified |= bool(ocid)
        # Nothing says which process it is of: it stands for one of its own.
        key = ocid or f"#{len(dataset.releases)}"
        dataset.releases[key].append((_text(head.date), piece))


def _note_package(package: _Head, dataset: _Dataset, *, empty: bool) -> None:
    dataset.packages += 1
    dataset.empty += empty
    dataset.licence = dataset.licence or _text(package.licence)
    dataset.policy = dataset.policy or _text(package.policy)


def _head(piece: Raw) -> _Head | None:
    try:
        return msgspec.json.decode(piece, type=_Head)
    except msgspec.ValidationError:  # no object
        return None


def _list(piece: Raw) -> list[Raw] | None:
    try:
        return msgspec.json.decode(piece, type=list[Raw])
    except msgspec.ValidationError:  # no list
        return None


def _there(piece: Raw) -> bool:
    return bytes(memoryview(piece)[:5]) != b"null"


def _text(piece: Raw) -> str:
    return words(msgspec.json.decode(piece))


# --- the second pass: what each process holds -----------------------------------------------------


def _processes(dataset: _Dataset) -> Iterator[Process]:
    for releases in dataset.releases.values():
        dated = sorted(releases, key=lambda release: release[0])
        opened: list[Object] = [msgspec.json.decode(raw) for _, raw in dated]
        yield read_process(merge_releases(opened))


def _count(dataset: _Dataset) -> DatasetFacts:
    records: Counter[Stage] = Counter()
    filled: Counter[tuple[Stage, StageField]] = Counter()
    groups: Counter[Group] = Counter()
    links: Counter[str] = Counter()
    linked: Counter[str] = Counter()
    complete = 0
    newest: date | None = None
    awarded: list[Money] = []
    contracted: list[Money] = []
    for process in _processes(dataset):
        for stage, entries in process.stages.items():
            records[stage] += len(entries)
            filled.update((stage, name) for entry in entries for name in entry)
        groups.update(process.groups)
        complete += len(process.groups) == len(Group)
        for name, (some, joined) in process.links.items():
            links[name] += some
            linked[name] += joined
        newest = max((d for d in (newest, process.newest) if d is not None), default=None)
        awarded += process.awarded
        contracted += process.contracted
    value, currency = _sum(awarded or contracted)
    return DatasetFacts(
        processes=len(dataset.releases),
        stages={
            stage: StageFacts(
                records=records[stage],
                filled={f: filled[stage, f] for f in StageField if filled[stage, f]},
            )
            for stage in Stage
        },
        groups={group: groups[group] for group in Group},
        complete=complete,
        newest_record=newest,
        joins={name: JoinFacts(records=links[name], joined=linked[name]) for name in links},
        value=value,
        currency=currency,
        licence=licence_of(dataset.licence) if dataset.packages else None,
        licence_url=dataset.licence or None,
        publication_policy=dataset.policy or None,
    )


def _sum(moneys: list[Money]) -> tuple[float | None, str | None]:
    """The sum and its currency; `None` where several currencies stand side by side."""
    currencies = {currency for _, currency in moneys if currency}
    if not moneys or len(currencies) > 1:
        return None, None
    return math.fsum(amount for amount, _ in moneys), next(iter(currencies), None)


# --- files that are nearly JSON -------------------------------------------------------------------


def _mended(data: bytes) -> bytes:
    """The same data without what the strict reader refuses and many programs write.

    That is NaN and infinite or endless numbers (they become `null`), and halves of a surrogate pair
    (they become `?`). None of it is anything that we count.
    """
    if len(data) > MAX_MENDED:
        raise ValueError("too large to be mended")
    try:
        return _mend(data)
    except ValueError:
        return b"\n".join(_mend(line) for line in data.splitlines() if line.strip())


def _mend(text: bytes) -> bytes:
    plain = json.loads(
        text,
        parse_float=_number,
        parse_int=lambda digits: int(digits) if len(digits) < 19 else _number(digits),
        parse_constant=lambda _: None,
    )
    return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")


def _number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None
