"""What stands before every route: hosts, origins, sizes, headers, numbers, limits."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.hardening.origins import FORM_FIELD, form_token
from api.hardening.watching import SHARED_FOLDER
from tests.api.databases import World
from tests.api.rest.conftest import BASE, SECRET, app_of

PATH = "/api/v1/session"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def browser(small):
    """The lead's browser, with their cookie."""
    app = app_of(small)
    with TestClient(app, base_url=BASE) as client:
        client.cookies.set("__Host-readiness", small.cookies["lead"], domain="readiness.test")
        yield client


@pytest.mark.parametrize("path", ["/healthz", PATH, "/api/v1/rubrics", "/nowhere"])
def test_every_answer_has_the_headers_of_safety(browser, path):
    headers = browser.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert re.fullmatch(UUID, headers["x-request-id"])
    assert "server" not in headers


def test_what_belongs_to_somebody_is_kept_by_no_cache(browser):
    assert browser.get(PATH).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": BASE}, 204),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"X-CSRF-Token": "guess"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": BASE}, 403),
    ],
)
def test_cookie_writes_only_from_our_own_pages(browser, headers, status):
    assert browser.delete(PATH, headers=headers).status_code == status


def test_form_of_an_old_browser_carries_a_token(browser, small):
    token = form_token(small.cookies["lead"], secret=SECRET.get_secret_value().encode())

    in_form = browser.post("/nowhere", data={FORM_FIELD: token, "more": "x"})
    wrong = browser.post("/nowhere", data={FORM_FIELD: token[:-1] + "!", "more": "x"})
    with_header = browser.delete(PATH, headers={"X-CSRF-Token": token})

    assert with_header.status_code == 204
    assert (in_form.status_code, wrong.status_code) == (404, 403)


def test_token_in_place_of_a_cookie_may_come_from_anywhere(small):
    with TestClient(app_of(small), base_url=BASE) as client:
        headers = {
            "Authorization": f"Bearer {small.tokens['lead']}",
            "Origin": "https://program.test",
        }
        body = {"city": small.a.id, "title": "By a program"}

        assert client.post("/api/v1/assessments", json=body, headers=headers).status_code == 201


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1", "readiness.test.evil.test", ""])
def test_foreign_host_is_answered_by_nobody(browser, host):
    refused = browser.get(PATH, headers={"Host": host})

    assert refused.status_code == 400
    assert refused.json()["type"] == "urn:readiness:problem:wrong-host"


def test_probes_are_answered_by_whatever_name(browser):
    assert browser.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200
    assert browser.get("/readyz", headers={"Host": "10.0.0.7"}).status_code == 200


def post(small: World, client: TestClient, *, content: Any, headers: dict[str, str]) -> Response:
    token = {"Authorization": f"Bearer {small.tokens['lead']}"}
    return client.post("/api/v1/assessments", headers={**token, **headers}, content=content)


def in_pieces(size: int):
    """A body whose length nobody says."""
    for _ in range(size // 50_000):
        yield b" " * 50_000


def test_large_body_is_refused_by_its_length_and_by_what_arrives(browser, small):
    kind = {"Content-Type": "application/json"}

    by_length = post(small, browser, content=b" " * 1_000_001, headers=kind)
    as_it_comes = post(small, browser, content=in_pieces(1_100_000), headers=kind)

    assert by_length.status_code == as_it_comes.status_code == 413
    assert by_length.json()["detail"] == "Send less than 1 MB, or split it."


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"city": NaN}', "application/json", 400),
        (b'{"city": "\\u0000", "title": "x"}', "application/json", 400),
        (b'{"city": "\\ud800", "title": "x"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"city=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "application/json", 422),
        (b"[]", "application/json; charset=utf-8", 422),
    ],
)
def test_body_that_is_none_is_told_so(browser, small, content, kind, status):
    refused = post(small, browser, content=content, headers={"Content-Type": kind})

    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == status


