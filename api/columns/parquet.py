"""Submissions in Parquet: a row each, in the columns that the kernel reads."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from api.columns.rows import BadRow, Rows
from assessment.batch import arrow_schema, find_misfits
from rubrics.problems import InputError, Place, Problem, suggestion
from rubrics.schema import Rubric

ROWS = 16_384
"""How many rows are read at once."""


def read_parquet(rubric: Rubric, file: Path, *, rows: int = ROWS) -> Iterator[Rows]:
    """The rows of a file, some at a time; `InputError` names columns that do not fit."""
    place = Place(str(file))
    try:
        plain = pq.ParquetFile(file)
        # Texts come as the dictionaries that they are in the file, which is twice as fast.
        fast = pq.ParquetFile(file, read_dictionary=_texts(plain.schema))
    except (pa.ArrowException, OSError) as error:
        params = {"file": str(file), "detail": str(error)[:200]}
        raise InputError([Problem("file.not_readable", place, params)]) from None
    problems = list(_problems(rubric, plain.schema_arrow, place))
    if problems:
        raise InputError(problems)
    first = 1
    for group in range(plain.num_row_groups):
        # One after the other: dictionaries of two row groups do not go into one column of lists.
        for batch in fast.iter_batches(batch_size=rows, row_groups=[group], use_threads=False):
            table = pa.Table.from_batches([batch])
            yield _sound(rubric, table, first)
            first += len(table)


def _texts(schema: pq.ParquetSchema) -> list[str]:
    leaves = (schema.column(i) for i in range(len(schema)))
    return [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]


def _problems(rubric: Rubric, found: pa.Schema, place: Place) -> Iterator[Problem]:
    """Columns that nobody asks for, and those of another type; none may stand there twice."""
    wanted = arrow_schema(rubric)
    for field in found:
        if field.name not in wanted.names:
            hint = suggestion(field.name, wanted.names)
            yield Problem("key.unknown", place, {"key": field.name, "suggestion": hint})
        elif not _fits(field.type, wanted.field(field.name).type):
            params = {"expected": f"{field.name}: {wanted.field(field.name).type}"}
            yield Problem("value.wrong_type", place, {**params, "got": str(field.type)})


def _fits(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column can be read as one of this type; structs may leave fields out."""
    if pa.types.is_null(given):
        return True
    if pa.types.is_struct(wanted):
        return bool(pa.types.is_struct(given)) and all(
            wanted.get_field_index(f.name) >= 0 and _fits(f.type, wanted.field(f.name).type)
            for f in given
        )
    if pa.types.is_list(wanted):
        listed = bool(pa.types.is_list(given) or pa.types.is_large_list(given))
        return listed and _fits(given.value_type, wanted.value_type)
    if pa.types.is_string(wanted):
        return bool(pa.types.is_string(given) or pa.types.is_large_string(given))
    if pa.types.is_integer(wanted):
        return bool(pa.types.is_integer(given))
    if pa.types.is_floating(wanted):
        return bool(pa.types.is_floating(given) or pa.types.is_integer(given))
    return bool(given.equals(wanted))


def _sound(rubric: Rubric, table: pa.Table, first: int) -> Rows:
    """The rows that fit, and what is wrong with the others."""
    misfits = find_misfits(rubric, table)
    numbers = np.arange(first, first + len(table))
    if misfits:
        fits = np.ones(len(table), np.bool_)
        fits[[misfit.row for misfit in misfits]] = False
        table, numbers = table.filter(pa.array(fits)), numbers[fits]
    bad = [
        BadRow(first + m.row, m.place, f"Expected {m.expected}, found '{m.got}'.") for m in misfits
    ]
    return Rows(table, numbers.tolist(), bad)
