"""Every request gets a number, a line in the log and a place in the figures; a crash tells nothing.

A line says method, route, status and time: never an address with its query, an answer, a name or a
token. The message of an exception may quote any of these, so that only its kind and where it was
raised are logged.
"""

import os
import re
import time
import traceback

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.exceptions import BROKEN
from api.hardening.answering import header_of, refuse, request_id

GIVEN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The numbers that we take from a proxy in `X-Request-ID`; anything else could forge log lines."""

NO_ROUTE = "(none)"
"""The label of addresses that no route has: a stranger cannot make labels up."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers keep their figures; prometheus-client's own name for it."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_log = structlog.get_logger("readiness.requests")


class Figures:
    """What Prometheus reads: how many requests, how long they took, what crashed."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram(
            "readiness_request_seconds",
            "Seconds until a request was answered.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.crashes = Counter(
            "readiness_crashes",
            "Requests that ended in a fault of ours.",
            ("route",),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """The figures as Prometheus reads them: of all workers, where there are several."""
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)


class Watching:
    """The outermost layer: numbers, logs and counts requests, and answers 500 for what crashed."""

    def __init__(self, app: ASGIApp, *, figures: Figures) -> None:
        self.app = app
        self.figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = header_of(scope, b"x-request-id") or ""
        state = scope.setdefault("state", {})
        if GIVEN_ID.fullmatch(given):
            state["request_id"] = given
        number = request_id(scope)
        started, status = time.perf_counter(), 0

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", number.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self.app(scope, receive, send_numbered)
        except Exception as error:  # noqa: BLE001 (whatever it is, a stranger sees no trace of it)
            self.figures.crashes.labels(route_of(scope)).inc()
            _log.error("crash", request_id=number, kind=type(error).__name__, at=_where(error))
            if not status:
                await refuse(BROKEN, scope, receive, send_numbered)
        finally:
            took = time.perf_counter() - started
            route = route_of(scope)
            method = scope["method"] if scope["method"] in METHODS else "other"
            self.figures.seconds.labels(method, route, status).observe(took)
            _log.info(
                "request",
                request_id=number,
                method=method,
                route=route,
                status=status,
                ms=round(took * 1000, 1),
            )


def route_of(scope: Scope) -> str:
    """The template of the route, such as /api/v1/assessments/{assessment}: few, and without ids."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))


def _where(error: Exception) -> list[str]:
    """The places of ours that the error came through, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[-8:]]
