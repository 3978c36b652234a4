"""The port: submit a job, see its progress, cancel it, resume it. DBOS stands behind it.

Each chunk is a workflow of DBOS with an id of its own, so that whatever is submitted twice runs
once. The process that submits runs nothing itself: it only writes into the databases.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbos import (
    DBOSClient,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    run_dbos_database_migrations,
)

from api.jobs.ledger import ChunkRow, Ledger
from assessment.engine import ENGINE_VERSION

QUEUE = "readiness"
WORKFLOW = "readiness-chunk"

VERSION = f"{ENGINE_VERSION}/2"
"""What workers of another version do not take up; the second number is that of our chunks."""

SILENT_SECONDS = 20.0
"""A worker of which nobody has heard for so long is lost, and another one takes up its work."""


_LEDGER, _DBOS = "READINESS_JOBS_LEDGER", "READINESS_JOBS_DBOS"


@dataclass(frozen=True, slots=True)
class Databases:
    """Where our own rows stand, and where those of DBOS."""

    ledger: str
    dbos: str

    @classmethod
    def in_folder(cls, folder: Path) -> "Databases":
        """Two files in a folder, for workers of this machine."""
        return cls(f"sqlite:///{folder / 'ledger.sqlite'}", f"sqlite:///{folder / 'dbos.sqlite'}")

    @classmethod
    def at(cls, url: str) -> "Databases":
        """One database for all, such as `postgresql://…`, for workers of any machine."""
        _, colon, rest = url.partition("://")
        return cls(f"postgresql+psycopg{colon}{rest}", f"postgresql{colon}{rest}")

    def as_environment(self) -> dict[str, str]:
        """How a worker is told: whoever lists the programs of a machine shall see no password."""
        return {_LEDGER: self.ledger, _DBOS: self.dbos}

    @classmethod
    def from_environment(cls) -> "Databases":
        """What a worker was told."""
        return cls(os.environ[_LEDGER], os.environ[_DBOS])


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `bad` are some of its `rows`; `workers` were heard of lately."""

    chunks: int
    done: int
    in_trouble: int
    rows: int
    bad: int
    cancelled: bool
    workers: int

    @property
    def is_done(self) -> bool:
        """Whether every chunk has its result."""
        return self.done == self.chunks


class Jobs:
    """The jobs of a database."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.ledger = Ledger(databases.ledger)
        run_dbos_database_migrations(databases.dbos)
        self._client = DBOSClient(
            system_database_url=databases.dbos, serializer=DBOSPortableJSONSerializer()
        )

    def close(self) -> None:
        """Lets go of the databases; jobs go on."""
        self._client.destroy()
        self.ledger.close()

    def submit(self, job: str, *, kind: str, told: Mapping[str, Any], chunks: int) -> None:
        """Has a job done. Submitted again, it goes on where it is: nothing runs twice."""
        self.ledger.add(job, kind=kind, told=told, chunks=chunks)
        self.resume(job)

    def progress(self, job: str) -> Progress:
        """How far a job is; `KeyError` where there is none of this id."""
        row = self.ledger.job(job)
        if row is None:
            raise KeyError(job)
        done, in_trouble, rows, bad = self.ledger.counts(job)
        workers = self.ledger.alive(within=SILENT_SECONDS)
        return Progress(row.chunks, done, in_trouble, rows, bad, row.cancelled, workers)

    def cancel(self, job: str) -> None:
        """Stops a job: chunks that run stop at their next row, the others are not begun."""
        self.ledger.set_cancelled(job, cancelled=True)
        names = list(self._names(job).values())
        if names:
            self._client.cancel_workflows(names)

    def resume(self, job: str) -> None:
        """Has done what is not done yet, be it cancelled, in trouble, or never begun."""
        row = self.ledger.job(job)
        if row is None:
            raise KeyError(job)
        self.ledger.set_cancelled(job, cancelled=False)
        known = self.ledger.chunks(job)
        left = [n for n in range(row.chunks) if n not in known or known[n].done is None]
        # What is in trouble is over, even where its workflow has not yet noted its end.
        begun = [known[n] for n in left if n in known and known[n].trouble is None]
        under_way = self._under_way(job, begun)
        self.redo(job, [n for n in left if n not in under_way])

    def redo(self, job: str, numbers: Sequence[int]) -> None:
        """Has these chunks done once more, whatever came of them."""
        if not numbers:
            return
        row = self.ledger.job(job)
        if row is None:
            raise KeyError(job)
        # What is done in one go does not wait behind the two thousand chunks of somebody else.
        priority = 1 if row.chunks == 1 else 2
        attempts = self.ledger.retry(job, numbers)
        with self._client._sys_db.engine.begin() as connection:  # noqa: SLF001 (one transaction for all)
            for number, attempt in attempts.items():
                options: EnqueueOptions = {
                    "queue_name": QUEUE,
                    "workflow_name": WORKFLOW,
                    "workflow_id": name_of(job, number, attempt),
                    "app_version": VERSION,
                    "priority": priority,
                }
                self._client.enqueue_in_transaction(connection, options, job, number)

    def forget(self, job: str) -> None:
        """Takes away all that is known of a job whose results are safe elsewhere."""
        known = self.ledger.chunks(job).values()
        self._client.delete_workflows([name_of(job, c.number, c.attempt) for c in known])
        self.ledger.remove(job)

    def _names(self, job: str) -> dict[int, str]:
        known = self.ledger.chunks(job).values()
        return {c.number: name_of(job, c.number, c.attempt) for c in known if c.done is None}

    def _under_way(self, job: str, chunks: Sequence[ChunkRow]) -> set[int]:
        """Those that a worker has or will get: waiting, running, or to be recovered."""
        names = {name_of(job, chunk.number, chunk.attempt): chunk.number for chunk in chunks}
        if not names:
            return set()
        found = self._client.list_workflows(
            workflow_ids=list(names), load_input=False, load_output=False
        )
        waiting = ("ENQUEUED", "PENDING", "DELAYED")
        return {names[one.workflow_id] for one in found if one.status in waiting}


def name_of(job: str, number: int, attempt: int) -> str:
    """The id of a chunk's workflow: the same attempt never runs twice at a time."""
    return f"{job}-{number}-{attempt}"


@contextmanager
def open_jobs(databases: Databases) -> Iterator[Jobs]:
    """The jobs of a database, for as long as they are needed."""
    jobs = Jobs(databases)
    try:
        yield jobs
    finally:
        jobs.close()
