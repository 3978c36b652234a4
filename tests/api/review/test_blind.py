"""Whoever reads a second time sees nothing that others said before they hand in, at any door.

Every route of the API and every page that names an assessment is knocked at: what is not in the
tables below must be refused. A route that is added is refused until somebody puts it there.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response
from starlette.testclient import TestClient

from api.accounts.actor import Role
from api.accounts.sessions import sign_in_as
from api.cohorts.choosing import cohort_named
from api.cohorts.gathering import gather, submissions_now
from api.errors import StillBlind, Unusable
from api.exceptions import NOT_ALLOWED, READING_BLIND
from api.rest.openapi import describe_api
from api.review.deciding import decide
from api.review.mailing import mails, send_digests
from api.review.queue import queue
from api.review.reading import review_result
from api.review.second import finish_reading, give_opinion, read_reading, start_reading
from api.review.signing import sign_off
from api.review.views import QueueItem, Word
from api.web.mounting import ROUTERS
from api.workspace.blindness import blind_to
from api.workspace.library import rubric_named
from api.workspace.talking import write_comment
from api.workspace.views import Status
from assessment.results import Verdict
from reports.i18n import load_language
from tests.api.databases import World, add_person
from tests.api.rest.conftest import app_of
from tests.api.review.acting import (
    agree_with_all,
    ask,
    browser,
    line_of,
    review_of,
    say,
    submit_again,
)
from tests.api.review.conftest import DAY

MARK = "Quetzalcoatlus"
"""A word in everything that the first coach said."""

A = "/assessments/{assessment}"

OPEN = {
    f"GET {A}": "title and status, and no word about what is in it",
    f"GET {A}/review": "without decisions, requests and conversations",
    f"GET {A}/review/result": "what the machine says",
    f"GET {A}/review/evidence/{{piece}}/file": "as it was handed in",
    f"GET {A}/review/evidence/{{piece}}/excerpt": "the same",
    f"GET {A}/coaches": "who reviews it",
    f"PUT {A}/coaches/{{person}}": "who reviews it",
    f"DELETE {A}/coaches/{{person}}": "who reviews it",
    f"GET {A}/second-reading": "one's own",
    f"POST {A}/second-reading": "one's own",
    f"PUT {A}/second-reading/opinions/{{about}}": "one's own",
}
"""What a second reader may open, and what of it they see. All else is refused."""

OPENED = (
    *("review", "review/result", "decisions", "threads", "comments", "activity"),
    *("change-requests", "report.html", "exports/{kind}", "submissions/{number}", "result"),
)
"""Where they read what others said, once they have handed in; so the search can find something."""

ENDS_IT = f"POST {A}/second-reading/finish"

OPEN_PAGES = {
    "GET /reviews/{assessment_id}",
    "GET /reviews/{assessment_id}/lines/{about}",
    "POST /reviews/{assessment_id}/lines/{about}",
    "GET /reviews/{assessment_id}/submissions/{number}/evidence/{piece_id}",
    "POST /reviews/{assessment_id}/second-reading",
    "POST /reviews/{assessment_id}/coaches",
}

OF_ALL = (
    *("/reviews", "/reviews?status=changes_requested", "/reviews/load", "/reviews/sessions"),
    *("/reviews/agreement", "/reviews/disagreements.csv", "/reviews/machine-disagreements"),
    *("/reviews/machine-disagreements.csv", "/mails", "/assessments", "/cities"),
)
"""What tells of many assessments at once."""

PAGES_OF_ALL = (
    *("/reviews", "/reviews?status=changes_requested", "/reviews/calibration"),
    *("/reviews/mail", "/cities/{city}"),
)

FILLED = {
    "piece": "contrataciones-ocds",
    "piece_id": "contrataciones-ocds",
    "number": "2",
    "first": "1",
    "second": "2",
    "name": "rdc7-awards",
    "about": "rdc7-awards",
    "requirement": "rdc7-awards",
    "practice_id": "DM",
    "criterion": "RDC7",
    "criterion_id": "RDC7",
    "comment": "x",
}


@pytest.fixture
def read(city: World) -> World:
    """A submission with all that a first coach can say of it, which `second` begins to read."""
    name = city.assessment.id
    say(city, "rdc7-awards", Word.NOT_MET, f"{MARK}: it stops in May.")
    with city.database.write() as db:
        for private in (True, False):
            text = f"{MARK} @second"
            write_comment(db, city.coach, name, about="rdc7-awards", text=text, private=private)
    send_digests(city.database, None)
    ask(city, rdc7_awards=f"{MARK}: please add June.")
    submit_again(city)
    say(city, "rdc7-policy", Word.NEEDS_PROOF, f"{MARK}: which page?")
    ask(city, rdc7_policy=f"{MARK}: name the page.")
    with city.database.write() as db:
        write_comment(db, city.coach, name, about="RDC7", text=f"{MARK} again @second")
        start_reading(db, city.second, name)
    return city


@pytest.fixture
def app(read: World) -> Iterator[FastAPI]:
    app = app_of(read)
    yield app
    app.state.site.close()


@pytest.fixture
def second(read: World, app: FastAPI) -> Iterator[TestClient]:
    """The second reader in a browser."""
    with browser(read, app, read.second.person, {"If-Match": '"0"'}) as client:
        yield client


def routes() -> list[str]:
    return [
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in describe_api()["paths"].items()
        for method in operations
        if path.startswith("/api/v1/assessments/{")
    ]


def pages() -> list[str]:
    return sorted(
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "{assessment_id}" in route.path
        for method in route.methods or ()
    )


def knock(client: TestClient, route: str, read: World, prefix: str = "") -> Response:
    method, path = route.split(" ")
    own = {"assessment": read.assessment.id, "assessment_id": read.assessment.id}
    names = {**FILLED, **own, "person": read.coach.id, "kind": "csv" if prefix else "report"}
    url = prefix + re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], "x"), path)
    url += "?first=1&second=2" if url.endswith("/difference") else ""
    sent: Any = {"json": body_of(route)} if prefix else {"data": {"version": "0", "what": "start"}}
    client.headers["Accept"] = "application/json" if prefix else "text/html"
    return client.request(method, url, follow_redirects=False, **({} if method == "GET" else sent))


def body_of(route: str) -> dict[str, object]:
    """Something well written for each route, so that it comes as far as the question of rights."""
    bodies: dict[str, dict[str, object]] = {
        "answers": {"answers": {"rdc7-awards": {"value": 7, "version": 0}}},
        "answers/{name}": {"value": 7},
        "links": {"url": "https://city.example", "kind": "page", "title": "A page"},
        "evidence/{piece}": {"title": "Other"},
        "what-if": {"changes": {"rdc7-awards": 90}},
        "reopen": {"reason": "A file is missing"},
        "change-requests": {"asks": {"rdc7-awards": "Please."}, "due": "2099-01-01"},
        "comments": {"about": "rdc7-awards", "text": "Look here."},
        "decisions": {"about": "rdc7-awards", "verdict": "met", "reason": "Seen."},
        "second-reading/opinions/{about}": {"verdict": "met", "reason": "Seen."},
    }
    return bodies.get(route.partition(f"{A}/")[2], {})


FILES = {f"POST {A}/evidence", f"POST {A}/import"}
"""Routes that take a file: their use cases ask in the same way (`find_open`)."""


def test_every_route_of_an_assessment_is_closed_to_a_second_reader_unless_it_is_listed(
    read: World, second: TestClient
):
    answers = {
        route: knock(second, route, read, "/api/v1") for route in routes() if route != ENDS_IT
    }

    assert [route for route, answer in answers.items() if MARK in answer.text] == []
    for route, answer in answers.items():
        if route in OPEN:
            assert answer.status_code < 300, (route, answer.text)
        elif route not in FILES:
            assert answer.status_code == 403, (route, answer.text)
            read_only = route.startswith("GET")  # to write is not for every role in any case
            said = answer.json()["type"].rpartition(":")[2]
            assert said == READING_BLIND.name or (said == NOT_ALLOWED.name and not read_only), route
    assert knock(second, ENDS_IT, read, "/api/v1").status_code == 200
    for route in OPENED:
        assert MARK in knock(second, f"GET {A}/{route}", read, "/api/v1").text, route


def test_every_page_of_an_assessment_is_closed_to_a_second_reader_unless_it_is_listed(
    read: World, second: TestClient
):
    known = pages()
    assert {*OPEN_PAGES} <= {*known}
    assert len(known) > 40
    say_so = load_language("en").say(READING_BLIND.title)
    for route in known:
        answer = knock(second, route, read)
        assert MARK not in answer.text, route
        if route in OPEN_PAGES:
            assert answer.status_code < 400 or route.startswith("POST"), (route, answer.text)
        elif route.startswith("GET"):
            assert answer.status_code == 403, (route, answer.status_code)
            assert say_so in answer.text, route
            assert f'href="/reviews/{read.assessment.id}"' in answer.text, route
        else:
            assert answer.status_code in {403, 404, 422}, (route, answer.status_code)
    with read.database.write() as db:
        finish_reading(db, read.second, read.assessment.id)
    line = f"/reviews/{read.assessment.id}/lines/rdc7-awards"
    assert MARK in second.get(line).text


@pytest.mark.parametrize("path", OF_ALL)
def test_what_tells_of_many_leaves_it_out(read: World, second: TestClient, path: str):
    answer = second.get(f"/api/v1{path}")

    assert answer.status_code == 200
    assert MARK not in answer.text


@pytest.mark.parametrize("path", PAGES_OF_ALL)
def test_pages_that_tell_of_many_leave_it_out(read: World, second: TestClient, path: str):
    answer = second.get(path.replace("{city}", read.a.id))

    assert answer.status_code == 200
    assert MARK not in answer.text


def item(read: World, who: str) -> QueueItem:
    with read.database.read() as db:
        (found,) = queue(db, read.people[who], status=Status.CHANGES_REQUESTED)
    return found


def test_the_confirmed_lens_is_the_machine_alone_until_they_hand_in(read: World):
    name = read.assessment.id
    with read.database.read() as db:
        blind = {one.about: one for one in review_of(read, "second").lines}
        result = review_result(db, read.second, name)
    confirmed = {one.id: one.confirmed for f in result.criteria for one in f.requirements}

    assert line_of(read, "rdc7-awards").confirmed is Verdict.NOT_MET
    assert blind["rdc7-awards"].confirmed is confirmed["rdc7-awards"] is Verdict.NEEDS_REVIEW
    assert not any(one.asked or one.changed or one.decision for one in blind.values())
    review = review_of(read, "second")
    assert (review.request, review.signed, review.before) == (None, None, None)
    assert review.submission.lenses == result.lenses
    assert item(read, "coach").decided == 2
    assert (item(read, "second").decided, item(read, "second").due) == (0, None)


def test_cohorts_are_counted_for_them_as_if_nobody_had_decided(read: World):
    rubric = rubric_named("wwc-2022").rubric
    with read.database.read() as db:
        unseen = blind_to(db, read.second)
        assert blind_to(db, read.coach) == blind_to(db, read.lead) == frozenset()
        for on in (DAY, DAY.replace(day=4)):
            known, blind = (
                gather(db, rubric, on=on, min_group=None, unseen=names).entries[0].now
                for names in (frozenset[str](), unseen)
            )
            assert known.requirements != blind.requirements
            assert known.city == blind.city
        everybody = cohort_named("all")
        texts = [
            b"".join(
                text
                for _, text in submissions_now(db, rubric, on=DAY, cohort=everybody, unseen=names)
            )
            for names in (frozenset[str](), unseen)
        ]
    assert [MARK.encode() in text for text in texts] == [True, False]


def test_messages_wait_until_they_hand_in(read: World):
    written = send_digests(read.database, lambda _: "")
    with read.database.read() as db:
        before = mails(db, read.second).items
    with read.database.write() as db:
        finish_reading(db, read.second, read.assessment.id)
    after = send_digests(read.database, lambda _: "")
    with read.database.read() as db:
        shown = mails(db, read.second).items

    assert not [one for one in written if MARK in one.body and one.to.id == read.second.id]
    assert before == ()
    assert [one.to.id for one in after] == [read.second.id, read.second.id]
    assert len([one for one in shown if MARK in one.body]) == 2


def test_a_reading_that_a_new_submission_overtook_can_be_ended(read: World):
    name, second = read.assessment.id, read.second
    submit_again(read)
    with read.database.write() as db:
        assert review_of(read, "second").blind
        earlier = read_reading(db, second, name)
        with pytest.raises(Unusable, match="no_reading"):
            give_opinion(db, second, name, about="rdc7-policy", verdict=Word.AGREE, version=0)
        new = start_reading(db, second, name)
        give_opinion(db, second, name, about="rdc7-policy", verdict=Word.AGREE, version=0)
        ended = finish_reading(db, second, name)
    assert earlier is not None
    assert (earlier.submission, new.submission, ended.submission) == (2, 3, 3)
    assert [one.about for one in ended.opinions] == ["rdc7-policy"]
    assert not review_of(read, "second").blind, "the earlier one has ended as well"


def test_a_reading_can_be_finished_whatever_became_of_the_review(city: World):
    name = city.assessment.id
    with city.database.write() as db:
        start_reading(db, city.second, name)
    agree_with_all(city)
    with city.database.write() as db:
        sign_off(db, city.coach, name, version=None)
        give_opinion(db, city.second, name, about="rdc7-policy", verdict=Word.AGREE, version=0)
        with pytest.raises(StillBlind):
            decide(db, city.second, name, about="rdc7-policy", verdict=Word.AGREE, version=0)
        assert finish_reading(db, city.second, name).finished_at is not None


def test_nobody_reads_blind_who_sees_the_results_of_all_cities(city: World):
    with city.database.write() as db:
        both = add_person(city.database, db.sql, "both", Role.COACH, city.a.id)
        who = sign_in_as(db, both).actor
        staff = replace(who, memberships={**who.memberships, "programme": Role.STAFF})
        with pytest.raises(Unusable, match="reading_sees_all"):
            start_reading(db, staff, city.assessment.id)


def test_whoever_coaches_the_city_no_longer_reads_nothing_blind(read: World):
    gone = replace(read.second, memberships={read.a.id: Role.TEAM_LEAD})
    with read.database.read() as db:
        assert blind_to(db, gone) == frozenset()
        assert MARK in str(review_of(read, "coach"))
