"""The columns that a rubric asks for: what the kernel reads, as an Arrow schema.

Nothing stands in it but what checks look at: titles, notes and addresses are left to the evaluator.
Evidence is the same for every rubric:

- `dated`, `licence` and `shows` are the effective ones: what a collector saw stands above what the
  team said, and `shows` holds the marks of both;
- `status` is null where nobody has looked yet;
- `columns` says that it is a city's own table, and that nobody confirmed what its columns hold;
- `counts` of a dataset are named `award` (records of a stage), `award.supplier` (of them, those
  that fill a field), `groups.who` (processes that answer a question), `award-tender` (records that
  ought to point to another) and `award-tender.joined` (those that do);
- a cell of a `table` is JSON, so that 80 and "80" stay two things.

A null list is "not handed in", an empty one "there is none". A group in which nothing stands is a
group of blanks.
"""

from typing import assert_never

import pyarrow as pa

from rubrics.schema import Question, Rubric

NAMED = ("city", "not_applicable", "declared", "decisions", "evidence")
"""The columns that are no questions."""

_TEXT = pa.string()
TEXTS = pa.list_(_TEXT)

DATASET = pa.struct(
    {
        "processes": pa.int64(),
        "complete": pa.int64(),
        "newest_record": pa.date32(),
        "value": pa.float64(),
        "publication_policy": pa.bool_(),
        "counts": pa.list_(pa.struct({"what": _TEXT, "count": pa.int64()})),
    }
)

EVIDENCE = pa.struct(
    {
        "id": _TEXT,
        "kind": _TEXT,
        "serves": TEXTS,
        "status": _TEXT,
        "stated": pa.bool_(),
        "dated": pa.date32(),
        "format": _TEXT,
        "licence": _TEXT,
        "shows": TEXTS,
        "population_number": pa.int64(),
        "population_value": pa.float64(),
        "columns": pa.bool_(),
        "dataset": DATASET,
        "table": pa.list_(pa.list_(pa.struct({"column": _TEXT, "cell": _TEXT}))),
    }
)


def arrow_schema(rubric: Rubric) -> pa.Schema:
    """The columns of a batch: one a question, and five with what goes beside the answers."""
    questions = {name: type_of(own.ask) for name, own in rubric.requirements.items()}
    return pa.schema(
        {
            "city": pa.struct({"country": _TEXT, "population": pa.int64()}),
            **questions,
            "not_applicable": TEXTS,
            "declared": pa.struct({"met": TEXTS, "not_met": TEXTS, "evidence": _TEXT}),
            "decisions": pa.list_(pa.struct({"about": _TEXT, "verdict": _TEXT})),
            "evidence": pa.list_(EVIDENCE),
        }
    )


def type_of(question: Question) -> pa.DataType:
    """The type of the answers to a question."""
    match question.kind:
        case "yes_no":
            return pa.bool_()
        case "choice" | "text" | "url":
            return _TEXT
        case "choices":
            return TEXTS
        case "number" | "percentage":
            return pa.float64()
        case "date":
            return pa.date32()
        case "group":
            return pa.struct({name: type_of(part) for name, part in question.fields.items()})
        case "table":
            columns = {name: type_of(part) for name, part in question.columns.items()}
            return pa.list_(pa.struct(columns))
        case _:
            assert_never(question.kind)
