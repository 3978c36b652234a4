"""A batch that the service keeps: its folder, and what is done in it from input to results.

In the folder, `given/` is what came in, `asked.json` what is asked for, `planned.json` what was
found, `out/` the results (byte for byte those of `readiness batch`) with what is unfinished in
`out/.readiness/`, `wrongs.jsonl` all that is wrong, in codes, so that pages tell it in any
language, and `summary.json` how many were scored.
"""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

import msgspec

from api.batches.outcome import MAX_WRONGS, Cohort, cohort_told
from api.batches.plan import Options, Plan, Wrong
from api.batches.planning import PLAN, WORK, Asked, make_plan, put
from api.batches.telling import outcomes_of, write_results
from api.batches.wrongs import wrong_of
from api.printing import Printers
from rubrics.problems import InputError

MAX_TOLD = 200
"""Problems of an input of which nothing can be read; whoever has more begins with these."""


class BatchState(StrEnum):
    """How far a batch is; in the first four, somebody works on it or will."""

    WAITING = "waiting"
    PLANNING = "planning"  # its submissions are being found
    JUDGING = "judging"
    TELLING = "telling"  # its results are being written
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVED = "removed"  # nobody sees it any more


class HostedAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: `given` is a file or folder in `given/`, `rubric` the folder of one."""

    run: str
    given: str
    rubric: str
    options: Options
    seconds: float


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in the input, or `wrong`: why nothing can be judged."""

    rows: int = 0
    chunks: int = 0
    wrong: tuple[Wrong, ...] = ()


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it, in numbers. `ignored` files lay there and were not read."""

    submissions: int
    scored: int
    refused: int
    reports: int
    reports_failed: int
    ignored: int
    wrongs: int
    cohort: Cohort


class BadRow(msgspec.Struct, frozen=True):
    """One thing that is wrong with the submission of this number."""

    number: int
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class HostedFolder:
    """The folder of a batch, and what lies where in it."""

    path: Path

    @property
    def given(self) -> Path:
        """What came in."""
        return self.path / "given"

    @property
    def out(self) -> Path:
        """The results."""
        return self.path / "out"

    @property
    def work(self) -> Path:
        """What is unfinished."""
        return self.out / WORK

    def ask(self) -> HostedAsk:
        """What is asked for."""
        return msgspec.json.decode((self.path / "asked.json").read_bytes(), type=HostedAsk)

    def planned(self) -> Planned:
        """What was found."""
        return msgspec.json.decode((self.path / "planned.json").read_bytes(), type=Planned)

    def plan(self) -> Plan:
        """The plan, once it is made."""
        return msgspec.json.decode((self.work / PLAN).read_bytes(), type=Plan)

    def summary(self) -> Summary:
        """What came of it, once it is done."""
        return msgspec.json.decode((self.path / "summary.json").read_bytes(), type=Summary)

    def bad_rows(self, *, first: int, count: int) -> list[BadRow]:
        """Some of what is wrong, in the order of the input; nothing before the end."""
        try:
            with (self.path / "wrongs.jsonl").open("rb") as lines:
                some = islice(lines, first, first + count)
                return [msgspec.json.decode(line, type=BadRow) for line in some]
        except FileNotFoundError:
            return []


def begin(folder: HostedFolder, ask: HostedAsk) -> None:
    """Writes down what is asked for; what came in lies in `given` already."""
    put(folder.path / "asked.json", msgspec.json.encode(ask))


def make_hosted_plan(path: Path) -> bytes:
    """Finds the submissions; one line that says how many, or why none can be judged."""
    folder = HostedFolder(path)
    with _alone(folder):
        if (folder.work / PLAN).exists():  # somebody was faster, and chunks may be judged by now
            return msgspec.json.encode(folder.planned()) + b"\n"
        return _make_plan(folder, folder.ask())


def _make_plan(folder: HostedFolder, ask: HostedAsk) -> bytes:
    shutil.rmtree(folder.work, ignore_errors=True)
    (folder.work / "parts").mkdir(parents=True)
    asked = Asked(
        given=folder.given / ask.given,
        out=folder.out,
        rubric=Path(ask.rubric),
        options=ask.options,
        seconds=ask.seconds,
    )
    try:
        plan = make_plan(asked, run=ask.run, scratch=folder.work)
    except InputError as error:
        root = folder.given
        return _planned(
            folder, Planned(wrong=tuple(wrong_of(p, root=root) for p in error.problems[:MAX_TOLD]))
        )
    if plan.options.pdf:
        (folder.out / "reports").mkdir(exist_ok=True)
    line = _planned(folder, Planned(rows=plan.rows, chunks=len(plan.chunks)))
    put(folder.work / PLAN, msgspec.json.encode(plan))
    return line


def crashed(path: Path) -> bytes:
    """The same where the input ended its reader, time and again, or took too long."""
    folder = HostedFolder(path)
    name = folder.ask().given
    wrong = Wrong(file=name, row=0, column="", code="batch.unreadable", params={"file": name})
    return _planned(folder, Planned(wrong=(wrong,)))


def write_hosted_results(path: Path, *, printers: Printers) -> bytes:
    """Writes the results, and what is wrong; one line with the numbers."""
    folder = HostedFolder(path)
    with _alone(folder):
        return _write_results(folder, printers)


def _write_results(folder: HostedFolder, printers: Printers) -> bytes:
    path, plan = folder.path, folder.plan()
    since = time.time() - (folder.path / "asked.json").stat().st_mtime
    counted = write_results(
        plan, work=folder.work, began=time.monotonic() - since, printers=printers
    )
    wrongs = 0
    part = path / ".wrongs.jsonl.part"
    with part.open("wb") as lines:
        for row in _bad_rows(plan, folder.work):
            lines.write(msgspec.json.encode(row) + b"\n")
            wrongs += 1
    part.replace(path / "wrongs.jsonl")
    summary = Summary(
        submissions=plan.rows,
        scored=counted.judged,
        refused=counted.refused,
        reports=counted.reports,
        reports_failed=counted.unprinted,
        ignored=len(plan.ignored),
        wrongs=wrongs,
        cohort=cohort_told(counted.judged),
    )
    line = msgspec.json.encode(summary)
    put(path / "summary.json", line)
    return line + b"\n"


@contextmanager
def _alone(folder: HostedFolder) -> Iterator[None]:
    """One at a time: a worker that was taken for lost may still be at it."""
    with (folder.path / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bad_rows(plan: Plan, work: Path) -> Iterator[BadRow]:
    for outcome in outcomes_of(plan, work):
        for wrong in outcome.wrong[:MAX_WRONGS]:
            yield BadRow(outcome.number, wrong)


def _planned(folder: HostedFolder, planned: Planned) -> bytes:
    line = msgspec.json.encode(planned)
    put(folder.path / "planned.json", line)
    return line + b"\n"
