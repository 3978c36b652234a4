"""A whole review from a coach's machine: the real commands, over HTTP, to a real server."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.accounts.rights import Action
from api.accounts.tokens import create_token
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
    monkeypatch.setenv("READINESS_DATA_FOLDER", str(city.database.settings.data_folder))
    with server:
        yield city


PAGE = (Path(__file__).parents[3] / "api/README.md").read_text("utf-8")
SHOWN = re.findall(r"^    (readiness review .+)$", PAGE, re.MULTILINE)
"""Every command that the page for coaches shows, in its order."""


def test_a_coach_reviews_as_the_page_tells(coach_at: World, readiness: Run):
    name, printed = coach_at.assessment.id, {}
    refuse(readiness, name)
    for command in SHOWN:
        words = shlex.split(command, comments=True)[1:]
        words = [name if word == "ASSESSMENT" else word for word in words]
        if "--due" in words:
            words[words.index("--due") + 1] = a_week_ahead()
        if "--changed" in words:
            with coach_at.database.write() as db:
                submit(db, coach_at.lead, name, version=None, on=DAY)
        ended = readiness(*words)
        assert (ended.status, ended.err) == (0, ""), command
        printed[" ".join(words[1:])] = ended.out

    said = list(printed.values())
    assert name in said[0]
    assert re.search(r"Agreed with the machine: [4-7]\d$", said[2].strip())
    assert said[3] == "Decided: rdc7-awards, not_met\n"
    assert said[4].startswith("Asked for changes: 1, by ")
    assert "Asked for and not changed: rdc7-awards" in said[5]
    assert said[7].startswith("Signed off: submission 2, by Coach")
    assert re.search(r"\b[0-9a-f]{64}\b", said[7])
    assert said[8] == "Open again: the review goes on, the submission stays.\n"
    assert said[9] == "Messages written: 2; sent: 0.\n"  # to both of the team
    assert json.loads(readiness("review", "show", name, "--json").out)["signed"] is None


def refuse(readiness: Run, name: str) -> None:
    """What the service does not do is said in the language of whoever asks."""
    for words, said in (
        (("decide", name, "rdc7-awards", "not_met"), "Escriba"),
        (("sign-off", name), "decid"),
        (("show", "nothing"), "no hay nada"),
        (("decide", name, "rdc7-award", "met", "--reason", "Seen."), "rdc7-award"),
        (("request", name, "--due", a_week_ahead(), "--ask", "rdc7-awards"), "NAME=TEXT"),
        (("request", name, "--due", "2020-01-01", "--ask", "rdc7-awards=Add June."), "Elija"),
    ):
        ended = readiness("review", *words, "--lang", "es")
        assert (ended.status, ended.out) == (2, ""), words
        assert said in ended.err, words


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
