"""What a web page says of itself, and whether it is a wall that asks who is there.

A page that a script fills in cannot be told from a wall by its source, and neither can one that
sends its reader on from within: for these `login` is `None`, not known.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx2
from lxml import etree

from rubrics.text import read_mapping

ENOUGH_TEXT = 500
"""Letters of text with which a page is about more than the form to sign in that it has."""

SOME_TEXT = 200
"""Letters of text without which a page with scripts is a frame that they fill in."""

MAX_TITLE = 500
MAX_TARGETS = 50
"""Forms and refreshes whose addresses are looked at."""

PIECE = 16_384
"""Bytes that the parser is given at once."""

SIGN_IN = Path(__file__).with_name("sign_in.yaml")

_UNSEEN, _BESIDE, _HEAD = 1, 2, 4
_UNSEEN_TAGS = frozenset({"script", "style", "noscript", "template", "svg", "object"})
_FILLED_IN_TAGS = frozenset({"script", "iframe", "frame", "frameset"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_REFRESH = re.compile(r"[\s\d.]*[;,]?\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: its title, its language, and whether it asks who is there."""

    title: str | None = None
    language: str | None = None
    login: bool | None = None


def read_page(body: bytes, *, url: httpx2.URL, charset: str | None = None) -> Page:
    """What stands in the HTML of the page at `url`; `charset` is what the server called it.

    No tree is built: libxml2 takes ten seconds for a tag with 90,000 attributes when it makes one,
    and does not look deeper than 256 elements. Told as it is read, any page of 1 MiB takes less
    than half a second.
    """
    reader = _Reader(url)
    parser = _parser(reader, _encoding(body, charset))
    try:
        for start in range(0, len(body), PIECE):
            parser.feed(body[start : start + PIECE])
        parser.close()
    except etree.XMLSyntaxError:  # nothing in it, or nothing that could be read to its end
        return Page(reader.said_title(), reader.language)
    return Page(reader.said_title(), reader.language, reader.login())


def is_sign_in(url: httpx2.URL) -> bool:
    """Whether the address is one where people sign in."""
    known = _known()
    host = url.raw_host.decode()
    if any(host == service or host.endswith(f".{service}") for service in known["hosts"]):
        return True
    return any(part.partition(".")[0] in known["paths"] for part in url.path.lower().split("/"))


def language_of(said: str | None) -> str | None:
    """The language that a page or server names, such as `es-CO`; `None` where it names none."""
    word = (said or "").partition(",")[0].strip()
    return word.replace("_", "-") if _LANGUAGE.fullmatch(word) else None


class _Reader:
    """Takes a page in as it is read, and keeps counts instead of the page."""

    def __init__(self, url: httpx2.URL) -> None:
        self.language: str | None = None
        self._url = url
        self._inside = [0]
        self._title: list[str] | None = None
        self._in_title = False
        self._letters = 0
        self._filled_in = False
        self._sent_on: bool | None = None
        self._wall = False
        self._offer = False
        self._targets = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens; the parser closes each one that it opened."""
        inside = self._inside[-1] | _place(tag, attributes)
        self._inside.append(inside)
        self._filled_in = self._filled_in or tag in _FILLED_IN_TAGS
        if tag == "title" and self._title is None and not inside & _UNSEEN:
            self._title, self._in_title = [], True
        elif tag == "html":
            self.language = language_of(attributes.get("lang") or attributes.get("xml:lang"))
        elif not inside & _UNSEEN and self._asks_who(tag, attributes):
            self._wall = self._wall or not inside & _BESIDE
            self._offer = True
        elif tag == "meta" and not inside & _UNSEEN:
            self._take_meta(attributes)

    def end(self, tag: str) -> None:
        """A tag closes."""
        self._inside.pop()
        self._in_title = self._in_title and tag != "title"

    def data(self, text: str) -> None:
        """Text stands where the last open tag is."""
        if self._in_title and self._title is not None:
            if len(self._title) < MAX_TITLE:
                self._title.append(text[:MAX_TITLE])
        elif not self._inside[-1]:
            self._letters += len("".join(text.split()))

    def close(self) -> None:
        """The page has ended."""

    def said_title(self) -> str | None:
        """The title as one line."""
        return " ".join("".join(self._title or ()).split())[:MAX_TITLE] or None

    def login(self) -> bool | None:
        """Whether the page is a wall, as far as its source tells."""
        if self._sent_on is not None:
            return True if self._sent_on else None
        if self._wall:
            return True if self._letters < ENOUGH_TEXT else None
        if self._letters == 0:
            return None
        shallow = self._letters < SOME_TEXT
        return None if shallow and (self._filled_in or self._offer) else False

    def _asks_who(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether this is a field for a password that is seen, or a form that signs in."""
        if tag == "input" and attributes.get("type", "").strip().lower() == "password":
            hidden = "hidden" in attributes or _HIDDEN.search(attributes.get("style", ""))
            return not hidden
        return tag == "form" and bool(self._leads_to_sign_in(attributes.get("action", "")))

    def _take_meta(self, attributes: Mapping[str, str]) -> None:
        about = attributes.get("http-equiv", "").strip().lower()
        content = attributes.get("content", "")[:MAX_TITLE]
        if about == "content-language" and self.language is None:
            self.language = language_of(content)
        elif about == "refresh" and (target := _REFRESH.match(content)):
            self._sent_on = self._sent_on or self._leads_to_sign_in(target.group(1))

    def _leads_to_sign_in(self, address: str) -> bool | None:
        """`None` where the address leads back to this very page."""
        self._targets += 1
        if self._targets > MAX_TARGETS:
            return False
        try:
            target = self._url.join(address.strip()).copy_with(fragment=None)
        except (httpx2.InvalidURL, ValueError):
            return False
        return None if target == self._url else is_sign_in(target)


def _place(tag: str, attributes: Mapping[str, str]) -> int:
    """In which part of a page an element puts what is in it."""
    if tag == "head":
        return _HEAD
    if tag in _UNSEEN_TAGS:
        return _UNSEEN
    known = _known()
    if tag in known["tags"] or attributes.get("role", "").lower() in known["roles"]:
        return _BESIDE
    classes = attributes.get("class", "").lower().split() if "class" in attributes else ()
    return _BESIDE if tag != "body" and any(name in known["classes"] for name in classes) else 0


def _parser(reader: _Reader, encoding: str | None) -> etree.HTMLParser:
    try:
        return etree.HTMLParser(
            target=reader,
            encoding=encoding,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
    except LookupError:  # a charset that nobody knows; the page itself may name a better one
        return _parser(reader, None)


def _encoding(body: bytes, charset: str | None) -> str | None:
    """How the letters are written: as UTF-8 where they can be, else as the server says.

    Text in another encoding is next to never valid UTF-8 by chance, and servers are often set to
    claim one encoding for all pages.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)  # the end may be cut
    except UnicodeDecodeError:
        return charset
    return "utf-8"


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """The lists of `sign_in.yaml`, by what they list."""
    lists, _ = read_mapping(SIGN_IN.read_bytes(), name=SIGN_IN.name)
    beside = lists.pop("beside")
    if not isinstance(beside, dict):
        raise TypeError(SIGN_IN.name)
    return {
        name: frozenset(str(word) for word in words)
        for name, words in (*lists.items(), *beside.items())
        if isinstance(words, list)
    }
