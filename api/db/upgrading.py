"""Brings a database to the tables of this version, by the migrations that ship with it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Upgrades the database, whatever version it has; an empty one gets all tables."""
    with engine.execution_options(immediate=True).begin() as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, *, to: str) -> None:
    """Takes migrations back; `base` takes all of them, with everything that is in the tables."""
    with engine.execution_options(immediate=True).begin() as connection:
        command.downgrade(_config(connection), to)


def version_of(connection: Connection) -> str | None:
    """The migration that a database has come to."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The migration that this version of the program needs."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def missing_migrations(connection: Connection) -> list[str]:
    """What is to be done before this program fits the database: nothing, if it does."""
    found = version_of(connection)
    if found == newest():
        return []
    return [f"database: at {found or 'nothing'}, needs {newest()}; run `readiness db upgrade`"]


def differences(engine: Engine) -> None:
    """Raises Alembic's error if the migrations do not make the tables that the code knows."""
    with engine.begin() as connection:
        command.check(_config(connection))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
