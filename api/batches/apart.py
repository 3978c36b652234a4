"""Has submissions read and judged by a process of its own, so that none can stop the others.

A submission may be made to take for ever or to bring its reader down. So whatever strangers wrote
is read beside the worker, within limits; whoever takes too long, or ends the process time and
again, fails alone with its reason, and a new process goes on with the next one.
"""

import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from api.batches.judging import failed, rows_of
from api.batches.plan import Plan
from api.batches.results import Outcome, from_line

PROGRAM = "api.batches.beside"
"""The module that is run beside us."""

MAX_TRIES = 3
"""How often a submission may end the process before it is given up."""

READY = b"ready\n"
STUCK = b"stuck "
"""Before what the process says when it cannot go on for reasons of this machine."""

START_SECONDS = 120.0
HEED_SECONDS = 0.5
_PIECE = 1 << 20
_MAX_LINE = 64_000_000

Heed = Callable[[], None]
"""Called twice a second while somebody waits; whatever it raises ends the process."""


class StuckError(Exception):
    """The submissions cannot be judged here and now: a disk is full, or may not be written."""


class CrashedError(Exception):
    """The process ended, time and again, or took too long for one thing."""


class JudgeRows(msgspec.Struct, frozen=True, tag="judge"):
    """Judge the submissions of a chunk, but for the first `done`; `plan` is a file."""

    plan: str
    run: str
    chunk: int
    done: int


class MakePlan(msgspec.Struct, frozen=True, tag="plan"):
    """Find the submissions of a batch of the service, in its folder."""

    folder: str


class WriteResults(msgspec.Struct, frozen=True, tag="results"):
    """Write what came of a batch of the service."""

    folder: str


Question = JudgeRows | MakePlan | WriteResults


@dataclass(slots=True)
class _Process:
    """The process beside us, and what it said that we did not read yet."""

    popen: "subprocess.Popen[bytes]"
    heard: bytearray


class Apart:
    """The process beside us. It starts with the first question, and is kept for the next ones."""

    def __init__(self, *, program: str = PROGRAM) -> None:
        self._program = program
        self._process: _Process | None = None

    def judged(
        self, plan_file: Path, plan: Plan, number: int, heed: Heed = lambda: None
    ) -> Iterator[Outcome]:
        """What comes of every submission of a chunk, in order."""
        rows = list(rows_of(plan, plan.chunks[number]))
        done = tries = 0
        while done < len(rows):
            try:
                process = self._running()
                self._ask(process, JudgeRows(str(plan_file), plan.run, number, done))
                self._hear_ready(process)
                while done < len(rows):
                    line = self._hear(process, plan.seconds, heed)
                    yield from_line(line)
                    done, tries = done + 1, 0
            except TimeoutError:
                self.close()
                yield failed(rows[done], "batch.too_slow", seconds=int(plan.seconds))
                done, tries = done + 1, 0
            except (OSError, EOFError, msgspec.DecodeError):
                self.close()
                tries += 1
                if tries == MAX_TRIES:
                    yield failed(rows[done], "batch.crashed")
                    done, tries = done + 1, 0

    def answer(self, question: MakePlan | WriteResults, *, seconds: float, heed: Heed) -> bytes:
        """The one line that comes of it; `CrashedError` where none does."""
        for _ in range(MAX_TRIES):
            try:
                process = self._running()
                self._ask(process, question)
                return self._hear(process, seconds, heed)
            except TimeoutError:
                self.close()
                break
            except (OSError, EOFError):
                self.close()
        raise CrashedError

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.popen.kill()
        for pipe in (process.popen.stdin, process.popen.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.popen.wait()

    def _running(self) -> _Process:
        for _ in range(MAX_TRIES):
            if self._process is not None and self._process.popen.poll() is None:
                return self._process
            self.close()
            popen = subprocess.Popen(  # noqa: S603 (it is our own program)
                [sys.executable, "-m", self._program],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
                start_new_session=True,  # Ctrl-C is for the one who started us to hear
            )
            self._process = _Process(popen, bytearray())
            try:
                self._hear_ready(self._process)
            except (OSError, EOFError):  # a TimeoutError is an OSError
                self.close()  # it may be on its way out, and look as if it ran
                continue
            return self._process
        raise RuntimeError("The program that judges submissions does not start.")

    def _ask(self, process: _Process, question: Question) -> None:
        stream: IO[bytes] | None = process.popen.stdin
        if stream is None:
            raise EOFError
        stream.write(msgspec.json.encode(question) + b"\n")

    def _hear_ready(self, process: _Process) -> None:
        """It has loaded what it needs; that counts as nobody's time."""
        try:
            line = self._hear(process, START_SECONDS)
        except TimeoutError:
            raise EOFError from None
        if line != READY:
            raise EOFError

    def _hear(self, process: _Process, seconds: float, heed: Heed = lambda: None) -> bytes:
        """The next line; `TimeoutError` where none comes in time, `EOFError` where none will."""
        stream = process.popen.stdout
        if stream is None:
            raise EOFError
        end = time.monotonic() + seconds
        while (cut := process.heard.find(b"\n")) < 0:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if not select.select([stream], [], [], min(left, HEED_SECONDS))[0]:
                heed()
                continue
            piece = stream.read(_PIECE)
            if not piece or len(process.heard) > _MAX_LINE:
                raise EOFError
            process.heard += piece
        line = bytes(process.heard[: cut + 1])
        del process.heard[: cut + 1]
        if line.startswith(STUCK):
            self.close()
            raise StuckError(line.removeprefix(STUCK).decode(errors="replace").strip())
        return line