def test_errors_of_every_kind_are_problem_documents_in_three_languages(browser):
    titles = {
        code: browser.get("/nowhere", headers={"Accept-Language": code}).json()["title"]
        for code in ("en", "es-MX,es;q=0.9,en;q=0.1", "pt", "fr;q=1, pt;q=0.5", "*", "x;q=a")
    }

    assert list(titles.values()) == [
        "There is nothing here for you",
        "Aquí no hay nada para usted",
        "Aqui não há nada para você",
        "Aqui não há nada para você",
        "There is nothing here for you",
        "There is nothing here for you",
    ]


def test_crash_tells_nothing_and_is_logged_without_words(small, capsys):
    app = app_of(small)

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError("the answer of lucia@city.example is 42")

    with TestClient(app, base_url=BASE) as client:
        broken = client.get("/crash?secret=1", headers={"X-Request-ID": "0" * 8 + "-" + "1-" * 3})

    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert broken.status_code == 500
    assert broken.json()["type"] == "urn:readiness:problem:broken"
    assert [line["event"] for line in logged] == ["crash", "request"]
    assert logged[0]["kind"] == "RuntimeError"
    assert logged[1]["route"] == "/crash"
    assert logged[0]["request_id"] == broken.headers["x-request-id"]
    assert broken.json()["instance"] == f"urn:uuid:{logged[0]['request_id']}"
    assert "lucia" not in str(logged) + broken.text
    assert "secret" not in str(logged)


def test_number_of_a_proxy_is_taken_when_it_is_one(browser):
    number = "0b4e2b0c-6a0e-4a57-9d0c-2f7c1f2b7f10"

    ours = browser.get("/healthz", headers={"X-Request-ID": number}).headers
    forged = browser.get("/healthz", headers={"X-Request-ID": "1\\nevent=fine"}).headers

    assert ours["x-request-id"] == number
    assert forged["x-request-id"] != "1\\nevent=fine"


def test_too_many_requests_are_told_to_wait(small):
    with TestClient(app_of(small, requests_per_minute=3), base_url=BASE) as client:
        client.headers["Authorization"] = f"Bearer {small.tokens['lead']}"

        statuses = [client.get(PATH).status_code for _ in range(5)]
        refused = client.get(PATH)
        client.headers["Authorization"] = f"Bearer {small.tokens['member']}"
        another = client.get(PATH)

    assert statuses == [200, 200, 200, 429, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert another.status_code == 200


def test_guessing_passwords_is_slowed_down_by_address(small):
    body = {"email": "lead@example.org", "password": "guess"}
    with TestClient(app_of(small, sign_ins_per_minute=2), base_url=BASE) as client:
        statuses = [client.post(PATH, json=body).status_code for _ in range(4)]

    assert statuses == [401, 401, 429, 429]


def test_figures_are_for_whoever_has_the_token(small):
    from pydantic import SecretStr

    app = app_of(small, metrics_token=SecretStr("read-the-figures"))
    with TestClient(app, base_url=BASE) as client:
        client.get("/api/v1/rubrics")
        client.get("/nowhere/at/all")
        stranger = client.get("/metrics")
        wrong = client.get("/metrics", headers={"Authorization": "Bearer read-the-figure"})
        figures = client.get("/metrics", headers={"Authorization": "Bearer read-the-figures"})

    assert stranger.status_code == wrong.status_code == 404
    line = 'readiness_request_seconds_count{method="GET",route="/api/v1/rubrics",status="200"} 1.0'
    assert line in figures.text
    assert 'route="(none)"' in figures.text
    assert "nowhere" not in figures.text


def test_figures_of_several_workers_are_told_together(tmp_path):
    work = "from api.hardening.watching import Figures; f = Figures();"
    count = work + "f.seconds.labels('GET', '/x', 200).observe(1); print(f.text().decode())"
    folder = {**os.environ, SHARED_FOLDER: str(tmp_path)}
    for _ in range(2):
        worker = [sys.executable, "-c", count]
        told = subprocess.run(worker, env=folder, check=True, capture_output=True, text=True)

    line = 'readiness_request_seconds_count{method="GET",route="/x",status="200"} 2.0'
    assert line in told.stdout, "also of the worker that has ended"


def test_figures_are_for_nobody_without_a_token(browser):
    assert browser.get("/metrics").status_code == 404
