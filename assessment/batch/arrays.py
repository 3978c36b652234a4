"""Arrow columns as NumPy arrays: lists, structs, words, days and numbers, whatever was sliced.

A slice shares the child arrays of its whole, and a null list may hide values; so nothing here reads
a child array without its offsets and its nulls.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from assessment.batch.states import Flags, Index, Masks, Numbers

EPOCH = 719_163
"""The ordinal of 1 January 1970, from which Arrow counts days."""

Codes = npt.NDArray[np.signedinteger]
"""Numbers of words or values, -1 for none, in as few bytes as they need."""

NOWHERE: Index = np.zeros(0, np.int64)


class Lists(NamedTuple):
    """A column of lists: where each starts and ends in `values`, and which ones are null."""

    offsets: Index
    values: pa.Array
    absent: Flags

    @property
    def parents(self) -> Index:
        """The row that each value belongs to."""
        return np.repeat(np.arange(len(self.absent), dtype=np.int64), np.diff(self.offsets))


class Words(NamedTuple):
    """A column of words: the number of each row's word in `names`; -1 for null."""

    codes: Codes
    names: Sequence[str]

    def at(self, places: Index) -> "Words":
        """The words in these places alone."""
        return Words(self.codes.take(places), self.names)

    def among(self, accepted: frozenset[str]) -> Flags:
        """Where the word is one of these."""
        known = np.array([name in accepted for name in self.names] + [False])
        found: Flags = known.take(self.codes)
        return found

    def masks(self, wanted: Sequence[str]) -> Iterator[Masks]:
        """A bit for each of these words that stands there, up to 64 in a mask."""
        for first in range(0, len(wanted), 64):
            some = wanted[first : first + 64]
            bits = [sum(1 << i for i, word in enumerate(some) if word == n) for n in self.names]
            yield np.array([*bits, 0], np.uint64).take(self.codes)

    def numbered(self, numbers: Mapping[str, int]) -> Index:
        """The number of each word; -1 where it has none."""
        known = np.array([numbers.get(name, -1) for name in self.names] + [-1])
        found: Index = known.take(self.codes)
        return found

    def by_name(self, of: Index) -> dict[str, Index]:
        """What belongs to each word, in order; a dictionary may hold a word twice."""
        # Words are few, and sorting numbers of 8 or 16 bits stably is a radix sort.
        sorted_by_code = of.take(np.argsort(self.codes, kind="stable"))
        ends = np.cumsum(np.bincount(self.codes + np.int64(1), minlength=len(self.names) + 1))
        found: dict[str, Index] = {}
        for name, start, end in zip(self.names, ends, ends[1:], strict=False):
            some = sorted_by_code[start:end]
            found[name] = np.sort(np.append(found[name], some)) if name in found else some
        return found


def column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """A column in one piece; one that is not there is all null."""
    if name not in table.column_names:
        return pa.nulls(len(table), kind)
    found = table.column(name)
    return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()


def part(array: pa.Array, name: str, kind: pa.DataType | None = None) -> pa.Array:
    """A field of a column of structs, null where the struct is; all null where it has none."""
    position = array.type.get_field_index(name) if pt.is_struct(array.type) else -1
    if position < 0:
        return pa.nulls(len(array), kind)
    found = array.field(position)
    if array.null_count == 0:
        return found
    return array.flatten()[position]


def lists(array: pa.Array) -> Lists:
    """A column of lists."""
    if pt.is_null(array.type):
        array = array.cast(pa.list_(pa.null()))
    absent = nulls(array)
    if array.null_count == 0:
        offsets = np.asarray(array.offsets, np.int64)
        return Lists(offsets - offsets[0], array.flatten(), absent)
    lengths = np.asarray(filled(pc.list_value_length(array), 0), np.int64)
    offsets = np.zeros(len(array) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return Lists(offsets, array.flatten(), absent)


def nulls(array: pa.Array) -> Flags:
    """Where nothing stands."""
    if array.null_count == 0:
        return np.zeros(len(array), np.bool_)
    found: Flags = array.is_null().to_numpy(zero_copy_only=False)
    return found


def words(array: pa.Array) -> Words:
    """A column of texts, plain or in a dictionary."""
    if not pt.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    names = [str(name) for name in array.dictionary.to_pylist()]
    return Words(narrow(filled(array.indices, -1), len(names)), names)


def narrow(codes: pa.Array, many: int) -> Codes:
    """Numbers from -1 to `many` in few bytes: the more of them stay in the processor's cache."""
    found: Codes = np.asarray(codes).astype(np.min_scalar_type(-1 - many))
    return found


def flags(array: pa.Array) -> Flags:
    """A column of yes and no; null is no."""
    found: Flags = filled(array.cast(pa.bool_()), instead=False).to_numpy(zero_copy_only=False)
    return found


def days(array: pa.Array) -> Index:
    """A column of days as ordinals; null is 0, before every day."""
    since = array.cast(pa.date32()).cast(pa.int32())
    ordinals: Index = np.asarray(filled(since, -EPOCH), np.int64) + EPOCH
    return ordinals


def numbers(array: pa.Array) -> Numbers:
    """A column of numbers; null is 0."""
    return np.asarray(filled(array.cast(pa.float64()), 0.0), np.float64)


def counts(array: pa.Array) -> Index:
    """A column of whole numbers; null is 0."""
    return np.asarray(filled(array.cast(pa.int64()), 0), np.int64)


def filled(array: pa.Array, instead: float) -> pa.Array:
    """The same with something else where nothing stands."""
    return array.fill_null(instead) if array.null_count else array
