"""Writes only from our own pages: a stranger's page cannot use the cookie of somebody signed in.

The attack is cross-site request forgery, also of the sign-in itself. Browsers say where a request
comes from (`Sec-Fetch-Site`, else `Origin`), and no page can make them lie. Very old ones say
neither: their forms carry a token that only our pages know. Requests with a Bearer token need none
of this, as no browser adds one by itself.
"""

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.exceptions import FOREIGN_ORIGIN
from api.hardening.answering import header_of, refuse

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_FIELD = "csrf_token"
"""The hidden field of our forms; `form_token` fills it."""

HEADER = b"x-csrf-token"
MAX_FORM = 1_000_000
"""Forms of browsers without both headers are read whole, up to this."""


def form_token(cookie: str, *, secret: bytes) -> str:
    """What a form of somebody with this session cookie carries."""
    return hmac.new(secret, b"form:" + cookie.encode(), hashlib.sha256).hexdigest()


class Origins:
    """Refuses writes that a page of somebody else has set off."""

    def __init__(
        self, app: ASGIApp, *, base_url: str | None, cookies: frozenset[str], secret: bytes
    ) -> None:
        self.app = app
        self.origin = _origin(base_url) if base_url is not None else None
        self.cookies = cookies
        self.secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        if (header_of(scope, b"authorization") or "").lower().startswith("bearer "):
            await self.app(scope, receive, send)
            return
        site, origin = header_of(scope, b"sec-fetch-site"), header_of(scope, b"origin")
        if site is not None:
            ours = site in {"same-origin", "none"}
        elif origin is not None:
            ours = origin == (self.origin or _asked(scope))
        else:
            cookie = self._cookie(scope)
            if cookie is not None:
                receive, token = await _token(scope, receive)
                wanted = form_token(cookie, secret=self.secret)
                ours = hmac.compare_digest(token.encode(), wanted.encode())
            else:
                ours = True  # no browser of anybody's, and nothing to misuse
        if ours:
            await self.app(scope, receive, send)
        else:
            await refuse(FOREIGN_ORIGIN, scope, receive, send)

    def _cookie(self, scope: Scope) -> str | None:
        sent = cookie_parser(header_of(scope, b"cookie") or "")
        return next((sent[name] for name in sorted(self.cookies) if name in sent), None)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _asked(scope: Scope) -> str:
    """Without an address of our own (the demo), the one that was asked; its host is checked."""
    return f"{scope['scheme']}://{header_of(scope, b'host')}".lower()


async def _token(scope: Scope, receive: Receive) -> tuple[Receive, str]:
    """The token of a request, from its header or its form, and the body to be read once more."""
    said = header_of(scope, HEADER)
    kind = (header_of(scope, b"content-type") or "").partition(";")[0].strip().lower()
    if said is not None or kind != "application/x-www-form-urlencoded":
        return receive, said or ""
    body, more = b"", True
    while more and len(body) <= MAX_FORM:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    fields = parse_qs(body.decode("latin-1"), max_num_fields=1_000) if not more else {}
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": more}

    return again, fields.get(FORM_FIELD, [""])[0]
