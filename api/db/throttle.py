"""Counts attempts in windows of a minute, in the database, so that all workers count together."""

import hashlib

from sqlalchemy import text as statement

from api.db.session import Database
from api.errors import TooMany

WINDOW = 60
"""Seconds."""

# Written out, for it is the same in both databases and the constructs for it are not.
_COUNT = statement(
    'INSERT INTO throttle (key, "window", count) VALUES (:key, :window, 1) '
    "ON CONFLICT (key) DO UPDATE SET "
    'count = CASE WHEN throttle."window" = excluded."window" THEN throttle.count + 1 ELSE 1 END, '
    '"window" = excluded."window" RETURNING count'
)
_FORGET = statement('DELETE FROM throttle WHERE "window" < :window')


def count_attempt(database: Database, *parts: str, per_minute: int) -> None:
    """Counts an attempt of these parts (what, who); `TooMany` if it is one too many.

    It is a transaction of its own: an attempt counts even if what was attempted is rolled back.
    """
    if not per_minute:
        return
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with database.write() as db:
        seconds = int(db.now.timestamp())
        window = seconds // WINDOW
        count = db.sql.execute(_COUNT, {"key": key, "window": window}).scalar_one()
        if count == 1 and key < "04":  # now and then somebody cleans up
            db.sql.execute(_FORGET, {"window": window - 5})
    if count > per_minute:
        raise TooMany(WINDOW - seconds % WINDOW)
