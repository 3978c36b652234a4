"""Links are looked at safely and truthfully, against servers that are neither."""

import gzip
import hashlib
import itertools
import socket
import ssl
import time
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from api.evidence.links.guard import Allowance, Resolve
from api.evidence.links.links import Fetched, FetchLimits, fetch, fetch_all
from tests.api.evidence.links.servers import (
    LOOPBACK,
    TEXT,
    Authority,
    Server,
    Speak,
    answer,
    by_path,
    drip,
    flood,
    redirect,
    serving,
)

DAY = date(2026, 11, 23)
CITY = "city.example.org"
PATIENT = FetchLimits(seconds=5, connect_seconds=2, file_seconds=5)
QUICK = FetchLimits(seconds=0.6, connect_seconds=0.3, file_seconds=0.3)
SMALL = FetchLimits(page_bytes=10_000)


def allowing(
    *servers: Server,
    port_of: tuple[Server, ...] = (),
    resolve: Resolve | None = None,
    certificates: ssl.SSLContext | None = None,
) -> Allowance:
    """The servers may be called; of others the port alone, so that their number must be noticed."""
    places = {(LOOPBACK, server.port) for server in servers}
    places |= {("192.0.2.1", server.port) for server in port_of}
    return Allowance(
        frozenset(places), resolve or (lambda *_: (LOOPBACK,)), certificates=certificates
    )


def look(
    speak: Speak | bytes,
    path: str = "/",
    *,
    limits: FetchLimits = PATIENT,
    destination: Path | None = None,
    max_bytes: int | None = None,
) -> Fetched:
    """What is seen of a server that speaks so."""
    with serving(speak) as server:
        return fetch(
            server.url(path),
            on=DAY,
            destination=destination,
            max_bytes=max_bytes,
            allowance=allowing(server),
            limits=limits,
        )


# --- what is seen ---------------------------------------------------------------------------------


def test_page_that_answers_everybody_is_seen():
    page = f"<html lang=es-CO><title>Contratos\n de la ciudad</title>{TEXT}"
    speak = answer(page, "Last-Modified: Mon, 03 Nov 2025 10:00:00 GMT")

    seen = look(speak, "/a")

    assert seen.status == "seen"
    assert seen.link.status == 200
    assert seen.link.checked_on == DAY
    assert seen.link.address is not None
    assert seen.link.address.endswith("/a")
    assert seen.link.content_type == "text/html"
    assert seen.link.last_modified == date(2025, 11, 3)
    assert seen.link.login is False
    assert seen.document is not None
    assert seen.document.title == "Contratos de la ciudad"
    assert seen.document.declared_language == "es-CO"
    assert seen.body == page.encode()
    assert seen.size == len(page)
    assert seen.sha256 == hashlib.sha256(page.encode()).hexdigest()
    assert seen.marks == ("no_login", "public_address")


def test_request_tells_nothing_of_who_asks():
    with serving(answer()) as server:
        fetch(server.url("/a?b=c#d"), on=DAY, allowance=allowing(server))

    start, *lines = server.calls[0].rstrip().split("\r\n")
    assert start == "GET /a?b=c HTTP/1.1"
    assert {line.partition(":")[0] for line in lines} == {
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Connection",
    }
    assert "readiness" in server.calls[0]


def test_licence_that_a_page_links_to_is_seen():
    link = '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'

    assert look(answer(TEXT + link)).licence == "cc_by"


def test_language_of_a_page_may_stand_in_the_headers():
    seen = look(answer(TEXT, "Content-Language: pt-BR, en"))

    assert seen.document is not None
    assert seen.document.declared_language == "pt-BR"


def test_file_is_no_page_and_has_no_wall():
    seen = look(answer("a,b\n1,2\n", kind="text/csv; charset=utf-8"))

    assert (seen.link.content_type, seen.link.login, seen.document) == ("text/csv", False, None)
    assert seen.marks == ("no_login", "public_address")


