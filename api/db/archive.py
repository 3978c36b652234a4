"""A backup as one file: the database, the contents of evidence, and a manifest that proves both.

The manifest names the SHA-256 of every file, and the head of every stream of the log: kept apart
from the database, they show whether its log was written anew.
"""

import hashlib
import io
import os
import re
import secrets
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from api.db.audit import Head
from rubrics.problems import InputError, Place, Problem

MANIFEST = "manifest.json"
DUMPS = {"sqlite": "readiness.sqlite", "postgresql": "readiness.dump"}
"""What the database is called in a backup, by its kind."""

MAX_MANIFEST_BYTES = 200_000_000
PIECE = 1 << 20

_BLOB = re.compile(r"evidence/[0-9a-f]{2}/[0-9a-f]{62}")


class FileLine(msgspec.Struct, frozen=True):
    """A file of a backup."""

    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a backup; `version` is of this format, `migration` of the database."""

    version: Literal[1]
    made_at: str
    kind: Literal["sqlite", "postgresql"]
    migration: str
    files: Mapping[str, FileLine]
    heads: Mapping[str, tuple[int, str]]

    def known_heads(self) -> dict[str, Head]:
        """The heads of the log when the backup was made."""
        return {stream: Head(seq, digest) for stream, (seq, digest) in self.heads.items()}


def write_archive(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Writes a backup beside its place and moves it there when it is whole and on the disk."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
                told = msgspec.json.encode(manifest)
                line = tarfile.TarInfo(MANIFEST)
                line.size = len(told)
                archive.addfile(line, io.BytesIO(told))
                for name, path in files.items():
                    archive.add(path, arcname=name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup, which is its first file; `InputError` if it is no backup."""
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            first = archive.next()
            if first is None or first.name != MANIFEST or first.size > MAX_MANIFEST_BYTES:
                raise _damaged(source, MANIFEST)
            read = archive.extractfile(first)
            return msgspec.json.decode(read.read() if read is not None else b"", type=Manifest)
    except FileNotFoundError:
        params = {"file": str(source), "suggestion": ""}
        raise InputError([Problem("file.missing", Place(str(source)), params)]) from None
    except (tarfile.TarError, EOFError, OSError, msgspec.DecodeError):
        raise _damaged(source, MANIFEST) from None


@contextmanager
def unpacked(source: Path, *, beside: Path) -> Iterator[tuple[Manifest, Path]]:
    """The files of a backup in a folder, each as its manifest says; `InputError` if one is not.

    The backup may have been made by a stranger: only ordinary files under the names that the
    manifest lists are written, so that none can lie outside the folder, and no more of them than
    it says.
    """
    manifest = read_manifest(source)
    with TemporaryDirectory(prefix=".readiness-restore-", dir=beside) as name:
        folder = Path(name)
        seen = set()
        try:
            with tarfile.open(source, mode="r:gz") as archive:
                for member in archive:
                    if member.name == MANIFEST:
                        continue
                    if member.name in seen or not _is_expected(member, manifest):
                        raise _damaged(source, member.name)
                    _unpack(archive, member, folder / member.name, source, manifest)
                    seen.add(member.name)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise _damaged(source, str(error)) from None
        missing = sorted(set(manifest.files) - seen)
        if missing:
            raise _damaged(source, missing[0])
        yield manifest, folder


def lines_of(files: Mapping[str, Path]) -> dict[str, FileLine]:
    """The lines of a manifest for these files."""
    return {name: FileLine(_digest(path), path.stat().st_size) for name, path in files.items()}


def blob_name(sha256: str) -> str:
    """How a content is called in a backup."""
    return f"evidence/{sha256[:2]}/{sha256[2:]}"


def blob_digests(names: Iterable[str]) -> list[str]:
    """The contents among the files of a backup."""
    return [name[9:11] + name[12:] for name in names if _BLOB.fullmatch(name)]


def _is_expected(member: tarfile.TarInfo, manifest: Manifest) -> bool:
    listed = manifest.files.get(member.name)
    known = member.name == DUMPS[manifest.kind] or _BLOB.fullmatch(member.name) is not None
    return listed is not None and known and member.isreg() and member.size == listed.size


def _unpack(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    target: Path,
    source: Path,
    manifest: Manifest,
) -> None:
    read = archive.extractfile(member)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while read is not None and (piece := read.read(PIECE)):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != manifest.files[member.name].sha256:
        raise _damaged(source, member.name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(source: Path, what: str) -> InputError:
    params = {"file": str(source), "what": what}
    return InputError([Problem("backup.damaged", Place(str(source)), params)])
