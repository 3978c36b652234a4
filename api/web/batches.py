"""What the pages of batches show, in words: how far one is, its files, what is wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from api.batches.hosted import BatchState
from api.batches.outcome import MAX_COHORT
from api.workspace.batch_views import ACTIVE, BatchRow, BatchView, ResultFile
from reports.answers import day_text
from reports.i18n import N_, NN_, Language, Message

STATES: dict[BatchState, Message] = {
    BatchState.WAITING: N_("In line"),
    BatchState.PLANNING: N_("Finding the submissions"),
    BatchState.JUDGING: N_("Being judged"),
    BatchState.TELLING: N_("Writing the results"),
    BatchState.DONE: N_("Done"),
    BatchState.FAILED: N_("Could not be done"),
    BatchState.CANCELLED: N_("Stopped"),
}
"""How the state of a batch is called; nobody sees one that was removed."""

FILES: dict[str, Message] = {
    "cohort.pdf": N_("The cohort as a report"),
    "portfolio.xlsx": N_("The cohort as a workbook, to sort and filter"),
    "scores.csv": N_("Scores, a row for each submission"),
    "errors.csv": N_("What could not be judged, with row, reason and mend"),
    "scores.parquet": N_("Scores, for programs"),
    "requirements.parquet": N_("Every requirement of every submission, for programs"),
    "run.json": N_("What the batch was made from: rubric, input, options, numbers"),
    "timings.json": N_("How long it took"),
}
"""The files of the results that have a name of their own, those that people open first."""

MAX_REPORTS = 50
"""Reports that a page lists; the archive holds them all."""

_MINUTES = NN_("about {n} minute left", "about {n} minutes left", "n")
_TOO_MANY = N_(
    "There is no workbook and no cohort report: of more than {limit} cities nobody could read them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchShown:
    """A batch in words. `tag` is the look of its state; `said` is what is read aloud of it."""

    view: BatchView
    state: str
    tag: str
    active: bool
    percent: int
    left: str
    pace: str
    said: str
    note: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """A file to be downloaded."""

    name: str
    about: str
    size: str


def batch_shown(view: BatchView, language: Language) -> BatchShown:
    """A batch as its page shows it."""
    say = language.text
    state = language.say(STATES[view.state])
    percent = 100 * view.done // view.total if view.total else 0
    pace = ""
    if view.per_minute is not None:
        pace = say("{n} a minute", n=language.number(view.per_minute))
    steps = 10 * (percent // 10)
    said = say("{state}: {n} percent", state=state, n=steps) if view.total else state
    too_many = view.summary is not None and view.summary.cohort == "too_many"
    return BatchShown(
        view=view,
        state=state,
        tag=_tag(view.state),
        active=view.state in ACTIVE,
        percent=percent,
        left=_left(view.seconds_left, language),
        pace=pace,
        said=said,
        day=day_text(view.on, language),
        note=language.say(_TOO_MANY, limit=language.number(MAX_COHORT)) if too_many else "",
    )


def files_shown(
    files: Sequence[ResultFile], language: Language
) -> tuple[tuple[FileShown, ...], tuple[FileShown, ...]]:
    """The files with names of their own, and the reports of single submissions."""
    sizes = {one.name: _size(one.size, language) for one in files}
    known = tuple(
        FileShown(name=name, about=language.say(about), size=sizes[name])
        for name, about in FILES.items()
        if name in sizes
    )
    reports = tuple(
        FileShown(name=name, about=name.rpartition("/")[2], size=size)
        for name, size in sizes.items()
        if name not in FILES
    )
    return known, reports


def place_shown(row: BatchRow, language: Language) -> str:
    """Where something is wrong: file, row and column, as far as there are any."""
    parts = [row.file]
    if row.row is not None:
        parts.append(language.text("row {row}", row=row.row))
    if row.column:
        parts.append(language.text("column {column}", column=row.column))
    return ", ".join(parts)


def _left(seconds: int | None, language: Language) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return language.text("less than a minute left")
    return language.say(_MINUTES, n=-(-seconds // 60))


def _size(size: int, language: Language) -> str:
    """The size of a file, as people tell it."""
    if size < 1_000_000:
        return f"{language.number(-(-size // 1_000))} KB"
    return f"{language.number(round(size / 1_000_000, 1))} MB"


def _tag(state: BatchState) -> str:
    match state:
        case BatchState.WAITING:
            return "waiting"
        case BatchState.PLANNING | BatchState.JUDGING | BatchState.TELLING:
            return "working"
        case BatchState.DONE:
            return "done"
        case BatchState.FAILED:
            return "failed"
        case BatchState.CANCELLED | BatchState.REMOVED:
            return "cancelled"
        case _:
            assert_never(state)
