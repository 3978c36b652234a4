"""Looks at links: how an address answers, what its page says of itself, and whether it asks who.

One GET tells all of it. HEAD would be a second call, is refused or answered otherwise by many
servers, and says neither title nor language; a body that is too long is simply not read on.

- `seen`: it answered 200, and what it answered was taken.
- `login`: it asks who is there. That is what 401 and 407 mean, what a redirect to an address of
  `sign_in.yaml` means, and what a page means that is hardly more than a field for a password. 403
  is no such wall unless its page is one: far more often a server turns away programs or countries.
- `unreachable`: no name, no connection, no valid certificate, no whole answer in time, or any other
  status. The status is in the facts: 404 is worth telling, yet never means "no" by itself.
- `refused`: we did not call it, or not on; `guard.py` says why.
- `too_large`: a file for which the answer is longer than it may be.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Literal

import httpx2

from api.evidence.licences import licence_in
from api.evidence.links.bodies import Body, BodyTooLargeError, read_beginning, read_into
from api.evidence.links.calling import Answer, Deadline, UnreachableError, called
from api.evidence.links.guard import (
    PUBLIC_ONLY,
    AddressRefusedError,
    Allowance,
    checked,
    redirected,
)
from api.evidence.links.pages import is_sign_in, language_of, read_page
from assessment.facts import DocumentFacts, LinkFacts

AT_ONCE = 4
"""Addresses that are called at the same time, each of another host."""

MARKS = ("no_login", "public_address")
"""The marks of the rubric that an address has which answers everybody."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ASKS_WHO = frozenset({401, 407})
FORBIDDEN = 403

_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}", re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.ASCII | re.IGNORECASE)
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How long an answer may take and be.

    `seconds` are for all of it, redirects included. What goes into a file has `file_seconds` more,
    once its headers have come.
    """

    seconds: float = 10
    connect_seconds: float = 4
    file_seconds: float = 120
    page_bytes: int = 1_048_576
    header_bytes: int = 32_768
    redirects: int = 5


LIMITS = FetchLimits()

FetchStatus = Literal["seen", "unreachable", "refused", "login", "too_large"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered, and a word of `Facts.status` for it.

    Where it was `seen`, `size` and `sha256` are those of the body, unpacked: of a page in `body`
    (`cut` says that it went on), of a file at `path`. `document` and `licence` are what a page of
    HTML says of itself; `marks` what the answer proves.
    """

    status: FetchStatus
    link: LinkFacts
    body: bytes | None = None
    path: Path | None = None
    size: int | None = None
    sha256: str | None = None
    cut: bool = False
    document: DocumentFacts | None = None
    licence: str | None = None
    marks: tuple[str, ...] = ()


def fetch(
    url: str,
    *,
    on: date,
    destination: Path | None = None,
    max_bytes: int | None = None,
    allowance: Allowance = PUBLIC_ONLY,
    limits: FetchLimits = LIMITS,
    stop: threading.Event | None = None,
) -> Fetched:
    """What the address answers on this day.

    A page is read up to `limits.page_bytes`. A dataset or document goes into a new file at
    `destination`, which is there afterwards only if it was `seen` and has at most `max_bytes`;
    `OSError` means that this file could not be written. Setting `stop` ends the call.
    """
    link = LinkFacts(checked_on=on)
    call = _Call(
        Deadline(limits.seconds, stop=stop),
        destination,
        limits.page_bytes if max_bytes is None else max_bytes,
        limits,
    )
    cookies = httpx2.Cookies()
    try:
        target = checked(url, allowance=allowance)
        for redirects in range(limits.redirects + 1):
            link = LinkFacts(checked_on=on, address=str(target), redirects=redirects)
            with called(
                target,
                allowance=allowance,
                deadline=call.deadline,
                cookies=cookies,
                header_bytes=limits.header_bytes,
                connect_seconds=limits.connect_seconds,
            ) as answer:
                link = _described(link, answer)
                location = answer.headers.get("location")
                if answer.status not in REDIRECTS or location is None:
                    return _take(answer, target, link, call)
            target = redirected(target, location, allowance=allowance)
        return Fetched("refused", link.model_copy(update={"refused": "redirects"}))
    except AddressRefusedError as refusal:
        return Fetched("refused", link.model_copy(update={"refused": refusal.reason}))
    except UnreachableError:
        return Fetched("unreachable", link)


def fetch_all(
    urls: Sequence[str],
    *,
    on: date,
    files: Mapping[str, tuple[Path, int]] | None = None,
    progress: Callable[[int, int], None] | None = None,
    allowance: Allowance = PUBLIC_ONLY,
    limits: FetchLimits = LIMITS,
) -> tuple[Fetched, ...]:
    """What each address answers, in their order.

    The same address is called once, four are called at a time, and no host has two calls at a time.
    Addresses in `files` go into a file of at most so many bytes. `progress` hears how many of all
    are done. Ctrl-C ends it at once; files half-written then are left to whoever owns the folder.
    """
    wanted: dict[str, str] = {}
    for url in urls:
        same = _one_spelling(url, allowance)
        if same not in wanted or url in (files or {}):
            wanted[same] = url
    queues: dict[str, list[str]] = {}
    for same in wanted:
        queues.setdefault(_host(same), []).append(same)

    def look(same: str, stop: threading.Event) -> Fetched:
        path, max_bytes = (files or {}).get(wanted[same], (None, None))
        return fetch(
            wanted[same],
            on=on,
            destination=path,
            max_bytes=max_bytes,
            allowance=allowance,
            limits=limits,
            stop=stop,
        )

    found: dict[str, Fetched] = {}
    for same, fetched in _side_by_side(list(queues.values()), look):
        found[same] = fetched
        if progress is not None:
            progress(len(found), len(wanted))
    return tuple(found[_one_spelling(url, allowance)] for url in urls)


