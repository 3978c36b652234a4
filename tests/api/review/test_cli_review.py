"""A whole review from a coach's machine: the real commands, over HTTP, to a real server."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from api.accounts.rights import Action
from api.accounts.tokens import create_token
from api.review.reading import read_review
from api.settings import Settings
from api.workspace.submitting import submit
from tests.api.conftest import Run
from tests.api.databases import World
from tests.api.review.conftest import DAY
from tests.api.soak import Server


@pytest.fixture
def coach_at(city: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The service of the city in a process of its own, and a coach's token for it."""
    with city.database.write() as db:
        token = create_token(db, city.coach, name="cli", rights=list(Action), days=1)[1]
    server = Server(city.database.settings)
    monkeypatch.setenv("READINESS_URL", server.url)
    monkeypatch.setenv("READINESS_TOKEN", token)
    with server:
        yield city


def test_a_coach_reviews_from_the_command_line(coach_at: World, readiness: Run):
    name = coach_at.assessment.id

    listed = readiness("review", "queue")
    assert (listed.status, listed.err) == (0, "")
    assert name in listed.out
    assert json.loads(readiness("review", "queue", "--coach", "me", "--json").out)["items"] == []

    before = readiness("review", "show", name)
    assert "rdc7-awards" in before.out
    agreed = readiness("review", "agree", name)
    assert "Agreed with the machine: 6" in agreed.out, agreed.err
    without = readiness("review", "decide", name, "rdc7-awards", "not_met")
    assert (without.status, without.out) == (2, "")
    assert "reason" in without.err
    decided = readiness(
        "review", "decide", name, "rdc7-awards", "not_met", "--reason", "It stops in May."
    )
    assert decided.out == "Decided: rdc7-awards, not_met\n", decided.err
    assert "Nothing" not in readiness("review", "show", name, "--all").out

    asked = readiness(
        *("review", "request", name, "--due", a_week_ahead()),
        *("--ask", "rdc7-awards=Add June to October, please."),
    )
    assert "Asked for changes: 1" in asked.out, asked.err
    too_early = readiness("review", "sign-off", name, "--lang", "es")
    assert too_early.status == 2
    with coach_at.database.write() as db:
        submit(db, coach_at.lead, name, version=None, on=DAY)
    changed = readiness("review", "show", name, "--changed").out
    assert "Asked for and not changed: rdc7-awards" in changed
    signed = json.loads(readiness("review", "sign-off", name, "--json").out)
    assert signed["submission"] == 2
    assert signed["seal"] in readiness("review", "show", name).out


def a_week_ahead() -> str:
    """A day by which a team could answer."""
    return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()


def test_what_is_not_set_is_said_and_no_token_goes_unencrypted(
    readiness: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("READINESS_URL", raising=False)
    monkeypatch.setenv("READINESS_TOKEN", "rdy_x")

    for url, said in (
        ("", "READINESS_URL is not set"),
        ("readiness.example", "no address"),
        ("http://readiness.example", "unencrypted"),
        ("http://127.0.0.1:9", "does not answer"),
    ):
        monkeypatch.setenv("READINESS_URL", url)
        ended = readiness("review", "queue")
        assert (ended.status, ended.out) == (2, "")
        assert said in ended.err


def test_a_digest_is_written_without_a_mail_server(
    city: World, readiness: Run, monkeypatch: pytest.MonkeyPatch
):
    settings: Settings = city.database.settings
    monkeypatch.setenv("READINESS_DATA_FOLDER", str(settings.data_folder))

    ended = readiness("review", "digest")

    assert ended.out == "Messages written: 0; sent: 0.\n"
    with city.database.read() as db:
        assert read_review(db, city.coach, city.assessment.id).decided == 0
