"""The cookie of somebody who is signed in: one name, one set of flags, for API and pages alike."""

from typing import Literal

from starlette.responses import Response

from api.settings import Settings

SAME_SITE: Literal["lax"] = "lax"
"""Strict would lose the cookie on the way back from an identity provider."""


def is_encrypted(settings: Settings) -> bool:
    """Whether people reach us by https; whoever forwards to us sees to that."""
    return (settings.base_url or "").startswith("https://")


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds it to our host and https: no neighbour of the domain can set it."""
    return "__Host-readiness" if is_encrypted(settings) else "readiness"


def give_cookie(response: Response, cookie: str, settings: Settings) -> None:
    """Hands the session to the browser; no script can read it."""
    response.set_cookie(
        cookie_name(settings),
        cookie,
        max_age=settings.session_hours * 3600,
        path="/",
        secure=is_encrypted(settings),
        httponly=True,
        samesite=SAME_SITE,
    )


def take_cookie(response: Response, settings: Settings) -> None:
    """Takes it away again."""
    response.delete_cookie(
        cookie_name(settings),
        path="/",
        secure=is_encrypted(settings),
        httponly=True,
        samesite=SAME_SITE,
    )
