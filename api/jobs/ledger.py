"""Our own rows about jobs: which chunk is done and with what result, and which workers are alive.

DBOS knows that a chunk ran; only these rows say what came of it. They stand in a database of their
own (a file beside DBOS's) or, on PostgreSQL, beside DBOS's schema. Chunks may run more than once:
every write is an upsert.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_METADATA = sa.MetaData()

JOB = sa.Table(
    "readiness_job",
    _METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("cancelled", sa.Boolean, nullable=False, default=False),
)
CHUNK = sa.Table(
    "readiness_chunk",
    _METADATA,
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("attempt", sa.Integer, nullable=False, default=1),
    sa.Column("rows", sa.Integer, nullable=False, default=0),
    sa.Column("bad", sa.Integer, nullable=False, default=0),
    sa.Column("part", sa.Text),
    sa.Column("sha256", sa.String(64)),
    sa.Column("trouble", sa.Text),
)
WORKER = sa.Table(
    "readiness_worker",
    _METADATA,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("seen", sa.Float, nullable=False),
)

_ONE_AT_A_TIME = 7_201_307
"""The number of the lock under which tables are made; any number that nobody else takes."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a chunk: how many rows, the file that holds them, and its SHA-256.

    `bad` of the rows could not be taken, and the file says why.
    """

    rows: int
    part: str
    sha256: str
    bad: int = 0


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as it was submitted: `told` is what its workers must know."""

    id: str
    kind: str
    told: Mapping[str, Any]
    chunks: int
    cancelled: bool


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """What is known of a chunk; `done` is `None` as long as it is not."""

    number: int
    attempt: int
    rows: int
    done: Done | None
    trouble: str | None


