"""Has evidence looked at, once for the same content, and keeps what was seen."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from api.db.blobs import Blob
from api.db.columns import new_id
from api.db.session import Database, Transaction
from api.db.tables import blob, facts
from api.evidence import collect
from api.evidence.cache import cache_key
from api.evidence.collector import COLLECTOR, KEPT
from api.evidence.fetching import fetched_for
from api.evidence.files import Source
from assessment.facts import Facts
from assessment.submission import Evidence


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece of evidence, its content, and what was seen: kept under `key` already, or `new`."""

    entry: Evidence
    key: str | None
    content: Blob | None = None
    new: Facts | None = None
    media_type: str | None = None


def see(database: Database, entry: Evidence, content: Blob | None, *, name: str = "") -> Seen:
    """Looks at a file, and calls an address; not where the same content was seen before."""
    day = database.clock().date() if database.settings.fetch_links else None
    key = None
    if content is not None and entry.url is None:
        columns = entry.columns
        key = cache_key(content.sha256, kind=entry.kind, columns=columns, version=COLLECTOR)
        with database.read() as db:
            if db.sql.execute(select(facts.c.key).where(facts.c.key == key)).first() is not None:
                return Seen(entry, key, content)
    source = Source(content.path, name, content.size, content.sha256) if content else None
    with fetched_for([entry], on=day) as fetched:
        looked_at = collect(
            entry, folder=database.blobs.folder, fetched=fetched.get(entry.id), source=source
        )
    found = looked_at.facts
    if found is None:
        return Seen(entry, None, content)
    if key is None or found.status not in KEPT:
        # What an address answers, or a bad day of ours, is true of this piece alone.
        key = hashlib.sha256(new_id().encode()).hexdigest()
    return Seen(entry, key, content, found)


def keep(db: Transaction, seen: Seen) -> None:
    """Keeps the content and what was seen, if they are not kept yet."""
    if seen.content is not None:
        row = {"sha256": seen.content.sha256, "size": seen.content.size, "at": db.now}
        _add_once(db, blob, row)
    if seen.new is not None and seen.key is not None:
        told = seen.new.model_dump_json(exclude_defaults=True)
        _add_once(db, facts, {"key": seen.key, "facts": told, "at": db.now})


def _add_once(db: Transaction, table: Table, row: Mapping[str, object]) -> None:
    made = sqlite.insert if db.sql.dialect.name == "sqlite" else postgresql.insert
    db.sql.execute(made(table).values(**row).on_conflict_do_nothing())