def test_page_without_a_type_is_known_by_its_beginning():
    seen = look(answer(f"\n<!DOCTYPE html><title>Plan</title>{TEXT}", kind=""))

    assert seen.document is not None
    assert seen.document.title == "Plan"


@pytest.mark.parametrize(
    "said", ["yesterday", "", "Mon, 99 Nov 9999999 10:00:00 GMT", "\xff", "0" * 5000]
)
def test_date_that_is_none_is_not_known(said):
    seen = look(answer(TEXT, f"Last-Modified: {said}"))

    assert (seen.status, seen.link.last_modified) == ("seen", None)


@pytest.mark.parametrize("said", ["text/html\x01", "a" * 900, "", "text", "text/html/<b>", "\xff"])
def test_content_type_that_is_none_is_not_known(said):
    seen = look(answer("word", f"Content-Type: {said}", kind=""))

    assert seen.link.content_type is None


@pytest.mark.parametrize("status", [201, 204, 206, 304, 400, 402, 403, 404, 410, 429, 500, 503])
def test_other_answers_are_told_and_prove_nothing(status):
    body = b"" if status in {204, 304} else TEXT
    speak = answer(body, status=status)

    seen = look(speak)

    assert seen.status == "unreachable"
    assert seen.link.status == status
    assert (seen.body, seen.marks, seen.link.login) == (None, (), None)


def test_nobody_at_the_port_is_unreachable():
    with serving(answer()) as server:
        pass

    gone = fetch(server.url(), on=DAY, allowance=allowing(server), limits=QUICK)

    assert (gone.status, gone.link.status) == ("unreachable", None)


def test_name_without_a_number_is_unreachable():
    def resolve(name, port):
        raise OSError

    gone = fetch(f"http://{CITY}/", on=DAY, allowance=Allowance(resolve=resolve))

    assert gone.status == "unreachable"


def test_second_number_is_tried_where_the_first_does_not_answer():
    numbers = ("127.0.0.2", LOOPBACK)
    with serving(answer()) as server:
        places = frozenset((number, server.port) for number in numbers)
        allowance = Allowance(places, lambda *_: numbers)
        seen = fetch(server.url(host=CITY), on=DAY, allowance=allowance, limits=QUICK)

    assert seen.status == "seen"


# --- walls ----------------------------------------------------------------------------------------

SIGN_IN_FORM = "<form action=/go><input name=u><input type=password name=p></form>"


@pytest.mark.parametrize("status", [401, 407])
def test_status_that_asks_who_is_there_is_a_wall(status):
    wall = look(answer(TEXT, status=status))

    assert (wall.status, wall.link.login, wall.link.status) == ("login", True, status)
    assert (wall.body, wall.marks) == (None, ())


@pytest.mark.parametrize("status", [200, 403])
def test_page_of_hardly_more_than_a_password_is_a_wall(status):
    wall = look(answer(f"<title>Portal</title>{SIGN_IN_FORM}", status=status))

    assert (wall.status, wall.link.login) == ("login", True)


@pytest.mark.parametrize(
    "path", ["/login", "/Account/Login.aspx?ReturnUrl=%2F", "/oauth2/v2/auth", "/es/iniciar-sesion"]
)
def test_redirect_to_an_address_to_sign_in_is_a_wall(path):
    speak = by_path({"/": redirect(path), path: answer("<div id=app></div><script></script>")})

    wall = look(speak)

    assert (wall.status, wall.link.login, wall.link.redirects) == ("login", True, 1)


def test_redirect_to_a_service_to_sign_in_is_a_wall():
    speak = redirect("http://tenant.okta.com:{port}/app")
    with serving(lambda wire, head: wire.sendall(_fill(speak, head, server))) as server:
        wall = fetch(server.url(host=CITY), on=DAY, allowance=allowing(server))

    assert (wall.status, wall.link.redirects) == ("login", 1)


