"""Signing in at an identity provider: a real one of our own, on this machine, that can also lie."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.api.databases import World
from tests.api.rest.conftest import BASE, app_of

CLIENT, CLIENT_SECRET = "readiness", "between us two"


@dataclass
class Provider:
    """An identity provider in which one person is signed in."""

    claims: dict[str, Any]
    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def describe(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        code = secrets.token_urlsafe(8)
        self.asked[code] = query
        return RedirectResponse(f"{query['redirect_uri']}?code={code}&state={query['state']}")

    async def token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        asked = self.asked.pop(form["code"])
        assert form["code_verifier"], "PKCE"
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        told |= {"nonce": asked["nonce"], **self.claims}
        signed = jwt.encode(
            {"alg": "RS256", "kid": "one"}, told, self.signs_with or self.key, ["RS256"]
        )
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})


@pytest.fixture
def provider() -> Iterator[Provider]:
    own = Provider({"sub": "42", "email": "Lead@example.org", "email_verified": True})
    config = uvicorn.Config(own.app(), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    own.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield own
    server.should_exit = True
    thread.join()


@pytest.fixture
def browser(small: World, provider: Provider) -> Iterator[TestClient]:
    app = app_of(
        small,
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(CLIENT_SECRET),
    )
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        yield client


Change = Callable[[str], str]


def sign_in(browser: TestClient, *, start: str = "", change: Change = str) -> httpx2.Response:
    """There and back again; `change` meddles with the way back."""
    away = browser.get(f"/sign-in/oidc{start}")
    back = httpx2.get(away.headers["location"], trust_env=False)
    answer: httpx2.Response = browser.get(change(back.headers["location"]))
    return answer


def test_person_of_a_verified_address_is_signed_in(browser):
    answer = sign_in(browser, start="?next=/assessments")

    me = browser.get("/api/v1/session")
    assert (answer.status_code, answer.headers["location"]) == (303, "/assessments")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert me.json()["person"]["name"] == "Lead"


def test_way_there_asks_for_proof_keys_and_fresh_numbers(browser):
    first, second = (
        parse_qs(urlsplit(browser.get("/sign-in/oidc").headers["location"]).query) for _ in range(2)
    )

    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == [f"{BASE}/sign-in/oidc/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


@pytest.mark.parametrize("where", ["//evil.test", "https://evil.test", "/\\evil.test", "evil"])
def test_nobody_is_led_elsewhere(browser, where):
    assert sign_in(browser, start=f"?next={where}").headers["location"] == "/"


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email": None},
        {"iss": "https://other.test"},
        {"aud": "somebody-else"},
        {"exp": 1_000},
        {"nonce": "of another sign-in"},
        {"sub": None},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_word_that_does_not_hold_signs_nobody_in(browser, provider, claims):
    provider.claims |= claims

    answer = sign_in(browser)

    assert answer.status_code == 401
    assert browser.get("/api/v1/session").status_code == 401


def test_word_signed_by_another_signs_nobody_in(browser, provider):
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})

    assert sign_in(browser).status_code == 401


def test_answer_to_a_question_that_nobody_asked_is_refused(browser):
    forged = sign_in(browser, change=lambda url: url.partition("&state=")[0] + "&state=guess")
    stranger = sign_in(browser, change=lambda url: url)
    again = browser.get("/sign-in/oidc/callback?code=x&state=y")

    assert forged.status_code == 401
    assert stranger.status_code == 303
    assert again.status_code == 401


def test_provider_that_is_down_is_told(small):
    app = app_of(small, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT)
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        assert client.get("/sign-in/oidc").status_code == 503


def test_without_a_provider_there_is_no_way_to_one(small):
    with TestClient(app_of(small), base_url=BASE) as client:
        assert client.get("/sign-in/oidc").status_code == 404
