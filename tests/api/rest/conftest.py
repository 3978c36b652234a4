"""The API over a world of two cities: a client for each of its people, and for nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.db import Database
from api.logs import set_up_logs
from api.settings import Settings
from tests.api.databases import World, make_world

BASE = "https://readiness.test"
SECRET = SecretStr("not a secret at all, but long enough for tests")

ClientOf = Callable[[str | None], TestClient]


def settings_of(database: Database, **more: object) -> Settings:
    """The settings of a service over a database of the tests."""
    own: dict[str, object] = {"secret": SECRET, "base_url": BASE, "requests_per_minute": 0}
    return database.settings.model_copy(update={**own, "sign_ins_per_minute": 0, **more})


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Log lines as a service writes them, so that they are written at all."""
    set_up_logs("json")


@pytest.fixture
def small(sqlite: Database) -> World:
    """The world, in SQLite alone: for what no database changes."""
    return make_world(sqlite)


def app_of(world: World, **more: object) -> FastAPI:
    """The whole service over a world."""
    return create_app(settings_of(world.database, **more))


def clients(world: World, app: FastAPI) -> Iterator[ClientOf]:
    """Makes clients with somebody's token, or with none."""
    opened: list[TestClient] = []

    def client_of(name: str | None) -> TestClient:
        headers = {} if name is None else {"Authorization": f"Bearer {world.tokens[name]}"}
        opened.append(TestClient(app, base_url=BASE, headers=headers))
        return opened[-1]

    yield client_of
    for client in opened:
        client.close()
    app.state.site.close()


@pytest.fixture
def as_(small: World) -> Iterator[ClientOf]:
    """`as_("lead")`: a client with the lead's token; `as_(None)`: a stranger's. SQLite alone."""
    yield from clients(small, app_of(small))


@pytest.fixture
def on_both(world: World) -> Iterator[ClientOf]:
    """The same on both databases in turn."""
    yield from clients(world, app_of(world))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for whatever a test needs."""
    return tmp_path
