"""`python -m api.batches.beside`: the program that reads and judges what strangers wrote.

It runs beside a worker, within limits, and answers one question a line. Whatever it meets may end
it: a new one is started then, and goes on.
"""

import os
import resource
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import assert_never

import msgspec

from api.batches.apart import READY, STUCK, JudgeRows, MakePlan, Question, WriteResults
from api.batches.hosted import make_hosted_plan, write_hosted_results
from api.batches.judging import Bench, judge, open_bench, rows_of
from api.batches.plan import Plan
from api.batches.results import to_line
from api.evidence.worker.worker import read_alone
from api.printing import PATIENT, Printers

MEMORY_BYTES = 4 << 30

_QUESTIONS: msgspec.json.Decoder[JudgeRows | MakePlan | WriteResults] = msgspec.json.Decoder(
    Question
)


class ChangedError(Exception):
    """What the plan of a batch names is no longer what it was."""


def main() -> None:
    """Answers until nobody asks any more."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # a library that prints must not speak for us
    _end_with(os.getppid())
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read_alone()  # there is a worker for every core already
    desk = _Desk(answers)
    _say(answers, READY)
    for line in asked:
        try:
            desk.answer(_QUESTIONS.decode(line))
        except BrokenPipeError:
            return
        except OSError as error:  # a full disk is no fault of a submission
            _say(answers, STUCK + f"{error.strerror}: {error.filename}\n".encode())
        except ChangedError as error:
            _say(answers, STUCK + f"{error}\n".encode())


class _Desk:
    """What is kept from question to question: the bench of the last plan, and the printers."""

    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._printers = Printers(workers=1, limits=PATIENT)
        self._bench: Bench | None = None

    def answer(self, question: Question) -> None:
        """Does what is asked for, and says what came of it."""
        match question:
            case JudgeRows():
                bench = self._bench_of(question)
                rows = list(rows_of(bench.plan, bench.plan.chunks[question.chunk]))
                _say(self._answers, READY)
                for row in rows[question.done :]:
                    _say(self._answers, to_line(judge(bench, row)))
            case MakePlan():
                _say(self._answers, make_hosted_plan(Path(question.folder)))
            case WriteResults():
                told = write_hosted_results(Path(question.folder), printers=self._printers)
                _say(self._answers, told)
            case _:
                assert_never(question)

    def _bench_of(self, question: JudgeRows) -> Bench:
        bench = self._bench
        if bench is None or bench.plan.run != question.run:
            plan = msgspec.json.decode(Path(question.plan).read_bytes(), type=Plan)
            bench = open_bench(plan, self._printers)
            if bench.rubric.digest != plan.rubric_digest:
                raise ChangedError("the rubric has changed since the batch began")
            self._bench = bench
        return bench


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
