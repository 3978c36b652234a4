"""Kills a batch with reports at random moments, goes on, and compares what comes out.

`python -m tests.soak_batch [KILLS] [SUBMISSIONS]` (or `make soak-batch`) lets one batch run in
peace. Another one of the same input is killed 20 times with SIGKILL: the command, one of its
workers, or all at once. The kills fall at any moment, and are spread over a large batch. In the end
every file must be the same, byte for byte.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from random import Random

from rubrics.loader import LIBRARY, load_rubric
from tests.api.batches.conftest import ON, command, environment, results
from tests.api.batches.mixture import write_mixture

KILLS, SUBMISSIONS = 20, 60
SEED = 20_251_103


def main(kills: int = KILLS, submissions: int = SUBMISSIONS) -> None:
    """Runs both batches, and ends with 1 if they differ."""
    random = Random(SEED)
    with tempfile.TemporaryDirectory(prefix="readiness-soak-") as name:
        folder = Path(name)
        rubric = load_rubric(LIBRARY / "wwc-2022")
        good = submissions - submissions // 20
        write_mixture(folder / "input", rubric, good=good, bad=submissions // 20)
        words = (folder / "input", *ON, "--pdf", "--trust-facts")
        first, whole = undisturbed(folder / "a", *words)
        seconds = max(2 * first, 1.6 * whole / kills)

        killed, differing = 0, list[str]()
        wanted = results(folder / "a")
        for number in count():  # a batch that is done before makes room for another
            if killed == kills or differing:
                break
            out = folder / f"b{number}"
            killed = disturbed(out, words, random, killed, kills, seconds=seconds)
            found = results(out)
            differing = [name for name in wanted | found if wanted.get(name) != found.get(name)]
            print(
                f"{killed} kills, {len(wanted)} files, of which differ: {differing[:5]}", flush=True
            )
        for line in sorted(wrongs(folder / "a") ^ wrongs(out)) if differing else ():
            print(line)
        sys.exit(1 if differing else 0)


def wrongs(out: Path) -> set[str]:
    """What a batch names as wrong, a line each."""
    path = out / "errors.csv"
    return set(path.read_text("utf-8").splitlines()) if path.exists() else set()


def disturbed(
    out: Path, words: Sequence[object], random: Random, killed: int, kills: int, *, seconds: float
) -> int:
    """Kills a batch at random moments until it is done or enough is killed; how many now are."""
    resume: list[str] = []
    while killed < kills:
        workers = random.choice((1, 2, 3))
        program = start(*words, "--out", out, "--workers", workers, *resume)
        # At any moment from the start on; often enough after some reports, and before all.
        time.sleep(random.uniform(0.3, seconds))
        if program.poll() is not None:
            return killed
        kill(program.pid, random)
        killed += 1
        program.kill()
        program.wait()
        resume = ["--resume"] if out.exists() else []
        reports = len(list(out.glob("reports/*.pdf")))
        print(f"kill {killed} of {kills}: {reports} reports are there", flush=True)
    start(*words, "--out", out, *resume).wait()
    return killed


def undisturbed(out: Path, *words: object) -> tuple[float, float]:
    """Lets a batch run in peace: the seconds until its first report, and until its end."""
    began = time.monotonic()
    program = start(*words, "--out", out)
    first, reports = 0.0, 0
    while program.poll() is None:
        reports = len(list(out.glob("reports/*.pdf")))
        first = first or (time.monotonic() - began if reports else 0.0)
        time.sleep(0.1)
    seconds = time.monotonic() - began
    print(f"undisturbed: {seconds:.0f} s, {reports} reports, first after {first:.0f} s", flush=True)
    return first, seconds


def start(*words: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command(*words),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment(), "PYTHONPATH": str(Path(__file__).parents[1])},
        start_new_session=True,
    )


def kill(pid: int, random: Random) -> None:
    """The command alone, a worker before it, or the command with all its workers."""
    children = [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    victims = random.choice(([], children[:1], children))
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    if len(victims) == 1:
        time.sleep(random.uniform(0, 3))  # it goes on with another one for a while


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
