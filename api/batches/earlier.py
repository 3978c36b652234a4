"""Reads the results of earlier batches, so that a cohort's weeks can be told."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from api.batches.outcome import MAX_COHORT
from api.batches.plan import digest_of_all
from assessment.members import CriterionLine, Member, RequirementLine
from assessment.results import Lens, Lenses, Points, Score, TierReach, Verdict
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric

TABLES = ("scores.parquet", "requirements.parquet")


def earlier_digest(folders: Sequence[Path]) -> str:
    """One digest of all that is read of earlier results; empty where there are none."""
    if not folders:
        return ""
    files = [(f"{i}/{name}", folder / name) for i, folder in enumerate(folders) for name in TABLES]
    missing = [path for _, path in files if not path.is_file()]
    if missing:
        folder = str(missing[0].parent)
        raise InputError([Problem("batch.not_results", Place(folder), {"folder": folder})])
    return digest_of_all(files)


def read_earlier(folder: Path, rubric: Rubric) -> list[Member]:
    """Every city of an earlier batch by the same rubric, as far as its weeks need it."""
    try:
        told = json.loads((folder / "run.json").read_bytes())
        if told["rubric"]["id"] != rubric.id:
            raise _refused(folder, "batch.earlier_other_rubric")
        scores = pq.read_table(folder / "scores.parquet")
        if scores.num_rows > MAX_COHORT:
            return []
        lines = _lines(pq.read_table(folder / "requirements.parquet").to_pylist())
        return [_member(row, lines.get(row["number"], ()), rubric) for row in scores.to_pylist()]
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        raise _refused(folder, "batch.not_results") from None


def _lines(rows: Sequence[dict[str, Any]]) -> dict[int, tuple[RequirementLine, ...]]:
    found: dict[int, list[RequirementLine]] = {}
    for row in rows:
        line = RequirementLine(
            id=row["requirement"],
            criterion=row["criterion"],
            **{lens.value: Verdict(row[lens.value]) for lens in Lens},
            reasons=(),
        )
        found.setdefault(row["number"], []).append(line)
    return {number: tuple(lines) for number, lines in found.items()}


def _member(row: dict[str, Any], lines: tuple[RequirementLine, ...], rubric: Rubric) -> Member:
    criteria = tuple(
        CriterionLine(
            id=criterion.id,
            declared=not criterion.assessed,
            **{lens.value: Verdict(row[f"{criterion.id}.{lens}"]) for lens in Lens},
        )
        for criterion in rubric.criteria
    )
    claimed, evidenced, confirmed = (_score(row, lens, rubric) for lens in Lens)
    return Member(
        city=row["city"],
        country=row["country"],
        region=row["region"],
        population=row["population"],
        language=row["language"],
        on=row["on"],
        digest=row["digest"],
        eligibility=Verdict(row["eligibility"]),
        lenses=Lenses(claimed=claimed, evidenced=evidenced, confirmed=confirmed),
        criteria=criteria,
        requirements=lines,
        near=(),
        expiries=(),
    )


def _score(row: dict[str, Any], lens: Lens, rubric: Rubric) -> Score:
    return Score(
        points=Points(guaranteed=row[f"{lens}.guaranteed"], possible=row[f"{lens}.possible"]),
        total=rubric.points,
        percent=row[f"{lens}.percent"],
        tier=TierReach(reached=row[f"{lens}.reached"], within_reach=row[f"{lens}.within_reach"]),
        to_silver=row[f"{lens}.to_silver"],
        cautions=(),
    )


def _refused(folder: Path, code: str) -> InputError:
    return InputError([Problem(code, Place(str(folder)), {"folder": str(folder)})])
