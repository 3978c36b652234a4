"""Looks after the batches of a service: hands out the next step of each, and tells how far it is.

Every worker of a service has a foreman, and one of them is on duty: a lock of the system or of the
database, which goes with the process that holds it. A step is handed out under a name of its own
and may be handed out twice; a batch that somebody cancels meanwhile stays cancelled.
"""

import shutil
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import assert_never

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from api.batches.duty import Duty
from api.batches.hosted import BatchState, HostedFolder
from api.batches.outcome import is_whole
from api.batches.plan import Wrong
from api.batches.telling import clear_work
from api.db.columns import AnyRow
from api.db.session import Database
from api.db.tables import batch
from api.jobs.engine import Jobs, Progress

LOOK_SECONDS, IDLE_SECONDS = 0.25, 1.0
"""How often the batches are looked at, while there are any and while there are none."""

SEEN_SECONDS = 3.0
"""How often a batch is told that somebody looks after it."""

STALE_SECONDS = 10.0
"""After so long without a step forward we make sure that somebody still has the work."""

MAX_UNDER_WAY = 30
"""Batches that are looked after at once; all others wait in line, in the order they came."""

PACE_SECONDS = 60.0
SWEEP_SECONDS = 3_600.0
LEFT_AFTER = 24 * 3_600
"""Seconds after which nobody uploads any more into a folder that the database does not know."""

_ACTIVE = (BatchState.WAITING, BatchState.PLANNING, BatchState.JUDGING, BatchState.TELLING)
_OPEN = (
    select(batch)
    .where(batch.c.state.in_(_ACTIVE) | batch.c.settled.is_(False))
    .order_by(batch.c.id)
)


@dataclass(slots=True)
class _Known:
    """What the foreman remembers of a batch: how far it was when."""

    rows: int = -1
    moved: float = field(default_factory=time.monotonic)
    looks: deque[tuple[float, int]] = field(default_factory=deque)

    def look(self, rows: int) -> float | None:
        """Submissions a second in the last minute; nothing before anything is done."""
        now = time.monotonic()
        if rows != self.rows:
            self.rows, self.moved = rows, now
        self.looks.append((now, rows))
        while now - self.looks[0][0] > PACE_SECONDS:
            self.looks.popleft()
        since, before = self.looks[0]
        return (rows - before) / (now - since) if rows > before and now > since else None


