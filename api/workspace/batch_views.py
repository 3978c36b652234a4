"""What staff give for a batch, and what they get to see of it."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, Literal

from api.batches.hosted import BatchState, HostedFolder, Summary
from api.batches.sources import LINES, ONE, TABLES
from api.db.blobs import PIECE
from api.errors import PersonRef, TooLarge, Unusable
from api.workspace.stored import StoredQuery

ACTIVE = (BatchState.WAITING, BatchState.PLANNING, BatchState.JUDGING, BatchState.TELLING)
"""In these, somebody works on a batch or will."""

KINDS = tuple(sorted({".zip", *ONE, *LINES, *TABLES}))
"""How the names of files end that may hold submissions."""

MAX_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchIn:
    """What is asked for; `given` is the name of the input in the batch's folder."""

    given: str
    rubric: str
    on: date | None
    language: str
    paper: Literal["a4", "letter"] = "a4"
    pdf: bool = False
    trust_facts: bool = False
    query: StoredQuery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One thing that is wrong, with its place and its mend, in the reader's language."""

    number: int | None
    file: str
    row: int | None
    column: str
    reason: str
    mend: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch: what was asked for, how far it is, and what came of it.

    `bad` of those `done` could not be judged. `problems` say why nothing can be judged, or go on.
    `workers_seen` is false while nobody works on a batch that should be worked on.
    """

    id: str
    name: str
    query: dict[str, str] | None
    rubric: str
    on: str
    language: str
    paper: str
    pdf: bool
    state: BatchState
    total: int | None
    done: int
    bad: int
    per_minute: float | None
    seconds_left: int | None
    workers_seen: bool
    may_resume: bool
    summary: Summary | None
    problems: tuple[BatchRow, ...]
    by: PersonRef
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """A file of the results: its name (`scores.csv`, `reports/000001-alta.pdf`) and its bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the results where it lies, and what it is called when it is saved."""

    path: Path
    filename: str


def take_upload(
    stream: BinaryIO, folder: HostedFolder, *, filename: str, limit: int
) -> tuple[str, str]:
    """Puts an upload into the folder under a name that leads nowhere else; name and SHA-256.

    `TooLarge` as soon as it is more than `limit` bytes, `Unusable` where it can hold no submission.
    """
    name = _plain(filename)
    if PurePosixPath(name).suffix.lower() not in KINDS:
        raise Unusable("batch_kind", file=name)
    size, digest = 0, hashlib.sha256()
    with (folder.given / name).open("xb") as file:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > limit:
                raise TooLarge(limit)
            digest.update(piece)
            file.write(piece)
    if not size:
        raise Unusable("empty_file", file=name)
    return name, digest.hexdigest()


def _plain(filename: str) -> str:
    """The last part of a name, without what a file system or a reader might take amiss."""
    last = unicodedata.normalize("NFC", PureWindowsPath(filename).name)
    kept = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "-" for c in last)
    kept = kept.encode("utf-8", "ignore").decode().lstrip(".~ ")
    stem, ending = kept[: -len(PurePosixPath(kept).suffix) or None], PurePosixPath(kept).suffix
    return f"{stem[: MAX_NAME // 3] or 'batch'}{ending[:10]}"
