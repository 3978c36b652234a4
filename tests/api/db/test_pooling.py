"""Connections that PostgreSQL has ended while nobody used them."""

import pytest

from api.db import Database, pooling

OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _pids(database: Database) -> set[int]:
    """The connections that two readers at once get."""
    with database.read() as one, database.read() as two:
        told = [db.sql.exec_driver_sql("SELECT pg_backend_pid()") for db in (one, two)]
        return {int(result.scalar_one()) for result in told}


def test_nobody_gets_a_connection_that_has_ended(postgresql: Database):
    before = _pids(postgresql)
    with postgresql.read() as db:
        db.sql.exec_driver_sql(OTHERS)

    after = _pids(postgresql)

    assert len(before & after) < 2
    assert len(after) == 2


def test_only_a_connection_that_lay_for_long_is_asked(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch
):
    asked: list[object] = []
    monkeypatch.setattr(postgresql.engine.dialect, "do_ping", asked.append)

    before, again = _pids(postgresql), _pids(postgresql)
    not_yet = len(asked)
    monkeypatch.setattr(pooling, "ASKED_AFTER", 0.0)
    at_last = _pids(postgresql)

    assert before == again == at_last
    assert (not_yet, len(asked)) == (0, 2)
