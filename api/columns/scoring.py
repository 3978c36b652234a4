"""Scores a file of many submissions column by column, in a memory that does not grow with it."""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from api.columns.lines import LineReader
from api.columns.parquet import read_parquet
from api.columns.rows import Rows, ahead
from assessment.batch import compile_rubric
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric

LINES = frozenset({".jsonl", ".ndjson"})
GROUP = 65_536
"""How many rows stand in a row group of the result."""


class Scored(NamedTuple):
    """How many rows were scored, how many do not fit, and where the reasons stand, if any."""

    rows: int
    bad: int
    errors: Path | None


def score_columns(
    rubric: Rubric,
    source: Path,
    target: Path,
    *,
    on: date,
    trust_facts: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Scored:
    """Scores JSON Lines or Parquet to Parquet; rows that do not fit are named beside it.

    Nothing stands at `target` before all is done. The same file gives the same bytes.
    """
    kernel = compile_rubric(rubric)
    errors = target.with_suffix(".errors.csv")
    # Names that nobody can foresee, opened only where nothing is: a link laid there leads nowhere.
    part, told_part = (target.with_name(f".readiness-{token_hex(6)}.part") for _ in range(2))
    rows = bad = 0
    with ExitStack() as stack:
        stack.callback(part.unlink, missing_ok=True)
        stack.callback(told_part.unlink, missing_ok=True)
        stream = stack.enter_context(part.open("xb"))
        told = stack.enter_context(told_part.open("x", newline="", encoding="utf-8"))
        schema = _schema(rubric, on)
        writer = stack.enter_context(pq.ParquetWriter(stream, schema, compression="zstd"))
        waiting: list[pa.Table] = []
        list_of_bad = csv.writer(told)
        list_of_bad.writerow(("row", "place", "reason"))
        for some in ahead(_read(rubric, source, trust_facts=trust_facts)):
            scored = kernel.score(some.table, on=on)
            waiting.append(scored.add_column(0, _ROW, pa.array(some.numbers, pa.int64())))
            rows, bad = rows + len(scored), bad + len({row.row for row in some.bad})
            list_of_bad.writerows(some.bad)
            if sum(map(len, waiting)) >= GROUP:
                _write(writer, waiting)
            progress(rows + bad)
        _write(writer, waiting)
        writer.close()
        stream.close()
        told.close()
        part.replace(target)
        if bad:
            told_part.replace(errors)
        else:
            errors.unlink(missing_ok=True)
    return Scored(rows, bad, errors if bad else None)


_ROW = pa.field("row", pa.int64())


def _schema(rubric: Rubric, on: date) -> pa.Schema:
    kernel = compile_rubric(rubric)
    return kernel.score(kernel.schema.empty_table(), on=on).schema.insert(0, _ROW)


def _write(writer: pq.ParquetWriter, waiting: list[pa.Table]) -> None:
    if waiting:
        writer.write_table(pa.concat_tables(waiting).unify_dictionaries(), row_group_size=GROUP)
        waiting.clear()


def _read(rubric: Rubric, source: Path, *, trust_facts: bool) -> Iterator[Rows]:
    suffix = source.suffix.lower()
    if not source.is_file():
        raise InputError([Problem("file.missing", Place(str(source)), {"file": str(source)})])
    if suffix in LINES:
        return LineReader(rubric, trust_facts=trust_facts).read(source)
    if suffix == ".parquet":
        return read_parquet(rubric, source)
    params = {"got": source.name, "expected": "a file that ends in .jsonl, .ndjson or .parquet"}
    raise InputError([Problem("value.wrong_form", Place(str(source)), params)])
