"""Calls one address once: to the number that was checked, in limited time, with limited headers.

Below httpx2 lies httpcore2, and this module stands on it without the client between them: the
client would build the next request of a redirect before we have looked at it, and would read
proxies and passwords from the environment. What an answer needs at most is counted where bytes come
in, so that a server that sends one byte a second gains nothing by it.
"""

import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue
from ssl import SSLContext

import httpcore2
import httpx2

from api.evidence.links.guard import Allowance, numbers_of

HEADERS = {
    "User-Agent": "readiness-evidence/1 (reads, once, an address that a city named as evidence)",
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
"""All that a server learns of us: neither who asks, nor from which page, nor in which language."""

MAX_HEADERS = 200
MAX_TRIED = 4
"""How many numbers of a name are tried, for the first may not be reached from here."""

PIECE = 65_536
"""Bytes that are unpacked at once, whatever a few packed ones claim to hold."""


class UnreachableError(Exception):
    """No whole answer came: no such name, no connection, no valid certificate, not in time."""


class Deadline:
    """The moment by which all must be done, or the wish of the user to stop."""

    def __init__(self, seconds: float, *, stop: threading.Event | None = None) -> None:
        self._end = time.monotonic() + seconds
        self._stop = stop

    def left(self) -> float:
        """Seconds that are left; `TimeoutError` when none are."""
        left = self._end - time.monotonic()
        if left <= 0 or (self._stop is not None and self._stop.is_set()):
            raise TimeoutError
        return left

    def extend(self, seconds: float) -> None:
        """Give a large body more time, counted from now."""
        self._end = max(self._end, time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; the pieces of its body come as they are asked for, unpacked."""

    status: int
    headers: httpx2.Headers
    pieces: Iterator[bytes]


@contextmanager
def called(
    url: httpx2.URL,
    *,
    allowance: Allowance,
    deadline: Deadline,
    cookies: httpx2.Cookies,
    header_bytes: int,
    connect_seconds: float,
) -> Iterator[Answer]:
    """The answer to one GET; `UnreachableError` if none comes, also while its body is read.

    `AddressRefusedError` says that the name stands for a number that may not be called.
    """
    request = httpx2.Request("GET", url, headers={"Host": url.netloc.decode("ascii"), **HEADERS})
    cookies.set_cookie_header(request)
    watch = _Watch(deadline, header_bytes)
    connection = httpcore2.HTTPConnection(
        origin=_plain(request).url.origin,
        ssl_context=_certificates(allowance) if url.scheme == "https" else None,
        network_backend=_Backend(allowance, watch, connect_seconds),
    )
    with connection:
        with _trouble_is_unreachable():
            response = connection.handle_request(_plain(request))
        watch.header_bytes = None
        if len(response.headers) > MAX_HEADERS:
            raise UnreachableError
        headers = httpx2.Headers(response.headers)
        cookies.extract_cookies(httpx2.Response(response.status, headers=headers, request=request))
        yield Answer(response.status, headers, _pieces(response, headers, deadline))


@dataclass
class _Watch:
    """What is left of the time and, until the headers have ended, of their bytes."""

    deadline: Deadline
    header_bytes: int | None


class _Backend(httpcore2.NetworkBackend):
    """Turns a name into numbers, and connects to none that was not checked."""

    def __init__(self, allowance: Allowance, watch: _Watch, connect_seconds: float) -> None:
        self._allowance = allowance
        self._watch = watch
        self._connect_seconds = connect_seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        del timeout, local_address, socket_options  # ours are stricter
        deadline = self._watch.deadline
        numbers = _in_time(
            lambda: numbers_of(host, port, allowance=self._allowance), seconds=deadline.left()
        )
        trouble: Exception = httpcore2.ConnectError()
        for number in numbers[:MAX_TRIED]:
            seconds = min(deadline.left(), self._connect_seconds)
            try:
                stream = httpcore2.SyncBackend().connect_tcp(number, port, timeout=seconds)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                trouble = error
            else:
                return _Stream(stream, self._watch)
        raise trouble


class _Stream(httpcore2.NetworkStream):
    """A connection on which everything together, not each read alone, has a time."""

    def __init__(self, stream: httpcore2.NetworkStream, watch: _Watch) -> None:
        self._stream = stream
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        watch = self._watch
        if watch.header_bytes is None:
            return self._stream.read(max_bytes, timeout=watch.deadline.left())
        if watch.header_bytes <= 0:  # headers without end, or one preliminary answer after another
            raise httpcore2.RemoteProtocolError
        read = self._stream.read(min(max_bytes, watch.header_bytes), timeout=watch.deadline.left())
        watch.header_bytes -= len(read)
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, timeout=self._watch.deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        del timeout
        seconds = self._watch.deadline.left()
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, timeout=seconds), self._watch
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


@contextmanager
def _trouble_is_unreachable() -> Iterator[None]:
    try:
        yield
    except (
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        OSError,  # no such name, no time left, a certificate that is not valid
        ValueError,  # a name that TLS has no letters for
        zlib.error,
    ) as error:
        raise UnreachableError from error


def _in_time(look_up: Callable[[], tuple[str, ...]], *, seconds: float) -> tuple[str, ...]:
    """What `look_up` finds; `TimeoutError` when it takes longer.

    The system's resolver cannot be interrupted, and a stranger's name server may answer as slowly
    as it likes. The thread that waits for it is left behind and holds nothing up.
    """
    found: SimpleQueue[tuple[str, ...] | Exception] = SimpleQueue()

    def look() -> None:
        try:
            found.put(look_up())
        except Exception as error:  # noqa: BLE001 - it is raised again below, where it is awaited
            found.put(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        outcome = found.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _plain(request: httpx2.Request) -> httpcore2.Request:
    url = request.url
    return httpcore2.Request(
        method=request.method,
        url=httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
    )


def _pieces(
    response: httpcore2.Response, headers: httpx2.Headers, deadline: Deadline
) -> Iterator[bytes]:
    """The body in pieces that are never large, however much is packed into a few bytes of it."""
    packed = headers.get("content-encoding", "").strip().lower()
    if packed not in {"", "identity", "gzip", "x-gzip"}:  # we asked for no other
        raise UnreachableError
    with _trouble_is_unreachable():
        chunks = response.iter_stream()
        for piece in _unpacked(chunks) if "gzip" in packed else chunks:
            deadline.left()
            yield piece


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip packed, also in several parts; `zlib.error` where it is damaged or cut short."""
    unpacker = None
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacker is None or unpacker.eof:
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            while piece := unpacker.decompress(rest, PIECE):
                yield piece
                rest = unpacker.unconsumed_tail
            rest = unpacker.unused_data
    if unpacker is not None and not unpacker.eof:
        raise zlib.error


@cache
def _public_certificates() -> SSLContext:
    """The certificates that the system trusts; reading them takes longer than a call."""
    return httpx2.create_ssl_context(trust_env=False)


def _certificates(allowance: Allowance) -> SSLContext:
    return allowance.certificates or _public_certificates()
