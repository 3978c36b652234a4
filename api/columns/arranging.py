"""From submissions as DuckDB reads them to the columns of the kernel; nothing goes row by row."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assessment.batch import arrow_schema
from assessment.batch.arrays import Words, column, counts, lists, nulls, part, words
from rubrics.schema import Rubric

Index = npt.NDArray[np.int64]


def arrange(rubric: Rubric, read: pa.Table, *, trust_facts: bool) -> pa.Table:
    """The same submissions as the kernel wants them; facts are somebody's word unless trusted."""
    schema = arrow_schema(rubric)
    answers, declared = (column(read, name, pa.null()) for name in ("answers", "declared"))
    given = {
        "city": column(read, "city", schema.field("city").type),
        "not_applicable": _keys(column(read, "not_applicable", _MAP)),
        "declared": declared,
        "decisions": column(read, "decisions", schema.field("decisions").type),
        "evidence": _evidence(column(read, "evidence", pa.null()), trust_facts=trust_facts),
    }
    found = {
        field.name: given[field.name]
        if field.name in given
        else part(answers, field.name, field.type)
        for field in schema
    }
    return pa.table(found)


_MAP = pa.map_(pa.string(), pa.string())


def _evidence(array: pa.Array, *, trust_facts: bool) -> pa.Array:
    found = lists(array)
    entries = found.values
    facts = part(entries, "facts")
    dataset, population = part(facts, "dataset"), part(entries, "population")
    stated = part(entries, "stated", pa.bool_())
    if not trust_facts:
        stated = pa.array(~nulls(facts))
    arranged = {
        "id": part(entries, "id", pa.string()),
        "kind": part(entries, "kind", pa.string()),
        "serves": part(entries, "serves", pa.list_(pa.string())),
        "status": part(facts, "status", pa.string()),
        "stated": stated,
        "dated": pc.coalesce(
            part(facts, "dated", pa.date32()), part(entries, "dated", pa.date32())
        ),
        "format": part(facts, "format", pa.string()),
        "licence": _first(
            part(facts, "licence", pa.string()), part(dataset, "licence", pa.string())
        ),
        "shows": _shows(part(entries, "shows", _MAP), part(facts, "marks", pa.list_(pa.string()))),
        "population_number": part(population, "number", pa.int64()),
        "population_value": part(population, "value", pa.float64()),
        "columns": pa.array(
            np.diff(lists(part(facts, "columns", pa.list_(pa.string()))).offsets) > 0
        ),
        "dataset": _dataset(dataset),
        "table": _table(part(facts, "table", pa.list_(_MAP))),
    }
    struct = pa.StructArray.from_arrays(list(arranged.values()), list(arranged))
    return _listed(found.offsets, struct, found.absent)


def _listed(offsets: Index, values: pa.Array, absent: npt.NDArray[np.bool_]) -> pa.ListArray:
    return pa.ListArray.from_arrays(
        pa.array(offsets.astype(np.int32)), values, mask=pa.array(absent)
    )


def _first(one: pa.Array, other: pa.Array) -> pa.Array:
    """The first text, unless there is none or it is empty."""
    return pc.if_else(pc.not_equal(one, "").fill_null(fill_value=False), one, other)


class _Map(NamedTuple):
    """A column of maps as lists of pairs."""

    offsets: Index
    keys: pa.Array
    items: pa.Array
    parents: Index


def _map_of(array: pa.Array) -> _Map:
    kind = array.type
    pairs = pa.list_(pa.struct({"key": kind.key_type, "value": kind.item_type}))
    found = lists(array.cast(pairs))
    return _Map(
        found.offsets, part(found.values, "key"), part(found.values, "value"), found.parents
    )


def _keys(array: pa.Array) -> pa.Array:
    found = _map_of(array)
    return _listed(found.offsets, found.keys, nulls(array))


