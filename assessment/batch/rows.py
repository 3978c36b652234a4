"""Tables of many submissions at once: their rows one after the other, told apart by offsets."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assessment.batch import arrays
from assessment.batch.cells import Cells, Fields, JsonCells, distinct_json
from assessment.batch.states import Flags, Index


class JsonRows:
    """The rows of tables that a collector read; a column that a table lacks is blank in it."""

    def __init__(self, rows: pa.Array) -> None:
        self._cells = arrays.lists(rows)
        self._parents = self._cells.parents
        names = arrays.words(arrays.part(self._cells.values, "column", pa.string()))
        self._named = names.by_name(np.arange(len(names.codes)))
        self._values = distinct_json(arrays.part(self._cells.values, "cell", pa.string()))
        self._columns: dict[str, Cells] = {}

    def field(self, name: str) -> Cells:
        """The cells of a column."""
        if name not in self._columns:
            self._columns[name] = self._column(name)
        return self._columns[name]

    def _column(self, name: str) -> Cells:
        at = self._named.get(name, arrays.NOWHERE)
        # The last place of the values, -1, holds nothing.
        where = np.full(len(self._cells.absent), -1, np.int64)
        where[self._parents.take(at)] = at
        return JsonCells(self._values.at(where))


class _SomeRows:
    """Some of these rows."""

    def __init__(self, rows: JsonRows, places: Index) -> None:
        self._rows = rows
        self._places = places

    @property
    def absent(self) -> Flags:
        """A row is always there."""
        return np.zeros(len(self._places), np.bool_)

    def field(self, name: str) -> Cells:
        """The cells of a column."""
        return JsonCells(self._rows.field(name).distinct.at(self._places))


class Tables(NamedTuple):
    """Tables, one a place: where the rows of each start, and the rows of all of them."""

    absent: Flags
    offsets: Index
    parents: Index
    rows: Fields

    @property
    def size(self) -> int:
        """How many rows there are in all."""
        return len(self.parents)


def tables_of(array: pa.Array) -> Tables:
    """Tables that teams filled in."""
    found = arrays.lists(array)
    return Tables(found.absent, found.offsets, found.parents, Cells(found.values))


class JsonTables:
    """Tables that a collector read."""

    def __init__(self, array: pa.Array) -> None:
        found = arrays.lists(array)
        self._absent, self._offsets = found.absent, found.offsets
        self._rows = JsonRows(found.values)

    def at(self, places: Index) -> Tables:
        """Those in these places."""
        lengths = np.diff(self._offsets).take(places)
        offsets = np.zeros(len(places) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        parents = np.repeat(np.arange(len(places), dtype=np.int64), lengths)
        # Each row stands as far from the first one of its table as it did.
        shift = self._offsets.take(places) - offsets[:-1]
        rows = np.arange(len(parents), dtype=np.int64) + shift.take(parents)
        return Tables(self._absent.take(places), offsets, parents, _SomeRows(self._rows, rows))
