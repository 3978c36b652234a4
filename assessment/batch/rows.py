"""Tables of many submissions at once: their rows one after the other, told apart by offsets."""

import numpy as np
import pyarrow as pa

from assessment.batch import arrays
from assessment.batch.cells import Cells, Fields, JsonCells, distinct_json
from assessment.batch.states import Flags


class JsonRows:
    """The rows of tables that a collector read; a column that a table lacks is blank in it."""

    def __init__(self, rows: pa.Array) -> None:
        self._cells = arrays.lists(rows)
        self._parents = self._cells.parents
        names = arrays.words(arrays.part(self._cells.values, "column", pa.string()))
        self._named = names.by_name(np.arange(len(names.codes)))
        self._values = distinct_json(arrays.part(self._cells.values, "cell", pa.string()))
        self._columns: dict[str, Cells] = {}

    @property
    def absent(self) -> Flags:
        """A row is always there."""
        return np.zeros(len(self._cells.absent), np.bool_)

    def field(self, name: str) -> Cells:
        """The cells of a column."""
        if name not in self._columns:
            self._columns[name] = self._column(name)
        return self._columns[name]

    def _column(self, name: str) -> Cells:
        at = self._named.get(name, arrays.NOWHERE)
        where = np.full(len(self._cells.absent), -1, np.int64)
        where[self._parents.take(at)] = at
        return JsonCells(self._values.at(where))


class Tables:
    """Tables, one a place: where the rows of each start, and the rows of all of them."""

    def __init__(self, array: pa.Array, *, json: bool) -> None:
        found = arrays.lists(array)
        self.absent, self.offsets, self.parents = found.absent, found.offsets, found.parents
        self.rows: Fields = JsonRows(found.values) if json else Cells(found.values)
        self.size = len(found.values)
