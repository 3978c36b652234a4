"""Does a chunk of a batch, in a worker: a part file with a line for each submission."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from api.batches.apart import Judges
from api.batches.plan import Plan
from api.batches.results import to_line
from api.jobs.ledger import Done
from api.jobs.worker import Watch


def do_chunk(told: Mapping[str, Any], number: int, watch: Watch) -> Done:
    """Judges the submissions of a chunk. Doing it again gives the same file."""
    work = Path(told["work"])
    judges = _judges(work / "plan.json", told["run"])
    name = f"parts/{number:06d}.jsonl"
    target = work / name
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    told_all = hashlib.sha256()
    rows = 0
    try:
        with part.open("wb") as stream:
            for outcome in judges.judged(number):
                line = to_line(outcome)
                told_all.update(line)
                stream.write(line)
                rows += 1
                watch.rows(rows)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        judges.close()  # it would go on with what nobody asks for any more
        raise
    return Done(rows, name, told_all.hexdigest())


_kept: dict[str, Judges] = {}


def _judges(plan_file: Path, run: str) -> Judges:
    """The process that judges, kept from chunk to chunk of the same run."""
    if run not in _kept:
        plan = msgspec.json.decode(plan_file.read_bytes(), type=Plan)
        if plan.run != run:
            raise ValueError("The plan in the folder of this batch is that of another run.")
        for other in _kept.values():
            other.close()
        _kept.clear()
        _kept[run] = Judges(plan_file, plan)
    return _kept[run]
