"""Only requests for our own address: a foreign name that resolves to us is answered by nobody.

The attacks: DNS rebinding (a stranger's page whose name suddenly means 127.0.0.1 reads the demo of
whoever looks at it), and links in invitations that would carry a stranger's host.
"""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from api.exceptions import WRONG_HOST
from api.hardening.answering import header_of, refuse

PROBES = frozenset({"/healthz", "/readyz"})
"""What load balancers ask, by whatever number they find us at; neither tells anything."""

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


def hosts_of(base_url: str | None) -> frozenset[str]:
    """The hosts that are ours: the one of our address, or this machine where there is none."""
    if base_url is None:
        return LOCAL_NAMES
    return frozenset({_host(urlsplit(base_url).netloc)})


class Hosts:
    """Refuses requests for hosts that are not ours."""

    def __init__(self, app: ASGIApp, *, base_url: str | None) -> None:
        self.app = app
        self.ours = hosts_of(base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        known = scope["type"] != "http" or scope["path"] in PROBES
        if known or _host(header_of(scope, b"host") or "") in self.ours:
            await self.app(scope, receive, send)
        else:
            await refuse(WRONG_HOST, scope, receive, send)


def _host(netloc: str) -> str:
    """A host without its port: which one it listens on is up to whoever forwards to it."""
    name = netloc.rpartition("@")[2].lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]