def _fill(speak: bytes, head: str, server: Server) -> bytes:
    host = head.split("Host: ")[1].split(":", maxsplit=1)[0]
    return speak.replace(b"{port}", b"%d" % server.port) if host == CITY else answer()


def test_address_that_mentions_a_login_is_no_wall_by_itself():
    seen = look(answer(), "/login/statistics")

    assert (seen.status, seen.link.login) == ("seen", False)


def test_cookies_are_kept_along_redirects_and_forgotten_after():
    speak = by_path({"/": redirect("/b", "Set-Cookie: seen=1"), "/b": answer()})
    with serving(speak) as server:
        for _ in range(2):
            fetch(server.url(), on=DAY, allowance=allowing(server))

    assert ["Cookie: seen=1" in call for call in server.calls] == [False, True, False, True]


# --- attacks: where a call may lead ---------------------------------------------------------------


def refused_after(location: str) -> tuple[Fetched, list[str]]:
    """What comes of a redirect, and what the server that must not be called heard."""
    with serving(answer("secret")) as victim:
        hop = redirect(location.replace("PORT", str(victim.port)))
        with serving(hop) as server:
            allowance = allowing(server, port_of=(victim,))
            fetched = fetch(server.url(), on=DAY, allowance=allowance)
    return fetched, victim.calls


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:PORT/", "address"),
        ("http://2130706433:PORT/", "address"),
        ("http://0x7f.1:PORT/", "address"),
        ("http://[::ffff:127.0.0.1]:PORT/", "address"),
        ("http://localhost:PORT/", "address"),
        ("http://127.0.0.1:1/", "port"),
        ("//user:secret@127.0.0.1:PORT/", "address"),
        ("http://inside.example.org:PORT/", "address"),
        ("file:///etc/passwd", "scheme"),
        ("ftp://127.0.0.1/", "scheme"),
        ("gopher://127.0.0.1:PORT/_GET", "scheme"),
        ("http://[::1", "address"),
        ("/" + "a" * 3000, "address"),
    ],
)
def test_redirect_inward_is_not_followed(location, reason):
    fetched, heard = refused_after(location)

    assert (fetched.status, fetched.link.refused) == ("refused", reason)
    assert heard == []
    assert fetched.body is None


def test_loopback_is_not_called_without_an_allowance():
    with serving(answer("secret")) as victim:
        fetched = fetch(victim.url(), on=DAY)

    assert (fetched.status, fetched.link.refused) == ("refused", "port")
    assert victim.calls == []


def test_name_that_points_inward_is_not_called():
    with serving(answer("secret")) as victim:
        allowance = allowing(port_of=(victim,))
        fetched = fetch(victim.url(host=CITY), on=DAY, allowance=allowance)

    assert (fetched.status, fetched.link.refused) == ("refused", "address")
    assert victim.calls == []


def test_name_that_points_inward_besides_is_not_called():
    with serving(answer("secret")) as server:
        allowance = allowing(server, resolve=lambda *_: (LOOPBACK, "10.0.0.1"))
        fetched = fetch(server.url(host=CITY), on=DAY, allowance=allowance)

    assert (fetched.status, fetched.link.refused) == ("refused", "address")
    assert server.calls == []


def test_name_that_changes_its_mind_is_looked_at_again():
    answers = iter([(LOOPBACK,), ("169.254.169.254",)])
    with serving(redirect("/again")) as server:
        allowance = allowing(server, resolve=lambda *_: next(answers))
        fetched = fetch(server.url(host=CITY), on=DAY, allowance=allowance)

    assert (fetched.status, fetched.link.refused) == ("refused", "address")
    assert server.paths == ["/"]


def test_name_is_asked_once_for_a_call_and_the_number_is_called():
    answers = iter([(LOOPBACK,), ("169.254.169.254",)])
    with serving(answer()) as server:
        allowance = allowing(server, resolve=lambda *_: next(answers))
        fetched = fetch(server.url(host=CITY), on=DAY, allowance=allowance)

    assert fetched.status == "seen"
    assert f"Host: {CITY}:{server.port}" in server.calls[0]


