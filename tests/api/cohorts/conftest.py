"""A service in which thirty cities have handed in, on a day that stands still."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.accounts.actor import Actor, Role
from api.accounts.sessions import sign_in_as
from api.db import Database, open_database
from api.db.tables import PROGRAMME
from api.settings import Settings
from tests.api.cohorts.cities import fill
from tests.api.databases import add_person

DAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 15, tzinfo=UTC)

Full = tuple[Database, Actor, Actor]


def somebody(database: Database, name: str, role: Role, scope: str = PROGRAMME) -> Actor:
    with database.write() as db:
        return sign_in_as(db, add_person(database, db.sql, name, role, scope)).actor


@pytest.fixture(scope="session")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Full:
    """Thirty cities that have handed in, the programme's staff, and a coach of it."""
    folder = tmp_path_factory.mktemp("full")
    shutil.copy(sqlite_template, folder / "readiness.sqlite")
    database = open_database(Settings(data_folder=folder), clock=lambda: NOW)
    staff = somebody(database, "sam", Role.STAFF)
    coach = somebody(database, "carla", Role.COACH)
    fill(database, staff, 30, last=DAY)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return database, staff, coach


@pytest.fixture
def full(template: Full, tmp_path: Path) -> Iterator[Full]:
    """A copy of that service on a fixed day, for one test."""
    old, staff, coach = template
    shutil.copytree(old.settings.data_folder, tmp_path / "service")
    own = Settings(data_folder=tmp_path / "service")
    database = open_database(own, clock=lambda: NOW)
    yield database, staff, coach
    database.close()
