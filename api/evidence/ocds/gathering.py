"""Keeps track of the releases of a file: which process each is of, and where to find it again.

Of a release in JSON Lines only its place in the file is kept, twenty bytes each; so a file of a
million releases takes as little memory as one of a thousand.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import BinaryIO

import msgspec
import numpy as np

from api.evidence.ocds.decoding import open_release
from api.evidence.ocds.mending import mended
from api.evidence.ocds.releases import Raw, Release
from api.evidence.ocds.tree import words

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

MAX_KEPT = 200_000_000
"""Bytes of releases that have no place of their own in the file, because they had to be mended."""

MAX_VERSIONS = 50_000
"""Different releases of one process: they are put together in memory."""

NAMELESS = 0
"""The key of releases that do not say which process they are of: each stands for one of its own."""


class TooManyValuesError(Exception):
    """The file holds so many values that reading them could exhaust the memory."""


@dataclass(slots=True)
class Gathered:
    """The releases of a file by number, from 0.

    Keys are hashes of OCIDs: who has a key of its own has an OCID of its own. Releases with the
    same key must be asked for theirs. `ocids` are those that only the record around a release says.
    """

    stream: BinaryIO
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    offsets: "array[int]" = field(default_factory=lambda: array("q"))
    lengths: "array[int]" = field(default_factory=lambda: array("i"))
    kept: dict[int, bytes | Raw] = field(default_factory=dict)
    kept_bytes: int = 0
    ocids: dict[int, str] = field(default_factory=dict)
    duplicates: int = 0

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, ocid: str, text: bytes | Raw, place: tuple[int, int] | None) -> None:
        """Notes a release, which stands at `place` (offset and length), or nowhere as it is."""
        self.keys.append((hash(ocid) or 1) if ocid else NAMELESS)
        offset, length = place or (-1, 0)
        self.offsets.append(offset)
        self.lengths.append(length)
        if place is None:
            self.kept[len(self.keys) - 1] = text
            self.kept_bytes += memoryview(text).nbytes
            if self.kept_bytes > MAX_KEPT:
                raise TooManyValuesError

    def add_lines(self, ocids: list[str], texts: list[bytes], offsets: list[int]) -> None:
        """Notes some releases that say which process each is of, and stand at these offsets."""
        self.keys.extend([hash(ocid) or 1 for ocid in ocids])
        self.offsets.extend(offsets)
        self.lengths.extend(map(len, texts))

    def text(self, number: int) -> bytes | Raw:
        """The release of this number."""
        if number in self.kept:
            return self.kept[number]
        self.stream.seek(self.offsets[number])
        return self.stream.read(self.lengths[number])

    def has_repeated(self) -> bool:
        """Whether two releases may be of the same process."""
        keys = np.frombuffer(self.keys, dtype=np.int64)
        named = keys[keys != NAMELESS]
        return len(np.unique(named)) < len(named)

    def groups(self) -> Iterator[list[int]]:
        """The numbers of the releases that may be of one process, nearly in the file's order."""
        keys = np.frombuffer(self.keys, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else order
        counts = np.diff(np.r_[starts, len(keys)])
        alone = np.r_[order[starts[counts == 1]], np.flatnonzero(keys == NAMELESS)]
        for number in _each(np.unique(alone)):
            yield [number]
        shared = (counts > 1) & (ordered[starts] != NAMELESS)
        starts, counts = starts[shared], counts[shared]
        in_order = np.argsort(order[starts])
        for start, count in zip(_each(starts[in_order]), _each(counts[in_order]), strict=True):
            yield order[start : start + count].tolist()

    def versions(self, numbers: list[int]) -> Iterator[list[Release]]:
        """The different releases of each process, from the oldest to the newest.

        Those of one moment are put in the order of their digests: any that is always the same,
        however the file is sorted. Whoever says again what was said is a duplicate.
        """
        if len(numbers) == 1:
            yield [self._opened(numbers[0])[0]]
            return
        found: dict[str, dict[bytes, Release]] = {}
        said: set[tuple[str, str | bytes]] = set()
        for number in numbers:
            release, text = self._opened(number)
            ocid, digest = words(release.ocid), blake2b(text, digest_size=16).digest()
            found.setdefault(ocid, {})[digest] = release
            said.add((ocid, words(release.id) or digest))
            if len(found[ocid]) > MAX_VERSIONS:
                raise TooManyValuesError
        self.duplicates += len(numbers) - len(said)
        for same in found.values():
            dated = sorted((words(release.date), digest) for digest, release in same.items())
            yield [same[digest] for _, digest in dated]

    def _opened(self, number: int) -> tuple[Release, bytes | Raw]:
        text = self.text(number)
        try:
            release = open_release(text)
        except msgspec.DecodeError:
            text = mended(bytes(text))
            release = open_release(text)
        if release is None:
            raise ValueError("the file changed while it was read")
        if number in self.ocids:
            release.ocid = self.ocids[number]
        return release, text


def _each(numbers: Numbers) -> Iterator[int]:
    """The numbers one by one, without a list of a million of them."""
    for start in range(0, len(numbers), 65_536):
        yield from numbers[start : start + 65_536].tolist()