def test_proxy_of_the_environment_is_not_used(monkeypatch):
    with serving(answer("secret")) as victim, serving(answer()) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, victim.url())
        fetched = fetch(server.url(), on=DAY, allowance=allowing(server))

    assert (fetched.status, victim.calls) == ("seen", [])


def test_password_file_of_the_user_is_not_used(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {LOOPBACK} login mayor password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(answer("who?", "WWW-Authenticate: Basic", status=401)) as server:
        fetch(server.url(), on=DAY, allowance=allowing(server))

    assert len(server.calls) == 1
    assert "Authorization" not in server.calls[0]


def test_redirects_without_end_are_left():
    numbers = itertools.count()
    with serving(lambda wire, _: wire.sendall(redirect(f"/{next(numbers)}"))) as server:
        fetched = fetch(server.url(), on=DAY, allowance=allowing(server))

    assert (fetched.status, fetched.link.refused) == ("refused", "redirects")
    assert fetched.link.redirects == 5
    assert len(server.calls) == 6


def test_five_redirects_are_followed():
    steps = {f"/{n}": redirect(f"/{n + 1}", status=s) for n, s in enumerate((301, 302, 303, 307))}
    seen = look(by_path({"/": redirect("0", status=308), **steps, "/4": answer()}))

    assert (seen.status, seen.link.redirects) == ("seen", 5)
    assert seen.link.address is not None
    assert seen.link.address.endswith("/4")


def test_redirect_to_nowhere_is_unreachable():
    seen = look(answer("", status=302))

    assert (seen.status, seen.link.status) == ("unreachable", 302)


def test_line_break_in_an_address_reaches_nobody():
    with serving(answer()) as server:
        address = server.url("/\r\nX-Evil: 1")
        fetched = fetch(address, on=DAY, allowance=allowing(server))

    assert fetched.status == "refused"
    assert server.calls == []


# --- attacks: how long an answer may take and be --------------------------------------------------

SLOW = {
    "says nothing": lambda *_: time.sleep(0.5),
    "begins a word": drip(b"", b"H"),
    "drips headers": drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
    "drips one header": drip(b"HTTP/1.1 200 OK\r\nA: ", b"b"),
    "drips a body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"word "),
    "drips a body without a length": drip(b"HTTP/1.1 200 OK\r\n\r\n", b"word "),
    "drips chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "drips a chunk": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n", b"a"),
    "drips preliminary answers": drip(b"", b"HTTP/1.1 103 Early\r\n\r\n", every=0.005),
    "drips trailers": drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"A: b\r\n"
    ),
}


@pytest.mark.parametrize("speak", SLOW.values(), ids=SLOW)
def test_slow_server_is_left_in_time(speak):
    started = time.monotonic()

    seen = look(speak, limits=FetchLimits(seconds=0.3))

    assert seen.status == "unreachable"
    assert time.monotonic() - started < 1.5


def test_time_is_for_all_redirects_together():
    def speak(wire, _):
        time.sleep(0.15)
        wire.sendall(redirect("/"))

    started = time.monotonic()
    seen = look(speak, limits=FetchLimits(seconds=0.4))

    assert seen.status == "unreachable"
    assert time.monotonic() - started < 1


def test_slow_name_server_is_left_in_time():
    def resolve(name, port):
        time.sleep(1)
        return (LOOPBACK,)

    started = time.monotonic()
    seen = fetch(
        f"http://{CITY}/",
        on=DAY,
        allowance=Allowance(resolve=resolve),
        limits=FetchLimits(seconds=0.2),
    )

    assert seen.status == "unreachable"
    assert time.monotonic() - started < 0.8


