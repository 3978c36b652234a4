"""What in a batch does not fit its rubric: words that it does not know, numbers out of range.

The columns of strangers hold what they hold. Whole dictionaries of words are looked at, and rows
only where a word is not known, so that sound columns cost next to nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

import numpy as np
import pyarrow as pa

from assessment.batch.arrays import Words, column, lists, numbers, part, words
from assessment.batch.schema import EVIDENCE, TEXTS, arrow_schema
from assessment.batch.sights import STATUSES
from assessment.batch.states import Flags, Index
from assessment.decisions import DECIDED
from assessment.validation import MAX_NUMBER
from rubrics.schema import Question, Rubric


class Misfit(NamedTuple):
    """A row of a batch with a value that does not fit, where it stands, and what would fit."""

    row: int
    place: str
    got: str
    expected: str


def find_misfits(rubric: Rubric, table: pa.Table) -> list[Misfit]:
    """Every value that does not fit, in the order of rows; columns have the types of the schema."""
    schema = arrow_schema(rubric)
    every = np.arange(len(table), dtype=np.int64)
    found: list[Misfit] = []
    for name, own in rubric.requirements.items():
        array = column(table, name, schema.field(name).type)
        found += _of_question(own.ask, array, every, name)
    found += _beside(rubric, table)
    return sorted(found, key=lambda misfit: misfit.row)


def _of_question(question: Question, array: pa.Array, rows: Index, place: str) -> Iterator[Misfit]:
    match question.kind:
        case "choice":
            yield from _unknown(array, question.options, rows, place)
        case "choices":
            yield from _unknown_in_lists(array, question.options, rows, place)
        case "number":
            yield from _out_of_range(array, -MAX_NUMBER, MAX_NUMBER, rows, place)
        case "percentage":
            yield from _out_of_range(array, 0, 100, rows, place)
        case "group":
            yield from _of_parts(question.fields, array, rows, place)
        case "table":
            found = lists(array)
            yield from _of_parts(question.columns, found.values, rows[found.parents], place)
        case "yes_no" | "date" | "text" | "url":
            pass  # the type says it all
        case _:
            assert_never(question.kind)


def _of_parts(
    parts: Mapping[str, Question], array: pa.Array, rows: Index, place: str
) -> Iterator[Misfit]:
    for name, question in parts.items():
        yield from _of_question(question, part(array, name), rows, f"{place}.{name}")


def _beside(rubric: Rubric, table: pa.Table) -> Iterator[Misfit]:
    every = np.arange(len(table), dtype=np.int64)
    schema = arrow_schema(rubric)
    requirements = rubric.requirements
    declared_codes = [c.id for c in rubric.criteria if not c.assessed]
    allowed = [name for name, own in requirements.items() if own.not_applicable is not None]
    away = column(table, "not_applicable", TEXTS)
    yield from _unknown_in_lists(away, allowed, every, "not_applicable")
    declared = column(table, "declared", schema.field("declared").type)
    for name in ("met", "not_met"):
        codes = part(declared, name, TEXTS)
        yield from _unknown_in_lists(codes, declared_codes, every, f"declared.{name}")
    decisions = lists(column(table, "decisions", schema.field("decisions").type))
    about = [*requirements, *(c.id for c in rubric.criteria)]
    for name, known in (("about", about), ("verdict", ["agree", *DECIDED])):
        values = part(decisions.values, name, pa.string())
        yield from _unknown(values, known, decisions.parents, f"decisions.{name}")
    yield from _of_evidence(rubric, table)


def _of_evidence(rubric: Rubric, table: pa.Table) -> Iterator[Misfit]:
    found = lists(column(table, "evidence", pa.list_(EVIDENCE)))
    vocabulary = rubric.vocabulary
    for name, known in (("kind", vocabulary.evidence_kinds), ("status", STATUSES)):
        values = part(found.values, name, pa.string())
        yield from _unknown(values, known, found.parents, f"evidence.{name}")
    served = [*rubric.requirements, *(c.id for c in rubric.assessed())]
    for name, listed in (("serves", served), ("shows", list(vocabulary.marks))):
        values = part(found.values, name, TEXTS)
        yield from _unknown_in_lists(values, listed, found.parents, f"evidence.{name}")


# --- values ---------------------------------------------------------------------------------------


def _unknown(array: pa.Array, known: Iterable[str], rows: Index, place: str) -> Iterator[Misfit]:
    found: Words = words(array)
    accepted = frozenset(known)
    if accepted.issuperset(found.names):
        return
    wrong = ~found.among(accepted) & (found.codes >= 0)
    for at in np.flatnonzero(wrong):
        got = found.names[found.codes[at]]
        yield Misfit(int(rows[at]), place, got[:80], ", ".join(sorted(accepted)))


def _unknown_in_lists(
    array: pa.Array, known: Sequence[str] | Mapping[str, str], rows: Index, place: str
) -> Iterator[Misfit]:
    found = lists(array)
    yield from _unknown(found.values, known, rows[found.parents], place)


def _out_of_range(
    array: pa.Array, low: float, high: float, rows: Index, place: str
) -> Iterator[Misfit]:
    values = numbers(array)
    wrong: Flags = ~((values >= low) & (values <= high))  # what is no number is not in it either
    for at in np.flatnonzero(wrong):
        yield Misfit(int(rows[at]), place, f"{values[at]:g}", f"a number from {low:g} to {high:g}")
