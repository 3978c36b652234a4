"""Printers: prints reports in other processes, as many at once as there are cores.

A report comes from strangers' words. One that eats all memory, never ends or crashes the layout
costs its own process, never the service; the next report finds a new one.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from queue import LifoQueue
from types import TracebackType
from typing import Self

from api.printing.jobs import (
    USUAL,
    DiedError,
    Job,
    PrintLimits,
    TooLargeError,
    TooLongError,
    Word,
    receive,
    send_job,
)
from reports.renderer import PdfUnavailableError, ReportError, render_pdf

CAN_SPLIT = hasattr(os, "fork") and hasattr(socket, "send_fds")
"""Elsewhere (Windows) reports are printed here, one after the other, without limits."""

_START = (
    "import json, sys; told = json.loads(sys.argv[1]); sys.path[:] = told.pop('path'); "
    "from api.printing.workshop import run; run(**told)"
)
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ")
_CALM = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_TRIES = 2
_OUT_OF_MEMORY = {
    getattr(signal, name, None) for name in ("SIGABRT", "SIGTRAP", "SIGSEGV", "SIGBUS")
}
"""How compiled libraries end a process to which the system gives no more memory."""

_START_SECONDS = 60.0


class Printers:
    """Processes that print reports, for whichever thread asks. They start with the first report.

    Use it in a `with`, or `close()` it at the end. `rehearsed` ones print a short report first that
    nobody reads, which makes each of many quicker; for a single report it does not pay.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        limits: PrintLimits = USUAL,
        rehearsed: bool = True,
    ) -> None:
        self.size = workers if workers is not None else _cores()
        self._limits = limits
        self._rehearsed = rehearsed
        self._lock = threading.Lock()
        self._workshop: _Workshop | None = None
        self._closed = False
        self._seats: LifoQueue[_Seat] = LifoQueue()
        for _ in range(self.size):
            self._seats.put(_Seat())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Lets the processes get ready in the background."""
        if CAN_SPLIT:
            self._open_workshop()

    def print(self, job: Job) -> bytes:
        """The PDF of a report; waits for a process that is free.

        `ReportError` says why it could not be made.
        """
        if not CAN_SPLIT:
            with self._lock:
                return render_pdf(job.report, paper=job.paper, attachments=job.attachments)
        seat = self._seats.get()
        try:
            return self._print_at(seat, job)
        except BaseException:  # its answer must not be taken for the next one's
            seat.clear()
            raise
        finally:
            if seat.printer is not None and seat.printer.printed >= self._limits.reports:
                seat.clear()
            self._seats.put(seat)

    def print_all(self, jobs: Iterable[Job]) -> Iterator[bytes | ReportError]:
        """The PDF of every report in turn, or why it could not be made; all processes work on them.

        No more jobs are taken than the processes can be busy with.
        """
        waiting: deque[Future[bytes | ReportError]] = deque()
        with ThreadPoolExecutor(self.size, thread_name_prefix="printing") as threads:
            try:
                for job in jobs:
                    waiting.append(threads.submit(self._print_or_say_why, job))
                    if len(waiting) > 2 * self.size:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def close(self) -> None:
        """Ends all processes for good, whatever they are doing."""
        with self._lock:
            self._closed = True
            workshop, self._workshop = self._workshop, None
        if workshop is not None:
            workshop.close()
        for seat in tuple(self._seats.queue):
            seat.clear()

    def _print_or_say_why(self, job: Job) -> bytes | ReportError:
        try:
            return self.print(job)
        except ReportError as error:
            return error

    def _print_at(self, seat: "_Seat", job: Job) -> bytes:
        for _ in range(_TRIES):
            if seat.printer is None or not seat.printer.is_there():
                seat.clear()
                seat.printer = self._hire()
            outcome = self._ask(seat.printer, job)
            if isinstance(outcome, bytes):
                seat.printer.printed += 1
                return outcome
            self._raise_if_at_fault(outcome, seat.clear())
            # It was ended from outside: that is not the report's fault, so it gets another.
        raise DiedError(code="output.died")

    def _ask(self, printer: "_Printer", job: Job) -> bytes | ReportError | None:
        """The PDF, or what is wrong with the report; `None` if the process ended meanwhile."""
        until = time.monotonic() + self._limits.wall_seconds
        try:
            send_job(printer.channel, job, until=until)
            answer = receive(printer.channel, most=self._limits.pdf_bytes, until=until)
        except TimeoutError:
            return TooLongError(self._limits.wall_seconds)
        except (OSError, ValueError):
            return None
        if answer is None:
            return None
        word, content = answer
        match word:
            case Word.PDF:
                return content
            case Word.UNAVAILABLE:
                return PdfUnavailableError(content.decode(errors="replace"))
            case Word.TOO_LARGE:
                return TooLargeError()
            case _:
                return ReportError(content.decode(errors="replace"))

    def _hire(self) -> "_Printer":
        for _ in range(_TRIES):
            workshop = self._open_workshop()
            printer = workshop.hire()
            if printer is not None:
                return printer
            with self._lock:
                if self._workshop is workshop:
                    self._workshop = None
            workshop.close()
        raise DiedError(code="output.closed")

    def _raise_if_at_fault(self, outcome: ReportError | None, ended: int) -> None:
        """Whether it was the report that ended its process, and why."""
        if outcome is not None:
            raise outcome
        if ended == signal.SIGXCPU:
            raise TooLongError(self._limits.cpu_seconds)
        if ended in _OUT_OF_MEMORY:
            raise TooLargeError

    def _open_workshop(self) -> "_Workshop":
        with self._lock:
            if self._closed:
                raise DiedError(code="output.closed")
            if self._workshop is not None and not self._workshop.is_ours():
                self._workshop.close()
                self._workshop = None
            if self._workshop is None:
                self._workshop = _Workshop(self._limits, rehearsed=self._rehearsed)
            return self._workshop


@dataclass(slots=True)
class _Printer:
    """One process that prints, and the way to it."""

    pid: int
    channel: socket.socket
    workshop: "_Workshop"
    printed: int = 0

    def is_there(self) -> bool:
        """Whether it can be asked: not if we were split off from whoever started it."""
        return self.workshop.is_ours()

    def dismiss(self) -> int:
        """Ends it; the signal that it had ended by, or 0."""
        self.channel.close()
        return self.workshop.dismiss(self.pid) if self.is_there() else 0


@dataclass(slots=True)
class _Seat:
    """Room for one process that prints."""

    printer: _Printer | None = None

    def clear(self) -> int:
        """Ends who sits there; the signal that it had ended by, or 0."""
        printer, self.printer = self.printer, None
        return printer.dismiss() if printer is not None else 0


class _Workshop:
    """The process that splits off printers."""

    def __init__(self, limits: PrintLimits, *, rehearsed: bool = True) -> None:
        from api.printing.workshop import DISMISS, HIRE  # noqa: PLC0415

        self._wishes = (HIRE, DISMISS)
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._folder = tempfile.mkdtemp(prefix="readiness-")
        self._control, theirs = socket.socketpair()
        self._control.settimeout(_START_SECONDS)
        told = {
            "path": [os.path.abspath(entry) for entry in sys.path],  # noqa: PTH100 ("" is here)
            "folder": self._folder,
            "limits": asdict(limits),
            "rehearsed": rehearsed,
        }
        known = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (it is our own program)
                [sys.executable, "-I", "-X", "utf8", "-c", _START, json.dumps(told)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env={**known, **_CALM, "TMPDIR": self._folder, "HOME": self._folder},
                start_new_session=True,  # Ctrl-C is for us to hear; we end it then
            )

    def is_ours(self) -> bool:
        """Whether it runs, and was started by this process and not by one that it was split off."""
        return self._owner == os.getpid() and self._process.poll() is None

    def hire(self) -> _Printer | None:
        """One more printer; `None` if there is no more to be had here."""
        with self._lock:
            try:
                self._control.sendall(self._wishes[0])
                told, handed, _, _ = socket.recv_fds(self._control, 8, 1)
            except OSError:
                return None
        if len(told) < 8 or not handed:
            return None
        return _Printer(int.from_bytes(told, "big"), socket.socket(fileno=handed[0]), self)

    def dismiss(self, pid: int) -> int:
        """Ends a printer; the signal that it had ended by, or 0."""
        with self._lock:
            try:
                self._control.sendall(self._wishes[1] + pid.to_bytes(8, "big"))
                told = self._control.recv(8, socket.MSG_WAITALL)
            except OSError:
                return 0
        return int.from_bytes(told, "big", signed=True)

    def close(self) -> None:
        """Ends it with all its printers."""
        self._control.close()
        if self._owner == os.getpid():
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                with suppress(OSError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1
