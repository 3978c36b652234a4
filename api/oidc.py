"""Signing in at an identity provider (OpenID Connect): there, back, and who it was.

Authlib does what the standard asks for: PKCE, state and nonce against forged answers, and the
signature, issuer, audience and age of the token. What a browser keeps between there and back lies
in a signed cookie of its own, for ten minutes.
"""

import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, request_response

from api.accounts.oidc import person_from_claims
from api.accounts.sessions import SignedIn, sign_in_as
from api.exceptions import NOT_SIGNED_IN, UNAVAILABLE, Fault, FaultError
from api.hardening.sessions import cookie_name, give_cookie, is_encrypted
from api.site import Site

PATH = "/sign-in/oidc"
COOKIE = "readiness-sign-in"
TEN_MINUTES = 600
KNOWN = "provider"

_log = structlog.get_logger("readiness.sign_in")


def mount_oidc(app: FastAPI, site: Site) -> None:
    """Adds the way to the provider that the settings name; without one there is none."""
    if site.settings.oidc_issuer is None:
        return
    app.state.oidc = _client(site)
    for path, route in ((PATH, _go), (f"{PATH}/callback", _come_back)):
        between = SessionMiddleware(
            request_response(route),
            secret_key=site.secret.decode(),
            session_cookie=COOKIE,
            max_age=TEN_MINUTES,
            same_site="lax",  # the provider sends the browser back to us
            https_only=is_encrypted(site.settings),
        )
        app.router.routes.append(Route(path, between, methods=["GET"]))


def _client(site: Site) -> OAuth:
    settings, oauth = site.settings, OAuth()
    secret = settings.oidc_client_secret
    oauth.register(
        KNOWN,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret is not None else None,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "trust_env": False,  # no proxy of somebody's environment sees the code
            "timeout": 10,
        },
    )
    return oauth


async def _go(request: Request) -> Response:
    """Sends the browser to the provider."""
    site: Site = request.app.state.site
    request.session["next"] = _local(request.query_params.get("next", "/"))
    base = site.settings.base_url or str(request.base_url).rstrip("/")
    provider = getattr(request.app.state.oidc, KNOWN)
    try:
        found: Response = await provider.authorize_redirect(request, f"{base}{PATH}/callback")
    except (HTTPError, OAuthError) as error:
        raise _refused(error, UNAVAILABLE) from None
    return found


async def _come_back(request: Request) -> Response:
    """Takes the provider's word for who it is, once everything about it holds."""
    site: Site = request.app.state.site
    provider = getattr(request.app.state.oidc, KNOWN)
    try:
        token = await provider.authorize_access_token(request)
    except HTTPError as error:
        raise _refused(error, UNAVAILABLE) from None
    except (OAuthError, JoseError, ValueError, KeyError) as error:
        raise _refused(error, NOT_SIGNED_IN) from None
    claims = token.get("userinfo")
    if not claims:
        raise FaultError(NOT_SIGNED_IN)
    old = request.cookies.get(cookie_name(site.settings))
    signed_in = await run_in_threadpool(_sign_in, site, dict(claims), old)
    response = RedirectResponse(_local(str(request.session.pop("next", "/"))), status_code=303)
    give_cookie(response, signed_in.cookie, site.settings)
    return response


def _sign_in(site: Site, claims: dict[str, object], old: str | None) -> SignedIn:
    with site.database.write() as db:
        return sign_in_as(db, person_from_claims(db, claims), old=old)


def _refused(error: Exception, fault: Fault) -> FaultError:
    """What went wrong stays in the log, by its kind: its words may hold a code or a token."""
    _log.warning("oidc_refused", kind=type(error).__name__, code=getattr(error, "error", ""))
    return FaultError(fault)


def _local(path: str) -> str:
    """A path of ours: `//evil.example` and the like would lead whoever signs in elsewhere."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if plain and path.isprintable() else "/"
