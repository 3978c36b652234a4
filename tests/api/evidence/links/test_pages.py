"""A page says who it is for; a page that does not is not guessed at."""

import time

import httpx2
import pytest

from api.evidence.links.pages import is_sign_in, read_page

URL = httpx2.URL("https://city.example.org/contracts")
TEXT = "<p>" + "The city publishes its contract awards here. " * 30
SIGN_IN_FORM = "<form><input type=password></form>"

WALLS = {
    "a password and no more": SIGN_IN_FORM,
    "a password among a long menu": f"<nav>{TEXT}</nav>{SIGN_IN_FORM}<footer>{TEXT}</footer>",
    "a password in a form of the whole page": f"<form><h1>Portal</h1>{SIGN_IN_FORM}</form>",
    "a form that leads to signing in": "<form action=/cas/login><input name=user></form>",
    "a page that sends its reader to sign in": f"<meta http-equiv=refresh content='0;url=/login'>"
    f"{TEXT}",
}


@pytest.mark.parametrize("html", WALLS.values(), ids=WALLS)
def test_page_is_a_wall(html):
    assert read_page(html.encode(), url=URL).login is True


OPEN = {
    "text": TEXT,
    "a few words without a script": "<p>Contracts: <a href=a.csv>2025</a>",
    "a password in the header": f"<header>{SIGN_IN_FORM}</header>{TEXT}",
    "a password in a window that opens": f"<div class='modal fade'>{SIGN_IN_FORM}</div>{TEXT}",
    "a password in a part for navigation": f"<div role=navigation>{SIGN_IN_FORM}</div>{TEXT}",
    "a password that is not shown": f"<input type=password hidden>{TEXT}",
    "another that is not shown": f"<input type=password style='display: none'>{TEXT}",
    "a form for a search": f"<form action=/search><input name=q></form>{TEXT}",
    "a page that is loaded again": f"<meta http-equiv=refresh content='60'>{TEXT}",
    "a page that leads to itself": f"<meta http-equiv=refresh content='60;url={URL}'>{TEXT}",
    "a way without scripts": f"<noscript><meta http-equiv=refresh content='0;url=/login'>"
    f"</noscript>{TEXT}",
    "scripts beside text": f"<script>var a = '{SIGN_IN_FORM}'</script>{TEXT}",
}


@pytest.mark.parametrize("html", OPEN.values(), ids=OPEN)
def test_page_is_open(html):
    assert read_page(html.encode(), url=URL).login is False


UNKNOWN = {
    "nothing": "",
    "a comment": "<!-- nothing -->",
    "a page that a script fills in": "<div id=root></div><script src=app.js></script>",
    "a script and a word": "<noscript>You need JavaScript.</noscript>Loading<script></script>",
    "a page in a frame": "<frameset><frame src=a></frameset>",
    "a page that sends its reader on": f"<meta http-equiv=refresh content='0; URL=/other'>{TEXT}",
    "a password beside much else": f"{SIGN_IN_FORM}{TEXT}",
    "a password in the header and hardly more": f"<header>{SIGN_IN_FORM}</header>Welcome",
}


@pytest.mark.parametrize("html", UNKNOWN.values(), ids=UNKNOWN)
def test_page_cannot_be_told(html):
    assert read_page(html.encode(), url=URL).login is None


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title> Plan \n municipal </title>", "Plan municipal"),
        ("<title>A &amp; B</title><title>C</title>", "A & B"),
        ("<svg><title>Logo</title></svg><p>x", None),
        ("<title></title>", None),
        ("<title>" + "a" * 9000, "a" * 500),
        ("<title>" + "a b &amp; " * 9000, ("a b & " * 100)[:500]),
    ],
)
def test_title_is_one_line(html, title):
    assert read_page(html.encode(), url=URL).title == title


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=es-CO>", "es-CO"),
        ("<html xml:lang='pt_BR'>", "pt-BR"),
        ("<html><meta http-equiv=Content-Language content='es, en'>", "es"),
        ("<html lang=pt><meta http-equiv=Content-Language content=en>", "pt"),
        ("<html lang='<b>'>", None),
        ("<html>", None),
    ],
)
def test_language_is_the_one_that_the_page_says(html, language):
    assert read_page(f"{html}<p>word".encode(), url=URL).language == language


@pytest.mark.parametrize(
    ("encoding", "said", "named"),
    [
        ("utf-8", None, ""),
        ("utf-8", "iso-8859-1", ""),
        ("latin-1", "iso-8859-1", ""),
        ("latin-1", None, "<meta charset=iso-8859-1>"),
        ("latin-1", "no-such-charset", "<meta charset=iso-8859-1>"),
        ("latin-1", "punycode", "<meta charset=iso-8859-1>"),
        ("utf-16", "utf-16", ""),
    ],
)
def test_letters_are_read_as_they_were_written(encoding, said, named):
    html = f"{named}<title>Contratación pública</title>{TEXT}"

    assert read_page(html.encode(encoding), url=URL, charset=said).title == "Contratación pública"


SIZE = 1_000_000
HOSTILE = {
    "elements inside each other": "<div>",
    "links that are not closed": "<a>",
    "forms": "<form action=/a>",
    "ways on": "<meta http-equiv=refresh content='0;url=/a'>",
    "classes": "<p class='a b c d'>",
    "passwords": "<input type=password style='display  '>",
    "titles": "<title>",
    "brackets": "<",
    "references": "&amp;",
    "comments": "<!--",
    "null": "\0",
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_hostile_page_is_read_in_time(part):
    started = time.process_time()

    read_page((part * (SIZE // len(part))).encode(), url=URL)

    assert time.process_time() - started < 3


def test_tag_of_many_attributes_is_read_in_time():
    html = "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">"
    started = time.process_time()

    read_page(html.encode(), url=URL)

    assert time.process_time() - started < 3  # it is ten seconds where a tree is made of it


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://login.microsoftonline.com/common/oauth2/authorize", True),
        ("https://tenant.okta.com/", True),
        ("https://notokta.com/", False),
        ("https://sso.acesso.gov.br/", True),
        ("https://city.example.org/Login", True),
        ("https://city.example.org/account/login.aspx", True),
        ("https://city.example.org/iniciar-sesion/", True),
        ("https://city.example.org/logins-of-the-past", False),
        ("https://city.example.org/?next=login", False),
        ("https://xn--a.example.org/", False),
    ],
)
def test_address_to_sign_in_is_known(address, known):
    assert is_sign_in(httpx2.URL(address)) is known
