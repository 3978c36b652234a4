"""Tells what a file is by what is in it, and whether it opens: a name proves nothing.

The name is asked only which kind of plain text it is, for Markdown and CSV are both just text.
"""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from api.evidence.tables import looks_like_table
from api.evidence.text import decode_text

Opening = Literal["seen", "encrypted", "unreadable"]

MAX_MEMBERS = 10_000
"""Members of an office file; we look at its table of contents and unpack nothing."""

_MAGIC = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"PAR1": "parquet"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OFFICE = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "ppt/presentation.xml": "pptx",
}
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
# Comments may come first. Possessive, or a thousand of them would be tried in every combination.
_HTML = re.compile(
    r"\s*(?:(?><!--.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(r"\s*<\?xml\s|\s*<[A-Za-z_][\w.:-]*[\s>/]")
_XHTML = re.compile(r"<html\b", re.IGNORECASE)
_PDF_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


@dataclass(frozen=True, slots=True)
class Document:
    """What a file turned out to be; `text` where it is text."""

    status: Opening
    format: str | None = None
    text: str | None = None


def open_document(data: bytes, *, name: str) -> Document:
    """What the file is and whether it opens."""
    if not data.strip():
        return Document("unreadable")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            return Document("seen", kind)
    if b"%PDF-" in data[:1024]:
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _zip(data)
    if data.startswith(_OLE):  # Office before 2007, or a newer file locked with a password
        return Document("encrypted" if _ENCRYPTED_PACKAGE in data else "unreadable")
    text = decode_text(data)
    if text is None or not text.strip():
        return Document("unreadable")
    return Document("seen", _kind_of_text(text, name.lower().rpartition(".")[2]), text)


def _pdf(data: bytes) -> Document:
    """A PDF opens if its end is there (a broken download has none) and no password is asked for."""
    if b"startxref" not in data[-4096:]:
        return Document("unreadable", "pdf")
    return Document("encrypted" if _PDF_ENCRYPTED.search(data) else "seen", "pdf")


def _zip(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if not 0 < len(members) <= MAX_MEMBERS:
                return Document("unreadable", "zip")
            if any(member.flag_bits & 1 for member in members):
                return Document("encrypted", "zip")
            names = {member.filename for member in members}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return Document("unreadable", "zip")
    for member, office in _OFFICE.items():
        if member in names and "[Content_Types].xml" in names:
            return Document("seen", office)
    # OpenDocument files start with their type, packed as it is.
    for kind, name in _OPEN_DOCUMENT.items():
        if data[30:].startswith(b"mimetype" + kind):
            return Document("seen", name)
    return Document("seen", "zip")


def _kind_of_text(text: str, extension: str) -> str:
    if _HTML.match(text[:10_000]):
        return "html"
    if extension not in {"md", "markdown", "txt"}:
        if text.lstrip()[:1] in {"{", "["} or extension in {"json", "jsonl", "ndjson"}:
            return "json"
        if _XML.match(text[:10_000]):
            return "html" if _XHTML.search(text[:2_000]) else "xml"
    if extension in {"csv", "tsv"} or (
        extension not in {"md", "markdown"} and looks_like_table(text)
    ):
        return "csv"
    return "markdown" if extension in {"md", "markdown"} else "text"
