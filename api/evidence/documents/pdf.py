"""Reads a PDF with pypdf: its text page by page, and what programs wrote into it.

A PDF may name a program to run, an address to call or a file to open: none of that is touched.
Pages without end, streams that swell and drawings of a million strokes run into pypdf's own limits,
which are tightened here, and then into those of the worker.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pypdf import PageObject, PasswordType, PdfReader, overwrite_configuration
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError
from pypdf.generic import DictionaryObject, PdfObject, StreamObject

from api.evidence.documents.found import (
    MAX_PAGES,
    MAX_TEXT,
    DocumentError,
    DocumentLockedError,
    DocumentTooLargeError,
    Found,
)

MAX_XMP = 500_000

# What pypdf lets out of its depths when a file is not as it says.
_BROKEN = (
    *(PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError),
    *(NotImplementedError, RecursionError, StopIteration, TypeError, ValueError),
)
_PDF_DAY = re.compile(r"\s*(?:D:)?(\d{4})(\d\d)?(\d\d)?")
_XMP_DAY = re.compile(
    rb"""<?xmp:(Create|Modify)Date(?:\s*=\s*["']|>)\s*(\d{4})-(\d\d)-(\d\d)""", re.IGNORECASE
)


def read(path: Path) -> Found:
    """What stands in the PDF at `path`."""
    overwrite_configuration(
        zlib_maximum_output_length=30_000_000,
        stream_parsing_work_maximum_count=200_000,
        page_tree_maximum_page_entries=200_000,
        jbig2dec_binary=None,  # a program, which nobody starts in here
    )
    with path.open("rb") as file:
        reader, pages = _opened(file)
        created, modified = _written(reader)
        pieces, failed = _pieces(reader)
        return Found(
            text="\n".join(pieces) if pieces else None,
            pages=pages,
            pages_read=len(pieces),
            pages_failed=failed,
            title=_word(_entry(reader, "/Info", "/Title")),
            language=_word(_entry(reader, "/Root", "/Lang")),
            created=created,
            modified=modified,
        )


def _opened(file: BinaryIO) -> tuple[PdfReader, int]:
    """The document, opened without a password, and the number of its pages."""
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise DocumentLockedError
        return reader, len(reader.pages)
    except (DependencyError, NotImplementedError):  # locked in a way that we have no key for
        raise DocumentLockedError from None
    except LimitReachedError:
        raise DocumentTooLargeError from None
    except _BROKEN:
        raise DocumentError from None


def _pieces(reader: PdfReader) -> tuple[list[str], int]:
    """The text of each page, and how many cannot be read: they do not hide the others."""
    pieces: list[str] = []
    length = failed = 0
    for page in islice(_pages(reader), MAX_PAGES):
        try:
            pieces.append(page.extract_text())
        except _BROKEN:
            failed += 1
            continue
        length += len(pieces[-1])
        if length >= MAX_TEXT:
            break
    return pieces, failed


def _pages(reader: PdfReader) -> Iterator[PageObject]:
    for number in range(len(reader.pages)):
        yield reader.pages[number]


def _written(reader: PdfReader) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """When programs say that they created and modified the document."""
    told: dict[str, set[date]] = {"Create": set(), "Modify": set()}
    for name, entry in (("Create", "/CreationDate"), ("Modify", "/ModDate")):
        match = _PDF_DAY.match(_word(_entry(reader, "/Info", entry)) or "")
        if match:
            told[name] |= _days(match[1], match[2] or 1, match[3] or 1)
    for name, *digits in _XMP_DAY.findall(_xmp(reader)):
        told[name.decode().capitalize()] |= _days(*digits)
    return tuple(told["Create"]), tuple(told["Modify"])


def _days(*digits: str | bytes | int) -> set[date]:
    try:
        return {date(*map(int, digits))}
    except ValueError:
        return set()


def _xmp(reader: PdfReader) -> bytes:
    try:
        stream = _entry(reader, "/Root", "/Metadata")
        return stream.get_data()[:MAX_XMP] if isinstance(stream, StreamObject) else b""
    except _BROKEN:
        return b""


def _entry(reader: PdfReader, section: str, name: str) -> PdfObject | None:
    try:
        found = reader.trailer[section].get_object()
        return found[name].get_object() if isinstance(found, DictionaryObject) else None
    except _BROKEN:
        return None


def _word(entry: object) -> str | None:
    return str(entry) if isinstance(entry, str) else None
