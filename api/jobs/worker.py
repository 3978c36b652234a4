"""A worker: takes chunks one at a time, does them, and looks after the work of workers that died.

One process a core. It ends when whoever started it does: its standard input is a pipe from there.
"""

import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer

from api.jobs.engine import QUEUE, SILENT_SECONDS, VERSION, WORKFLOW, Databases
from api.jobs.ledger import Done, JobRow, Ledger

BEAT_SECONDS = 2.0
BESIDE_SECONDS = 0.25

OFTEN, SELDOM = 0.05, 1.0
"""Seconds between two looks for a chunk: each takes a hundredth of a second, day and night."""

TELL_SECONDS = 0.5
"""How often a chunk says how far it is, and asks whether it is still wanted."""

KINDS = {
    "batch": "api.batches.work:do_chunk",
    "batch-plan": "api.batches.work:do_plan",
    "batch-results": "api.batches.work:do_results",
}
"""Who does the chunks of each kind of job: `do_chunk(told, number, watch) -> Done`."""

DoChunk = Callable[[Mapping[str, Any], int, "Watch"], Done]


class StoppedError(Exception):
    """The job was cancelled while a chunk of it was being done."""


class Watch:
    """What a chunk tells while it is being done, and hears: how far it is, whether to stop."""

    def __init__(self, ledger: Ledger, job: str, number: int) -> None:
        self._ledger, self._job, self._number = ledger, job, number
        self._told = 0.0

    def rows(self, count: int, *, bad: int = 0) -> None:
        """So many rows of the chunk are done; `StoppedError` where the job was cancelled."""
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        self._told = time.monotonic()
        if self._ledger.is_cancelled(self._job):
            raise StoppedError
        self._ledger.note(self._job, self._number, rows=count, bad=bad)


def run_worker(
    databases: Databases,
    name: str,
    *,
    until: threading.Event,
    kinds: Mapping[str, str] = KINDS,
    beside: Callable[[], bool | None] = lambda: None,
) -> None:
    """Does chunks until it is told to end; `beside` is done now and then while it waits.

    It gives whether there is any work, or `None` where it does not know. While there is none, all
    workers of the database look for it seldom.
    """
    ledger = Ledger(databases.ledger)
    ledger.beat(name)

    @DBOS.step(name=f"{WORKFLOW}-step")
    def do(job: str, number: int) -> str:
        return _do(ledger, kinds, job, number)

    @DBOS.workflow(name=WORKFLOW)
    def work(job: str, number: int) -> str:
        return do(job, number)

    DBOS(
        config={
            "name": "readiness",
            "system_database_url": databases.dbos,
            "executor_id": name,
            "application_version": VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "CRITICAL",  # what goes wrong stands in the ledger
            "max_executor_threads": 4,
        }
    )
    try:
        DBOS.launch()
        queue = DBOS.register_queue(
            QUEUE,
            worker_concurrency=1,
            polling_interval_sec=OFTEN,
            on_conflict="never_update",  # whoever knows whether there is work has set it since
        )
        last = time.monotonic()
        while not until.wait(BESIDE_SECONDS):
            has_work = beside()
            if has_work is not None:
                pace = OFTEN if has_work else SELDOM
                if queue.polling_interval_sec != pace:  # as the database has it: others set it too
                    queue.set_polling_interval_sec(pace)
            if time.monotonic() - last < BEAT_SECONDS:
                continue
            last = time.monotonic()
            ledger.beat(name)
            lost = ledger.lost(silent_for=SILENT_SECONDS)
            if lost:  # two workers may do this at once: what runs again already stays as it is
                DBOS._recover_pending_workflows(lost)  # noqa: SLF001 (pinned; kill tests hold it)
                ledger.forget(lost, silent_for=SILENT_SECONDS)
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=0)
        ledger.leave(name)
        ledger.close()


def _do(ledger: Ledger, kinds: Mapping[str, str], job: str, number: int) -> str:
    row = ledger.job(job)
    if row is None or row.cancelled:
        return "cancelled"
    if ledger.is_done(job, number):  # and whoever did it ended before it could say so
        return "done"
    try:
        ledger.finish(job, number, _doer(kinds, row)(row.told, number, Watch(ledger, job, number)))
    except StoppedError:
        return "cancelled"
    except Exception as error:  # noqa: BLE001 (whoever waits for the job must hear of it)
        ledger.fail(job, number, f"{type(error).__name__}: {error}")
        return "failed"
    return "done"


def _doer(kinds: Mapping[str, str], row: JobRow) -> DoChunk:
    module, _, name = kinds[row.kind].partition(":")
    doer: DoChunk = getattr(importlib.import_module(module), name)
    return doer


def end_with_starter() -> None:
    """Ends this process when the one that started it is gone, be it by SIGKILL."""

    def wait() -> None:
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    """`python -m api.jobs.worker NAME`: a worker of the process that starts it."""
    end_with_starter()
    run_worker(Databases.from_environment(), sys.argv[1], until=threading.Event())


if __name__ == "__main__":
    main()