@dataclass(frozen=True, slots=True)
class _Call:
    """What one call may take, and where to put it."""

    deadline: Deadline
    destination: Path | None
    max_bytes: int
    limits: FetchLimits


def _take(answer: Answer, target: httpx2.URL, link: LinkFacts, call: _Call) -> Fetched:
    """What the last answer is: a page, a file, a wall, or nothing that can be looked at."""
    wall = Fetched("login", link.model_copy(update={"login": True}))
    if answer.status in ASKS_WHO:
        return wall
    if answer.status not in {200, FORBIDDEN}:
        return Fetched("unreachable", link)
    if link.redirects and is_sign_in(target):
        return wall
    if call.destination is None or answer.status == FORBIDDEN:
        return _judged(read_beginning(answer, call.limits.page_bytes), target, link, answer)
    call.deadline.extend(call.limits.file_seconds)
    try:
        body = read_into(
            call.destination,
            answer,
            max_bytes=call.max_bytes,
            head_bytes=call.limits.page_bytes,
        )
    except BodyTooLargeError:
        return Fetched("too_large", link)
    fetched = _judged(body, target, link, answer)
    if fetched.path is None:  # a page to sign in stands where the file was to be
        call.destination.unlink()
    return fetched


def _judged(body: Body, target: httpx2.URL, link: LinkFacts, answer: Answer) -> Fetched:
    html = link.content_type in _HTML_TYPES or (
        link.content_type is None and _HTML.match(body.head) is not None
    )
    document, licence = None, None
    login: bool | None = None if body.size == 0 else False
    if html:
        charset = _CHARSET.search(answer.headers.get("content-type", ""))
        page = read_page(body.head, url=target, charset=charset.group(1) if charset else None)
        login = None if body.cut and page.login is False else page.login
        language = page.language or language_of(answer.headers.get("content-language"))
        document = DocumentFacts(title=page.title, declared_language=language)
        licence = licence_in(body.head.decode("utf-8", "replace"))
    link = link.model_copy(update={"login": login})
    if login is True:
        return Fetched("login", link)
    if answer.status == FORBIDDEN:
        return Fetched("unreachable", link.model_copy(update={"login": None}))
    return Fetched(
        "seen",
        link,
        body=body.head if body.path is None else None,
        path=body.path,
        size=body.size,
        sha256=body.sha256,
        cut=body.cut,
        document=document,
        licence=licence,
        marks=MARKS if login is False else (),
    )


def _side_by_side(
    queues: Sequence[Sequence[str]], look: Callable[[str, threading.Event], Fetched]
) -> Iterator[tuple[str, Fetched]]:
    """What `look` finds for all that is in the queues, each of which is worked off in its order.

    The threads are left behind when the reader stops reading: a call that hangs must not keep a
    user waiting who pressed Ctrl-C, and `stop` ends it with the next byte that it reads.
    """
    stop = threading.Event()
    waiting: SimpleQueue[Sequence[str]] = SimpleQueue()
    done: SimpleQueue[tuple[str, Fetched] | BaseException] = SimpleQueue()
    for queue in queues:
        waiting.put(queue)

    def work() -> None:
        try:
            while not stop.is_set():
                for one in waiting.get_nowait():
                    done.put((one, look(one, stop)))
        except Empty:
            return
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            done.put(error)

    for _ in range(min(AT_ONCE, len(queues))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in range(sum(len(queue) for queue in queues)):
            outcome = _awaited(done)
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    finally:
        stop.set()


def _awaited(
    done: SimpleQueue[tuple[str, Fetched] | BaseException],
) -> tuple[str, Fetched] | BaseException:
    """The next that is done; some systems hear Ctrl-C only between two waits."""
    while True:
        try:
            return done.get(timeout=0.5)
        except Empty:
            continue


def _described(link: LinkFacts, answer: Answer) -> LinkFacts:
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return link.model_copy(
        update={
            "status": answer.status,
            "content_type": media_type if _MEDIA_TYPE.fullmatch(media_type) else None,
            "last_modified": _day(answer.headers.get("last-modified")),
        }
    )


def _day(said: str | None) -> date | None:
    try:
        return parsedate_to_datetime(said or "").date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _one_spelling(url: str, allowance: Allowance) -> str:
    """Under which two addresses are the same; one that is refused is like no other."""
    try:
        return str(checked(url, allowance=allowance))
    except AddressRefusedError:
        return url


def _host(same: str) -> str:
    try:
        return httpx2.URL(same).raw_host.decode()
    except (httpx2.InvalidURL, ValueError):
        return same
