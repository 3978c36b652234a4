"""Who is on duty: one process of a service at a time, for as long as it lives.

The lock is one that the system, or PostgreSQL, takes back when its holder is gone: there is nothing
to wait for, and nothing to tidy up.
"""

import fcntl
from contextlib import suppress
from typing import IO

from sqlalchemy import Connection
from sqlalchemy import text as statement
from sqlalchemy.exc import SQLAlchemyError

from api.db.session import Database

_LOCK = statement("SELECT pg_try_advisory_lock(7201308)")
_UNLOCK = statement("SELECT pg_advisory_unlock(7201308)")
"""The number is any that nobody else takes."""


class Duty:
    """The one lock of a service; with SQLite a file, for everybody is on one machine."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file: IO[bytes] | None = None
        self._connection: Connection | None = None

    def is_mine(self) -> bool:
        """Whether this process is on duty: it goes on duty where nobody is."""
        return self._has_file() if self._database.is_sqlite else self._has_connection()

    def close(self) -> None:
        """Goes off duty."""
        if self._file is not None:
            self._file.close()
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # else it would go back to the others with the lock
                self._connection.execute(_UNLOCK)
            self._connection.close()
        self._file = self._connection = None

    def _has_file(self) -> bool:
        if self._file is not None:
            return True
        folder = self._database.settings.batches_folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (folder / "duty.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def _has_connection(self) -> bool:
        """A lock of a session holds as long as its connection: each look asks whether it does."""
        if self._connection is not None:
            try:
                self._connection.execute(statement("SELECT 1"))
            except SQLAlchemyError:
                self._connection.invalidate()
                self._connection = None
            else:
                return True
        connection = self._database.engine.connect()
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.execute(_LOCK).scalar():
            connection.close()
            return False
        self._connection = connection
        return True
