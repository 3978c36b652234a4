"""From what a batch is asked for to its plan: the input is found, and all it depends on is read."""

import os
from dataclasses import dataclass
from pathlib import Path

from api.batches.earlier import earlier_digest, read_earlier
from api.batches.plan import PLAN_VERSION, Options, Plan, chunk_size, chunks_of
from api.batches.sources import find_sources
from api.forms.submission_layout import load_spoken
from assessment.engine import ENGINE_VERSION
from rubrics.loader import load_rubric

WORK = ".readiness"
"""The folder of what is unfinished, in that of the results."""

PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a batch is asked for. `database` is where it is handed out; else a file does.

    Without `on_given`, a batch that goes on does so on the day on which it began.
    """

    given: Path
    out: Path
    rubric: Path
    options: Options
    seconds: float
    workers: int = 0
    resume: bool = False
    earlier: tuple[Path, ...] = ()
    on_given: bool = True
    database: str | None = None


def make_plan(asked: Asked, *, run: str, scratch: Path) -> Plan:
    """The plan of a batch; `InputError` says why there is none. What is unpacked goes to `scratch`.

    `run` names this run of it.
    """
    rubric = load_rubric(asked.rubric)
    spoken = load_spoken(asked.rubric)
    digest = earlier_digest(asked.earlier)
    for folder in asked.earlier:
        read_earlier(folder, rubric)
    found = find_sources(asked.given, work=scratch, spoken=spoken, rubric=rubric.id)
    rows = sum(source.rows for source in found.sources)
    return Plan(
        plan_version=PLAN_VERSION,
        engine_version=ENGINE_VERSION,
        run=run,
        root=str(found.root),
        out=str(asked.out.resolve()),
        input_digest=found.digest,
        rubric=str(asked.rubric.resolve()),
        rubric_id=rubric.id,
        rubric_digest=rubric.digest,
        earlier=tuple(str(folder.resolve()) for folder in asked.earlier),
        earlier_digest=digest,
        options=asked.options,
        seconds=asked.seconds,
        sources=found.sources,
        ignored=found.ignored,
        chunks=tuple(chunks_of(found.sources, size=chunk_size(rows, pdf=asked.options.pdf))),
    )


def put(path: Path, content: bytes) -> None:
    """A file, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
