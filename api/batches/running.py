"""Runs a batch from input to results, and picks it up again where it was left, whatever ended it.

All that is unfinished lies in one folder beside the results, `.readiness`: the plan, what is
unpacked, the parts, the databases. It goes when the results are there, as the last step.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from api.batches.earlier import earlier_digest, read_earlier
from api.batches.judging import REPORTS
from api.batches.outcome import MAX_COHORT, Counted, is_whole, read_parts, run_told, write_tables
from api.batches.plan import (
    PLAN_VERSION,
    Options,
    Plan,
    chunk_size,
    chunks_of,
    differences,
)
from api.batches.portfolio import portfolio_bytes
from api.batches.sources import Found, find_sources
from api.batches.staff import Staff
from api.forms.submission_layout import load_spoken
from api.jobs.engine import Databases, Jobs, Progress, open_jobs
from api.printing import Job, Printers
from api.services import in_language
from assessment.cohort import cohort_of
from assessment.engine import ENGINE_VERSION
from reports.i18n import Language, load_language
from reports.renderer import PdfUnavailableError
from reports.sections.cohort import build_cohort_report
from rubrics.loader import load_rubric
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric

WORK = ".readiness"
PLAN = "plan.json"
GONE = ".readiness-gone"
RUN = "run.json"
POLL_SECONDS = 0.2
WAIT_SECONDS = 20.0
"""How long workers of a run that was killed are given to notice it."""

Watcher = Callable[[Progress, int], None]
"""Hears how far the batch is, and how many submissions it has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a batch is asked for. `database` is where it is handed out; else a file does.

    Without `on_given`, a batch that goes on does so on the day on which it began.
    """

    given: Path
    out: Path
    rubric: Path
    options: Options
    seconds: float
    workers: int
    resume: bool
    earlier: tuple[Path, ...] = ()
    on_given: bool = True
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a batch, and how long this run of it took."""

    plan: Plan
    counted: Counted
    seconds: float


def run_batch(asked: Asked, watch: Watcher) -> Ran:
    """Scores a whole batch; `InputError` says why it cannot be begun, or cannot go on."""
    began = time.monotonic()
    out = asked.out.resolve()
    _check_place(asked, out)
    out.mkdir(parents=True, exist_ok=True)
    work = out / WORK
    work.mkdir(exist_ok=True)
    with _alone(work, asked.out):
        plan = _plan(asked, out, work)
        (out / REPORTS).mkdir(exist_ok=True) if plan.options.pdf else None
        (work / "parts").mkdir(exist_ok=True)
        databases = Databases.at(asked.database) if asked.database else Databases.in_folder(work)
        try:
            with open_jobs(databases) as jobs:
                _work_off(jobs, plan, asked, work, watch)
                counted = _tell(jobs, plan, out, work, began)
                if asked.database is not None:  # else the databases go with the folder
                    jobs.forget(plan.run)
        except SQLAlchemyError as error:
            params = {"detail": type(error).__name__}
            place = Place(asked.out.name)
            raise InputError([Problem("database.unreachable", place, params)]) from None
    _clear(out, work)
    return Ran(plan, counted, time.monotonic() - began)


def is_finished(out: Path) -> bool:
    """Whether the results of a batch lie in the folder; what it may have left behind goes."""
    if not (out / RUN).exists() or (out / WORK / PLAN).exists():
        return False
    for left in (WORK, GONE):
        shutil.rmtree(out / left, ignore_errors=True)
    return True


def _clear(out: Path, work: Path) -> None:
    """Takes away what was unfinished, at one stroke: a batch is finished or it is not."""
    for part in (out / REPORTS).glob(".*.part"):
        part.unlink(missing_ok=True)
    work.replace(out / GONE)
    shutil.rmtree(out / GONE)


# --- the plan -------------------------------------------------------------------------------------


def _check_place(asked: Asked, out: Path) -> None:
    """Nothing is written over, and nothing into the input, where it would be read next time."""
    folder = {"folder": str(asked.out)}
    given, begun = asked.given.resolve(), (out / WORK / PLAN).exists()
    problem = None
    if asked.given.is_dir() and (out == given or given in out.parents):
        problem = "batch.inside_input"
    elif out.exists() and not out.is_dir():
        raise InputError(
            [Problem("output.exists", Place(str(asked.out)), {"file": str(asked.out)})]
        )
    elif (out / RUN).exists() and not begun:
        problem = "batch.finished"
    elif begun and not asked.resume:
        problem = "batch.unfinished"
    elif asked.resume and not (out / WORK).exists():
        problem = "batch.nothing_to_resume"
    if problem is not None:
        raise InputError([Problem(problem, Place(str(asked.out)), folder)])


def _plan(asked: Asked, out: Path, work: Path) -> Plan:
    """The plan of the batch: a new one, or the one that lies there if nothing has changed."""
    path = work / PLAN
    old = msgspec.json.decode(path.read_bytes(), type=Plan) if path.exists() else None
    options = asked.options
    if old is not None and not asked.on_given:
        options = msgspec.structs.replace(options, on=old.options.on)
    scratch = work / "look" if old is not None else work
    shutil.rmtree(scratch / "input", ignore_errors=True)
    try:
        rubric = load_rubric(asked.rubric)
        spoken = load_spoken(asked.rubric)
        digest = earlier_digest(asked.earlier)
        for folder in asked.earlier:
            read_earlier(folder, rubric)
        found = find_sources(asked.given, work=scratch, spoken=spoken, rubric=rubric.id)
    except InputError:
        if old is None:
            shutil.rmtree(work)
        raise
    rows = sum(source.rows for source in found.sources)
    plan = Plan(
        plan_version=PLAN_VERSION,
        engine_version=ENGINE_VERSION,
        run=secrets.token_hex(8),
        root=str(found.root),
        out=str(out),
        input_digest=found.digest,
        rubric=str(asked.rubric.resolve()),
        rubric_id=rubric.id,
        rubric_digest=rubric.digest,
        earlier=tuple(str(folder.resolve()) for folder in asked.earlier),
        earlier_digest=digest,
        options=options,
        seconds=asked.seconds,
        sources=found.sources,
        ignored=found.ignored,
        chunks=tuple(chunks_of(found.sources, size=chunk_size(rows, pdf=options.pdf))),
    )
    if old is None:
        _write(path, msgspec.json.encode(plan))
        return plan
    return _gone_on(asked, old, plan, found, scratch)


