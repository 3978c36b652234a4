"""Runs a batch from input to results, and picks it up again where it was left, whatever ended it.

All that is unfinished lies in one folder beside the results, `.readiness`: the plan, what is
unpacked, the parts, the databases. It goes when the results are there, as the last step.
"""

import fcntl
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from api.batches.judging import REPORTS
from api.batches.outcome import Counted, is_whole
from api.batches.plan import Plan, differences
from api.batches.planning import PLAN, WORK, Asked, make_plan, put
from api.batches.staff import Staff
from api.batches.telling import GONE, RUN, clear_work, write_results
from api.jobs.engine import Databases, Jobs, Progress, open_jobs
from api.printing import PATIENT, Printers
from rubrics.problems import InputError, Place, Problem

POLL_SECONDS = 0.2
WAIT_SECONDS = 20.0
"""How long workers of a run that was killed are given to notice it."""

Watcher = Callable[[Progress, int], None]
"""Hears how far the batch is, and how many submissions it has."""


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
            with open_jobs(databases) as jobs, Printers(workers=1, limits=PATIENT) as printers:
                _work_off(jobs, plan, asked, work, watch)
                counted = write_results(plan, work=work, began=began, printers=printers)
                if asked.database is not None:  # else the databases go with the folder
                    jobs.forget(plan.run)
        except SQLAlchemyError as error:
            params = {"detail": type(error).__name__}
            place = Place(asked.out.name)
            raise InputError([Problem("database.unreachable", place, params)]) from None
    clear_work(out, work)
    return Ran(plan, counted, time.monotonic() - began)


def is_finished(out: Path) -> bool:
    """Whether the results of a batch lie in the folder; what it may have left behind goes."""
    if not (out / RUN).exists() or (out / WORK / PLAN).exists():
        return False
    for left in (WORK, GONE):
        shutil.rmtree(out / left, ignore_errors=True)
    return True


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
        now = replace(asked, out=out, options=options)
        plan = make_plan(now, run=secrets.token_hex(8), scratch=scratch)
    except InputError:
        if old is None:
            shutil.rmtree(work)
        raise
    if old is None:
        put(path, msgspec.json.encode(plan))
        return plan
    return _gone_on(asked, old, plan, scratch)


def _gone_on(asked: Asked, old: Plan, new: Plan, scratch: Path) -> Plan:
    shutil.rmtree(scratch, ignore_errors=True)
    changed = differences(old, new)
    if new.root != old.root and asked.given.suffix.lower() != ".zip":
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