class Foreman:
    """Moves the batches of a service on, as long as it is on duty."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database, self._jobs = database, jobs
        self._root = database.settings.batches_folder
        self._duty = Duty(database)
        self._known: dict[str, _Known] = {}
        self._next = self._seen = 0.0
        self._swept = time.monotonic() - SWEEP_SECONDS

    def close(self) -> None:
        """Lets somebody else be on duty."""
        self._duty.close()

    def advance(self) -> bool | None:
        """Moves every batch on by what can be done now; an unreachable database is asked again.

        Gives whether there is any batch to move on; `None` where it did not look.
        """
        began = time.monotonic()
        if began < self._next:
            return None
        any_there = None
        with suppress(SQLAlchemyError):
            if self._duty.is_mine():
                any_there = self._advance()
        took = time.monotonic() - began
        pause = IDLE_SECONDS if any_there is False else LOOK_SECONDS
        self._next = began + max(pause, 3 * took)  # most of the time is for the work itself
        return any_there

    def _advance(self) -> bool:
        with self._database.read() as db:
            rows = db.sql.execute(_OPEN).all()
        under_way = sum(row.state in _ACTIVE and row.state != BatchState.WAITING for row in rows)
        for row in rows:
            if row.state == BatchState.WAITING:
                if under_way >= MAX_UNDER_WAY:
                    continue
                under_way += 1
            try:
                self._move(row)
            except (OSError, msgspec.DecodeError) as error:  # one broken folder stops no others
                if row.state in _ACTIVE:
                    self._fail(row, [_wrong(row, "batch.failed", detail=type(error).__name__)])
        self._known = {row.id: self._known[row.id] for row in rows if row.id in self._known}
        if rows and time.monotonic() - self._seen > SEEN_SECONDS:
            self._seen = time.monotonic()
            with self._database.write() as db:
                this = update(batch).where(batch.c.state.in_(_ACTIVE))
                db.sql.execute(this.values(seen_at=db.now))
        self._sweep()
        return bool(rows)

    def _move(self, row: AnyRow) -> None:
        state, folder = BatchState(row.state), HostedFolder(self._root / row.id)
        told = {"folder": str(folder.path.absolute())}
        match state:
            case BatchState.WAITING:
                if not (folder.path / "asked.json").exists():
                    self._fail(row, [_wrong(row, "batch.files_gone")])
                    return
                self._jobs.submit(plan_job(row.id), kind="batch-plan", told=told, chunks=1)
                self._set(row, state=BatchState.PLANNING)
            case BatchState.PLANNING:
                if self._progress(row, plan_job(row.id)) is not None:
                    self._begin_judging(row, folder)
            case BatchState.JUDGING:
                progress = self._progress(row, row.id)
                if progress is not None and self._is_whole(row, folder):
                    job = results_job(row.id)
                    self._jobs.submit(job, kind="batch-results", told=told, chunks=1)
                    counts = {"done": progress.rows, "bad": progress.bad, "rate": None}
                    self._set(row, state=BatchState.TELLING, **counts)
            case BatchState.TELLING:
                if self._progress(row, results_job(row.id)) is not None:
                    summary = msgspec.to_builtins(folder.summary())
                    self._end(row, BatchState.DONE, summary=summary)
            case BatchState.DONE | BatchState.FAILED | BatchState.CANCELLED | BatchState.REMOVED:
                self._settle(row, state, folder)
            case _:
                assert_never(state)

    def _begin_judging(self, row: AnyRow, folder: HostedFolder) -> None:
        planned = folder.planned()
        if planned.wrong:
            self._fail(row, planned.wrong)
            return
        told = {"work": str(folder.work.absolute()), "run": row.id}
        self._jobs.submit(row.id, kind="batch", told=told, chunks=planned.chunks)
        self._set(row, state=BatchState.JUDGING, total=planned.rows)

    def _is_whole(self, row: AnyRow, folder: HostedFolder) -> bool:
        """Whether every part lies there as it was written; those that do not are done again."""
        known = self._jobs.ledger.chunks(row.id)
        broken = [number for number in known if not is_whole(folder.work, known[number])]
        self._jobs.redo(row.id, broken)
        return not broken

    def _progress(self, row: AnyRow, job: str) -> Progress | None:
        """How a step went, once it is done; what is not done is told, and looked after."""
        try:
            progress = self._jobs.progress(job)
        except KeyError:  # another database of jobs: everything that is done lies in the folder
            self._set(row, state=BatchState.WAITING)
            return None
        if progress.is_done:
            return progress
        if progress.in_trouble:
            chunks = self._jobs.ledger.chunks(job).values()
            detail = next((chunk.trouble for chunk in chunks if chunk.trouble), "")
            self._fail(row, [_wrong(row, "batch.failed", detail=detail)])
            return None
        known = self._known.setdefault(row.id, _Known())
        if job == row.id:
            rate = known.look(progress.rows)
            counts = {"done": progress.rows, "bad": progress.bad}
            if any(getattr(row, name) != value for name, value in counts.items()):
                self._set(row, **counts, rate=rate)
        if time.monotonic() - known.moved > STALE_SECONDS:
            known.moved = time.monotonic()
            self._jobs.resume(job)
        return None

    def _settle(self, row: AnyRow, state: BatchState, folder: HostedFolder) -> None:
        """Nothing is worked on any more, and nothing is left of what nobody needs."""
        names = (plan_job(row.id), row.id, results_job(row.id))
        for job in names:
            self._jobs.cancel(job)
        if state in (BatchState.DONE, BatchState.REMOVED):
            for job in names:
                self._jobs.forget(job)
            clear_work(folder.out, folder.work)
        if state is BatchState.REMOVED:
            shutil.rmtree(folder.path, ignore_errors=True)
            with self._database.write() as db:
                db.sql.execute(delete(batch).where(batch.c.id == row.id))
            return
        self._set(row, settled=True)

    def _fail(self, row: AnyRow, wrong: Sequence[Wrong]) -> None:
        self._end(row, BatchState.FAILED, wrong=msgspec.to_builtins(list(wrong)))

    def _end(self, row: AnyRow, state: BatchState, **values: object) -> None:
        with self._database.read() as db:
            now = db.now
        self._set(row, state=state, settled=False, ended_at=now, rate=None, **values)

    def _set(self, row: AnyRow, **values: object) -> None:
        """Changes a batch, unless somebody else has decided otherwise meanwhile."""
        this = update(batch).where(batch.c.id == row.id, batch.c.state == row.state)
        with self._database.write() as db:
            db.sql.execute(this.values(seen_at=db.now, **values))

    def _sweep(self) -> None:
        """Takes away what an upload left that was cut off with its process."""
        if time.monotonic() - self._swept < SWEEP_SECONDS:
            return
        self._swept = time.monotonic()
        with self._database.read() as db:
            kept = set(db.sql.execute(select(batch.c.id)).scalars())
        for path in self._root.iterdir() if self._root.is_dir() else ():
            if path.is_dir() and path.name not in kept:
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime > LEFT_AFTER:
                        shutil.rmtree(path)


def plan_job(name: str) -> str:
    """The job that finds the submissions of a batch; that of judging them has the batch's name."""
    return f"{name}-plan"


def results_job(name: str) -> str:
    """The job that writes the results of a batch."""
    return f"{name}-results"


def _wrong(row: AnyRow, code: str, **params: str) -> Wrong:
    return Wrong(file=row.name, row=0, column="", code=code, params=dict(params))
