"""Reads JSON Lines as a stream of lines, however many there are, and tells them from other JSON."""

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from api.evidence.ocds.gathering import TooManyValuesError
from api.evidence.ocds.mending import mended
from api.evidence.ocds.releases import Raw
from api.evidence.personal import may_hold_numbers

MAX_WHOLE = 200_000_000
"""Bytes of other JSON, and of a single line: larger data belong into JSON Lines."""

MAX_VALUES = 6_000_000
"""Commas of JSON that is read whole, or lines of JSON Lines: ten times a large city's."""

BLOCK = 1 << 18
"""Bytes that are read at once: what fits into the cache of a processor is read quickest."""


@dataclass(slots=True)
class Line:
    """A text in which releases stand, and where it begins in the file; `None`: nowhere as it is.

    `cursor` is where in it the last release was found.
    """

    text: bytes | Raw
    offset: int | None
    may_hold_numbers: bool
    cursor: int = 0


def is_json_lines(stream: BinaryIO) -> bool:
    """Whether the first line is JSON by itself, and more follows."""
    first = b""
    while not first.strip():
        first = stream.readline(MAX_WHOLE + 1)
        if not first:
            return False
    if len(first) > MAX_WHOLE:
        raise TooManyValuesError
    more = stream.read(BLOCK)
    while more and not more.strip():
        more = stream.read(BLOCK)
    return bool(more) and _is_json(first)


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=Raw)
    except msgspec.DecodeError:
        try:
            mended(text)
        except ValueError:
            return False
    return True


def cuts_of(stream: BinaryIO, start: int, *, parts: int) -> list[int]:
    """Where to cut a file into parts of about the same size; fewer where it is short.

    Cuts are between blocks: elsewhere they would make other blocks than one reader sees.
    """
    size = stream.seek(0, os.SEEK_END)
    cuts: list[int] = []
    for part in range(1, parts):
        while start < size and start < part * size // parts:
            stream.seek(start + BLOCK - 1)
            stream.readline(MAX_WHOLE + 1)
            start = stream.tell()
        if start < size and start not in cuts:
            cuts.append(start)
    return cuts


def blocks_of(
    stream: BinaryIO, start: int, end: int | None = None
) -> Iterator[tuple[list[tuple[bytes, int]], bool]]:
    """Some lines at a time that hold anything, with where each begins in the file.

    And whether any of them may hold national numbers. `UnicodeDecodeError` where it is not UTF-8.
    """
    number = 0
    while (end is None or start < end) and (block := stream.read(BLOCK)):
        if not block.endswith(b"\n"):
            block += stream.readline(MAX_WHOLE)
        _check_utf8(block)
        lines, offset = [], start
        for text in block.split(b"\n"):
            if text and not text.isspace():
                lines.append((text, offset))
            offset += len(text) + 1
        number += len(lines)
        if number > MAX_VALUES or any(len(text) > MAX_WHOLE for text, _ in lines):
            raise TooManyValuesError
        yield lines, may_hold_numbers(block)
        start += len(block)


def read_whole(stream: BinaryIO) -> bytes:
    """The rest of a file that is not JSON Lines."""
    data = stream.read(MAX_WHOLE + 1)
    if len(data) > MAX_WHOLE or data.count(b",") > MAX_VALUES:
        raise TooManyValuesError
    _check_utf8(data)
    return data


def _check_utf8(data: bytes) -> None:
    """`UnicodeDecodeError` where it is not UTF-8, without a copy of it in memory."""
    if data.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), BLOCK):
        decoder.decode(data[start : start + BLOCK])
    decoder.decode(b"", final=True)
