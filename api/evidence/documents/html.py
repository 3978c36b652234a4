"""Reads a saved web page: its text without scripts, its links, and the dates that it marks as such.

No tree is built, for libxml2 takes minutes over trees that are made to be deep or wide; nothing
that the page names is fetched.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from lxml import etree

from api.evidence.documents.dates import dates_in, iso_day
from api.evidence.documents.found import MAX_TEXT, DocumentError, Found

MAX_LINKS = 1_000
MAX_LINK = 500
MAX_MARKED = 200
"""Dates that are marked as such."""

MAX_VALUE = 200
MAX_LINKED_DATA = 200_000

_PIECE = 16_384
_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object"})
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"),
        *("font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span"),
        *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    }
)
_SAYS = {
    "modified": "modified",
    "article:modified_time": "modified",
    "og:updated_time": "modified",
    "dcterms.modified": "modified",
    "dc.date.modified": "modified",
    "last-modified": "modified",
    "revised": "modified",
    "datemodified": "modified",
    "article:published_time": "created",
    "dcterms.created": "created",
    "dcterms.issued": "created",
    "dcterms.date": "created",
    "dc.date": "created",
    "dc.date.created": "created",
    "dc.date.issued": "created",
    "date": "created",
    "datecreated": "created",
    "datepublished": "created",
}
"""What the names of `<meta>` (Open Graph, Dublin Core, schema.org) say of a date."""

_CHARSET = re.compile(
    rb"""charset\s*=\s*["']?(iso-8859-\d{1,2}|windows-125\d|latin-?1|macintosh)""", re.IGNORECASE
)
_LINKED_DATE = re.compile(
    r'"(date(?:Modified|Published|Created))"\s*:\s*"([^"]{10,40})"', re.IGNORECASE
)


class _EnoughError(Exception):
    """All the text that we want has been read."""


def read(path: Path) -> Found:
    """What stands in the page at `path`."""
    page = _Page()
    parser = etree.HTMLParser(
        target=page, encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    content = _decoded(path.read_bytes()).encode("utf-8", "replace")
    try:
        for start in range(0, len(content), _PIECE):
            parser.feed(content[start : start + _PIECE])
        parser.close()
    except _EnoughError:
        pass
    except etree.XMLSyntaxError:  # nothing in it
        if not page.pieces:
            raise DocumentError from None
    for name, value in _LINKED_DATE.findall("".join(page.linked_data)):
        page.take_date(name, value)
    return Found(
        text="".join(page.pieces),
        title="".join(page.title),
        language=page.language,
        created=tuple(page.written["created"]),
        modified=tuple(page.written["modified"]),
        marked=tuple(page.marked),
        links=tuple(page.links),
    )


def _decoded(data: bytes) -> str:
    """The page as text: UTF-8 where it can be, else as the page says, else as most did."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _CHARSET.search(data[:4_096])
        return data.decode(said[1].decode() if said else "windows-1252", "replace")


class _Page:
    """Takes in a page as it is read."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.title: list[str] = []
        self.links: dict[str, None] = {}
        self.language: str | None = None
        self.written: dict[str, set[date]] = defaultdict(set)
        self.marked: set[date] = set()
        self.linked_data: list[str] = []
        self._length = 0
        self._unseen = [False]
        self._inside = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens; the parser closes each one that it opened."""
        self._unseen.append(self._unseen[-1] or tag in _UNSEEN)
        self._inside = ""
        if tag == "title" and not self.title and not self._unseen[-1]:
            self._inside = "title"
        elif tag == "script" and "ld+json" in attributes.get("type", ""):
            self._inside = "linked data"
        elif tag == "html" and self.language is None:
            self.language = attributes.get("lang") or attributes.get("xml:lang")
        elif tag == "meta":
            name = attributes.get("name") or attributes.get("property")
            self.take_date(
                name or attributes.get("itemprop") or attributes.get("http-equiv") or "",
                attributes.get("content", ""),
            )
        elif tag == "time" and len(self.marked) < MAX_MARKED:
            on = iso_day(attributes.get("datetime", "")[:MAX_VALUE])
            self.marked |= {on} if on else set()
        elif tag == "a" and len(self.links) < MAX_LINKS:
            address = attributes.get("href", "")[:MAX_LINK]
            if address.lower().startswith(("http://", "https://")):
                self.links[address] = None
        self._break(tag)

    def end(self, tag: str) -> None:
        """A tag closes."""
        self._unseen.pop()
        self._inside = ""
        self._break(tag)

    def data(self, text: str) -> None:
        """Text stands where the last open tag is."""
        if self._inside == "title":
            self.title.append(text[:MAX_LINK])
        elif self._inside == "linked data":
            if len(self.linked_data) * _PIECE < MAX_LINKED_DATA:
                self.linked_data.append(text[:_PIECE])
        elif not self._unseen[-1]:
            self._add(text)

    def close(self) -> None:
        """The page has ended."""

    def take_date(self, name: str, value: str) -> None:
        """Notes what a program wrote of the page under this name, if it is a date."""
        says = _SAYS.get(name.strip().lower())
        if says is None or len(self.written[says]) >= MAX_MARKED:
            return
        on = iso_day(value[:MAX_VALUE])
        self.written[says] |= {on} if on else {*dates_in(value[:MAX_VALUE], language="en")}

    def _break(self, tag: str) -> None:
        """A new line, unless the tag stands within one, or one has just begun."""
        if tag not in _INLINE and self.pieces and self.pieces[-1] != "\n":
            self._add("\n")

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise _EnoughError
