"""The database of a service: opened once a process, used a transaction at a time.

SQLite is written by one at a time: a writer takes its place at the start (BEGIN IMMEDIATE), so that
no transaction fails half-way, and the threads of one process wait in a queue of their own, for
SQLite lets whoever asks first in.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy import text as statement
from sqlalchemy.exc import SQLAlchemyError

from api.db.blobs import Blobs
from api.db.pooling import look_before_use
from api.db.prepared import Prepared
from api.db.upgrading import missing_migrations
from api.settings import Settings

BUSY_MS = 15_000
"""How long a writer of SQLite waits for those of other processes."""

CHECKPOINT_PAGES = 4_000
"""Pages of the write-ahead log after which SQLite moves them to the database."""


_BEGIN_TO_WRITE = Prepared(statement("BEGIN IMMEDIATE"))
_BEGIN = Prepared(statement("BEGIN"))


def utc_now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction, which is one request: all of it happens, or nothing.

    `now` is the one moment of everything in it.
    """

    sql: Connection
    now: datetime
    settings: Settings
    blobs: Blobs
    writing: bool


class Database:
    """The database and the evidence folder of a service; threads may share it, processes not."""

    def __init__(
        self, engine: Engine, settings: Settings, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.clock = clock
        self.blobs = Blobs(settings.evidence_folder)
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writer = _unwatched(engine) if self.is_sqlite else engine
        self._reader = self._writer if self.is_sqlite else _snapshots(engine)
        self._queue: AbstractContextManager[object] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may change something; it ends with the block, and fails with it."""
        with self._queue, self._writer.begin() as connection:
            if self.is_sqlite:
                _BEGIN_TO_WRITE.run(connection)
            yield Transaction(connection, self.clock(), self.settings, self.blobs, writing=True)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that sees one state, whatever others do meanwhile."""
        with self._reader.connect() as connection:
            if self.is_sqlite:
                _BEGIN.run(connection)
            yield Transaction(connection, self.clock(), self.settings, self.blobs, writing=False)

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()

    def is_ready(self) -> list[str]:
        """What keeps the service from working: nothing, if it is ready."""
        try:
            with self.engine.connect() as connection:
                connection.execute(statement("SELECT 1"))
                wrong = missing_migrations(connection)
        except SQLAlchemyError as error:
            return [f"database: {type(error).__name__}"]
        return [*wrong, *self.blobs.trouble()]


def open_database(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Database:
    """The database that the settings name. It is not made or upgraded here: `upgrade` does."""
    return Database(make_engine(settings), settings, clock=clock)


def make_engine(settings: Settings) -> Engine:
    """An engine on which transactions behave alike in both databases.

    Its errors hide the values of a statement: answers of people belong in no log.
    """
    if settings.url.startswith("sqlite"):
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(
            settings.url, pool_size=40, max_overflow=20, pool_timeout=30, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        settings.url,
        pool_size=settings.database_connections,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
    )
    look_before_use(engine)
    return engine


def _unwatched(engine: Engine) -> Engine:
    """The same connections without our event: SQLAlchemy asks for listeners at every statement."""
    return create_engine(engine.url, pool=engine.pool, hide_parameters=engine.hide_parameters)


def _snapshots(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: SqliteConnection, _: object) -> None:
    connection.isolation_level = None  # we say when a transaction begins
    for pragma in (
        f"busy_timeout = {BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
