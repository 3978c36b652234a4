"""What is in an archive, and the beginning of one file of it, unpacked no further than it is read.

An archive may be a bomb. So its table of contents alone is read, and of one file so many bytes as
we would show anyway; what comes after them is never unpacked.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol

from api.evidence.packed import PIECE, inner_name, is_litter

LARGEST = 50_000_000
"""Bytes of a file in an archive that are unpacked."""

READABLE = (
    *("csv", "tsv", "xlsx", "ods", "xls", "parquet", "jsonl", "ndjson", "json", "geojson"),
    *("docx", "txt", "md", "markdown", "html", "htm", "pdf", "xml"),
)
"""How the names of files end that can be shown, what looks most like a table first."""

BROKEN = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, OSError),
    *(EOFError, LookupError, ValueError, NotImplementedError, RuntimeError),
)
"""What unpacking ends with where an archive is damaged, or packed in a way of its own."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that an archive says it holds; the size is what the archive says, too."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first bytes of a file, in a file of ours; `whole`: it has no others."""

    path: Path
    name: str
    whole: bool


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def members_of(path: Path) -> tuple[Packed, ...]:
    """The files in a zip, in its own order, without what systems leave in it."""
    with zipfile.ZipFile(path) as archive:
        return tuple(
            Packed(member.filename, member.file_size)
            for member in archive.infolist()
            if not member.is_dir() and not is_litter(member)
        )


def first_readable(members: Sequence[Packed]) -> Packed | None:
    """The file of an archive that is shown: the first table, else the first text."""
    known = [one for one in members if _ending(one.name) in READABLE]
    tables = READABLE.index("docx")
    return min(known, key=lambda one: READABLE.index(_ending(one.name)) >= tables, default=None)


@contextmanager
def beginning_of(path: Path, *, format: str, name: str, member: str = "") -> Iterator[Beginning]:  # noqa: A002 (the word of Facts)
    """The beginning of the file in a gz, or of a `member` of a zip, while the context is open."""
    with TemporaryDirectory(prefix="beginning-") as folder:
        target = Path(folder) / "file"
        if format == "gz":
            inner = inner_name(name)
            with gzip.open(path) as stream:
                whole = _pour(stream, target)
        else:
            inner = PurePosixPath(member).name
            with zipfile.ZipFile(path) as archive:
                found = archive.getinfo(member)
                if found.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    raise NotImplementedError  # lzma may ask for gigabytes before the first byte
                with archive.open(found) as stream:
                    whole = _pour(stream, target)
        yield Beginning(target, inner, whole)


def _pour(stream: _Readable, target: Path) -> bool:
    size = 0
    with target.open("xb") as file:
        while piece := stream.read(PIECE):
            file.write(piece)
            size += len(piece)
            if size > LARGEST:
                return False
    return True


def _ending(name: str) -> str:
    return name.lower().rpartition(".")[2]