ENDLESS = {
    "headers": flood(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 100),
    "one header": flood(b"HTTP/1.1 200 OK\r\nA: ", b"b" * 4000),
    "preliminary answers": flood(b"", b"HTTP/1.1 103 Early\r\n\r\n" * 50),
    "a line of chunks": flood(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"b" * 4000
    ),
    "trailers": flood(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"A: b\r\n" * 100
    ),
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 201 + b"\r\nword",
    "headers that are too long": b"HTTP/1.1 200 OK\r\nA: " + b"b" * 33_000 + b"\r\n\r\nword",
}


@pytest.mark.parametrize("speak", ENDLESS.values(), ids=ENDLESS)
def test_endless_headers_are_left(speak):
    started = time.monotonic()

    seen = look(speak, limits=FetchLimits(seconds=5))

    assert seen.status == "unreachable"
    assert time.monotonic() - started < 2


def test_page_without_end_is_read_to_its_limit():
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Long</title>"

    seen = look(flood(start, TEXT.encode()), limits=SMALL)

    assert (seen.status, seen.size, seen.cut) == ("seen", 10_000, True)
    assert seen.body is not None
    assert len(seen.body) == 10_000
    assert seen.link.login is None  # what follows may be a wall
    assert seen.marks == ()


@pytest.mark.parametrize("size", [b"fffffff", b"ffffffffffffffff"])
def test_huge_chunk_is_not_believed(size):
    start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\n"

    seen = look(flood(start, b"word" * 1000), limits=SMALL)

    assert (seen.status, seen.size, seen.cut) == ("seen", 10_000, True)


