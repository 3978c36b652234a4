"""Has submissions judged by a process of its own, so that none can stop the others.

A submission may be made to take for ever or to bring its reader down. So a chunk is judged beside
the worker, within limits; whoever takes too long, or ends the process time and again, fails alone
with its reason, and a new process goes on with the next one.
"""

import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from api.batches.judging import Row, failed, judge, open_bench, rows_of
from api.batches.plan import Plan
from api.batches.results import Outcome, from_line, to_line

PROGRAM = "api.batches.apart"
"""The module that is run beside us."""

MAX_TRIES = 3
"""How often a submission may end the process before it is given up."""

STUCK = b"stuck "
"""Before what the process says when it cannot go on for reasons of this machine."""

MEMORY_BYTES = 4 << 30
START_SECONDS = 120.0
_PIECE = 1 << 20
_MAX_LINE = 64_000_000


class StuckError(Exception):
    """The submissions cannot be judged here and now: a disk is full, or may not be written."""


@dataclass(slots=True)
class _Process:
    """The process beside us, and what it said that we did not read yet."""

    popen: "subprocess.Popen[bytes]"
    heard: bytearray


class Judges:
    """Judges the chunks of one plan; keeps its process from chunk to chunk."""

    def __init__(self, plan_file: Path, plan: Plan, *, program: str = PROGRAM) -> None:
        self._plan_file, self._plan, self._program = plan_file, plan, program
        self._process: _Process | None = None

    def judged(self, number: int) -> Iterator[Outcome]:
        """What comes of every submission of a chunk, in order."""
        rows = list(rows_of(self._plan, self._plan.chunks[number]))
        done = tries = 0
        while done < len(rows):
            try:
                process = self._running()
                self._ask(process, number, done)
                while done < len(rows):
                    line = self._hear(process, self._plan.seconds)
                    self._stop_if_stuck(line)
                    yield from_line(line)
                    done, tries = done + 1, 0
            except TimeoutError:
                self.close()
                yield failed(rows[done], "batch.too_slow", seconds=int(self._plan.seconds))
                done, tries = done + 1, 0
            except (OSError, EOFError, msgspec.DecodeError):
                self.close()
                tries += 1
                if tries == MAX_TRIES:
                    yield failed(rows[done], "batch.crashed")
                    done, tries = done + 1, 0

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
                [sys.executable, "-m", self._program, str(self._plan_file)],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
                start_new_session=True,  # Ctrl-C is for the one who started us to hear
            )
            self._process = _Process(popen, bytearray())
            try:
                line = self._hear(self._process, START_SECONDS)
            except (OSError, EOFError):  # a TimeoutError is an OSError
                continue
            if line == b"ready\n":
                return self._process
            self._stop_if_stuck(line)
        self.close()
        raise RuntimeError("The program that judges submissions does not start.")

    def _stop_if_stuck(self, line: bytes) -> None:
        if line.startswith(STUCK):
            self.close()
            raise StuckError(line.removeprefix(STUCK).decode(errors="replace").strip())

    def _ask(self, process: _Process, number: int, done: int) -> None:
        stream: IO[bytes] | None = process.popen.stdin
        if stream is None:
            raise EOFError
        stream.write(json.dumps([number, done]).encode() + b"\n")

    def _hear(self, process: _Process, seconds: float) -> bytes:
        """The next line; `TimeoutError` where none comes in time, `EOFError` where none will."""
        stream = process.popen.stdout
        if stream is None:
            raise EOFError
        end = time.monotonic() + seconds
        while (cut := process.heard.find(b"\n")) < 0:
            left = end - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                raise TimeoutError
            piece = stream.read(_PIECE)
            if not piece or len(process.heard) > _MAX_LINE:
                raise EOFError
            process.heard += piece
        line = bytes(process.heard[: cut + 1])
        del process.heard[: cut + 1]
        return line


def main() -> None:
    """`python -m api.batches.apart PLAN`: judges what is asked for, a line a submission."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # a library that prints must not speak for us
    _end_with(os.getppid())
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bench = open_bench(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan))
    if bench.rubric.digest != bench.plan.rubric_digest:
        _say(answers, STUCK + b"the rubric has changed since the batch began\n")
        return
    _say(answers, b"ready\n")
    for question in asked:
        number, done = json.loads(question)
        rows: list[Row] = list(rows_of(bench.plan, bench.plan.chunks[number]))
        for row in rows[done:]:
            try:
                _say(answers, to_line(judge(bench, row)))
            except BrokenPipeError:
                return
            except OSError as error:  # a full disk is no fault of this submission
                _say(answers, STUCK + f"{error.strerror}: {error.filename}\n".encode())


def _say(to: int, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(to, rest) :]


def _end_with(parent: int) -> None:
    """Ends this process soon after the one that started it, be it by SIGKILL."""

    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
