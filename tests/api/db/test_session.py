"""Transactions: all or nothing, one moment, and errors that tell nobody's answers."""

import threading

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from api.db import Database
from api.db.tables import marker
from tests.api.databases import World


def test_a_transaction_that_fails_leaves_nothing(database: Database):
    def half() -> None:
        with database.write() as db:
            db.sql.execute(insert(marker), {"name": "half", "value": "x"})
            raise LookupError

    with pytest.raises(LookupError):
        half()

    with database.read() as db:
        assert db.sql.exec_driver_sql("SELECT count(*) FROM marker").scalar() == 0


def test_an_error_of_the_database_tells_no_values(database: Database):
    row = {"name": "name", "value": "what somebody answered"}

    with pytest.raises(IntegrityError) as caught, database.write() as db:
        db.sql.execute(insert(marker), [row, row])

    assert "what somebody answered" not in str(caught.value)


def test_a_reader_sees_one_state_whatever_others_do(world: World):
    def count() -> int:
        return int(db.sql.exec_driver_sql("SELECT count(*) FROM marker").scalar_one())

    with world.database.read() as db:
        before = count()
        with world.database.write() as other:
            other.sql.execute(insert(marker), {"name": "new", "value": "x"})
        after = count()

    assert before == after == 0


def test_many_threads_write_one_after_the_other(database: Database):
    faults: list[Exception] = []

    def write(number: int) -> None:
        try:
            for turn in range(5):
                with database.write() as db:
                    db.sql.execute(insert(marker), {"name": f"{number}.{turn}", "value": "x"})
        except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
            faults.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    with database.read() as db:
        assert db.sql.exec_driver_sql("SELECT count(*) FROM marker").scalar() == 100
