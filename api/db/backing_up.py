"""Backups while people go on working, and their way back.

SQLite writes a copy of one moment by itself (VACUUM INTO); PostgreSQL does so by pg_dump, in the
snapshot in which the log's heads and the list of contents are read. Contents are written before the
rows that name them, so each one that a copy names is there.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.util import CommandError
from sqlalchemy import inspect, select
from sqlalchemy import text as statement
from sqlalchemy.engine import make_url

from api.db.archive import (
    DUMPS,
    Manifest,
    blob_digests,
    blob_name,
    lines_of,
    read_manifest,
    unpacked,
    write_archive,
)
from api.db.audit import Head
from api.db.checks import find_damage, state_of
from api.db.session import Database, open_database
from api.db.tables import person
from api.db.upgrading import upgrade, version_of
from api.settings import Settings
from rubrics.problems import InputError, Place, Problem

OUR_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "HOME", "TZ", "LANG")
"""What the programs of PostgreSQL get to know of our environment."""


def back_up(database: Database, target: Path) -> Manifest:
    """Writes a backup to a file that is not there yet."""
    if target.exists():
        raise InputError([Problem("backup.exists", Place(str(target)), {"file": str(target)})])
    if not target.parent.is_dir():
        params = {"folder": str(target.parent)}
        raise InputError([Problem("output.no_folder", Place(str(target)), params)])
    with TemporaryDirectory(prefix=".readiness-backup-", dir=target.parent) as name:
        copy = Path(name) / DUMPS[_kind(database)]
        heads, digests, migration = _dump(database, copy)
        files = {copy.name: copy}
        files |= {blob_name(digest): database.blobs.path_of(digest) for digest in digests}
        _refuse_missing(files)
        manifest = Manifest(
            version=1,
            made_at=database.clock().isoformat(timespec="seconds"),
            kind="sqlite" if database.is_sqlite else "postgresql",
            migration=migration,
            files=lines_of(files),
            heads={stream: (head.seq, head.hash) for stream, head in heads.items()},
        )
        _refuse_changed(manifest)
        write_archive(target, manifest, files)
    return manifest


def restore(settings: Settings, source: Path, *, replace: bool = False) -> Manifest:
    """Puts a backup in the place of an empty database, or with `replace` of any.

    Every file is compared with its digest before anything is touched, and the log with its heads.
    """
    kind = "sqlite" if settings.url.startswith("sqlite") else "postgresql"
    found = read_manifest(source)
    if found.kind != kind:
        params = {"file": str(source), "kind": found.kind, "wanted": kind}
        raise InputError([Problem("backup.other_kind", Place(str(source)), params)])
    if not replace and not is_empty(settings):
        place = Place(str(settings.data_folder) if kind == "sqlite" else "READINESS_DATABASE_URL")
        raise InputError([Problem("database.not_empty", place, {})])
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with unpacked(source, beside=settings.data_folder) as (manifest, folder):
        if kind == "sqlite":
            copy = folder / DUMPS[kind]
            _refuse_broken(_open_copy(copy), manifest, source)
            _take_contents(folder, manifest, settings.evidence_folder)
            _take_sqlite(copy, Path(make_url(settings.url).database or ""))
        else:
            _take_contents(folder, manifest, settings.evidence_folder)
            _run("pg_restore", settings, *_RESTORE, str(folder / DUMPS[kind]))
            _refuse_broken(open_database(settings), manifest, source)
    return manifest


def is_empty(settings: Settings) -> bool:
    """Whether nobody is in the database: no file, no tables, or nobody in them."""
    if (
        settings.url.startswith("sqlite")
        and not Path(make_url(settings.url).database or "").exists()
    ):
        return True
    database = open_database(settings)
    try:
        with database.read() as db:
            if not inspect(db.sql).has_table("person"):
                return True
            return db.sql.execute(select(person.c.id).limit(1)).first() is None
    finally:
        database.close()


_RESTORE = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner")


def _refuse_missing(files: Mapping[str, Path]) -> None:
    for name, path in files.items():
        if not path.is_file():
            raise InputError([Problem("evidence.changed", Place(name), {"file": name})])


def _refuse_changed(manifest: Manifest) -> None:
    """A backup is no place for contents that are no longer what they were."""
    for name, line in manifest.files.items():
        if name not in DUMPS.values() and blob_name(line.sha256) != name:
            params = {"file": name}
            raise InputError([Problem("evidence.changed", Place(name), params)])


def _kind(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def _dump(database: Database, copy: Path) -> tuple[dict[str, Head], list[str], str]:
    if database.is_sqlite:
        with database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101 (it is connected)
            connection.rollback()  # VACUUM INTO takes its own moment
            raw.execute("VACUUM INTO ?", (str(copy),))
        opened = _open_copy(copy)
        try:
            with opened.read() as db:
                return *state_of(db), version_of(db.sql) or ""
        finally:
            opened.close()
    with database.read() as db:
        snapshot = db.sql.execute(statement("SELECT pg_export_snapshot()")).scalar_one()
        heads, digests = state_of(db)
        migration = version_of(db.sql) or ""
        options = ("--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={copy}")
        _run("pg_dump", database.settings, *options)
    return heads, digests, migration


def _open_copy(copy: Path) -> Database:
    return open_database(Settings(data_folder=copy.parent, database_url=f"sqlite:///{copy}"))


def _refuse_broken(opened: Database, manifest: Manifest, source: Path) -> None:
    """What was put back is whole, with the log of the manifest; an older one is upgraded."""
    try:
        upgrade(opened.engine)
        wrong = find_damage(opened, known=manifest.known_heads())
    except CommandError:  # a migration that we do not know
        params = {"file": str(source), "migration": manifest.migration}
        raise InputError([Problem("backup.newer", Place(str(source)), params)]) from None
    finally:
        opened.close()
    if wrong:
        params = {"file": str(source), "what": wrong[0]}
        raise InputError([Problem("backup.damaged", Place(str(source)), params)])


def _take_contents(folder: Path, manifest: Manifest, target: Path) -> None:
    """Contents are named by their digest: moving one over another changes nothing."""
    for digest in blob_digests(manifest.files):
        path = target / digest[:2] / digest[2:]
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / blob_name(digest)).replace(path)


def _take_sqlite(copy: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for ending in ("-wal", "-shm"):  # of the old one: they would be applied to the new one
        target.with_name(target.name + ending).unlink(missing_ok=True)
        copy.with_name(copy.name + ending).unlink(missing_ok=True)
    copy.replace(target)


def _run(program: str, settings: Settings, *options: str) -> None:
    """Runs a program of PostgreSQL. The password goes by its environment: others see arguments."""
    path = shutil.which(program)
    if path is None:
        raise InputError([Problem("program.missing", Place(program), {"program": program})])
    url = make_url(settings.url)
    told: Mapping[str, str | None] = {
        "PGHOST": str(url.query.get("host") or url.host or ""),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password is not None else None,
        "PGDATABASE": url.database,
    }
    known = {name: os.environ[name] for name in OUR_ENVIRONMENT if name in os.environ}
    more = ["--dbname", url.database or ""] if program == "pg_restore" else []
    run = subprocess.run(  # noqa: S603 (found on PATH, with options of our own)
        [path, *more, *options],
        env={**known, **{name: value for name, value in told.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        lines = [line for line in run.stderr.splitlines() if line.strip()]
        params = {"program": program, "detail": lines[0][:300] if lines else str(run.returncode)}
        raise InputError([Problem("program.failed", Place(program), params)])