class Ledger:
    """The rows of one database. Its tables are made when they are not there."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        with self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Two workers that start at once would both make them.
                lock = sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME))
                connection.execute(lock)
            _METADATA.create_all(connection)

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    # --- jobs -------------------------------------------------------------------------------------

    def add(self, job: str, *, kind: str, told: Mapping[str, Any], chunks: int) -> None:
        """A new job; one that is there already stays as it is."""
        row = {"id": job, "kind": kind, "told": json.dumps(told), "chunks": chunks}
        with self.engine.begin() as connection:
            connection.execute(_insert(connection, JOB, {**row, "cancelled": False}, update=()))

    def remove(self, job: str) -> None:
        """Nothing of a job has to be known any more."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(CHUNK).where(CHUNK.c.job == job))
            connection.execute(sa.delete(JOB).where(JOB.c.id == job))

    def job(self, job: str) -> JobRow | None:
        """A job by its id."""
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(JOB).where(JOB.c.id == job)).first()
        if row is None:
            return None
        return JobRow(row.id, row.kind, json.loads(row.told), row.chunks, row.cancelled)

    def set_cancelled(self, job: str, *, cancelled: bool) -> None:
        """Whether a job shall stop."""
        with self.engine.begin() as connection:
            change = sa.update(JOB).where(JOB.c.id == job)
            connection.execute(change.values(cancelled=cancelled))

    def is_cancelled(self, job: str) -> bool:
        """Whether a job shall stop, or is not there at all."""
        with self.engine.connect() as connection:
            found = connection.scalar(sa.select(JOB.c.cancelled).where(JOB.c.id == job))
        return found is not False

    # --- chunks -----------------------------------------------------------------------------------

    def chunks(self, job: str) -> dict[int, ChunkRow]:
        """What is known of the chunks of a job; those that nobody began are not among them."""
        query = sa.select(CHUNK).where(CHUNK.c.job == job).order_by(CHUNK.c.number)
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return {row.number: _chunk(row) for row in rows}

    def counts(self, job: str) -> tuple[int, int, int, int]:
        """How many chunks are done and how many in trouble; how many rows are done, and bad."""
        done = sa.func.count(CHUNK.c.part)
        trouble = sa.func.count(CHUNK.c.trouble)
        rows, bad = (sa.func.coalesce(sa.func.sum(one), 0) for one in (CHUNK.c.rows, CHUNK.c.bad))
        with self.engine.connect() as connection:
            query = sa.select(done, trouble, rows, bad).where(CHUNK.c.job == job)
            found = connection.execute(query).one()
        return int(found[0]), int(found[1]), int(found[2]), int(found[3])

    def is_done(self, job: str, number: int) -> bool:
        """Whether a chunk has its result."""
        own = (CHUNK.c.job == job) & (CHUNK.c.number == number) & CHUNK.c.part.is_not(None)
        with self.engine.connect() as connection:
            return connection.scalar(sa.select(CHUNK.c.number).where(own)) is not None

    def note(self, job: str, number: int, *, rows: int, bad: int) -> None:
        """How far a chunk is."""
        self._put(job, number, {"rows": rows, "bad": bad, "trouble": None})

    def finish(self, job: str, number: int, done: Done) -> None:
        """A chunk is done; doing it again would give the same."""
        values = {"rows": done.rows, "bad": done.bad, "part": done.part, "sha256": done.sha256}
        self._put(job, number, {**values, "trouble": None})

    def fail(self, job: str, number: int, trouble: str) -> None:
        """A chunk could not be done, for a reason that is ours."""
        self._put(job, number, {"trouble": trouble[:2_000]})

    def retry(self, job: str, numbers: Sequence[int]) -> dict[int, int]:
        """Forgets what came of these chunks; gives the number of the attempt that follows."""
        attempts: dict[int, int] = {}
        with self.engine.begin() as connection:
            known = sa.select(CHUNK.c.number, CHUNK.c.attempt).where(CHUNK.c.job == job)
            before = {row.number: row.attempt for row in connection.execute(known)}
            for number in numbers:
                attempts[number] = before.get(number, 0) + 1
                fresh = {"rows": 0, "bad": 0, "part": None, "sha256": None, "trouble": None}
                values = {"job": job, "number": number, "attempt": attempts[number], **fresh}
                update = ("attempt", *fresh)
                connection.execute(_insert(connection, CHUNK, values, update=update))
        return attempts

    def _put(self, job: str, number: int, values: Mapping[str, object]) -> None:
        row = {"job": job, "number": number, "attempt": 1, "rows": 0, "bad": 0, **values}
        with self.engine.begin() as connection:
            connection.execute(_insert(connection, CHUNK, row, update=tuple(values)))

    # --- workers ----------------------------------------------------------------------------------

    def beat(self, name: str) -> None:
        """A worker is alive."""
        with self.engine.begin() as connection:
            row = {"name": name, "seen": _now(connection)}
            connection.execute(_insert(connection, WORKER, row, update=("seen",)))

    def alive(self, *, within: float) -> int:
        """How many workers were seen within so many seconds."""
        with self.engine.connect() as connection:
            since = _now(connection) - within
            query = sa.select(sa.func.count()).where(WORKER.c.seen >= since)
            return int(connection.scalar(query) or 0)

    def leave(self, name: str) -> None:
        """A worker ends: whoever is there looks after what it leaves behind."""
        with self.engine.begin() as connection:
            connection.execute(sa.update(WORKER).where(WORKER.c.name == name).values(seen=0.0))

    def lost(self, *, silent_for: float) -> list[str]:
        """The workers that nobody has heard of for so long."""
        with self.engine.connect() as connection:
            limit = _now(connection) - silent_for
            query = sa.select(WORKER.c.name).where(WORKER.c.seen < limit)
            return sorted(connection.scalars(query))

    def forget(self, names: Sequence[str], *, silent_for: float) -> None:
        """The work of these workers is in good hands, unless they were heard of again."""
        with self.engine.begin() as connection:
            limit = _now(connection) - silent_for
            gone = sa.delete(WORKER).where(WORKER.c.name.in_(names), WORKER.c.seen < limit)
            connection.execute(gone)

    def all_lost(self) -> None:
        """No worker is alive: whoever starts first looks after the work of all."""
        with self.engine.begin() as connection:
            connection.execute(sa.update(WORKER).values(seen=0.0))


def _chunk(row: Any) -> ChunkRow:  # noqa: ANN401 (a row of SQLAlchemy)
    done = Done(row.rows, row.part, row.sha256, row.bad) if row.part is not None else None
    return ChunkRow(row.number, row.attempt, row.rows, done, row.trouble)


def _insert(
    connection: sa.Connection, table: sa.Table, row: Mapping[str, object], *, update: Sequence[str]
) -> sa.Executable:
    """An insert that changes these columns where the row is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).values(dict(row))
    keys = list(table.primary_key.columns)
    changed = {name: insert.excluded[name] for name in update}
    if changed:
        insert = insert.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        insert = insert.on_conflict_do_nothing(index_elements=keys)
    found: sa.Executable = insert
    return found


def _now(connection: sa.Connection) -> float:
    """The clock of the database: those of several machines differ."""
    is_postgres = connection.dialect.name == "postgresql"
    julian = "(julianday('now') - 2440587.5) * 86400.0"  # in every version of SQLite
    clock = "extract(epoch from clock_timestamp())" if is_postgres else julian
    return float(connection.scalar(sa.select(sa.text(clock))) or 0)


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_immediate)
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 (of the driver)
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: sa.Connection) -> None:
    """A transaction that begins by reading and then writes is refused when another one writes."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def open_ledger(url: str) -> Iterator[Ledger]:
    """The rows of a database, for as long as they are needed."""
    ledger = Ledger(url)
    try:
        yield ledger
    finally:
        ledger.close()
