"""Whoever steers a review says which state of it they have seen, at every door."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.review.views import Word
from tests.api.databases import World
from tests.api.rest.conftest import app_of
from tests.api.review.acting import agree_with_all, ask, browser, say
from tests.api.review.test_cli_review import a_week_ahead

REASON = {"reason": "A file is missing"}


@pytest.fixture
def app(city: World) -> Iterator[FastAPI]:
    app = app_of(city)
    yield app
    app.state.site.close()


@pytest.fixture
def coach(city: World, app: FastAPI) -> Iterator[TestClient]:
    with browser(city, app, city.coach.person, {}) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("review/agree", None),
        ("change-requests", {"asks": {"rdc7-awards": "Add June."}, "due": a_week_ahead()}),
        ("sign-off", {}),
        ("reopen", REASON),
    ],
)
def test_a_program_says_which_review_it_has_seen(
    city: World, coach: TestClient, path: str, body: object
):
    if path == "sign-off":
        agree_with_all(city)
    base = f"/api/v1/assessments/{city.assessment.id}"
    before = coach.get(f"{base}/review").headers["ETag"]
    say(city, "rdc7-awards", Word.NOT_MET, "It stops in May.")  # somebody else, meanwhile

    without = coach.post(f"{base}/{path}", json=body)
    stale = coach.post(f"{base}/{path}", json=body, headers={"If-Match": before})
    now = {"If-Match": coach.get(f"{base}/review").headers["ETag"]}
    done = coach.post(f"{base}/{path}", json=body, headers=now)

    assert (without.status_code, stale.status_code) == (428, 412)
    assert done.status_code in {201, 204}, done.text


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/reviews/{}/agree", {}),
        ("/reviews/{}/request", {"flag": "rdc7-policy", "ask.rdc7-policy": "Add the page."}),
        ("/reviews/{}/sign-off", {"sure": "yes"}),
        ("/reviews/{}/reopen", {**REASON, "to": "team"}),
        ("/assessments/{}/reopen", REASON),
    ],
)
def test_a_page_says_so_too_and_shows_what_is_there_now(
    city: World, coach: TestClient, page: str, form: dict[str, str]
):
    name = city.assessment.id
    if page.endswith("sign-off"):
        agree_with_all(city)
    path = page.format(name)
    seen = coach.get(f"/api/v1/assessments/{name}").json()["version"]
    say(city, "rdc7-awards", Word.NOT_MET, "It stops in May.")
    sent = {**form, "due": a_week_ahead(), "version": str(seen)}

    unsaid = coach.post(path, data={**sent, "version": ""}, follow_redirects=False)
    stale = coach.post(path, data=sent, follow_redirects=False)
    shown = re.search(r'name="version" value="(\d+)"', stale.text)
    assert shown is not None
    again = coach.post(path, data={**sent, "version": shown[1]}, follow_redirects=False)

    assert (unsaid.status_code, stale.status_code) == (412, 412)
    assert "Somebody changed something meanwhile" in stale.text
    assert again.status_code == 303, again.text


def test_what_is_opened_again_while_the_team_makes_changes_is_told_as_well(
    city: World, coach: TestClient
):
    ask(city, rdc7_policy="Add the page.")
    base = f"/api/v1/assessments/{city.assessment.id}"
    seen = {"If-Match": coach.get(base).headers["ETag"]}

    assert coach.post(f"{base}/reopen", json=REASON, headers=seen).status_code == 204
    assert coach.post(f"{base}/reopen", json=REASON, headers=seen).status_code == 412
