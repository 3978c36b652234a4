"""The same batch by workers of a PostgreSQL, and what becomes of their work when they die."""

import os
import signal
import sys
import time
from functools import partial

import pytest
import sqlalchemy as sa

from api.jobs.engine import Databases, Jobs, open_jobs
from tests.api.batches.conftest import (
    ON,
    PROGRAM,
    command,
    results,
    started,
    wait_until,
)


def worker(postgres: str, name: str) -> list[str]:
    return [*PROGRAM, "worker", "--database", postgres, "--name", name]


def test_two_workers_on_postgresql_give_what_one_gives_on_sqlite(
    mixture, scored, postgres, tmp_path
):
    folder, _ = mixture
    words = (folder, *ON, "--trust-facts")
    out = tmp_path / "b"

    with (
        started(worker(postgres, "worker-1")),
        started(worker(postgres, "worker-2")) as second,
        started(command(*words, "--out", out, "--database", postgres)) as program,
    ):
        said, wrong = program.communicate(timeout=120)
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=30) == 0

    assert program.returncode == 0, (said, wrong)
    assert results(out) == results(scored[0])


CHUNKS = "tests.api.batches.chunks"


def slow_worker(databases: Databases, name: str) -> list[str]:
    return [sys.executable, "-m", CHUNKS, databases.ledger, databases.dbos, name]


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request, tmp_path):
    """Databases of each kind."""
    if request.param == "sqlite":
        return Databases.in_folder(tmp_path)
    return Databases.at(request.getfixturevalue("postgres"))


def test_the_work_of_a_killed_worker_is_taken_up_and_cancelled_work_goes_on(databases, tmp_path):
    told = {"folder": str(tmp_path), "seconds": 0.4}
    job = f"job-{os.path.basename(tmp_path)}"  # noqa: PTH119 (a name)
    with open_jobs(databases) as jobs:
        jobs.submit(job, kind="test", told=told, chunks=12)
        jobs.submit(job, kind="test", told=told, chunks=12)
        with started(slow_worker(databases, "first")) as first:
            wait_until(lambda: jobs.progress(job).done >= 1)
            first.kill()
            first.wait()
        begun = min(set(range(12)) - done_in(jobs, job))
        make_silent(databases)
        with started(slow_worker(databases, "second")):
            wait_until(lambda: begun in done_in(jobs, job))  # what the first one had begun
            wait_until(lambda: jobs.progress(job).done >= 5)
            jobs.cancel(job)
            wait_until(partial(stands_still, jobs, job))
            assert jobs.progress(job).cancelled
            assert 5 <= jobs.progress(job).done < 12

            jobs.resume(job)
            wait_until(lambda: jobs.progress(job).is_done)

        assert jobs.progress(job).rows == 12 * 3
        assert done_in(jobs, job) == set(range(12))
        jobs.forget(job)
        with pytest.raises(KeyError):
            jobs.progress(job)


def done_in(jobs: Jobs, job: str) -> set[int]:
    """The chunks that are done."""
    known = jobs.ledger.chunks(job)
    return {number for number, chunk in known.items() if chunk.done is not None}


def stands_still(jobs: Jobs, job: str) -> bool:
    """Whether nothing is done for a second."""
    before = jobs.progress(job).rows
    time.sleep(1)
    return jobs.progress(job).rows == before


def test_a_chunk_that_fails_says_why_and_can_be_done_again(databases, tmp_path):
    told = {"folder": str(tmp_path), "seconds": 0, "fails": True}
    job = f"fails-{os.path.basename(tmp_path)}"  # noqa: PTH119 (a name)
    with open_jobs(databases) as jobs, started(slow_worker(databases, "only")):
        jobs.submit(job, kind="test", told=told, chunks=2)
        wait_until(lambda: jobs.progress(job).in_trouble == 2)
        assert jobs.ledger.chunks(job)[0].trouble == "ValueError: it does not want to"

        (tmp_path / "mended").touch()
        jobs.resume(job)

        wait_until(lambda: jobs.progress(job).is_done)


def make_silent(databases: Databases) -> None:
    """As if nobody had heard of any worker for long."""
    engine = sa.create_engine(databases.ledger)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE readiness_worker SET seen = 0"))
    engine.dispose()


def test_a_job_that_is_not_there_is_said_to_be_so(databases):
    with open_jobs(databases) as jobs:
        for ask in (jobs.progress, jobs.resume):
            with pytest.raises(KeyError):
                ask("nobody")


def test_a_worker_without_a_database_says_what_to_do(readiness, monkeypatch):
    monkeypatch.delenv("READINESS_DATABASE", raising=False)

    ended = readiness("worker")

    assert ended.status == 2
    assert "--database" in ended.err