def _shows(told: pa.Array, seen: pa.Array) -> pa.Array:
    """The marks that the team says a place for, and those that a collector saw."""
    shown, marks = _map_of(told), lists(seen)
    # Few places are blank; Python's own idea of blank decides about those that could be.
    places = words(shown.items)
    somewhere = np.array([bool(place.strip()) for place in places.names] + [False])[places.codes]
    parts = [
        _Part(shown.parents[somewhere], words(shown.keys).at(np.flatnonzero(somewhere))),
        _Part(marks.parents, words(marks.values)),
    ]
    return _gathered(len(told), parts)[0]


class _Part(NamedTuple):
    """Words, and the piece of evidence (or dataset) that each belongs to."""

    parents: Index
    words: Words


def _gathered(size: int, parts: Sequence[_Part]) -> tuple[pa.Array, Index]:
    """All words of each parent in a list, and the order in which they now stand."""
    names: list[str] = []
    codes = []
    for some in parts:
        codes.append(some.words.codes + np.int32(len(names)))
        names += some.words.names
    parents = np.concatenate([some.parents for some in parts])
    order = np.argsort(parents, kind="stable")
    found = pa.DictionaryArray.from_arrays(
        pa.array(np.concatenate(codes)[order], pa.int32()), pa.array(names, pa.string())
    )
    offsets = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(parents, minlength=size), out=offsets[1:])
    return _listed(offsets, found, np.zeros(size, np.bool_)), order


def _dataset(array: pa.Array) -> pa.Array:
    policy = part(array, "publication_policy", pa.string())
    arranged = {
        "processes": part(array, "processes", pa.int64()),
        "complete": part(array, "complete", pa.int64()),
        "newest_record": part(array, "newest_record", pa.date32()),
        "value": part(array, "value", pa.float64()),
        "publication_policy": pc.not_equal(policy, ""),
        "counts": _counts(array),
    }
    return pa.StructArray.from_arrays(
        list(arranged.values()), list(arranged), mask=pa.array(nulls(array))
    )


_COUNT = pa.map_(pa.string(), pa.int64())
_STAGE = pa.map_(pa.string(), pa.struct({"records": pa.int64(), "filled": _COUNT}))
_JOIN = pa.map_(pa.string(), pa.struct({"records": pa.int64(), "joined": pa.int64()}))


def _counts(array: pa.Array) -> pa.Array:
    """Everything that was counted, by the names that `assessment/batch/schema.py` says."""
    stages, groups = _map_of(part(array, "stages", _STAGE)), _map_of(part(array, "groups", _COUNT))
    joins = _map_of(part(array, "joins", _JOIN))
    filled = _map_of(part(stages.items, "filled", _COUNT))
    stage, group, join, field = (words(m.keys) for m in (stages, groups, joins, filled))
    width = max(1, len(field.names))
    fields = Words(
        stage.codes.astype(np.int32)[filled.parents] * width + field.codes,
        [f"{s}.{f}" for s in stage.names for f in field.names],
    )
    parts = [
        (_Part(stages.parents, stage), part(stages.items, "records")),
        (_Part(stages.parents[filled.parents], fields), filled.items),
        (_Part(groups.parents, _renamed(group, "groups.{}")), groups.items),
        (_Part(joins.parents, join), part(joins.items, "records")),
        (_Part(joins.parents, _renamed(join, "{}.joined")), part(joins.items, "joined")),
    ]
    what, order = _gathered(len(array), [some for some, _ in parts])
    count = np.concatenate([counts(found) for _, found in parts])[order]
    pairs = pa.StructArray.from_arrays([what.values, pa.array(count)], ["what", "count"])
    return pa.ListArray.from_arrays(what.offsets, pairs)


def _renamed(found: Words, name: str) -> Words:
    return Words(found.codes, [name.format(word) for word in found.names])


def _table(array: pa.Array) -> pa.Array:
    """Rows as lists of cells; a cell stays the JSON that it was."""
    found = lists(array)
    rows = _map_of(found.values)
    cells = pa.StructArray.from_arrays([rows.keys, rows.items], ["column", "cell"])
    listed = _listed(rows.offsets, cells, np.zeros(len(found.values), np.bool_))
    return _listed(found.offsets, listed, found.absent)
