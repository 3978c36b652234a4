"""Counts attempts in the database, so that all workers count together.

A minute begins with the first attempt: by the clock, whoever waits for its turn has twice as many.
"""

import hashlib

from sqlalchemy import text as statement

from api.db.session import Database
from api.errors import TooMany

WINDOW = 60
"""Seconds."""

# Written out, for it is the same in both databases and the constructs for it are not.
_COUNT = statement(
    'INSERT INTO throttle (key, "window", count) VALUES (:key, :now, 1) '
    "ON CONFLICT (key) DO UPDATE SET "
    'count = CASE WHEN throttle."window" > :over THEN throttle.count + 1 ELSE 1 END, '
    '"window" = CASE WHEN throttle."window" > :over THEN throttle."window" ELSE :now END '
    'RETURNING count, "window"'
)
_FORGET = statement('DELETE FROM throttle WHERE "window" < :over')


def count_attempt(database: Database, *parts: str, per_minute: int) -> None:
    """Counts an attempt of these parts (what, who); `TooMany` if it is one too many.

    It is a transaction of its own: an attempt counts even if what was attempted is rolled back.
    """
    if not per_minute:
        return
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with database.write() as db:
        now = int(db.now.timestamp())
        over = {"over": now - WINDOW}
        count, since = db.sql.execute(_COUNT, {"key": key, "now": now, **over}).one()
        if count == 1 and key < "04":  # now and then somebody cleans up
            db.sql.execute(_FORGET, over)
    if count > per_minute:
        raise TooMany(max(1, since + WINDOW - now))
