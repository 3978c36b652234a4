"""Arrow columns as NumPy arrays: lists, structs, words, days and numbers, whatever was sliced.

A slice shares the child arrays of its whole, and a null list may hide values; so nothing here reads
a child array without its offsets and its nulls.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from assessment.batch.states import Flags, Index, Numbers

EPOCH = 719_163
"""The ordinal of 1 January 1970, from which Arrow counts days."""


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

    codes: Index
    names: Sequence[str]

    def among(self, accepted: frozenset[str]) -> Flags:
        """Where the word is one of these."""
        known = np.array([name in accepted for name in self.names] + [False])
        found: Flags = known[self.codes]
        return found

    def numbered(self, numbers: Mapping[str, int]) -> Index:
        """The number of each word; -1 where it has none."""
        found: Index = np.array([numbers.get(name, -1) for name in self.names] + [-1])[self.codes]
        return found


def column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """A column in one piece; one that is not there is all null."""
    if name not in table.column_names:
        return pa.nulls(len(table), kind)
    found = table.column(name).combine_chunks()
    return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)


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
    lengths = np.asarray(pc.list_value_length(array).fill_null(0), np.int64)
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
    codes = np.asarray(array.indices.fill_null(-1), np.int64)
    return Words(codes, [str(name) for name in array.dictionary.to_pylist()])


def flags(array: pa.Array) -> Flags:
    """A column of yes and no; null is no."""
    found: Flags = array.cast(pa.bool_()).fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return found


def days(array: pa.Array) -> Index:
    """A column of days as ordinals; null is 0, before every day."""
    since = array.cast(pa.date32()).cast(pa.int32())
    ordinals = np.asarray(since.fill_null(-EPOCH), np.int64) + EPOCH
    found: Index = ordinals
    return found


def numbers(array: pa.Array) -> Numbers:
    """A column of numbers; null is 0."""
    return np.asarray(array.cast(pa.float64()).fill_null(0.0), np.float64)


def counts(array: pa.Array) -> Index:
    """A column of whole numbers; null is 0."""
    return np.asarray(array.cast(pa.int64()).fill_null(0), np.int64)
