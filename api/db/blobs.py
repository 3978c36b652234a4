"""The content of evidence, each under its SHA-256: the same bytes are kept once.

A file is written beside its place, forced to the disk and then moved: under its name there is
always the whole content, or nothing.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from api.errors import TooLarge

PIECE = 1 << 20

LEFT_AFTER = 24 * 3600
"""Seconds after which nobody is still sending the same file."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Content that is kept: its digest, its size, and where it lies."""

    sha256: str
    size: int
    path: Path


class Blobs:
    """A folder of contents, by digest, in 256 folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        """Where the content of this digest lies, if it is there."""
        if not _DIGEST.fullmatch(sha256):  # a name from outside must not lead elsewhere
            raise ValueError(f"'{sha256[:80]}' is not a digest")
        return self.folder / sha256[:2] / sha256[2:]

    def put(
        self, stream: BinaryIO, *, limit: int, accept: Callable[[Path], None] | None = None
    ) -> Blob:
        """Keeps what the stream holds; `TooLarge` as soon as it is more than `limit` bytes.

        `accept` may look at the file before it is kept, and refuse it with an error.
        """
        incoming = self.folder / "incoming"
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_left(incoming)
        part = incoming / secrets.token_hex(16)
        size, digest = 0, hashlib.sha256()
        try:
            with part.open("xb") as file:
                while piece := stream.read(PIECE):
                    size += len(piece)
                    if size > limit:
                        raise TooLarge(limit)
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if accept is not None:
                accept(part)
            sha256 = digest.hexdigest()
            path = self.path_of(sha256)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.replace(path)  # over the same content, if it is there already
            _force(path.parent)
        finally:
            part.unlink(missing_ok=True)
        return Blob(sha256, size, path)

    def digest_of(self, sha256: str) -> str | None:
        """What the content under this digest really amounts to; `None` where it is not there."""
        digest = hashlib.sha256()
        try:
            with self.path_of(sha256).open("rb") as file:
                while piece := file.read(PIECE):
                    digest.update(piece)
        except FileNotFoundError:
            return None
        return digest.hexdigest()

    def all(self) -> Iterator[str]:
        """The digest of every content that is there, in order."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                yield folder.name + path.name

    def trouble(self) -> list[str]:
        """What keeps contents from being kept: nothing, if all is well."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return [f"evidence folder: {error.strerror}"]
        return [] if os.access(self.folder, os.W_OK) else ["evidence folder: not writable"]


def _remove_left(incoming: Path) -> None:
    """What an upload left that was cut off with its process: nothing else takes it away."""
    for part in incoming.iterdir():
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > LEFT_AFTER:
                part.unlink()


def _force(folder: Path) -> None:
    """The new name is on the disk as well, where a folder can be forced there."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
