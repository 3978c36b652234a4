"""Opens evidence safely: only ordinary files of the submission's own folder, up to a size.

A submission comes from a stranger, and so does every path in it. A path that is absolute, climbs
with `..` or leaves the folder through a symbolic link is refused, and so is everything that is no
ordinary file: reading a pipe would wait for ever, and a device may have no end.
"""

import difflib
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

MAX_LISTED = 2_000
"""How many files of the folder are looked through for a name like the one that is missing."""

MAX_LISTED_DEPTH = 6

PIECE = 1 << 20
"""Bytes that are read at a time."""

# NONBLOCK: a pipe put in the file's place since we looked must not keep us waiting.
# NOFOLLOW: nor may a link put there lead us out. Not every system has them all.
FLAGS = ("O_RDONLY", "O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")


class EvidenceFileError(Exception):
    """The file that a piece of evidence names cannot be taken; `code` names the sentence for it.

    `evidence` is the id of the piece, `file` the path as the submission has it, and `suggestion` a
    file that is there and has nearly that name (or nothing).
    """

    code = "file.unusable"
    sentence = "The file '{file}' of the evidence '{evidence}' cannot be used."

    def __init__(self, evidence: str, file: str, suggestion: str = "") -> None:
        self.evidence = evidence
        self.file = file
        self.suggestion = suggestion
        hint = f" Did you mean '{suggestion}'?" if suggestion else ""
        super().__init__(self.sentence.format(evidence=evidence, file=file) + hint)


class EvidenceFileMissingError(EvidenceFileError):
    """There is no such file."""

    code = "file.missing"
    sentence = "The evidence '{evidence}' names the file '{file}', which is not there."


class EvidenceFileOutsideError(EvidenceFileError):
    """The path leads out of the submission's folder."""

    code = "file.outside"
    sentence = (
        "The evidence '{evidence}' names '{file}', which lies outside the submission's folder. "
        "Copy it into that folder and name it from there."
    )


class EvidenceFileIrregularError(EvidenceFileError):
    """The path names a folder, a pipe, a device: no ordinary file."""

    code = "file.not_regular"
    sentence = (
        "The evidence '{evidence}' names '{file}', which is not an ordinary file. "
        "Copy the document itself into the submission's folder."
    )


@dataclass(frozen=True, slots=True)
class Source:
    """An evidence file that is an ordinary one, and may be opened.

    `name` is what the team calls it: no more than a hint. `sha256` is `None` where nothing was
    read: the file is larger than `max_bytes` allowed, or not permitted to us.
    """

    path: Path
    name: str
    size: int
    sha256: str | None


def find_source(file: str, *, evidence: str, folder: Path, max_bytes: int) -> Source:
    """The file `file`, a path inside `folder`; a subclass of `EvidenceFileError` if there is none.

    It is read once, in pieces, for its digest; a larger one than `max_bytes` is not read at all.
    """
    path = _locate(file, evidence=evidence, folder=folder)
    try:
        descriptor = os.open(path, sum(getattr(os, flag, 0) for flag in FLAGS))
    except FileNotFoundError:
        raise EvidenceFileMissingError(evidence, file, _similar(file, folder)) from None
    except OSError:
        if not path.is_file():  # a socket, or a link that appeared since we looked
            raise EvidenceFileIrregularError(evidence, file) from None
        return Source(path, path.name, path.stat().st_size, None)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise EvidenceFileIrregularError(evidence, file)
        size, digest = 0, hashlib.sha256()
        if status.st_size <= max_bytes:
            while size <= max_bytes and (piece := stream.read(PIECE)):
                size += len(piece)
                digest.update(piece)
    if status.st_size > max_bytes or size > max_bytes:  # or it grew while we read it
        return Source(path, path.name, max(status.st_size, size), None)
    return Source(path, path.name, size, digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds. `data` is `None` where it was not read: too large, or not permitted."""

    name: str
    size: int
    data: bytes | None = None
    sha256: str | None = None


def read_file(file: str, *, evidence: str, folder: Path, max_bytes: int) -> Contents:
    """The contents of `file`, a path inside `folder`; a subclass of `EvidenceFileError` if none."""
    source = find_source(file, evidence=evidence, folder=folder, max_bytes=max_bytes)
    if source.sha256 is None:
        return Contents(source.name, source.size)
    return Contents(source.name, source.size, source.path.read_bytes(), source.sha256)


def _locate(file: str, *, evidence: str, folder: Path) -> Path:
    """The real place of `file`, with every symbolic link followed, if it is inside `folder`."""
    given = PureWindowsPath(file)  # knows both kinds of separators, and drives
    if given.drive or given.root or ".." in given.parts or "\0" in file:
        raise EvidenceFileOutsideError(evidence, file)
    root = Path(os.path.realpath(folder))
    try:
        path = Path(os.path.realpath(root / file))
        mode = os.lstat(path).st_mode if path.is_relative_to(root) else None
    except (OSError, ValueError):  # not there, a name that is too long, a circle of links
        raise EvidenceFileMissingError(evidence, file, _similar(file, folder)) from None
    if mode is None:
        raise EvidenceFileOutsideError(evidence, file)
    if not stat.S_ISREG(mode):
        raise EvidenceFileIrregularError(evidence, file)
    return path


def _similar(file: str, folder: Path) -> str:
    """The file of the folder whose path (or else bare name) is most like `file`."""
    paths = {path.casefold(): path for path in _listed(folder)}
    close = difflib.get_close_matches(file.casefold(), paths, n=1, cutoff=0.6)
    if close:
        return paths[close[0]]
    names = {path.rpartition("/")[2].casefold(): path for path in paths.values()}
    close = difflib.get_close_matches(file.rpartition("/")[2].casefold(), names, n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def _listed(folder: Path) -> Iterator[str]:
    """The files of the folder by their path in it, sorted, up to a limit."""
    found = 0
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(folders) if depth < MAX_LISTED_DEPTH else []
        for name in sorted(names):
            yield (Path(place).relative_to(folder) / name).as_posix()
            found += 1
            if found >= MAX_LISTED:
                return