MALFORMED = {
    "a body that breaks off": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nword",
    "chunks that break off": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwo",
    "a chunk without a size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk size of many digits": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"f" * 5000
    + b"\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nword",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nword",
    "a length of many digits": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nw",
    "a header without a name": b"HTTP/1.1 200 OK\r\n: b\r\n\r\nword",
    "a null in a header": b"HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\nword",
    "no status": b"HTTP/1.1 OK\r\n\r\nword",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n\r\nword",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "nothing": b"",
    "another protocol": b"HTTP/1.1 101 Switch\r\nUpgrade: evil\r\n\r\nword",
    "an encoding that nobody asked for": answer(b"word", "Content-Encoding: br"),
    "encodings upon encodings": answer(b"word", "Content-Encoding: gzip, gzip, gzip"),
    "gzip that is none": answer(b"word", "Content-Encoding: gzip"),
    "gzip that breaks off": answer(gzip.compress(b"word" * 99)[:-9], "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("speak", MALFORMED.values(), ids=MALFORMED)
def test_malformed_answer_is_unreachable(speak):
    assert look(speak).status == "unreachable"


def test_body_longer_than_its_length_is_read_to_its_length():
    seen = look(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwordwordword")

    assert seen.body == b"word"


def test_gzip_is_unpacked():
    packed = gzip.compress(TEXT.encode()) + gzip.compress(b"The end.")

    seen = look(answer(packed, "Content-Encoding: gzip"))

    assert seen.body == f"{TEXT}The end.".encode()
    assert seen.sha256 == hashlib.sha256(seen.body).hexdigest()


def test_bomb_of_gzip_ends_where_a_page_does():
    bomb = gzip.compress(bytes(50_000_000))

    tracemalloc.start()
    seen = look(answer(bomb, "Content-Encoding: gzip", kind="text/plain"), limits=SMALL)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (seen.status, seen.size, seen.cut) == ("seen", 10_000, True)
    assert most < 5_000_000


# --- files ----------------------------------------------------------------------------------------


def test_file_goes_to_its_place(tmp_path):
    rows = b"supplier,amount\n" * 10_000
    place = tmp_path / "awards.csv"

    seen = look(answer(rows, kind="text/csv"), destination=place, max_bytes=len(rows), limits=SMALL)

    assert (seen.status, seen.path, seen.body, seen.cut) == ("seen", place, None, True)
    assert place.read_bytes() == rows
    assert (seen.size, seen.sha256) == (len(rows), hashlib.sha256(rows).hexdigest())
    assert seen.marks == ("no_login", "public_address")


TOO_LARGE = {
    "says so": answer(b"a" * 1001),
    "does not say so": b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1001,
    "packs it": answer(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip"),
    "has no end": flood(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 1000),
}


@pytest.mark.parametrize("speak", TOO_LARGE.values(), ids=TOO_LARGE)
def test_file_that_is_too_large_is_not_kept(speak, tmp_path):
    limit = 60_000 if speak is TOO_LARGE["packs it"] else 1000

    seen = look(speak, destination=tmp_path / "big", max_bytes=limit)

    assert (seen.status, seen.path, seen.size) == ("too_large", None, None)
    assert list(tmp_path.iterdir()) == []


def test_file_that_breaks_off_is_not_kept(tmp_path):
    speak = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nword"

    seen = look(speak, destination=tmp_path / "half", max_bytes=1000)

    assert (seen.status, seen.link.status) == ("unreachable", 200)
    assert list(tmp_path.iterdir()) == []


def test_file_that_drips_is_left_in_time(tmp_path):
    started = time.monotonic()

    speak = drip(b"HTTP/1.1 200 OK\r\n\r\n", b"a")
    seen = look(speak, limits=QUICK, destination=tmp_path / "slow", max_bytes=1000)

    assert seen.status == "unreachable"
    assert time.monotonic() - started < 2
    assert list(tmp_path.iterdir()) == []


def test_page_to_sign_in_is_no_file(tmp_path):
    seen = look(answer(SIGN_IN_FORM), destination=tmp_path / "data.csv", max_bytes=1000)

    assert (seen.status, seen.path) == ("login", None)
    assert list(tmp_path.iterdir()) == []


def test_file_that_is_there_is_not_overwritten(tmp_path):
    place = tmp_path / "mine"
    place.write_text("mine")

    with pytest.raises(FileExistsError):
        look(answer("theirs"), destination=place, max_bytes=1000)

    assert place.read_text() == "mine"


# --- certificates ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def over_tls(
    authority: Authority,
    certificate: ssl.SSLContext | None,
    *,
    host: str = CITY,
    trusted: bool = True,
    limits: FetchLimits = SMALL,
) -> tuple[Fetched, Server]:
    with serving(answer(), tls=certificate) as server:
        certificates = authority.trusted() if trusted else None
        allowance = allowing(server, certificates=certificates)
        address = server.url(host=host, scheme="https")
        fetched = fetch(address, on=DAY, allowance=allowance, limits=limits)
    return fetched, server


def test_certificate_is_that_of_the_name_and_not_of_the_number(authority):
    fetched, server = over_tls(authority, authority.certificate(CITY))

    assert fetched.status == "seen"
    assert f"Host: {CITY}:{server.port}" in server.calls[0]


def test_dot_at_the_end_of_a_name_needs_no_other_certificate(authority):
    fetched, _ = over_tls(authority, authority.certificate(CITY), host=f"{CITY}.")

    assert fetched.status == "seen"


@pytest.mark.parametrize(
    ("name", "days", "trusted"),
    [("other.example.org", 1, True), (CITY, -1, True), (CITY, 1, False)],
    ids=["of another name", "that has expired", "that nobody trusts"],
)
def test_certificate_that_is_not_valid_is_unreachable(authority, name, days, trusted):
    certificate = authority.certificate(name, days=days)

    fetched, server = over_tls(authority, certificate, trusted=trusted)

    assert (fetched.status, fetched.link.status) == ("unreachable", None)
    assert server.calls == []


def test_server_that_speaks_no_tls_is_unreachable(authority):
    fetched, _ = over_tls(authority, None, limits=QUICK)

    assert fetched.status == "unreachable"


def test_handshake_that_drips_is_left_in_time(authority):
    with serving(drip(b"\x16\x03\x03\x10\x00", b"\x00"), hears=False) as server:
        allowance = allowing(server, certificates=authority.trusted())
        started = time.monotonic()
        fetched = fetch(
            server.url(host=CITY, scheme="https"), on=DAY, allowance=allowance, limits=QUICK
        )

    assert fetched.status == "unreachable"
    assert time.monotonic() - started < 2


# --- several links --------------------------------------------------------------------------------


def counting(most: list[int]) -> Speak:
    """Answers slowly, and writes down how many wait for an answer at the same time."""
    waiting: set[str] = set()

    def speak(wire: socket.socket, head: str) -> None:
        waiting.add(head)
        most.append(len(waiting))
        time.sleep(0.05)
        waiting.discard(head)
        wire.sendall(answer())

    return speak


def test_results_come_in_the_order_of_the_links():
    speak = by_path({"/a": answer(), "/b": answer(status=404), "/c": redirect("/a")})
    with serving(speak) as server:
        urls = [server.url(path) for path in ("/b", "/a", "/c", "/b")]
        found = fetch_all([*urls, "file:///x"], on=DAY, allowance=allowing(server))

    assert [fetched.link.status for fetched in found] == [404, 200, 200, 404, None]
    assert found[-1].status == "refused"


def test_same_address_is_called_once():
    with serving(answer()) as server:
        urls = [server.url("/a"), server.url("/a#top"), f" {server.url('/a')}", server.url("/b")]
        found = fetch_all(urls, on=DAY, allowance=allowing(server))

    assert sorted(server.paths) == ["/a", "/b"]
    assert found[0] is found[1] is found[2]


def test_host_is_called_once_at_a_time():
    most: list[int] = []
    with serving(counting(most)) as server:
        urls = [server.url(f"/{n}") for n in range(4)]
        fetch_all(urls, on=DAY, allowance=allowing(server))

    assert most == [1, 1, 1, 1]


def test_four_hosts_are_called_at_a_time():
    most: list[int] = []
    with serving(counting(most)) as server:
        urls = [server.url(host=f"{n}.example.org") for n in range(10)]
        fetch_all(urls, on=DAY, allowance=allowing(server))

    assert len(most) == 10
    assert 2 <= max(most) <= 4


def test_files_and_pages_are_fetched_side_by_side(tmp_path):
    with serving(answer("a,b", kind="text/csv")) as server:
        files = {server.url("/data"): (tmp_path / "data", 1000)}
        page, file = fetch_all(
            [server.url("/page"), server.url("/data")],
            on=DAY,
            files=files,
            allowance=allowing(server),
        )

    assert (page.body, page.path) == (b"a,b", None)
    assert (file.body, file.path) == (None, tmp_path / "data")


def test_progress_is_told():
    told: list[tuple[int, int]] = []
    with serving(answer()) as server:
        urls = [server.url(f"/{n}") for n in range(3)]
        fetch_all(
            urls,
            on=DAY,
            progress=lambda done, all_of_them: told.append((done, all_of_them)),
            allowance=allowing(server),
        )

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_nothing_to_fetch_is_nothing_fetched():
    assert fetch_all([], on=DAY) == ()


def test_interrupt_ends_all_at_once():
    def interrupted(done, all_of_them):
        raise KeyboardInterrupt

    with serving(counting([])) as server:
        urls = [server.url(f"/{n}") for n in range(50)]
        with pytest.raises(KeyboardInterrupt):
            fetch_all(urls, on=DAY, progress=interrupted, allowance=allowing(server))
        time.sleep(0.2)

    assert len(server.calls) <= 3


def test_trouble_with_our_own_disk_is_told_as_such(tmp_path):
    with serving(answer("word")) as server:
        files = {server.url(): (tmp_path / "missing" / "file", 1000)}
        with pytest.raises(FileNotFoundError):
            fetch_all([server.url()], on=DAY, files=files, allowance=allowing(server))
