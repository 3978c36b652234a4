"""Reads a Word document (DOCX): the XML of its text, and nothing else that is packed with it.

Such a file is an archive of XML, and both can be bombs. The archive must fit its limits before a
byte is unpacked; XML is told as it is read, without a tree, and may declare no entities at all.
"""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from lxml import etree

from api.evidence.documents.dates import iso_day
from api.evidence.documents.found import (
    MAX_TEXT,
    DocumentError,
    DocumentLockedError,
    DocumentTooLargeError,
    Found,
)
from api.evidence.formats import MAX_MEMBERS
from api.evidence.packed import (
    MAX_DOCUMENT_BYTES,
    PackedError,
    PackedLockedError,
    PackedTooLargeError,
    check_members,
)

MAX_PROPERTIES = 1_000_000
"""Bytes of a part that says things about the document."""

_PIECE = 65_536
_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tc": "\t", "tr": "\n"}
_BROKEN = (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, LookupError, ValueError, OSError)


class _EnoughError(Exception):
    """All the text that we want has been read."""


class _TypeDeclaredError(ValueError):
    """The XML declares a document type."""


def read(path: Path) -> Found:
    """What stands in the Word document at `path`."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_members(archive, max_bytes=MAX_DOCUMENT_BYTES, max_members=MAX_MEMBERS)
            text = _text_of(archive)
            core = _properties(archive, "docProps/core.xml")
            pages = _properties(archive, "docProps/app.xml").get("Pages", "")
            language = core.get("language") or _properties(archive, "word/styles.xml").get("lang")
    except PackedTooLargeError:
        raise DocumentTooLargeError from None
    except PackedLockedError:
        raise DocumentLockedError from None
    except (PackedError, NotImplementedError, *_BROKEN):
        raise DocumentError from None
    return Found(
        text=text,
        pages=int(pages) if pages.isascii() and pages.isdigit() and len(pages) < 6 else None,
        title=core.get("title"),
        language=language,
        created=tuple(filter(None, [iso_day(core.get("created", ""))])),
        modified=tuple(filter(None, [iso_day(core.get("modified", ""))])),
    )


def _text_of(archive: zipfile.ZipFile) -> str:
    """The text in the order of the page, tables and boxes included, deleted words left out."""
    target = _Text()
    parser = _parser(target)
    with archive.open("word/document.xml") as part:
        try:
            while piece := part.read(_PIECE):
                parser.feed(piece)
            parser.close()
        except _EnoughError:
            pass
    return "".join(target.pieces)


def _properties(archive: zipfile.ZipFile, name: str) -> Mapping[str, str]:
    """What a part says of the document; nothing where it is missing or damaged."""
    target = _Properties()
    with suppress(*_BROKEN), archive.open(name) as part:
        _parser(target).feed(part.read(MAX_PROPERTIES))
    return target.found


def _parser(target: "_Text | _Properties") -> etree.XMLParser:
    return etree.XMLParser(
        target=target,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


class _NoTypes:
    """Refuses a document type, in which entities are declared: Office never writes one."""

    def doctype(self, *_: object) -> None:
        """Whoever writes one has an attack in mind."""
        raise _TypeDeclaredError


class _Text(_NoTypes):
    """Takes in the text of a document as its XML is read."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._length = 0
        self._is_text = False
        self._unseen = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._unseen += tag == _FALLBACK  # the same text once more, for older programs
        self._is_text = _word(tag) == "t"

    def end(self, tag: str) -> None:
        self._unseen -= tag == _FALLBACK
        self._is_text = False
        self._add(_BREAKS.get(_word(tag), ""))

    def data(self, text: str) -> None:
        if self._is_text and not self._unseen:
            self._add(text)

    def close(self) -> None:
        """The document has ended."""

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise _EnoughError


class _Properties(_NoTypes):
    """Takes in the few things that a document says of itself, each the first time it says it."""

    wanted = frozenset({"Pages", "title", "language", "created", "modified"})

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._inside = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self._inside = name if name in self.wanted and name not in self.found else ""
        if _word(tag) == "lang":
            for value in _values(attributes):
                self.found.setdefault("lang", value)

    def end(self, _tag: str) -> None:
        self._inside = ""

    def data(self, text: str) -> None:
        if self._inside:
            self.found[self._inside] = self.found.get(self._inside, "") + text

    def close(self) -> None:
        """The part has ended."""


def _word(tag: str) -> str:
    """The name of an element of a text document; empty for any other."""
    space, _, name = tag.rpartition("}")
    return name if f"{space}}}" in {_WORDS, _STRICT} else ""


def _values(attributes: Mapping[str, str]) -> Iterator[str]:
    return (
        attributes[name] for space in (_WORDS, _STRICT) if (name := f"{space}val") in attributes
    )
