"""The shape of a JSON line: the format of submissions, as DuckDB's reader wants to know it."""

from typing import assert_never

from rubrics.schema import Question, Rubric

Shape = str | list["Shape"] | dict[str, "Shape"]
"""A type of DuckDB, a list of one, or named ones: as its `from_json` takes them."""

_COUNTS = "MAP(VARCHAR, BIGINT)"
_DATASET: Shape = {
    "processes": "BIGINT",
    "complete": "BIGINT",
    "newest_record": "DATE",
    "value": "DOUBLE",
    "licence": "VARCHAR",
    "publication_policy": "VARCHAR",
    "stages": f"MAP(VARCHAR, STRUCT(records BIGINT, filled {_COUNTS}))",
    "groups": _COUNTS,
    "joins": "MAP(VARCHAR, STRUCT(records BIGINT, joined BIGINT))",
}
_EVIDENCE: Shape = {
    "id": "VARCHAR",
    "kind": "VARCHAR",
    "serves": ["VARCHAR"],
    "dated": "DATE",
    "stated": "BOOLEAN",
    "shows": "MAP(VARCHAR, VARCHAR)",
    "population": {"number": "BIGINT", "value": "DOUBLE"},
    "facts": {
        "status": "VARCHAR",
        "dated": "DATE",
        "format": "VARCHAR",
        "licence": "VARCHAR",
        "marks": ["VARCHAR"],
        "columns": ["JSON"],
        "dataset": _DATASET,
        "table": ["MAP(VARCHAR, JSON)"],
    },
}


def shape_of_lines(rubric: Rubric) -> Shape:
    """The shape of a submission; what no check looks at is left out."""
    return {
        "city": {"country": "VARCHAR", "population": "BIGINT"},
        "answers": {name: _shape_of(own.ask) for name, own in rubric.requirements.items()},
        "not_applicable": "MAP(VARCHAR, VARCHAR)",
        "declared": {"met": ["VARCHAR"], "not_met": ["VARCHAR"], "evidence": "VARCHAR"},
        "decisions": [{"about": "VARCHAR", "verdict": "VARCHAR"}],
        "evidence": [_EVIDENCE],
    }


def _shape_of(question: Question) -> Shape:
    match question.kind:
        case "yes_no":
            return "BOOLEAN"
        case "choice" | "text" | "url":
            return "VARCHAR"
        case "choices":
            return ["VARCHAR"]
        case "number" | "percentage":
            return "DOUBLE"
        case "date":
            return "DATE"
        case "group":
            return {name: _shape_of(part) for name, part in question.fields.items()}
        case "table":
            return [{name: _shape_of(part) for name, part in question.columns.items()}]
        case _:
            assert_never(question.kind)
