"""Unpacks an archive of submissions into a folder, within limits.

An archive comes from a stranger: it may be a bomb, and its names may climb out of the folder
(`../../etc/cron.d/x`), be links, or clash. What is not an ordinary file of a plain name is refused.
"""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from api.evidence.packed import (
    PackedError,
    PackedLockedError,
    PackedTooLargeError,
    check_members,
)
from rubrics.problems import InputError, Place, Problem

MAX_MEMBERS = 50_000
MAX_BYTES = 8_000_000_000
"""Of all members together."""

MAX_NAME = 400
_PIECE = 1 << 20
_LITTER = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})


def unpack_archive(
    archive: Path, folder: Path, *, max_bytes: int = MAX_BYTES, max_members: int = MAX_MEMBERS
) -> None:
    """Puts every file of the archive into the folder; `InputError` says why it cannot be taken."""
    try:
        with zipfile.ZipFile(archive) as packed:
            check_members(packed, max_bytes=max_bytes, max_members=max_members)
            for member in packed.infolist():
                if not member.is_dir() and not _is_litter(member.filename):
                    _unpack(packed, member, folder / _place_of(member, archive))
    except PackedTooLargeError:
        limit = f"{max_bytes // 1_000_000:,} MB, {max_members}"
        raise _refused("batch.archive_too_large", archive, limit=limit) from None
    except PackedLockedError:
        raise _refused("batch.archive_locked", archive) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, PackedError):
        raise _refused("batch.archive_broken", archive) from None


def _unpack(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile  # lzma may ask for gigabytes of memory before the first byte
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with packed.open(member) as stream, target.open("xb") as file:
        while piece := stream.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise PackedTooLargeError
            file.write(piece)


def _place_of(member: zipfile.ZipInfo, archive: Path) -> PurePosixPath:
    """Where in the folder a member belongs: nowhere else."""
    name = member.filename
    path = PurePosixPath(name)
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    plain = name.isprintable() and "\\" not in name and ":" not in name and len(name) <= MAX_NAME
    if is_link or not plain or path.is_absolute() or ".." in path.parts:
        shown = "".join(c if c.isprintable() else " " for c in name)[:60]
        raise _refused("batch.archive_name", archive, name=shown)
    return path


def _is_litter(name: str) -> bool:
    """What operating systems leave in archives that they pack."""
    return any(part.lower() in _LITTER for part in PurePosixPath(name).parts)


def _refused(code: str, archive: Path, **params: str) -> InputError:
    return InputError([Problem(code, Place(archive.name), params)])
