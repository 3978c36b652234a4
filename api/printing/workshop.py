"""The printers' side: one process learns to print, and splits off as many as are asked for.

What takes long, loading WeasyPrint and reading style sheets and templates, is done once; a process
that is split off shares it, prints one report after the other, and ends when nobody asks any more.
"""

import gc
import os
import pickle
import resource
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from ctypes import CDLL

from api.evidence.worker.confinement import Limits, leave_network, limit_resources, stand_guard
from api.printing.jobs import PrintLimits, Word, receive, send
from reports.renderer import PdfUnavailableError, render_pdf
from reports.renderer.printer import load_printer

_PR_SET_PDEATHSIG = 1

HIRE, DISMISS = b"h", b"d"
"""What may be asked for: one more process; the end of one, and what it ended of."""


def run(*, folder: str, limits: Mapping[str, float], rehearsed: bool) -> None:
    """Serves whoever started us, over our standard input, until they are gone."""
    terms = PrintLimits(**limits)  # type: ignore[arg-type]
    boss = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    leave_network()
    with suppress(PdfUnavailableError):  # the answer to each job will say it
        if rehearsed:
            from api.printing.rehearsal import rehearse  # noqa: PLC0415

            rehearse()
        else:
            load_printer()
    gc.collect()
    gc.freeze()  # what is here now stays, and is not looked at again
    gc.disable()
    hired: set[int] = set()
    try:
        while wish := boss.recv(1):
            if wish == HIRE:
                hired.add(_hire(boss, folder=folder, limits=terms))
            elif wish == DISMISS:
                pid = int.from_bytes(boss.recv(8, socket.MSG_WAITALL), "big")
                boss.sendall(_dismiss(pid, hired).to_bytes(8, "big", signed=True))
    finally:
        for pid in tuple(hired):
            _dismiss(pid, hired)
        shutil.rmtree(folder, ignore_errors=True)


def _hire(boss: socket.socket, *, folder: str, limits: PrintLimits) -> int:
    """Splits off a process that prints, and hands the boss its number and the way to it."""
    theirs, ours = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            boss.close()
            theirs.close()
            _print_on(ours, folder=folder, limits=limits)
        finally:
            os._exit(0)
    ours.close()
    with theirs:
        socket.send_fds(boss, [pid.to_bytes(8, "big")], [theirs.fileno()])
    return pid


def _dismiss(pid: int, hired: set[int]) -> int:
    """Ends a process of ours, unless it has ended by itself; says by which signal, or 0."""
    if pid not in hired:
        return 0
    hired.remove(pid)
    os.kill(pid, signal.SIGKILL)  # it is still there, if only as a name: nobody waited for it
    status = os.waitpid(pid, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _print_on(channel: socket.socket, *, folder: str, limits: PrintLimits) -> None:
    """In a process that was split off: prints what comes, within limits, until nothing comes."""
    if sys.platform == "linux":  # nobody would end us if the one who split us off were gone
        CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    limit_resources(
        Limits(memory_bytes=limits.memory_bytes, written_bytes=limits.pdf_bytes, open_files=64)
    )
    stand_guard(folder)
    try:
        while (message := receive(channel)) is not None:
            _limit_time(limits.cpu_seconds)
            send(channel, *_printed(message[1]))
            gc.collect()
    except MemoryError:  # not even for the job, or for its answer
        os.abort()


def _printed(told: bytes) -> tuple[Word, bytes]:
    try:
        job = pickle.loads(told)  # noqa: S301 (a job comes from our own program, by our own socket)
        return Word.PDF, render_pdf(job.report, paper=job.paper, attachments=job.attachments)
    except MemoryError:
        return Word.TOO_LARGE, b""
    except PdfUnavailableError as error:
        return Word.UNAVAILABLE, str(error).encode()
    except Exception as error:  # noqa: BLE001 (whatever it is, the next report is another one)
        return Word.FAILED, f"{type(error).__name__}: {error}"[:500].encode(errors="replace")


def _limit_time(seconds: int) -> None:
    """So much more of the processor's time; the system ends us when it is used up."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used) + seconds + 1
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )
