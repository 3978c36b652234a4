"""Writes the results of a batch from its parts, each beside its place first."""

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from api.batches.earlier import read_earlier
from api.batches.judging import REPORTS
from api.batches.outcome import Counted, cohort_told, read_parts, run_told, write_tables
from api.batches.plan import Plan, part_of
from api.batches.planning import put
from api.batches.portfolio import portfolio_bytes
from api.batches.results import Outcome
from api.printing import Job, Printers
from api.services import in_language
from assessment.cohort import cohort_of
from reports.i18n import load_language
from reports.renderer import PdfUnavailableError
from reports.sections.cohort import build_cohort_report
from rubrics.loader import load_rubric
from rubrics.schema import Rubric

GONE = ".readiness-gone"
RUN = "run.json"
"""The last file of the results that is written: where it lies, all do."""


def outcomes_of(plan: Plan, work: Path) -> Iterable[Outcome]:
    """What came of every submission, in the order of the input; all chunks are done."""
    return read_parts(work, [part_of(number) for number in range(len(plan.chunks))])


def write_results(plan: Plan, *, work: Path, began: float, printers: Printers) -> Counted:
    """Writes the results; `began` is a moment of `time.monotonic`."""
    rubric, out = load_rubric(Path(plan.rubric)), Path(plan.out)
    ready = work / "results"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir()
    language = load_language(plan.options.language)
    counted = write_tables(ready, outcomes_of(plan, work), rubric, language)
    _write_cohort(ready, plan, counted, rubric, printers)
    seconds = max(round(time.monotonic() - began, 3), 0.001)
    timings = {"seconds": seconds, "submissions_per_second": round(plan.rows / seconds, 3)}
    put(ready / "timings.json", msgspec.json.encode(timings) + b"\n")
    names = sorted(path.name for path in ready.iterdir())
    for name in names:
        with (ready / name).open("rb") as stream:
            os.fsync(stream.fileno())
        (ready / name).replace(out / name)
    put(out / RUN, run_told(plan, counted))
    return counted


def clear_work(out: Path, work: Path) -> None:
    """Takes away what was unfinished, at one stroke: a batch is finished or it is not."""
    for part in (out / REPORTS).glob(".*.part"):
        part.unlink(missing_ok=True)
    if work.exists():
        work.replace(out / GONE)
    shutil.rmtree(out / GONE, ignore_errors=True)


def _write_cohort(
    ready: Path, plan: Plan, counted: Counted, rubric: Rubric, printers: Printers
) -> None:
    """What all of them say together; of too many, or of none, nobody could read it."""
    if cohort_told(counted.judged) != "made":
        return
    cities = {member.key for member in counted.members}
    earlier = [
        member
        for folder in plan.earlier
        for member in read_earlier(Path(folder), rubric)
        if member.key in cities and member.on < plan.options.on
    ]
    cohort = cohort_of(rubric, [*earlier, *counted.members], on=plan.options.on, named=True)
    language = load_language(plan.options.language)
    spoken = in_language(rubric, Path(plan.rubric), language)
    put(ready / "portfolio.xlsx", portfolio_bytes(cohort, spoken, language))
    with suppress(PdfUnavailableError):  # its line is told by --pdf
        report = build_cohort_report(cohort, spoken, language=language)
        put(ready / "cohort.pdf", printers.print(Job(report=report, paper=plan.options.paper)))
