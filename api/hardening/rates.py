"""How often somebody may do what is costly or can be guessed at, counted by all workers together.

The attacks: guessing passwords and tokens, and filling disks or processors with uploads, plans and
reports. The counts lie in a small SQLite file of their own beside the data: every worker of this
machine sees them, and saving an answer waits for none of them.
"""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from api.exceptions import TOO_MANY, FaultError

Kind = Literal["sign-in", "request", "upload", "report", "plan"]

_SET_UP = """
CREATE TABLE IF NOT EXISTS counts
(key TEXT PRIMARY KEY, number INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID
"""
_COUNT = """
INSERT INTO counts VALUES (:key, :amount, :ends) ON CONFLICT (key) DO UPDATE SET
  number = CASE WHEN ends <= :now THEN 0 ELSE number END + :amount,
  ends = CASE WHEN ends <= :now THEN :ends ELSE ends END
RETURNING number
"""


class SharedCounts(Storage):
    """Counts in a SQLite file. Losing them on a power cut only means that counting begins anew."""

    STORAGE_SCHEME = ["readiness"]  # noqa: RUF012 (the base class declares it so)

    def __init__(self, file: Path) -> None:
        super().__init__(None)
        self._file = file
        self._local = threading.local()
        with self._open() as connection:
            connection.execute(_SET_UP)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong here."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Counts once more, and says how many there are in this window."""
        now = time.time()
        values = {"key": key, "amount": amount, "now": now, "ends": now + expiry}
        connection = self._open()
        found = connection.execute(_COUNT, values).fetchone()[0]
        if found == amount and int(now) % 64 == 0:
            connection.execute("DELETE FROM counts WHERE ends <= ?", (now,))
        return int(found)

    def get(self, key: str) -> int:
        """How many there are in this window."""
        query = "SELECT number FROM counts WHERE key = ? AND ends > ?"
        found = self._open().execute(query, (key, time.time())).fetchone()
        return int(found[0]) if found is not None else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends."""
        found = self._open().execute("SELECT ends FROM counts WHERE key = ?", (key,)).fetchone()
        return float(found[0]) if found is not None else time.time()

    def check(self) -> bool:
        """Whether there is counting at all."""
        return self._open().execute("SELECT 1").fetchone() is not None

    def reset(self) -> int:
        """Forgets everything."""
        return self._open().execute("DELETE FROM counts").rowcount

    def clear(self, key: str) -> None:
        """Forgets one."""
        self._open().execute("DELETE FROM counts WHERE key = ?", (key,))

    def _open(self) -> sqlite3.Connection:
        """The connection of this thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._file, isolation_level=None, timeout=5)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            self._local.connection = connection
        return connection


class Rates:
    """The limits of this service."""

    def __init__(self, file: Path, *, sign_ins: int, requests: int) -> None:
        self._limiter = FixedWindowRateLimiter(SharedCounts(file))
        costly = max(1, requests // 10)
        per_minute = {
            "sign-in": sign_ins,
            "request": requests,
            "upload": costly if requests else 0,
            "report": costly if requests else 0,
            "plan": costly if requests else 0,
        }
        self._items: dict[str, RateLimitItem] = {
            kind: RateLimitItemPerMinute(number) for kind, number in per_minute.items() if number
        }

    def count(self, kind: Kind, who: str) -> None:
        """Counts once for somebody; `FaultError` with `Retry-After` where it is too often."""
        item = self._items.get(kind)
        if item is None or self._limiter.hit(item, kind, who):
            return
        ends = self._limiter.get_window_stats(item, kind, who).reset_time
        wait = max(1, int(ends - time.time()) + 1)
        raise FaultError(TOO_MANY, headers={"Retry-After": str(wait)})
