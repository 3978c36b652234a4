"""The workers of a batch on this machine: started, restarted when they die, ended with us."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from api.jobs.engine import Databases

PROGRAM = "api.jobs.worker"
MAX_DEATHS = 10
"""So many workers may end one after the other before anything gets on."""


class Staff:
    """Worker processes of these names; without any, others are waited for.

    Whoever goes on with a batch gives the same names, for DBOS gives a worker back what it left.
    """

    def __init__(
        self, databases: Databases, lock: Path, names: Sequence[str], *, program: str = PROGRAM
    ) -> None:
        self._databases, self._lock = databases, lock
        self._workers: dict[str, subprocess.Popen[bytes]] = {}
        self._names, self._program = names, program
        self._deaths = self._rows = 0

    def __enter__(self) -> Self:
        for name in self._names:
            self._start(name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers.values():
            worker.kill()  # what it does is done again; what it judges with ends by itself
        for worker in self._workers.values():
            worker.wait()
            if worker.stdin is not None:
                with suppress(OSError):
                    worker.stdin.close()

    def keep_up(self, rows: int) -> bool:
        """Starts those again that ended; false where that does not help."""
        if rows != self._rows:
            self._deaths, self._rows = 0, rows
        for name, worker in list(self._workers.items()):
            if worker.poll() is not None:
                self._deaths += 1
                time.sleep(min(0.1 * self._deaths, 2.0))
                self._start(name)
        return self._deaths < MAX_DEATHS

    def _start(self, name: str) -> None:
        """Each holds a share of the lock, so that whoever comes after us knows of it."""
        with self._lock.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            self._workers[name] = subprocess.Popen(  # noqa: S603 (it is our own program)
                [sys.executable, "-m", self._program, name],
                env={**os.environ, **self._databases.as_environment()},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
                pass_fds=(lock.fileno(),),
                start_new_session=True,  # Ctrl-C is for us to hear; we end them then
            )
