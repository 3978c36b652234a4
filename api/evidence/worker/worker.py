"""Has strangers' files opened by a process of their own, so that no file can harm us.

A file may be made to eat all memory, to run for ever, to crash the program that reads it or to
make it do something else. So nobody but a worker opens it, within limits (`confinement.py`), and
all that comes back is JSON that must be valid `Facts`, or a valid `Excerpt`: never a pickle, which
could run what it likes in here. A worker is started once, in the background, and kept.
"""

import atexit
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from queue import Empty, LifoQueue

from pydantic import ValidationError

from api.evidence.excerpts.excerpt import Excerpt
from api.evidence.files import Source
from api.evidence.worker.confinement import GRACE_SECONDS, Limits
from api.evidence.worker.process import Answer
from assessment.facts import Facts

LOOK_AT = "api.evidence.looking:look_at"
"""Who looks, in the worker: `look_at(source, kind=..., columns=...) -> Facts`, or `-> Excerpt`."""

DATASET = "dataset"
"""The kind of evidence that may take longer."""

APART = sys.platform == "linux"
"""Elsewhere splitting off a process is slow, or breaks libraries of the system."""

USUAL = Limits()

_START = (
    "import json, sys; told = json.loads(sys.argv[1]); sys.path[:] = told.pop('path'); "
    "from api.evidence.worker.process import serve; serve(**told)"
)
# All that a worker gets to know of our environment: it may hold passwords.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TZ")
# One thread, or the worker could not be split; few arenas, or each takes of its memory.
_CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_PIECE = 1 << 20

_log = logging.getLogger(__name__)


