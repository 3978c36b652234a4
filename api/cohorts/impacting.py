"""What another edition of the rubric would do to cities that have handed in: for staff alone."""

import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

from api.accounts.actor import Actor
from api.accounts.rights import Action, require_in_programme
from api.batches.unpacking import unpack_archive
from api.cohorts.choosing import check_day, cohort_named
from api.cohorts.comparing import ImpactFound, compare_apart
from api.cohorts.gathering import submissions_now
from api.db.session import Database
from api.errors import TooLarge
from api.exceptions import UNAVAILABLE, FaultError
from api.impact import submissions_in
from api.services import DEFAULT_RUBRIC
from api.submissions import read_submission, read_written
from api.workspace.blindness import blind_to
from api.workspace.library import rubric_named
from api.workspace.submitting import snapshot_of
from assessment.results import Lens
from reports.i18n import Language
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric

MAX_EDITION = 5_000_000
MAX_SUBMISSIONS = 50_000_000
"""Bytes of the archives as they are uploaded."""

MAX_UNPACKED, MAX_FILES = 500_000_000, 5_000
READING_SECONDS = 120
"""How long the evidence of uploaded submissions is looked at; a batch has more time."""

_busy = threading.Semaphore(1)
"""A process of the service compares once at a time: each comparison takes a core."""


def impact_of_edition(
    database: Database,
    who: Actor,
    cohort: str,
    edition: BinaryIO,
    *,
    name: str,
    submissions: BinaryIO | None = None,
    on: date | None = None,
    lens: Lens = Lens.EVIDENCED,
    language: Language,
) -> ImpactFound:
    """What an edition (a ZIP) changes for a cohort, or for the submissions of another ZIP."""
    require_in_programme(who, Action.COHORT_NAMES)
    of = cohort_named(cohort)
    content = _content(edition, MAX_EDITION)
    rubric = rubric_named(DEFAULT_RUBRIC).rubric
    if not _busy.acquire(blocking=False):
        raise FaultError(UNAVAILABLE, headers={"Retry-After": "60"})
    try:
        with database.read() as db:
            day = check_day(on or db.now.date())
            if submissions is None:
                snapshots = list(
                    submissions_now(db, rubric, on=day, cohort=of, unseen=blind_to(db, who))
                )
        if submissions is not None:
            snapshots = list(_uploaded(rubric, _content(submissions, MAX_SUBMISSIONS)))
        elif not snapshots:
            raise InputError([Problem("submissions.none_in_database", Place(of.name), {})])
        return compare_apart(
            content,
            snapshots,
            name=name,
            old=rubric.id,
            on=day,
            lens=lens,
            language=language,
        )
    finally:
        _busy.release()


def _content(file: BinaryIO, most: int) -> bytes:
    content = file.read(most + 1)
    if len(content) > most:
        raise TooLarge(most)
    return content


def _uploaded(rubric: Rubric, archive: bytes) -> Iterator[tuple[str, bytes]]:
    """The submissions of an archive, with their evidence looked at.

    One that cannot be read keeps all from being compared, and is named: half a comparison misleads.
    """
    until = time.monotonic() + READING_SECONDS
    with tempfile.TemporaryDirectory(prefix="readiness-") as name:
        folder = Path(name) / "submissions"
        folder.mkdir()
        (Path(name) / "submissions.zip").write_bytes(archive)
        unpack_archive(
            Path(name) / "submissions.zip", folder, max_bytes=MAX_UNPACKED, max_members=MAX_FILES
        )
        for file in submissions_in(folder):
            if time.monotonic() > until:
                raise InputError([Problem("edition.check_failed", Place("submissions"), {})])
            yield file.relative_to(folder).as_posix(), _snapshot(rubric, file, folder)


def _snapshot(rubric: Rubric, file: Path, folder: Path) -> bytes:
    try:
        return snapshot_of(read_submission(rubric, read_written(str(file))))
    except InputError as error:
        raise InputError(
            [
                Problem(p.code, Place(str(p.place).replace(f"{folder}/", "")), p.params)
                for p in error.problems
            ]
        ) from None
