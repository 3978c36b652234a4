"""What the reports of a batch cost, by one worker and by two, and whether memory stays flat.

`python -m tests.bench_printing [REPORTS]` (or `make bench-printing`) scores and prints so many
submissions with one worker and then with two. It tells seconds and processor seconds a report, how
much faster two workers are, and the largest memory of any process early and late in the run.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rubrics.loader import LIBRARY, load_rubric
from tests.api.batches.conftest import ON, command, environment
from tests.api.batches.mixture import as_yaml, cities

REPORTS = 500
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


def tree_of(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in children:
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
    main(*map(int, sys.argv[1:]))
