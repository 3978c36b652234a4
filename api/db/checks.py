"""Whether a database is whole: its tables, its log, the contents of its evidence."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy import text as statement

from api.db.audit import Head, broken, heads
from api.db.session import Database, Transaction
from api.db.tables import answer, blob, revision
from api.db.upgrading import missing_migrations


def find_damage(database: Database, *, known: Mapping[str, Head] | None = None) -> list[str]:
    """Everything that is wrong: nothing, if the database is whole.

    `known` are heads of the log that were kept elsewhere, as in a backup.
    """
    with database.read() as db:
        missing = missing_migrations(db.sql)
        if missing:
            return missing
        return [
            *_structure(db),
            *(f"log: {what}" for what in broken(db.sql, known=dict(known or {}))),
            *_answers(db),
            *_contents(database, db),
        ]


def state_of(db: Transaction) -> tuple[dict[str, Head], list[str]]:
    """The heads of the log, and the digests of all contents that the database names."""
    digests = db.sql.execute(select(blob.c.sha256).order_by(blob.c.sha256)).scalars().all()
    return heads(db.sql), list(digests)


def _structure(db: Transaction) -> Iterator[str]:
    if db.sql.dialect.name != "sqlite":
        return  # PostgreSQL checks its pages when it reads them
    for (said,) in db.sql.execute(statement("PRAGMA integrity_check(20)")):
        if said != "ok":
            yield f"database: {said}"
    for row in db.sql.execute(statement("PRAGMA foreign_key_check")):
        yield f"database: {row[0]} names a row of {row[2]} that is not there"


def _answers(db: Transaction) -> Iterator[str]:
    """What is said now must be what was said last."""
    same = (
        (revision.c.assessment_id == answer.c.assessment_id)
        & (revision.c.part == answer.c.part)
        & (revision.c.name == answer.c.name)
        & (revision.c.version == answer.c.version)
    )
    query = select(answer.c.assessment_id, answer.c.name, answer.c.value, revision.c.new)
    rows = db.sql.execute(query.outerjoin(revision, same), execution_options={"yield_per": 1_000})
    for row in rows:
        if row.value != row.new:
            yield f"answer: {row.name} of {row.assessment_id} is not what was saved last"


def _contents(database: Database, db: Transaction) -> Iterator[str]:
    for sha256 in state_of(db)[1]:
        found = database.blobs.digest_of(sha256)
        if found is None:
            yield f"evidence: {sha256} is missing"
        elif found != sha256:
            yield f"evidence: {sha256} was changed"
