"""Does the chunks of a batch, in a worker: finds its submissions, judges them, writes the results.

Whatever strangers wrote is read by the process beside the worker, which is kept for the next chunk.
Doing a chunk again gives the same files.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from api.batches.apart import Apart, CrashedError, MakePlan, WriteResults
from api.batches.hosted import Planned, crashed
from api.batches.plan import Plan, part_of
from api.batches.planning import PLAN
from api.batches.results import Refused, to_line
from api.jobs.ledger import Done
from api.jobs.worker import Watch

PLAN_SECONDS = 1_800.0
RESULTS_SECONDS = 7_200.0


def do_chunk(told: Mapping[str, Any], number: int, watch: Watch) -> Done:
    """Judges the submissions of a chunk: a part file with a line for each."""
    work = Path(told["work"])
    plan = _plan(work / PLAN, told["run"])
    name = part_of(number)
    target = work / name
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    told_all = hashlib.sha256()
    rows = bad = 0

    def heed() -> None:
        watch.rows(rows, bad=bad)  # how far we are by now

    try:
        with _alone() as apart, part.open("wb") as stream:
            for outcome in apart.judged(work / PLAN, plan, number, heed):
                line = to_line(outcome)
                told_all.update(line)
                stream.write(line)
                rows += 1
                bad += isinstance(outcome, Refused)
                heed()
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Done(rows, name, told_all.hexdigest(), bad)


def do_plan(told: Mapping[str, Any], number: int, watch: Watch) -> Done:
    """Finds the submissions of a batch of the service; its folder says what was found."""
    del number  # there is one
    folder = Path(told["folder"])
    try:
        with _alone() as apart:
            question = MakePlan(str(folder))
            line = apart.answer(question, seconds=PLAN_SECONDS, heed=lambda: watch.rows(0))
    except CrashedError:
        line = crashed(folder)
    found = msgspec.json.decode(line, type=Planned)
    return Done(found.rows, "planned", hashlib.sha256(line).hexdigest())


def do_results(told: Mapping[str, Any], number: int, watch: Watch) -> Done:
    """Writes the results of a batch of the service."""
    del number  # there is one
    with _alone() as apart:
        question = WriteResults(told["folder"])
        line = apart.answer(question, seconds=RESULTS_SECONDS, heed=lambda: watch.rows(0))
    return Done(0, "results", hashlib.sha256(line).hexdigest())


_apart = Apart()
_in_use = Lock()


@contextmanager
def _alone() -> Iterator[Apart]:
    """The process beside this worker, for one part at a time; whatever is raised ends it.

    A part that was cancelled may still be on its way out while the next one begins: if it ended
    the process then, it would be that of the next one.
    """
    with _in_use:
        try:
            yield _apart
        except BaseException:
            _apart.close()  # it would go on with what nobody asks for any more
            raise


_kept: dict[str, Plan] = {}


def _plan(file: Path, run: str) -> Plan:
    """The plan of a run, kept from chunk to chunk."""
    if run not in _kept:
        plan = msgspec.json.decode(file.read_bytes(), type=Plan)
        if plan.run != run:
            raise ValueError("The plan in the folder of this batch is that of another run.")
        _kept.clear()
        _kept[run] = plan
    return _kept[run]