class Worker:
    """One process that looks at one file at a time, for whichever thread asks."""

    def __init__(
        self, *, limits: Limits = USUAL, look_at: str = LOOK_AT, apart: bool = APART
    ) -> None:
        self._limits = limits
        self._look_at = look_at
        self._apart = apart
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = ""

    def start(self) -> None:
        """Starts the process if there is none, and does not wait until it is ready."""
        if self._process is not None and self._process.poll() is None:
            return  # it may be busy, and its lock with it
        with self._lock:
            self._running()

    def look(self, source: Source, *, kind: str | None, columns: Mapping[str, str]) -> Facts:
        """What can be seen of the file, or in one word why nothing can."""
        return self.answer(source, kind=kind, columns=columns).facts

    def answer(self, source: Source, *, kind: str | None, columns: Mapping[str, str]) -> Answer:
        """All that the worker says of the file; where it says nothing, why."""
        limits = self._limits
        seconds = limits.dataset_seconds if kind == DATASET else limits.document_seconds
        job = {
            "source": {**asdict(source), "path": os.path.abspath(source.path)},  # noqa: PTH100 (a link stays one)
            "kind": kind,
            "columns": dict(columns),
            "seconds": seconds,
        }
        with self._lock:
            return self._ask(json.dumps(job).encode() + b"\n", seconds=seconds + GRACE_SECONDS)

    def close(self) -> None:
        """Ends the process, whatever it is doing, and removes what it left behind."""
        if self._process is not None:
            _kill(self._process)  # whoever waits for its answer hears that there is none
        with self._lock:
            self._end()

    def forget(self) -> None:
        """In a process that was forked from ours: lets go of a worker that is not its own."""
        if self._process is not None:
            _let_go(self._process)
            self._process.returncode = 0
        self._process, self._folder, self._lock = None, "", threading.Lock()

    def _ask(self, job: bytes, *, seconds: float) -> Answer:
        process = self._running()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            told = _exchange(process, job, most=self._limits.facts_bytes + _PIECE)
        except BaseException:  # Ctrl-C: its answer must not be taken for the next one's
            self._end()
            raise
        finally:
            timer.cancel()
            timer.join()
        answer = _parsed(told)
        if answer is None or late.is_set():  # the next file gets a new process
            self._end()
        if answer is None:
            return Answer(facts=Facts(status="too_large" if late.is_set() else "unreadable"))
        if answer.trouble:
            _log.info("A file could not be looked at: %s", answer.trouble)
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._folder = tempfile.mkdtemp(prefix="readiness-")
        told = {
            "path": [os.path.abspath(entry) for entry in sys.path],  # noqa: PTH100 ("" is here)
            "look_at": self._look_at,
            "apart": self._apart,
            "folder": self._folder,
            "limits": asdict(self._limits),
        }
        known = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 (it is our own program)
            [sys.executable, "-I", "-X", "utf8", "-c", _START, json.dumps(told)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # parsers grumble there, in strangers' words
            cwd=self._folder,
            env={**known, **_CALM, "TMPDIR": self._folder, "HOME": self._folder},
            start_new_session=True,  # Ctrl-C is for us to hear; we end it then
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        folder, self._folder = self._folder, ""
        if process is not None:
            _kill(process)
            _let_go(process)
            process.wait()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


class Workers:
    """Several workers; each file goes to one that is free."""

    def __init__(
        self,
        size: int = 1,
        *,
        limits: Limits = USUAL,
        look_at: str = LOOK_AT,
        apart: bool = APART,
    ) -> None:
        self._all = tuple(Worker(limits=limits, look_at=look_at, apart=apart) for _ in range(size))
        self._free: LifoQueue[Worker] = LifoQueue()
        for worker in self._all:
            self._free.put(worker)

    def start(self) -> None:
        """Starts one worker in the background; the others start when they are needed."""
        self._all[-1].start()

    def look(self, source: Source, *, kind: str | None, columns: Mapping[str, str]) -> Facts:
        """What can be seen of the file; waits for a worker that is free."""
        worker = self._free.get()
        try:
            return worker.look(source, kind=kind, columns=columns)
        finally:
            self._free.put(worker)

    def excerpt(self, source: Source, *, wait: float) -> Excerpt:
        """The beginning of the file; `TimeoutError` where none is free within `wait` seconds."""
        try:
            worker = self._free.get(timeout=max(wait, 0.01))
        except Empty:
            raise TimeoutError from None
        try:
            answer = worker.answer(source, kind=None, columns={})
        finally:
            self._free.put(worker)
        if answer.excerpt is not None:
            return answer.excerpt
        return Excerpt(status="too_large" if answer.facts.status == "too_large" else "unreadable")

    def close(self) -> None:
        """Ends them all."""
        for worker in self._all:
            worker.close()

    def forget(self) -> None:
        """In a process that was forked from ours: lets go of workers that are not its own."""
        for worker in self._all:
            worker.forget()


def start() -> None:
    """Starts the worker of this program, so that it is ready when the first file is."""
    _ours.start()


def look(source: Source, *, kind: str | None, columns: Mapping[str, str]) -> Facts:
    """What the worker of this program can see of the file, or in one word why nothing can be."""
    return _ours.look(source, kind=kind, columns=columns)


def close() -> None:
    """Ends the worker of this program; the next file would start it again."""
    _ours.close()


def read_alone() -> None:
    """Has one process read each file from now on, however large: every core is busy already."""
    global _ours  # noqa: PLW0603 (there is one a process)
    _ours.close()
    _ours = Workers(limits=replace(USUAL, readers=1))


def _forget() -> None:
    """A forked copy of us must neither use nor end the worker; its pipes would keep it alive."""
    global _ours  # noqa: PLW0603 (there is one a process)
    _ours.forget()
    _ours = Workers()


def _exchange(process: "subprocess.Popen[bytes]", job: bytes, *, most: int) -> bytes | None:
    """Sends a job and waits for one line; `None` if the process ends first or says too much."""
    if process.stdin is None or process.stdout is None:
        return None
    told = bytearray()
    try:
        rest = memoryview(job)
        while rest:
            rest = rest[process.stdin.write(rest) or 0 :]
        while not told.endswith(b"\n"):
            piece = process.stdout.read(_PIECE)
            if not piece or len(told) > most:
                return None
            told += piece
    except (OSError, ValueError):  # it ended, or was closed by another thread
        return None
    return bytes(told)


def _parsed(told: bytes | None) -> Answer | None:
    """What the worker said, if it is what a worker may say."""
    if told is None:
        return None
    try:
        return Answer.model_validate_json(told)
    except ValidationError:
        return None


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Ends a worker and what it split off."""
    if process.returncode is not None:
        return
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


_ours = Workers()
atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
