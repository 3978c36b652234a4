"""The migrations: up, down and up again, on both databases, to the tables that the code knows."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError

from api.db import Database, open_database
from api.db.tables import APPEND_ONLY, metadata
from api.db.upgrading import differences, downgrade, newest, upgrade, version_of
from api.workspace.answering import save_answer
from tests.api.databases import World, another_database


@pytest.fixture
def empty(request, database: Database, tmp_path):
    with another_database(request, database, tmp_path / "empty") as settings:
        opened = open_database(settings)
        yield opened
        opened.close()


def test_migrations_go_up_and_down_and_up_again(empty: Database):
    upgrade(empty.engine)
    downgrade(empty.engine, to="base")
    left = set(inspect(empty.engine).get_table_names()) - {"alembic_version"}
    upgrade(empty.engine)

    assert left == set()
    assert set(inspect(empty.engine).get_table_names()) >= set(metadata.tables)


def test_migrations_make_the_tables_that_the_code_knows(database: Database):
    differences(database.engine)


def test_the_newest_migration_is_the_one_that_alembic_comes_to(empty: Database):
    upgrade(empty.engine)

    with empty.engine.connect() as connection:
        assert version_of(connection) == newest()
    assert empty.is_ready() == []


def test_a_database_without_tables_is_not_ready(empty: Database, database: Database):
    assert "readiness db upgrade" in empty.is_ready()[0]
    assert database.is_ready() == []


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("what", ["DELETE FROM {}", "UPDATE {} SET at = at"])
def test_what_must_never_change_is_kept_by_the_database(world: World, table: str, what: str):
    from tests.api.workspace.acting import submit_something

    with world.database.write() as db:
        save_answer(db, world.member, world.assessment.id, "rdc7-awards", 95, version=0)
    submit_something(world)

    with pytest.raises(DatabaseError, match="never changed"), world.database.engine.begin() as sql:
        sql.exec_driver_sql(what.format(table))
