"""The workers of a service: each does chunks, and one of them looks after the batches.

`readiness serve` starts one beside itself; on PostgreSQL any number of `readiness worker --service`
may join, on any machine that sees the same data folder under the same path.
"""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from api.batches.foreman import Foreman
from api.batches.staff import Staff
from api.db.session import open_database
from api.jobs.engine import Databases, open_jobs
from api.jobs.worker import end_with_starter, run_worker
from api.settings import Settings
from rubrics.problems import InputError, Place, Problem

PROGRAM = "api.batches.service"


def databases_of(settings: Settings) -> Databases:
    """Where the jobs of a service stand: in its PostgreSQL, or in files beside its SQLite."""
    if not settings.url.startswith("sqlite"):
        return Databases.at(settings.url)
    folder = (settings.data_folder / "jobs").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Databases.in_folder(folder)


def run_service_worker(settings: Settings, name: str, *, until: threading.Event) -> None:
    """Works on the batches of a service until it is told to end."""
    databases = databases_of(settings)
    with closing(open_database(settings)) as opened:
        lacks = opened.is_ready()
    if lacks:
        problems = [Problem("serve.not_ready", Place("database"), {"detail": one}) for one in lacks]
        raise InputError(problems)
    with (
        closing(open_database(settings)) as database,
        open_jobs(databases) as jobs,
        closing(Foreman(database, jobs)) as foreman,
    ):
        run_worker(databases, name, until=until, beside=foreman.advance)


@contextmanager
def workers_beside(settings: Settings, *, port: int) -> Iterator[None]:
    """The workers that the settings ask for, for as long as the service runs; none dies for good.

    Their names stay from start to start, so that each finds again what it left.
    """
    count = settings.batch_workers
    if not count:
        yield
        return
    names = [f"serve-{socket.gethostname()}-{port}-{n}" for n in range(1, count + 1)]
    folder = settings.data_folder / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ended = threading.Event()
    with Staff(databases_of(settings), folder / "workers.lock", names, program=PROGRAM) as staff:

        def look_after() -> None:
            while not ended.wait(1.0):
                staff.keep_up(0)

        thread = threading.Thread(target=look_after, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def main() -> None:
    """`python -m api.batches.service NAME`: a worker of the service that starts it."""
    end_with_starter()
    run_service_worker(Settings(), sys.argv[1], until=threading.Event())


if __name__ == "__main__":
    main()
