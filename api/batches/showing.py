"""What `readiness batch` shows: how far it is while it works, and what came of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.batches.outcome import MAX_COHORT, cohort_told
from api.batches.running import Ran, Watcher
from api.jobs.engine import Progress as JobProgress
from api.terminal import Screen, line
from reports.i18n import N_, NN_

PLAIN_SECONDS = 10.0
"""Where nobody watches a bar, a line is written so often."""

REFUSED = NN_(
    "{n} could not be judged: {file} names it with its row and the mend.",
    "{n} could not be judged: {file} names each with its row and the mend.",
    "n",
)
UNPRINTED = NN_(
    "{n} report could not be printed: {file} says why.",
    "{n} reports could not be printed: {file} says why.",
    "n",
)
IGNORED = NN_(
    "{n} other file lies there and was not read: {file} names it.",
    "{n} other files lie there and were not read: {file} names them.",
    "n",
)


TOO_MANY = N_(
    "There is no workbook and no cohort report: of more than {limit} cities nobody could read them."
)


@contextmanager
def watching(screen: Screen) -> Iterator[Watcher]:
    """Shows how far it is: a bar with rate and time left in a terminal, plain lines elsewhere."""
    if not screen.err.is_terminal:
        yield _plainly(screen)
        return
    say = screen.language.text
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    with Progress(*columns, console=screen.err) as bar:
        task = bar.add_task(say("Finding the submissions …"), total=None, rate="")
        rate = _Rate()

        def watch(progress: JobProgress, rows: int) -> None:
            told = say("Judging the submissions …")
            if not progress.workers:
                told = say("Waiting for workers …")
            per_second = say("{n} a second", n=round(rate.of(progress.rows), 1))
            bar.update(task, description=told, total=rows, completed=progress.rows, rate=per_second)

        yield watch


def batch_lines(ran: Ran, out: Path, screen: Screen) -> Iterator[RenderableType]:
    """How many were scored, how many were not and where that is told."""
    say, counted = screen.language.text, ran.counted
    scored = say("{n} of {of} submissions scored.", n=counted.judged, of=ran.plan.rows)
    yield line(scored, "bold")
    if counted.refused:
        told = screen.language.say(REFUSED, n=counted.refused, file=out / "errors.csv")
        yield line(told, "yellow")
    if counted.unprinted:
        told = screen.language.say(UNPRINTED, n=counted.unprinted, file=out / "errors.csv")
        yield line(told, "yellow")
    if ran.plan.ignored:
        told = screen.language.say(IGNORED, n=len(ran.plan.ignored), file=out / "run.json")
        yield line(told, "yellow")
    if cohort_told(counted.judged) == "too_many":
        told = screen.language.say(TOO_MANY, limit=MAX_COHORT)
        yield line(told, "yellow")
    yield line(say("Written: {file}", file=out), "dim")


class _Rate:
    """Submissions a second since the first look."""

    def __init__(self) -> None:
        self._since: tuple[float, int] | None = None

    def of(self, rows: int) -> float:
        now = time.monotonic()
        if self._since is None:
            self._since = (now, rows)
        began, before = self._since
        return (rows - before) / max(now - began, 0.001)


def _plainly(screen: Screen) -> Watcher:
    told = time.monotonic()
    rate = _Rate()

    def watch(progress: JobProgress, rows: int) -> None:
        nonlocal told
        per_second = rate.of(progress.rows)
        if time.monotonic() - told < PLAIN_SECONDS:
            return
        told = time.monotonic()
        say = screen.language.text
        if not per_second:
            screen.err.print(line(say("{done} of {of} submissions.", done=progress.rows, of=rows)))
            return
        said = say(
            "{done} of {of} submissions, {rate} a minute, {left} seconds left.",
            done=progress.rows,
            of=rows,
            rate=round(60 * per_second),
            left=round((rows - progress.rows) / per_second),
        )
        screen.err.print(line(said))

    return watch
