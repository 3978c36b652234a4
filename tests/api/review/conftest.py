"""A city that has handed in what Puerto Claro says; a copy of its service for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from api.accounts.actor import Actor, Role
from api.accounts.sessions import sign_in_as
from api.db import Database, open_database
from api.review.signing import replay
from api.settings import Settings
from api.submissions import read_written
from api.workspace.exchanging import import_written
from api.workspace.submitting import submissions, submit
from rubrics.loader import LIBRARY
from tests.api.databases import World, add_person, make_world

DAY = date(2025, 11, 3)
FOLDER = LIBRARY / "wwc-2022/submissions/puerto-claro"

PIECES = ("contrataciones-ocds", "ordenanza", "encuesta", "mapa-de-datos", "resultado-oficial")
"""The evidence that is handed in with it: enough to judge and to change."""


def hand_in(world: World) -> None:
    """Fills the assessment of city A with Puerto Claro's answers and evidence, and submits it."""
    quiet = world.database.settings.model_copy(update={"fetch_links": False})
    offline = Database(world.database.engine, quiet)
    written = read_written(str(FOLDER / "submission.yaml"))
    pieces = cast("list[dict[str, Any]]", written.value["evidence"])
    few: Any = [piece for piece in pieces if piece["id"] in PIECES]
    given = replace(written, value={**written.value, "evidence": few})
    import_written(offline, world.lead, world.assessment.id, given, files=FOLDER)
    with world.database.write() as db:
        submit(db, world.lead, world.assessment.id, version=None, on=DAY)


def with_second_coach(world: World) -> World:
    """The same world with one more coach of city A, `second`."""
    with world.database.write() as db:
        name = add_person(world.database, db.sql, "second", Role.COACH, world.a.id)
        actor = sign_in_as(db, name).actor
    return replace(world, people={**world.people, "second": actor})


@pytest.fixture(scope="session")
def handed_in(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The data of such a service, to be copied."""
    folder = tmp_path_factory.mktemp("handed_in")
    shutil.copy(sqlite_template, folder / "readiness.sqlite")
    database = open_database(Settings(data_folder=folder))
    world = with_second_coach(make_world(database))
    hand_in(world)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return world


@pytest.fixture
def city(handed_in: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it, for one test; whatever that did, its reviews come out the same again."""
    folder = tmp_path / "service"
    shutil.copytree(handed_in.database.settings.data_folder, folder)
    database = open_database(Settings(data_folder=folder))
    yield replace(handed_in, database=database)
    assert set(replayed(database, handed_in.coach, handed_in.assessment.id)) == {True}
    database.close()


def replayed(database: Database, who: Actor, assessment_id: str) -> Iterator[bool]:
    """Of every submission, whether it and its decisions give the stored result, byte for byte."""
    with database.read() as db:
        for one in submissions(db, who, assessment_id):
            yield replay(db, who, assessment_id, one.number).same
