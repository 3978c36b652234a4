"""A column of values that checks look at: answers, fields of a group, cells of a table."""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Protocol

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from assessment.batch import arrays
from assessment.batch.arrays import Codes
from assessment.batch.states import Flags, Index, Numbers
from assessment.checks.answers import as_date, plain

Raw = str | bool | int | float | None


class Fields(Protocol):
    """Something with fields: an answer of kind group, or the row at hand."""

    @property
    def absent(self) -> Flags:
        """Where there is nothing that could have fields."""
        ...

    def field(self, name: str) -> "Cells":
        """The values of one field."""
        ...


class Distinct:
    """A column by its different values: what is asked of a value is asked once of each."""

    def __init__(self, codes: Codes, raw: list[Raw], read: Callable[[Raw], object]) -> None:
        self.codes = codes
        self.raw: list[Raw] = [*raw, None]
        self.values: list[object] = [None if value is None else read(value) for value in self.raw]

    def at(self, places: Index) -> "Distinct":
        """The values in these places alone."""
        found = copy(self)
        found.codes = self.codes.take(places)
        return found

    def each(self, known: list[bool]) -> Flags:
        """What is known of each different value, row by row."""
        found: Flags = np.array(known, np.bool_).take(self.codes)
        return found


class Cells:
    """A column of typed values."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array
        self.size = len(array)
        self._fields: dict[str, Cells] = {}

    def field(self, name: str) -> "Cells":
        """A field of a group; all blank where there is none of that name."""
        if name not in self._fields:
            self._fields[name] = Cells(arrays.part(self.array, name))
        return self._fields[name]

    @cached_property
    def absent(self) -> Flags:
        """Where there is nothing, or a text without a letter."""
        kind = self.array.type
        if pt.is_string(kind) or pt.is_large_string(kind) or pt.is_dictionary(kind):
            return self.distinct.each([value in (None, "") for value in self.distinct.values])
        return arrays.nulls(self.array)

    @cached_property
    def blank(self) -> Flags:
        """The same, and lists without an element."""
        if not _is_list(self.array.type):
            return self.absent
        lengths = np.asarray(pc.list_value_length(self.array).fill_null(0), np.int64)
        found: Flags = lengths == 0
        return found

    @cached_property
    def numbers(self) -> tuple[Numbers, Flags]:
        """The numbers, and where there are any; `True` is 1, as it is for Python."""
        kind = self.array.type
        if pt.is_floating(kind) or pt.is_integer(kind):
            return arrays.numbers(self.array), ~self.absent
        if pt.is_boolean(kind):
            return arrays.flags(self.array).astype(np.float64), ~self.absent
        return np.zeros(self.size), np.zeros(self.size, np.bool_)

    @cached_property
    def days(self) -> tuple[Index, Flags]:
        """The days as ordinals, and where there are any."""
        if pt.is_date(self.array.type):
            return arrays.days(self.array), ~self.absent
        return self._days_of_distinct()

    def _days_of_distinct(self) -> tuple[Index, Flags]:
        distinct = self.distinct
        found = [as_date(value) for value in distinct.values]
        ordinals = np.array([day.toordinal() if day is not None else 0 for day in found])
        return ordinals.take(distinct.codes), distinct.each([day is not None for day in found])

    @cached_property
    def distinct(self) -> Distinct:
        """The different values; a list of words is one value."""
        array, kind = self.array, self.array.type
        if pt.is_struct(kind) or _is_table(kind):
            return self._opaque()
        if pt.is_null(kind):
            return Distinct(np.full(self.size, -1, np.int8), [], str)
        if _is_list(kind):
            return _distinct(pc.binary_join(array, ";"), lambda joined: tuple(_split(str(joined))))
        if pt.is_floating(kind):
            return _distinct(array, lambda number: plain(float(number or 0)))
        return _distinct(array, lambda value: value)

    def _opaque(self) -> Distinct:
        """Groups and tables, of which nothing is asked as a whole but whether they are there."""
        return Distinct(np.where(self.blank, np.int8(-1), np.int8(0)), ["{}"], lambda _: {"": None})


class JsonCells(Cells):
    """A column of cells whose type only each of them knows: their values were JSON."""

    def __init__(self, distinct: Distinct) -> None:
        super().__init__(pa.nulls(len(distinct.codes)))
        self._distinct = distinct

    @cached_property
    def distinct(self) -> Distinct:
        """The different values."""
        return self._distinct

    @cached_property
    def absent(self) -> Flags:
        """Where there is nothing, or a text without a letter."""
        return self.distinct.each([value in (None, "") for value in self.distinct.values])

    @cached_property
    def blank(self) -> Flags:
        """The same, and lists without an element."""
        return self.distinct.each([value in (None, "", ()) for value in self.distinct.values])

    @cached_property
    def numbers(self) -> tuple[Numbers, Flags]:
        """The numbers, and where there are any."""
        distinct = self.distinct
        known = [isinstance(value, int | float) for value in distinct.values]
        found = [float(v) if isinstance(v, int | float) else 0.0 for v in distinct.values]
        return np.array(found).take(distinct.codes), distinct.each(known)

    @cached_property
    def days(self) -> tuple[Index, Flags]:
        """The days as ordinals, and where there are any."""
        return self._days_of_distinct()


def distinct_json(array: pa.Array) -> Distinct:
    """The different values of a column of JSON; one place more, the last, holds nothing."""
    found = _distinct(array, read_json)
    found.codes = np.append(found.codes, found.codes.dtype.type(-1))
    return found


def read_json(text: Raw) -> object:
    """What a cell holds; lists are tuples, as they are in a submission."""
    value = msgspec.json.decode(str(text))
    return tuple(value) if isinstance(value, list) else value


def _is_list(kind: pa.DataType) -> bool:
    return bool(pt.is_list(kind) or pt.is_large_list(kind))


def _is_table(kind: pa.DataType) -> bool:
    return _is_list(kind) and bool(pt.is_struct(kind.value_type))


def _split(joined: str) -> list[str]:
    return joined.split(";") if joined else []


def _distinct(array: pa.Array, read: Callable[[Raw], object]) -> Distinct:
    if not pt.is_dictionary(array.type):
        array = array.dictionary_encode()
    raw = array.dictionary.to_pylist()
    return Distinct(arrays.narrow(arrays.filled(array.indices, -1), len(raw)), raw, read)
