"""Takes in what an answer holds: the beginning of a page, or all of a file, counted and hashed.

Bytes are counted as they are unpacked, for a few packed ones can hold a disk full.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from api.evidence.links.calling import Answer


@dataclass(frozen=True, slots=True)
class Body:
    """What was read: its beginning (`head`, `cut` if it went on), and where all of it is.

    `size` and `sha256` are those of the file at `path`, or else those of `head`.
    """

    head: bytes
    size: int
    sha256: str
    cut: bool = False
    path: Path | None = None


class BodyTooLargeError(Exception):
    """The body is longer than the file may be."""


def read_beginning(answer: Answer, head_bytes: int) -> Body:
    """The beginning of the body; what follows is not read, and costs nobody anything."""
    read = bytearray()
    for piece in answer.pieces:
        read += piece
        if len(read) > head_bytes:
            break
    head = bytes(read[:head_bytes])
    return Body(head, len(head), hashlib.sha256(head).hexdigest(), len(read) > head_bytes)


def read_into(destination: Path, answer: Answer, *, max_bytes: int, head_bytes: int) -> Body:
    """The body in a new file; nothing is left of one that is too large or breaks off."""
    said = answer.headers.get("content-length", "")
    if said.isascii() and said.isdecimal() and int(said[:20]) > max_bytes:
        raise BodyTooLargeError
    file = destination.open("xb")
    try:
        with file:
            return _stored(file, destination, answer, max_bytes, head_bytes)
    except BaseException:
        destination.unlink(missing_ok=True)
        raise


def _stored(
    file: BinaryIO, destination: Path, answer: Answer, max_bytes: int, head_bytes: int
) -> Body:
    digest, size, head = hashlib.sha256(), 0, bytearray()
    for piece in answer.pieces:
        size += len(piece)
        if size > max_bytes:
            raise BodyTooLargeError
        digest.update(piece)
        file.write(piece)
        head += piece[: head_bytes - len(head)]
    return Body(bytes(head), size, digest.hexdigest(), size > len(head), destination)
