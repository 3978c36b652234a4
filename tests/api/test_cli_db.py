"""The commands about the service's database, as an operator types them."""

import sqlite3
from pathlib import Path

import pytest

from api.accounts.sessions import sign_in
from api.db import open_database
from api.settings import load_settings
from tests.api.conftest import Run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service that lies in a folder of its own."""
    monkeypatch.setenv("READINESS_DATA_FOLDER", str(tmp_path / "data"))
    return tmp_path


STAFF = ("db", "staff", "sam@example.org", "--name", "Sam")
PASSWORD = b"correct horse battery\n"


def test_a_service_is_set_up_backed_up_checked_and_restored(readiness: Run, place: Path):
    assert "up to date" in readiness("db", "upgrade").out
    assert "Sam can sign in now" in readiness(*STAFF, stdin=PASSWORD).out
    backup = readiness("db", "backup", "friday.tar.gz")
    assert (backup.status, backup.err) == (0, "")
    assert "whole" in readiness("db", "check", "--against", "friday.tar.gz").out
    for file in (place / "data").glob("readiness.sqlite*"):
        file.unlink()

    restored = readiness("db", "restore", "friday.tar.gz")

    assert restored.status == 0, restored.err
    database = open_database(load_settings())
    signed_in = sign_in(
        database, email="sam@example.org", password=PASSWORD.decode().strip(), address="192.0.2.1"
    )
    database.close()
    assert signed_in.actor.person.name == "Sam"


def test_a_database_in_use_is_not_replaced_unless_it_is_said(readiness: Run, place: Path):
    readiness("db", "upgrade")
    readiness(*STAFF, stdin=PASSWORD)
    readiness("db", "backup", "friday.tar.gz")

    refused = readiness("db", "restore", "friday.tar.gz", "--lang", "es")

    assert refused.status == 2
    assert "Hay personas en esta base de datos" in refused.err
    assert readiness("db", "restore", "friday.tar.gz", "--replace").status == 0


def test_damage_is_listed_and_ends_with_2(readiness: Run, place: Path):
    readiness("db", "upgrade")
    readiness(*STAFF, stdin=PASSWORD)
    with sqlite3.connect(place / "data" / "readiness.sqlite") as sql:
        sql.execute("DROP TRIGGER audit_no_update")
        sql.execute("UPDATE audit SET action = 'nothing'")
    sql.close()

    found = readiness("db", "check")

    assert found.status == 2
    assert "line 1 was changed" in found.out


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (("db", "check"), b"", "readiness db upgrade"),
        (("db", "backup", "no/such/folder/x.tar.gz"), b"", "no/such/folder"),
        (("db", "restore", "missing.tar.gz"), b"", "missing.tar.gz"),
        (("db", "restore", "noise.tar.gz"), b"", "noise.tar.gz"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    readiness: Run, place: Path, words: tuple[str, ...], stdin: bytes, told: str
):
    Path("noise.tar.gz").write_bytes(b"\x1f\x8bnoise")

    ended = readiness(*words, stdin=stdin)

    assert ended.status == 2
    assert told in ended.out + ended.err
    assert "Traceback" not in ended.err


def test_a_weak_password_is_refused(readiness: Run, place: Path):
    readiness("db", "upgrade")

    ended = readiness(*STAFF, stdin=b"1234567890\n")

    assert ended.status == 2
    assert "too easy to guess" in ended.err


def test_a_setting_that_cannot_be_used_is_named_and_not_shown(
    readiness: Run, place: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("READINESS_SESSION_HOURS", "many")
    monkeypatch.setenv("READINESS_SECRET", "too short to be one")

    ended = readiness("db", "upgrade")

    assert ended.status == 2
    assert "READINESS_SESSION_HOURS" in ended.err
    assert "too short to be one" not in ended.err
