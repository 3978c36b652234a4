"""Connections to PostgreSQL that are kept open, and may have ended while nobody used them.

To ask the server before every use takes as long as a statement of ours. A server that goes away
closes its sockets, and looking at ours costs next to nothing: only one that has something to say
while nobody asked, or was not used for long (routers forget it without a word), is asked.
"""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

ASKED_AFTER = 20.0
"""Seconds without use after which a connection is asked."""

_TAKEN = "readiness.taken"


def look_before_use(engine: Engine) -> None:
    """From now on no request gets a connection that has ended; new ones are made in its place."""

    def look(driver: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401 (psycopg's, the pool's)
        now = time.monotonic()
        last = record.info.get(_TAKEN, now)
        record.info[_TAKEN] = now
        if not driver.closed and now - last < ASKED_AFTER and not _has_word(driver):
            return
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "checkout", look)


def _has_word(driver: Any) -> bool:  # noqa: ANN401
    """Whether the server has sent something, or has closed its end."""
    waiting = select.poll()
    waiting.register(driver.pgconn.socket, select.POLLIN)
    return bool(waiting.poll(0))
