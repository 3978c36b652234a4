"""The submissions of a service's database as the input of `readiness batch`."""

import shutil
from contextlib import closing
from pathlib import Path

from api.batches.planning import PLAN, WORK
from api.batches.telling import RUN
from api.db.session import open_database
from api.settings import load_settings
from api.workspace.stored import StoredQuery, parse_query, write_stored
from rubrics.problems import InputError, Place, Problem

STORED = "stored"
"""The folder of these submissions, in that of what is unfinished."""


def take_stored(asked: str, out: Path, *, resume: bool) -> Path:
    """Writes what `db:…` asks for beside the results; a folder that a batch reads as any other.

    Whoever goes on with a batch does so with what the database held when it began.
    """
    query, work = parse_query(asked), out / WORK
    folder = work / STORED
    begun = (work / PLAN).exists() or (out / RUN).exists()
    if begun or out.is_file() or (resume and not work.exists()):
        return folder  # `run_batch` says what is to be said, or goes on
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        _write(asked, query, folder)
    except InputError:
        shutil.rmtree(work)
        raise
    return folder


def _write(asked: str, query: StoredQuery, folder: Path) -> None:
    with closing(open_database(load_settings())) as database:
        if lacks := database.is_ready():
            params = {"detail": lacks[0]}
            raise InputError([Problem("serve.not_ready", Place("database"), params)])
        with database.read() as db:
            if not write_stored(db, query, folder):
                raise InputError([Problem("batch.nothing_stored", Place(asked))])
