"""What is printed by another process, what it may cost, and how it is told over a socket."""

import pickle
import socket
import struct
import time
from dataclasses import dataclass
from enum import IntEnum

from reports.edition import Edition
from reports.renderer import Attachment, Paper, ReportError

_HEAD = struct.Struct("!BQ")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A report to print, with what travels inside it."""

    report: Edition
    paper: Paper = "a4"
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintLimits:
    """What printing one report may cost; a usual one takes a second and 150 MB.

    A process that has printed `reports` of them makes room for a new one.
    """

    memory_bytes: int = 1_500_000_000
    cpu_seconds: int = 60
    wall_seconds: float = 180
    pdf_bytes: int = 200_000_000
    reports: int = 200


USUAL = PrintLimits()

PATIENT = PrintLimits(wall_seconds=7_200)
"""Where nobody waits at the door: what comes out does not depend on what else a machine does."""


class TooLongError(ReportError):
    """A report took more time than a report may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f}", code="output.too_long")


class TooLargeError(ReportError):
    """A report needs more memory than a report may."""

    def __init__(self) -> None:
        super().__init__(code="output.too_large")


class DiedError(ReportError):
    """The process that printed a report ended before it was done, twice."""


class Word(IntEnum):
    """What a message between the processes holds."""

    JOB = 1
    PDF = 2
    TOO_LARGE = 3
    UNAVAILABLE = 4
    FAILED = 5


def send_job(channel: socket.socket, job: Job, *, until: float) -> None:
    """Sends a job. It is pickled, for it is our own; what comes back never is."""
    send(channel, Word.JOB, pickle.dumps(job, protocol=5), until=until)


def send(channel: socket.socket, word: Word, content: bytes, *, until: float | None = None) -> None:
    """Sends one message, whole."""
    _set_time(channel, until)
    channel.sendall(_HEAD.pack(word, len(content)))
    channel.sendall(content)


def receive(
    channel: socket.socket, *, most: int | None = None, until: float | None = None
) -> tuple[Word, bytes] | None:
    """The next message; `None` at the end, or where it is longer than it may be."""
    head = _read(channel, _HEAD.size, until=until)
    if head is None:
        return None
    word, length = _HEAD.unpack(head)
    if most is not None and length > most:
        return None
    content = _read(channel, length, until=until)
    return None if content is None else (Word(word), content)


def _read(channel: socket.socket, length: int, *, until: float | None) -> bytes | None:
    content = bytearray()
    while len(content) < length:
        _set_time(channel, until)
        piece = channel.recv(min(_PIECE, length - len(content)))
        if not piece:
            return None
        content += piece
    return bytes(content)


def _set_time(channel: socket.socket, until: float | None) -> None:
    channel.settimeout(None if until is None else max(until - time.monotonic(), 0.001))
