"""No more of a body than its route takes, counted as it arrives, and no longer than it may take.

The attacks: a body that fills memory or disk (its length may be a lie or missing), and one that
drips a byte a minute to keep a connection busy.
"""

import asyncio
from collections.abc import Callable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.exceptions import BAD_REQUEST, TOO_LARGE, TOO_SLOW, amount
from api.hardening.answering import header_of, refuse

PATIENCE = 30.0
"""Seconds until the next piece of a body must have arrived."""

LimitOf = Callable[[str], int]
"""The most bytes that a path takes."""


class Bodies:
    """Answers 413 once a body is larger than its path takes, and 408 when it does not come."""

    def __init__(self, app: ASGIApp, *, limit_of: LimitOf) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; websockets and the like pass."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        said = header_of(scope, b"content-length")
        if said is None and header_of(scope, b"transfer-encoding") is None:
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope["path"])
        if said is not None and not said.isdecimal():
            await refuse(BAD_REQUEST, scope, receive, send)
        elif said is not None and (len(said) > 15 or int(said) > limit):
            await refuse(TOO_LARGE, scope, receive, send, limit=amount(limit))
        else:
            await self._count(limit, scope, receive, send)

    async def _count(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        seen, ended, started = 0, False, False
        fault = None

        async def receive_counted() -> Message:
            nonlocal seen, ended, fault
            if ended:
                return await receive()  # what comes after the body is word of the connection
            try:
                async with asyncio.timeout(PATIENCE):
                    message = await receive()
            except TimeoutError:
                fault = TOO_SLOW
                return {"type": "http.disconnect"}
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                ended = not message.get("more_body", False)
            if seen > limit:
                fault = TOO_LARGE
                return {"type": "http.disconnect"}
            return message

        async def send_unless_refused(message: Message) -> None:
            nonlocal started
            if fault is None or started:
                started = True
                await send(message)

        try:
            await self.app(scope, receive_counted, send_unless_refused)
        except ClientDisconnect:
            if fault is None:
                raise
        if fault is not None and not started:
            # Whatever the route made of a body that ended too early is not told.
            await refuse(fault, scope, receive, send, limit=amount(limit))
