"""Opens a document and says what stands in it: pages, title, text, language, and which dates.

How each format is read stands in a module of its own, which is loaded when the first such file
comes: the parsers are large, and most programs that judge evidence never meet them all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from babel.core import get_global

from api.evidence.documents.dates import dates_in
from api.evidence.documents.found import MAX_TEXT, DocumentError, Found, Status
from api.evidence.text import decode_text, one_line, without_unfit
from assessment.facts import DocumentFacts, FoundDate

MAX_DATES = 20
MAX_WRITTEN = 6
"""Dates that programs wrote; there is no end to the ways in which they can."""

MAX_TITLE = 500
ENOUGH_LETTERS = 200
"""Letters below which nobody can tell a language."""

LETTERS_A_PAGE = 25
"""A scan without text may still say "Page 3 of 30", or which program made it, on every page."""

_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")
_HEADING = re.compile(r"^#{1,2}[ \t]+(\S.{0,1000}?)[ \t#]*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`]+")


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """What is known of a document that was opened, or why it could not be.

    `text` is its beginning, followed by the addresses to which it links.
    """

    status: Status
    document: DocumentFacts | None = None
    text: str | None = None


def read_document(path: Path, *, format: str) -> DocumentRead:  # noqa: A002 (as `Facts` calls it)
    """What stands in the document at `path`, which is of this format."""
    try:
        found = _READERS[format](path)
    except DocumentError as error:
        return DocumentRead(error.status)
    text = None if found.text is None else without_unfit(found.text[:MAX_TEXT])
    letters = 0 if text is None else sum(map(str.isalpha, text))
    declared = language_code(found.language)
    language = _language_of(text or "") if letters >= ENOUGH_LETTERS else None
    facts = DocumentFacts(
        pages=found.pages,
        title=one_line(found.title or "", length=MAX_TITLE) or None,
        has_text=None if text is None else _has_text(found, letters),
        declared_language=declared,
        language=language,
        dates=_dates(found, text or "", language=language or declared),
    )
    return DocumentRead("seen", facts, None if text is None else "\n".join((text, *found.links)))


def text_of(path: Path, *, format: str) -> str | None:  # noqa: A002 (as `Facts` calls it)
    """The beginning of its text as it stands there; `None` where there is none, as in a scan."""
    text = _READERS[format](path).text
    return None if text is None else text[:MAX_TEXT]


def language_code(declared: str | None) -> str | None:
    """The code (ISO 639-1) of a language that a file names as `es-MX`, `spa` or `pt_BR`."""
    match = _LANGUAGE.match(declared or "")
    if match is None:
        return None
    code = match[1].lower()
    code = get_global("language_aliases").get(code, code)
    return code if len(code) == 2 else None


def _has_text(found: Found, letters: int) -> bool | None:
    """Whether it is more than a scan; what failed may hold the text that the rest has not."""
    if letters and letters >= LETTERS_A_PAGE * (found.pages_read or 0):
        return True
    return None if found.pages_failed else False


def _language_of(text: str) -> str | None:
    languages = import_module("api.evidence.documents.languages")
    tell: Callable[[str], str | None] = languages.language_of
    return tell(text)


def _dates(found: Found, text: str, *, language: str | None) -> tuple[FoundDate, ...]:
    """What programs wrote comes first, then what the text says: each the newest first."""
    written = {
        *(FoundDate(on=on, source="metadata", says="created") for on in found.created),
        *(FoundDate(on=on, source="metadata", says="modified") for on in found.modified),
    }
    by_programs = sorted(written, key=lambda entry: (entry.on, entry.says), reverse=True)
    mentioned = sorted({*found.marked, *dates_in(text, language=language)}, reverse=True)
    in_text = (FoundDate(on=on, source="text", says="mentioned") for on in mentioned)
    return (*by_programs[:MAX_WRITTEN], *in_text)[:MAX_DATES]


def _read_by(module: str) -> Callable[[Path], Found]:
    def read(path: Path) -> Found:
        reader: Callable[[Path], Found] = import_module(f"api.evidence.documents.{module}").read
        return reader(path)

    return read


def _read_text(path: Path) -> Found:
    text = decode_text(path.read_bytes())
    if text is None:
        raise DocumentError
    return Found(text=text)


def _read_markdown(path: Path) -> Found:
    """Text whose first heading is its title."""
    found = _read_text(path)
    heading = _HEADING.search((found.text or "")[:MAX_TEXT])
    return Found(text=found.text, title=_MARKS.sub("", heading[1]) if heading else None)


_READERS: Mapping[str, Callable[[Path], Found]] = {
    "pdf": _read_by("pdf"),
    "docx": _read_by("word"),
    "html": _read_by("html"),
    "markdown": _read_markdown,
    "text": _read_text,
}
