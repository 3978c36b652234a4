"""Unpacks gz and zip around one file of data, in a stream, into a folder that is always cleaned up.

What a stranger packed may be a bomb: kilobytes that become terabytes, members that share the same
bytes, archives in archives without end, sizes that lie. So everything is counted while it comes
out, and no name in an archive is ever used as a path.
"""

import gzip
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Literal, Protocol

from api.evidence.formats import ARCHIVES, tell_format

MAX_DATASET_BYTES = 2_000_000_000
MAX_DOCUMENT_BYTES = 50_000_000
MAX_RATIO = 200
"""How many bytes may come out of one; the densest honest data we know stay below 100."""

FREE_BYTES = 10_000_000
"""The ratio is not asked below this size: a short table of zeros is no bomb."""

MAX_MEMBERS = 1_000
PIECE = 1 << 20

_DATA = frozenset({"json", "jsonl", "ndjson", "csv", "tsv", "xlsx", "xls", "ods", "parquet"})
_LEFT_BY_SYSTEMS = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_BROKEN = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error),
    *(EOFError, LookupError, ValueError, NotImplementedError),
)


class PackedError(Exception):
    """What is packed cannot be taken; `status` is that of the facts, `code` says why."""

    status: Literal["too_large", "encrypted", "unreadable"] = "unreadable"
    code = "packed.broken"


class PackedTooLargeError(PackedError):
    """It becomes larger than we look at, or so much larger than it is that it must be a bomb."""

    status = "too_large"
    code = "packed.too_large"


class PackedLockedError(PackedError):
    """It asks for a password."""

    status = "encrypted"
    code = "packed.locked"


class PackedBrokenError(PackedError):
    """It is cut short or damaged, its members overlap, or it is packed in a way we do not know."""


class PackedEmptyError(PackedError):
    """Nothing is in it."""

    code = "packed.empty"


class PackedSeveralError(PackedError):
    """There are several files of data in it, and nobody said which one is meant."""

    code = "packed.several"


class PackedNestedError(PackedError):
    """There is an archive in the archive."""

    code = "packed.nested"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The one file that was in an archive; `name` is what the archive calls it: a mere hint."""

    path: Path
    name: str
    size: int


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextmanager
def unpacked(path: Path, *, format: str, name: str, max_bytes: int) -> Iterator[Unpacked]:  # noqa: A002
    """The file in the archive at `path` (`zip` or `gz`), for as long as the context is open."""
    with TemporaryDirectory(prefix="unpacked-") as folder:
        target = Path(folder) / "file"
        try:
            if format == "gz":
                inner = inner_name(name)
                size = _unpack_gz(path, target, max_bytes=max_bytes)
            else:
                inner, size = _unpack_zip(path, target, max_bytes=max_bytes)
        except _BROKEN:
            raise PackedBrokenError from None
        if not size:
            raise PackedEmptyError
        if tell_format(target, name=inner).format in ARCHIVES:
            raise PackedNestedError
        yield Unpacked(target, inner, size)


def check_members(archive: zipfile.ZipFile, *, max_bytes: int, max_members: int) -> None:
    """Refuses an archive that says itself that it is a bomb, before anything is unpacked.

    Sizes in a table of contents may lie. Python never unpacks more of a member than its entry says
    (and then finds the checksum wrong), so that what the entries say together is a bound for us;
    members that share bytes would make a bound that costs nothing, and are refused.
    """
    members = archive.infolist()
    if len(members) > max_members:
        raise PackedTooLargeError
    if any(member.flag_bits & 1 for member in members):
        raise PackedLockedError
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > max_bytes or (total > FREE_BYTES and total > MAX_RATIO * max(1, packed)):
        raise PackedTooLargeError
    ordered = sorted(members, key=lambda member: member.header_offset)
    for member, following in itertools.pairwise(ordered):
        # 30 bytes of a header stand before each name; extra fields only push the next one on.
        end = member.header_offset + 30 + len(member.orig_filename) + member.compress_size
        if end > following.header_offset:
            raise PackedBrokenError


def is_litter(member: zipfile.ZipInfo) -> bool:
    """What operating systems leave in archives that they pack."""
    parts = PurePosixPath(member.filename.lower()).parts
    return not parts or parts[0] == "__macosx" or parts[-1] in _LEFT_BY_SYSTEMS


def inner_name(name: str) -> str:
    """What a gz of this name holds: `contracts.csv.gz` holds `contracts.csv`."""
    stem, _, extension = name.rpartition(".")
    return stem if extension.lower() in {"gz", "gzip"} else name


def _unpack_gz(path: Path, target: Path, *, max_bytes: int) -> int:
    with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as stream:
        return _pour(stream, target, max_bytes=max_bytes, packed=packed)


def _unpack_zip(path: Path, target: Path, *, max_bytes: int) -> tuple[str, int]:
    with zipfile.ZipFile(path) as archive:
        check_members(archive, max_bytes=max_bytes, max_members=MAX_MEMBERS)
        member = _the_one(archive.infolist())
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise PackedBrokenError  # lzma may ask for gigabytes of memory before the first byte
        with archive.open(member) as stream:
            size = _pour(stream, target, max_bytes=max_bytes, packed=None)
    return PurePosixPath(member.filename).name, size


def _pour(stream: _Readable, target: Path, *, max_bytes: int, packed: IO[bytes] | None) -> int:
    """Copies piece by piece, counting; how many bytes came out."""
    size = 0
    with target.open("xb") as file:
        while piece := stream.read(PIECE):
            size += len(piece)
            most = max_bytes if packed is None else max(FREE_BYTES, MAX_RATIO * packed.tell())
            if size > min(most, max_bytes):
                raise PackedTooLargeError
            file.write(piece)
    return size


def _the_one(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The one file of data: the only file there is, or the only one whose name promises data."""
    files = [member for member in members if not member.is_dir() and not is_litter(member)]
    if not files:
        raise PackedEmptyError
    data = [file for file in files if _extension(file.filename) in _DATA]
    chosen = files if len(files) == 1 else data
    if len(chosen) == 1:
        return chosen[0]
    if not data and all(_extension(file.filename) in ARCHIVES for file in files):
        raise PackedNestedError
    raise PackedSeveralError


def _extension(name: str) -> str:
    return name.lower().rpartition(".")[2]
