"""Brings a database to the tables of this version, by the migrations that ship with it.

Alembic is imported when it is needed: a server that starts only asks which migration there is.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy import text as statement

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

_NUMBERED = re.compile(r"v([0-9]{4})_\w+\.py")


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Upgrades the database, whatever version it has; an empty one gets all tables."""
    from alembic import command  # noqa: PLC0415

    with engine.execution_options(immediate=True).begin() as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, *, to: str) -> None:
    """Takes migrations back; `base` takes all of them, with everything that is in the tables."""
    from alembic import command  # noqa: PLC0415

    with engine.execution_options(immediate=True).begin() as connection:
        command.downgrade(_config(connection), to)


def version_of(connection: Connection) -> str | None:
    """The migration that a database has come to."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(statement("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def newest() -> str:
    """The migration that this version of the program needs: the one of the highest number."""
    found = (_NUMBERED.fullmatch(path.name) for path in (MIGRATIONS / "versions").iterdir())
    return max(match[1] for match in found if match is not None)


def missing_migrations(connection: Connection) -> list[str]:
    """What is to be done before this program fits the database: nothing, if it does."""
    found = version_of(connection)
    if found == newest():
        return []
    return [f"database: at {found or 'nothing'}, needs {newest()}; run `readiness db upgrade`"]


def differences(engine: Engine) -> None:
    """Raises Alembic's error if the migrations do not make the tables that the code knows."""
    from alembic import command  # noqa: PLC0415

    with engine.begin() as connection:
        command.check(_config(connection))


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
