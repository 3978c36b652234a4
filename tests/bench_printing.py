"""What the reports of a batch cost, by one worker and by two, and whether memory stays flat.

`python -m tests.bench_printing [REPORTS]` (or `make bench-printing`) scores and prints so many
submissions with one worker and then with two. It tells seconds and processor seconds a report, how
much faster two workers are, and the largest memory of any process early and late in the run.

Beside that, bare WeasyPrint prints the pages of the first ones, ready-made, in one process and in
two that share nothing: how much more two cores of this machine do at best.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from api.services import score, tell
from reports.i18n import load_language
from rubrics.loader import LIBRARY, load_rubric
from tests.api.batches.conftest import ON, command, environment
from tests.api.batches.mixture import as_yaml, cities
from tests.bench_reports import bare

REPORTS = 500
BARE = 24
"""Pages that bare WeasyPrint prints."""

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Seen:
    """What was seen of a run: when each report came, processor time and memory by process."""

    began: float
    reports: list[tuple[float, int]] = field(default_factory=list)
    processor: dict[int, float] = field(default_factory=dict)
    memory: list[tuple[int, int]] = field(default_factory=list)


def main(reports: int = REPORTS) -> None:
    """Prints a line for each number of workers."""
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as name:
        folder = Path(name)
        (folder / "input").mkdir()
        rubric = load_rubric(LIBRARY / "wwc-2022")
        for number, data in enumerate(cities(rubric, reports)):
            (folder / f"input/{number:04d}.yaml").write_text(as_yaml(data), "utf-8")
        took = {workers: watched(folder, workers, reports) for workers in (1, 2)}
        print(f"two workers are {took[1] / took[2]:.2f} times as fast as one")
        beside(folder / "input")


def watched(folder: Path, workers: int, reports: int) -> float:
    """Runs the batch, tells what it cost, and gives the seconds from first to last report."""
    out = folder / f"out-{workers}"
    words = (folder / "input", "--out", out, *ON, "--pdf", "--trust-facts", "--workers", workers)
    program = subprocess.Popen(
        command(*words), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    seen = Seen(time.monotonic())
    while program.poll() is None:
        count = len(list((out / "reports").glob("*.pdf"))) if out.exists() else 0
        seen.reports.append((time.monotonic(), count))
        for pid in tree_of(program.pid):
            note(pid, count, seen)
        time.sleep(0.2)
    if program.returncode:
        sys.exit(f"the batch ended with {program.returncode}")
    first = next(at for at, count in seen.reports if count)
    last = next(at for at, count in seen.reports if count >= reports)
    seconds, processor = last - first, sum(seen.processor.values())
    early = max((size for count, size in seen.memory if count <= reports / 4), default=0)
    late = max((size for count, size in seen.memory if count > 3 * reports / 4), default=0)
    print(
        f"{workers} worker(s), {reports} reports: {seconds / (reports - 1):.2f} s and "
        f"{processor / reports:.2f} processor s a report, {last - seen.began:.0f} s in all; "
        f"largest process {early / 1e6:.0f} MB in the first quarter, "
        f"{late / 1e6:.0f} MB in the last",
        flush=True,
    )
    return seconds


def beside(submissions: Path) -> None:
    """Tells what bare WeasyPrint takes for some of the pages, alone and in two processes."""
    pages = min(BARE, len(list(submissions.iterdir())))
    (alone, processor), *_ = bare_ones(submissions, 1)
    both = [seconds for seconds, _ in bare_ones(submissions, 2)]
    print(
        f"bare WeasyPrint on {pages} of the same pages: {alone / pages:.2f} s and "
        f"{processor / pages:.2f} processor s a report; two processes that share nothing are "
        f"{2 * alone / max(both):.2f} times as fast as one"
    )


def bare_ones(submissions: Path, processes: int) -> list[tuple[float, float]]:
    """Seconds, and processor seconds, of so many processes that begin at the same moment."""
    words = [sys.executable, "-m", "tests.bench_printing", "bare", str(submissions)]
    started = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for one in started:
        assert one.stdout is not None
        one.stdout.readline()
    for one in started:
        assert one.stdin is not None
        print(file=one.stdin, flush=True)
    told = [one.communicate()[0].split() for one in started]
    return [(float(seconds), float(processor)) for seconds, processor in told]


def print_bare(submissions: Path) -> None:
    """Gets pages ready, says so, waits for a line, and prints them with bare WeasyPrint."""
    english = load_language("en")
    files = sorted(submissions.glob("*.yaml"))[:BARE]
    scored = [score(str(file), on=date.fromisoformat(ON[1]), trust_facts=True) for file in files]
    printing = [bare(tell(one, english)) for one in scored]
    printing[0]()
    print(flush=True)
    sys.stdin.readline()
    began, worked = time.monotonic(), time.process_time()
    for one in printing:
        one()
    print(time.monotonic() - began, time.process_time() - worked)


def tree_of(pid: int) -> Iterator[int]:
    """A process and all that it started, by whichever of its threads."""
    yield pid
    try:
        told = [path.read_text("ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # it has ended meanwhile
        return
    for child in " ".join(told).split():
        yield from tree_of(int(child))


def note(pid: int, count: int, seen: Seen) -> None:
    """Its processor time so far, and its memory beside how many reports there are."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return
    seen.processor[pid] = (int(told[11]) + int(told[12])) / TICKS
    seen.memory.append((count, int(told[21]) * PAGE))


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        print_bare(Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
