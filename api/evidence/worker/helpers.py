"""Helpers that read parts of a large file while the process that looks at it reads the first.

Whoever looks at a file may not split off processes any more. So helpers are split off before it,
one for each further core, confined as it is, and wait: each does one piece of work, answers, and
ends. What a helper does not answer, the process that looks does itself; its facts are the same.
"""

import json
import os
from contextlib import suppress
from importlib import import_module
from typing import NamedTuple

PIECE = 1 << 20

MAX_ANSWER = 200_000_000
"""Bytes that one helper may answer; counts of a million releases are 50 MB."""


class Helper(NamedTuple):
    """A helper that waits: where to write its work, and where to read its answer."""

    work: int
    answer: int


_waiting: list[Helper] = []


def enlist(*helpers: Helper) -> None:
    """Says which helpers this process has from now on."""
    _waiting[:] = helpers


def hands() -> int:
    """How many processes can work: this one, and the helpers that wait."""
    return 1 + len(_waiting)


def give(work: str, **told: str | int | None) -> Helper:
    """Has a helper that waits do `work` (`module:function`), which is told this."""
    helper = _waiting.pop(0)
    with suppress(OSError):  # it ended: then it does not answer
        write(helper.work, json.dumps([work, told]).encode() + b"\n")
    os.close(helper.work)
    return helper


def hear(helper: Helper) -> bytes | None:
    """What a helper answers; `None` where it failed, ended, or says too much."""
    told = bytearray()
    while piece := os.read(helper.answer, PIECE):
        told += piece
        if len(told) > MAX_ANSWER:
            return None
    return bytes(told) or None


def dismiss(helper: Helper) -> None:
    """Hears no more of a helper: one that still works ends once it wants to answer."""
    os.close(helper.answer)


def help_once(helper: Helper) -> None:
    """In a helper: waits for its work, does it, and answers; says nothing where it fails."""
    if not (line := read_line(helper.work)):
        return  # nobody needed us
    work, told = json.loads(line)
    module, _, name = work.partition(":")
    write(helper.answer, getattr(import_module(module), name)(**told))


def read_line(source: int) -> bytes:
    """The next line, or nothing at the end. There is never more to read than one."""
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = os.read(source, PIECE)
        if not piece:
            return b""
        line += piece
    return bytes(line)


def write(to: int, content: bytes) -> None:
    """Writes all of it."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(to, rest) :]
