"""A review from a coach's own machine: over HTTP, with a token.

`READINESS_URL` says where the service is, `READINESS_TOKEN` who asks. A token is a secret: it goes
over an encrypted connection, or to this machine, and nowhere else.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2

from api.settings import LOOPBACK
from rubrics.problems import InputError, Place, Problem

URL, TOKEN = "READINESS_URL", "READINESS_TOKEN"
SECONDS = 60

Headers = Mapping[str, str]


class Service:
    """The API of a running service; whatever it refuses is an `InputError` in its own words."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def get(self, path: str, **query: str | None) -> Any:  # noqa: ANN401 (whatever JSON holds)
        """What there is at a path."""
        asked = {name: value for name, value in query.items() if value is not None}
        return self._sent("GET", path, params=asked)

    def post(self, path: str, body: object = None, *, version: int | None = None) -> Any:  # noqa: ANN401
        """What comes of a write; `version` is the one that was seen."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self._sent("POST", path, json=body, headers=headers)

    def _sent(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401
        try:
            answer = self._client.request(method, f"/api/v1{path}", **more)
        except httpx2.HTTPError as error:
            raise _problem("service.no_answer", str(error) or type(error).__name__) from None
        if answer.is_success:
            return answer.json() if answer.content else None
        raise refused(answer)


@contextmanager
def open_service(language: str) -> Iterator[Service]:
    """The service that the environment names, which answers in a language."""
    url, token = os.environ.get(URL, "").rstrip("/"), os.environ.get(TOKEN, "")
    for name, value in ((URL, url), (TOKEN, token)):
        if not value:
            raise InputError([Problem("service.not_set", Place(name), {"name": name})])
    where = urlsplit(url)
    if where.scheme not in ("http", "https") or not where.hostname:
        raise _problem("service.no_address", url)
    if where.scheme == "http" and where.hostname not in LOOPBACK:
        raise _problem("service.not_encrypted", url)
    if not token.isascii() or not token.isprintable():
        raise InputError([Problem("service.not_set", Place(TOKEN), {"name": TOKEN})])
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    # No redirects: they could lead the token elsewhere.
    with httpx2.Client(base_url=url, headers=headers, timeout=SECONDS) as client:
        yield Service(client)


def refused(answer: httpx2.Response) -> InputError:
    """What the service says is wrong, sentence by sentence."""
    try:
        told = answer.json()
        problems = told.get("problems") or []
        title = f"{told['title']}. {told['detail']}"
        found = [(str(one["place"]), str(one["message"])) for one in problems]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _problem("service.no_answer", f"HTTP {answer.status_code}") from None
    place = str(answer.request.url.path)
    if "theirs" in told:
        title = f"{title} {_both(told)}"
    return InputError(
        [
            Problem("service.said", Place(where), {"detail": text})
            for where, text in (found or [(place, title)])
        ]
    )


def _both(told: Mapping[str, Any]) -> str:
    """What somebody else has said in the meantime, and who."""
    theirs = told["theirs"]
    by = (theirs.get("by") or {}).get("name", "")
    return f"({by}: {theirs.get('value')})" if by else ""


def _problem(code: str, detail: str) -> InputError:
    return InputError([Problem(code, Place(URL), {"detail": detail[:300]})])
