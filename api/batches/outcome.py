"""Writes what came of a batch: tables for machines (Parquet, CSV), errors by row, what was run.

Everything is written row by row from the parts, so that a large batch never lies in memory, and in
the order of the input, so that the same input gives the same bytes however many workers there were.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from api.batches.plan import Plan, Wrong
from api.batches.results import Judged, Outcome, Refused, from_line
from api.batches.wrongs import place_of
from api.jobs.ledger import ChunkRow
from api.sheet_files import harmless
from assessment.members import Member
from assessment.results import Lens
from reports.i18n import Language
from reports.mending import problem_parts
from rubrics.problems import Problem
from rubrics.schema import Rubric

GROUP_ROWS = 10_000
"""Rows that are held before they are written; they make a row group of Parquet."""

MAX_COHORT = 20_000
"""Of more cities no workbook and no cohort is made: nobody would read it, and it must be held."""

MAX_WRONGS = 200
"""Of one submission; whoever mends these can run it again."""


@dataclass(slots=True)
class Counted:
    """What was written: how many, and the members for the cohort while they are not too many."""

    judged: int = 0
    refused: int = 0
    reports: int = 0
    unprinted: int = 0
    members: list[Member] = field(default_factory=list)


def read_parts(work: Path, parts: Iterable[str]) -> Iterator[Outcome]:
    """What came of every submission, in the order of these parts."""
    for part in parts:
        with (work / part).open("rb") as stream:
            for line in stream:
                yield from_line(line)


def is_whole(work: Path, chunk: ChunkRow | None) -> bool:
    """Whether the part of a chunk lies there as it was written."""
    if chunk is None or chunk.done is None:
        return False
    try:
        with (work / chunk.done.part).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == chunk.done.sha256
    except OSError:
        return False


Cohort = Literal["made", "too_many", "nobody"]
"""Whether there are `portfolio.xlsx` and `cohort.pdf`, or why there are none."""


def cohort_told(judged: int) -> Cohort:
    """Whether so many cities are told together."""
    if judged > MAX_COHORT:
        return "too_many"
    return "made" if judged else "nobody"


def write_tables(
    folder: Path, outcomes: Iterable[Outcome], rubric: Rubric, language: Language
) -> Counted:
    """`scores.parquet`, `scores.csv`, `requirements.parquet` and `errors.csv`, in a folder."""
    counted = Counted()
    with ExitStack() as stack:
        scores = stack.enter_context(_Table(folder / "scores.parquet", score_schema(rubric)))
        csv_ = stack.enter_context(_Csv(folder / "scores.csv", score_schema(rubric).names))
        lines = stack.enter_context(_Table(folder / "requirements.parquet", LINES))
        errors = stack.enter_context(_Csv(folder / "errors.csv", ERRORS))
        for outcome in outcomes:
            match outcome:
                case Judged(member=member):
                    row = _score_row(outcome)
                    scores.add(row)
                    csv_.add(row)
                    for line in _lines(outcome):
                        lines.add(line)
                    for error in _errors(outcome, language):
                        errors.add(error)
                    counted.judged += 1
                    counted.unprinted += bool(outcome.wrong)
                    counted.reports += outcome.pdf is not None
                    if len(counted.members) <= MAX_COHORT:
                        counted.members.append(member)
                case Refused():
                    for error in _errors(outcome, language):
                        errors.add(error)
                    counted.refused += 1
    return counted


def run_told(plan: Plan, counted: Counted) -> bytes:
    """`run.json`: all that the results depend on, and how many there are. Times stand elsewhere."""
    told = {
        "schema_version": "1",
        "engine_version": plan.engine_version,
        "rubric": {"id": plan.rubric_id, "digest": plan.rubric_digest},
        "input": {
            "digest": plan.input_digest,
            "sources": [
                {"name": source.name, "kind": source.kind, "rows": source.rows}
                for source in plan.sources
            ],
            "ignored": plan.ignored,
            "earlier_digest": plan.earlier_digest or None,
        },
        "options": plan.options,
        "counts": {
            "submissions": plan.rows,
            "scored": counted.judged,
            "refused": counted.refused,
            "reports": counted.reports,
            "reports_failed": counted.unprinted,
        },
        "cohort": {"told": cohort_told(counted.judged), "limit": MAX_COHORT},
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


# --- scores ---------------------------------------------------------------------------------------


def score_schema(rubric: Rubric) -> pa.Schema:
    """The columns of a row a submission."""
    text, whole = pa.string(), pa.int32()
    head = [
        *(("number", whole), ("file", text), ("row", whole), ("city", text), ("country", text)),
        *(("region", text), ("population", pa.int64()), ("language", text), ("on", pa.date32())),
        *(("digest", text), ("eligibility", text)),
    ]
    for lens in Lens:
        points = ("guaranteed", "possible", "to_silver")
        head += [(f"{lens}.{name}", whole) for name in points]
        head += [(f"{lens}.percent", pa.float64())]
        head += [(f"{lens}.{name}", text) for name in ("reached", "within_reach")]
    head += [(f"{c.id}.{lens}", text) for c in rubric.criteria for lens in Lens]
    head += [(f"{c.id}.steps", whole) for c in rubric.assessed()]
    return pa.schema([*head, ("report", text)])


def _score_row(outcome: Judged) -> dict[str, Any]:
    member = outcome.member
    row: dict[str, Any] = {
        "number": outcome.number,
        "file": outcome.file,
        "row": outcome.row or None,
        "city": member.city,
        "country": member.country,
        "region": member.region,
        "population": member.population,
        "language": member.language,
        "on": member.on,
        "digest": member.digest,
        "eligibility": member.eligibility.value,
        "report": outcome.pdf,
    }
    for lens in Lens:
        score = getattr(member.lenses, lens.value)
        row[f"{lens}.guaranteed"] = score.points.guaranteed
        row[f"{lens}.possible"] = score.points.possible
        row[f"{lens}.to_silver"] = score.to_silver
        row[f"{lens}.percent"] = score.percent
        row[f"{lens}.reached"] = score.tier.reached
        row[f"{lens}.within_reach"] = score.tier.within_reach
    row |= {f"{one.id}.{lens}": one.under(lens).value for one in member.criteria for lens in Lens}
    return row | {f"{near.criterion}.steps": near.steps for near in member.near}


LINES = pa.schema(
    [
        *(("number", pa.int32()), ("city", pa.string()), ("criterion", pa.string())),
        *(("requirement", pa.string()), ("claimed", pa.string()), ("evidenced", pa.string())),
        *(("confirmed", pa.string()), ("reasons", pa.string())),
    ]
)
"""The columns of a row a requirement; reasons are written as `lens:code`, parted by blanks."""


def _lines(outcome: Judged) -> Iterator[dict[str, Any]]:
    for line in outcome.member.requirements:
        yield {
            "number": outcome.number,
            "city": outcome.member.city,
            "criterion": line.criterion,
            "requirement": line.id,
            "claimed": line.claimed.value,
            "evidenced": line.evidenced.value,
            "confirmed": line.confirmed.value,
            "reasons": " ".join(f"{lens}:{code}" for lens, code in line.reasons),
        }


# --- errors ---------------------------------------------------------------------------------------

ERRORS = ("number", "file", "row", "column", "reason", "mend", "code")


def _errors(outcome: Outcome, language: Language) -> Iterator[dict[str, Any]]:
    for wrong in outcome.wrong[:MAX_WRONGS]:
        reason, mend = told_of(wrong, language)
        yield {
            "number": outcome.number,
            "file": wrong.file,
            "row": wrong.row or outcome.row or None,
            "column": wrong.column,
            "reason": reason,
            "mend": mend,
            "code": wrong.code,
        }


def told_of(wrong: Wrong, language: Language) -> tuple[str, str]:
    """What is wrong and what to do about it, in a language."""
    return problem_parts(Problem(wrong.code, place_of(wrong), wrong.params), language)


# --- files ----------------------------------------------------------------------------------------


class _Table:
    """A Parquet file that is written group by group."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema, self._rows = schema, list[Mapping[str, Any]]()
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._rows:
            self._write()
        self._writer.close()

    def add(self, row: Mapping[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) == GROUP_ROWS:
            self._write()

    def _write(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []


class _Csv:
    """A CSV file that spreadsheets open without running anything that a stranger wrote in it.

    A cell such as `=HYPERLINK(…)` or `@SUM(…)` would be a formula there; an apostrophe before it
    makes it text. The byte order mark has Excel read accents as they are.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._stream = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.DictWriter(self._stream, names, lineterminator="\n")
        self._writer.writeheader()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def add(self, row: Mapping[str, Any]) -> None:
        self._writer.writerow({name: harmless(value) for name, value in row.items()})
