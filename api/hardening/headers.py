"""Headers that tell a browser what it must not do with our answers, on every one of them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""Nothing inline, nothing from elsewhere: text smuggled into a page runs nowhere."""

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""For files that people handed in, and reports: what is in them can reach nothing of ours."""

ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),  # text stays text, whatever a browser makes of it
    (b"referrer-policy", b"same-origin"),  # our addresses hold ids, and stay with us
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
UNLESS_SAID: tuple[tuple[bytes, bytes], ...] = (
    (b"x-frame-options", b"DENY"),  # older browsers know no frame-ancestors
    (b"content-security-policy", POLICY.encode()),
    (b"cache-control", b"no-store"),  # on a shared office computer the next one sees nothing
)
ENCRYPTED_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""Only where our own address is https: elsewhere browsers ignore it."""


class Headers:
    """Adds the headers of safety; a route may set its own policy, framing and caching, no more."""

    def __init__(self, app: ASGIApp, *, encrypted: bool) -> None:
        self.app = app
        self.always = (*ALWAYS, ENCRYPTED_ONLY) if encrypted else ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                said = {name.lower() for name, _ in headers}
                headers += self.always
                headers += [header for header in UNLESS_SAID if header[0] not in said]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)