def _gone_on(asked: Asked, old: Plan, new: Plan, found: Found, scratch: Path) -> Plan:
    shutil.rmtree(scratch, ignore_errors=True)
    changed = differences(old, new)
    if str(found.root) != old.root and asked.given.suffix.lower() != ".zip":
        changed.append("input")
    if changed:
        params = {"folder": str(asked.out), "what": ", ".join(dict.fromkeys(changed))}
        raise InputError([Problem("batch.changed", Place(str(asked.out)), params)])
    return old


@contextmanager
def _alone(work: Path, shown: Path) -> Iterator[None]:
    """One program at a time; the system lets go of the lock when it ends, be it by SIGKILL."""
    with (work / "lock").open("ab") as lock, (work / "workers.lock").open("ab") as workers:
        for held, seconds in ((lock, 0.0), (workers, WAIT_SECONDS)):
            if not _locked(held, seconds):
                params = {"folder": str(shown)}
                raise InputError([Problem("batch.busy", Place(str(shown)), params)])
        fcntl.flock(workers, fcntl.LOCK_UN)
        yield


def _locked(file: IO[bytes], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.1)
        else:
            return True


# --- the work -------------------------------------------------------------------------------------


def _work_off(jobs: Jobs, plan: Plan, asked: Asked, work: Path, watch: Watcher) -> None:
    """Has every chunk done, and looks at the parts: one that is not whole is done again."""
    job = plan.run
    told: Mapping[str, str] = {"work": str(work), "run": plan.run}
    if asked.database is None:
        jobs.ledger.all_lost()
    jobs.submit(job, kind="batch", told=told, chunks=len(plan.chunks))
    names = [f"{plan.run}-{n}" for n in range(1, asked.workers + 1)]
    with Staff(jobs.databases, work / "workers.lock", names) as staff:
        while True:
            _wait(jobs, job, plan, staff, watch)
            known = jobs.ledger.chunks(job)
            broken = [n for n in range(len(plan.chunks)) if not is_whole(work, known.get(n))]
            if not broken:
                return
            jobs.redo(job, broken)


def _wait(jobs: Jobs, job: str, plan: Plan, staff: Staff, watch: Watcher) -> None:
    while True:
        progress = jobs.progress(job)
        watch(progress, plan.rows)
        if progress.is_done:
            return
        place = Place(Path(plan.out).name)
        if progress.in_trouble:
            details = [c.trouble for c in jobs.ledger.chunks(job).values() if c.trouble]
            raise InputError([Problem("batch.stopped", place, {"detail": details[0]})])
        if progress.cancelled:
            raise InputError([Problem("batch.cancelled", place)])
        if not staff.keep_up(progress.rows):
            raise InputError([Problem("batch.no_workers", place)])
        time.sleep(POLL_SECONDS)


# --- the results ----------------------------------------------------------------------------------


def _tell(jobs: Jobs, plan: Plan, out: Path, work: Path, began: float) -> Counted:
    """Writes the results beside their places first; `run.json` is the last to be put there."""
    rubric = load_rubric(Path(plan.rubric))
    language: Language = load_language(plan.options.language)
    ready = work / "results"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir()
    chunks = [chunk for _, chunk in sorted(jobs.ledger.chunks(plan.run).items())]
    counted = write_tables(ready, read_parts(work, chunks), rubric, language)
    _tell_cohort(ready, plan, counted, rubric, language)
    seconds = round(time.monotonic() - began, 3)
    timings = {"seconds": seconds, "submissions_per_second": round(plan.rows / seconds, 3)}
    _write(ready / "timings.json", msgspec.json.encode(timings) + b"\n")
    names = sorted(path.name for path in ready.iterdir())
    for name in names:
        with (ready / name).open("rb") as stream:
            os.fsync(stream.fileno())
        (ready / name).replace(out / name)
    _write(out / RUN, run_told(plan, counted))
    return counted


def _tell_cohort(
    ready: Path, plan: Plan, counted: Counted, rubric: Rubric, language: Language
) -> None:
    """What all of them say together; of too many, or of none, nobody could read it."""
    if not 0 < counted.judged <= MAX_COHORT:
        return
    cities = {member.key for member in counted.members}
    earlier = [
        member
        for folder in plan.earlier
        for member in read_earlier(Path(folder), rubric)
        if member.key in cities and member.on < plan.options.on
    ]
    cohort = cohort_of(rubric, [*earlier, *counted.members], on=plan.options.on, named=True)
    spoken = in_language(rubric, Path(plan.rubric), language)
    _write(ready / "portfolio.xlsx", portfolio_bytes(cohort, spoken, language))
    with (
        Printers(workers=1) as printers,
        suppress(PdfUnavailableError),
    ):  # its line is told by --pdf
        report = build_cohort_report(cohort, spoken, language=language)
        job = Job(report=report, paper=plan.options.paper)
        _write(ready / "cohort.pdf", printers.print(job))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
