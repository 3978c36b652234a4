"""Statements made into text once: the values, the transaction and the errors of all others."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.db import Database
from api.db.prepared import Prepared
from api.db.tables import audit, marker

LINE = {
    "stream": "city/x",
    "seq": 1,
    "at": datetime(2026, 3, 9, 10, 42, 1, 250, tzinfo=UTC),
    "by": None,
    "action": "said 100 %",
    "about": {"name": "São", "rights": ["read"], "share": 0.5, "none": None},
    "hash": "0" * 64,
}

_ADD = Prepared(insert(audit))
_OF = Prepared(select(audit).where(audit.c.stream == bindparam("stream")).order_by(audit.c.seq))
_MARK = Prepared(insert(marker))
_MARKED = Prepared(select(marker).where(marker.c.name == bindparam("name")))
_AGAIN = Prepared(
    update(marker).where(marker.c.name == bindparam("of")).values(value=bindparam("value"))
)


def test_values_go_in_and_come_out_as_sqlalchemy_has_them(database: Database):
    with database.write() as db:
        _ADD.run(db.sql, LINE)
        db.sql.execute(insert(audit), {**LINE, "seq": 2})

    with database.read() as db:
        ours = [tuple(row) for row in _OF.all(db.sql, {"stream": "city/x"})]
        theirs = [tuple(row) for row in db.sql.execute(select(audit).order_by(audit.c.seq))]

    assert ours == theirs
    assert ours[0] == tuple(LINE.values())


def test_a_row_is_read_by_the_names_of_its_columns(database: Database):
    with database.write() as db:
        _MARK.run(db.sql, {"name": "a", "value": "before"})
        _AGAIN.run(db.sql, {"of": "a", "value": "after"})

    with database.read() as db:
        assert _MARKED.first(db.sql, {"name": "a"}).value == "after"
        assert _MARKED.first(db.sql, {"name": "b"}) is None
        assert _MARKED.all(db.sql, {"name": "b"}) == []


def test_what_cannot_be_an_id_is_nobodys(database: Database):
    with database.read() as db:
        assert _MARKED.first(db.sql, {"name": "\0"}) is None
        assert _OF.all(db.sql, {"stream": "x" * 5_000}) == []


def test_what_is_prepared_ends_with_its_transaction(database: Database):
    def half() -> None:
        with database.write() as db:
            _MARK.run(db.sql, {"name": "half", "value": "x"})
            raise LookupError

    with pytest.raises(LookupError):
        half()

    with database.read() as db:
        assert _MARKED.first(db.sql, {"name": "half"}) is None


def test_an_error_is_sqlalchemys_and_tells_no_values(database: Database):
    row = {"name": "name", "value": "what somebody answered"}

    with database.write() as db:
        _MARK.run(db.sql, row)
        with pytest.raises(IntegrityError) as caught, db.sql.begin_nested():
            _MARK.run(db.sql, row)

    assert "INSERT INTO marker" in str(caught.value)
    assert "what somebody answered" not in str(caught.value)
