"""From ordinary submissions to the columns that the kernel reads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec
import pyarrow as pa

from assessment.batch.schema import arrow_schema
from assessment.facts import DatasetFacts, Facts
from assessment.sight import sight_of
from assessment.submission import Evidence, Submission
from rubrics.schema import Rubric

_NO_FACTS = Facts(status="not_checked")


def columns_of(rubric: Rubric, submissions: Sequence[Submission]) -> pa.Table:
    """The submissions (already checked by `validate`) as columns, a row each."""
    schema = arrow_schema(rubric)
    beside = [_beside(submission) for submission in submissions]
    columns = [
        pa.array([s.answers.get(field.name) for s in submissions], field.type)
        if field.name in rubric.requirements
        else pa.array([row[field.name] for row in beside], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _beside(submission: Submission) -> dict[str, object]:
    """What goes beside the answers."""
    city, declared = submission.city, submission.declared
    return {
        "city": {"country": city.country, "population": city.population},
        "not_applicable": list(submission.not_applicable),
        "declared": {
            "met": declared.met,
            "not_met": declared.not_met,
            "evidence": declared.evidence,
        },
        "decisions": [{"about": d.about, "verdict": d.verdict} for d in submission.decisions],
        "evidence": submission.evidence and [_entry(entry) for entry in submission.evidence],
    }


def _entry(entry: Evidence) -> dict[str, object]:
    facts = entry.facts if entry.facts is not None else _NO_FACTS
    population, dataset = entry.population, facts.dataset
    in_dataset = dataset.licence if dataset is not None else None
    return {
        "id": entry.id,
        "kind": entry.kind,
        "serves": entry.serves,
        "status": facts.status,
        "stated": entry.stated,
        "dated": facts.dated or entry.dated,
        "format": facts.format,
        "licence": facts.licence or in_dataset,
        "shows": sorted(sight_of(entry, {}, date.min).piece.marks),
        "population_number": population.number if population is not None else None,
        "population_value": population.value if population is not None else None,
        "columns": bool(facts.columns),
        "dataset": _dataset(dataset) if dataset is not None else None,
        "table": facts.table and [list(_cells(row)) for row in facts.table],
    }


def _dataset(dataset: DatasetFacts) -> dict[str, object]:
    return {
        "processes": dataset.processes,
        "complete": dataset.complete,
        "newest_record": dataset.newest_record,
        "value": dataset.value,
        "publication_policy": bool(dataset.publication_policy),
        "counts": [{"what": what, "count": count} for what, count in _counts(dataset)],
    }


def _counts(dataset: DatasetFacts) -> Iterator[tuple[str, int]]:
    """Everything that was counted in a dataset, by the name that `schema` says."""
    for stage, found in dataset.stages.items():
        yield stage, found.records
        for field, count in found.filled.items():
            yield f"{stage}.{field}", count
    for group, count in dataset.groups.items():
        yield f"groups.{group}", count
    for join, joined in dataset.joins.items():
        yield join, joined.records
        yield f"{join}.joined", joined.joined


def _cells(row: Mapping[str, object]) -> Iterator[dict[str, str]]:
    for column, cell in row.items():
        yield {"column": column, "cell": msgspec.json.encode(cell).decode()}
