"""Tells what a file is by what is in it: a name proves nothing.

Only the head, the tail and the table of contents of an archive are read, so that a file of
gigabytes costs no more than a letter. The name is asked only which kind of plain text it is, for
Markdown and CSV are both just text.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from api.evidence.tables.tables import looks_like_table
from api.evidence.text import decode_head

Opening = Literal["seen", "encrypted", "unreadable"]

HEAD = 65_536
"""Bytes from the start by which text is told from everything else."""

TAIL = 4_096
"""Bytes at the end in which a whole PDF says where its table of contents is."""

MAX_MEMBERS = 10_000
"""Members of an office file; we look at its table of contents and unpack nothing."""

ARCHIVES = frozenset({"zip", "gz", "bz2", "xz", "zst", "7z", "rar", "tar"})
"""Formats that hold other files; of these `packed.py` opens zip and gz."""

TABLES = frozenset({"csv", "xlsx", "xls", "ods", "parquet"})
"""Formats of rows and columns."""

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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
_MANIFEST = "META-INF/manifest.xml"
_MAX_MANIFEST = 1_000_000
_OLD_OFFICE = {
    "EncryptedPackage": "",  # a newer file that is locked: which kind, nobody can see
    "Workbook": "xls",
    "Book": "xls",
    "WordDocument": "doc",
    "PowerPoint Document": "ppt",
}
_MAX_OLE_SECTORS = 1_000
_MAX_XLS_RECORDS = 20
_FILE_PASS = 0x2F
_MARKDOWN = frozenset({"md", "markdown"})
_JSON = frozenset({"json", "jsonl", "ndjson"})

# Comments may come first. Possessive, or a thousand of them would be tried in every combination.
_HTML = re.compile(
    r"\s*(?:(?><!--.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(r"\s*<\?xml\s|\s*<[A-Za-z_][\w.:-]*[\s>/]")
_XHTML = re.compile(r"<html\b", re.IGNORECASE)
# "[The policy](https://…)" and "{draft}" begin a letter; these begin data, whatever the name says.
_SURELY_JSON = re.compile(r'\s*(?:\{\s*(?:"[^"\n]{0,200}"\s*:|\})|\[\s*(?:\{\s*["}]|\[|\]))')


@dataclass(frozen=True, slots=True)
class Told:
    """What a file turned out to be, and whether it opens without a password."""

    status: Opening
    format: str | None = None


_BY_MAGIC = {
    b"\x89PNG\r\n\x1a\n": Told("seen", "png"),
    b"\xff\xd8\xff": Told("seen", "jpeg"),
    b"\x1f\x8b\x08": Told("seen", "gz"),
    # Into these archives we have no safe way.
    b"BZh": Told("unreadable", "bz2"),
    b"\xfd7zXZ\x00": Told("unreadable", "xz"),
    b"\x28\xb5\x2f\xfd": Told("unreadable", "zst"),
    b"7z\xbc\xaf\x27\x1c": Told("unreadable", "7z"),
    b"Rar!\x1a\x07": Told("unreadable", "rar"),
}


def tell_format(path: Path, *, name: str) -> Told:
    """What the file at `path` is, which its team calls `name`."""
    with path.open("rb") as file:
        head = _start(file)
        for magic, told in _BY_MAGIC.items():
            if head.startswith(magic):
                return told
        if head[257:262] == b"ustar":
            return Told("unreadable", "tar")
        if b"%PDF-" in head[:1024]:
            return _pdf(file)
        if head.startswith((b"PAR1", b"PARE")):
            return _parquet(file)
        if head.startswith((_ZIP, _EMPTY_ZIP)):
            return _zip(file, head)
        if head.startswith(_OLE):
            return _ole(file, head)
    text = decode_head(head)
    if text is None or not text.strip():
        return Told("unreadable")
    return Told("seen", _kind_of_text(text, name.lower().rpartition(".")[2]))


def _start(file: BinaryIO) -> bytes:
    """The first bytes of the file, from where anything but blanks stands in it."""
    head = file.read(HEAD)
    while head and not head.strip():
        head = file.read(HEAD)
    return head


def _tail(file: BinaryIO, size: int) -> bytes:
    end = file.seek(0, 2)
    file.seek(max(0, end - size))
    return file.read(size)


def _pdf(file: BinaryIO) -> Told:
    """A PDF whose end is missing is a broken download; its reader says whether it is locked."""
    return Told("seen" if b"startxref" in _tail(file, TAIL) else "unreadable", "pdf")


def _parquet(file: BinaryIO) -> Told:
    """Parquet ends as it begins, with PAR1, or with PARE where even its columns are a secret."""
    endings: dict[bytes, Opening] = {b"PAR1": "seen", b"PARE": "encrypted"}
    return Told(endings.get(_tail(file, 4), "unreadable"), "parquet")


def _zip(file: BinaryIO, head: bytes) -> Told:
    """OpenDocument files start with their type, packed as it is; others have telling members."""
    named = head[30:]
    open_document = next(
        (kind for start, kind in _OPEN_DOCUMENT.items() if named.startswith(b"mimetype" + start)),
        None,
    )
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if not 0 < len(members) <= MAX_MEMBERS:
                return Told("unreadable", "zip")
            names = {member.filename for member in members}
            office = next((kind for member, kind in _OFFICE.items() if member in names), None)
            kind = open_document or (office if "[Content_Types].xml" in names else None) or "zip"
            locked = any(member.flag_bits & 1 for member in members)
            if locked or (open_document and _is_locked(archive)):
                return Told("encrypted", kind)
    except (zipfile.BadZipFile, LookupError, ValueError, NotImplementedError, OSError):
        return Told("unreadable", "zip")
    return Told("seen", kind)


def _is_locked(archive: zipfile.ZipFile) -> bool:
    """Whether an OpenDocument file says that its parts are encrypted; its archive never does."""
    try:
        with archive.open(_MANIFEST) as manifest:
            return b"encryption-data" in manifest.read(_MAX_MANIFEST)
    except KeyError:
        return False


def _ole(file: BinaryIO, head: bytes) -> Told:
    """Office before 2007, or a newer file locked with a password, by the first stream we know."""
    try:
        for entry in _directory(file, head):
            length = struct.unpack_from("<H", entry, 64)[0]
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            kind = _OLD_OFFICE.get(name)
            if kind is None:
                continue
            locked = not kind or _is_locked_stream(file, head, entry, kind)
            return Told("encrypted" if locked else "seen", kind or None)
    except (struct.error, OSError):  # cut short, or leads beyond every end
        pass
    return Told("unreadable")


def _sector(file: BinaryIO, head: bytes, number: int) -> bytes:
    size = 1 << struct.unpack_from("<H", head, 30)[0] % 16
    file.seek((number + 1) * size)
    return file.read(size)


def _directory(file: BinaryIO, head: bytes) -> Iterator[bytes]:
    """The entries of the file's own table of contents, along its chain of sectors.

    The chain is followed through the part of the allocation table that the header names, and for so
    many steps that a circle ends.
    """
    number: int = struct.unpack_from("<I", head, 48)[0]
    for _ in range(_MAX_OLE_SECTORS):
        sector = _sector(file, head, number)
        yield from (sector[at : at + 128] for at in range(0, len(sector) - 127, 128))
        which, place = divmod(number, max(1, len(sector) // 4))
        if which >= 109 or not sector:
            return
        table = _sector(file, head, struct.unpack_from("<I", head, 76 + 4 * which)[0])
        number = struct.unpack_from("<I", table, 4 * place)[0]
        if number >= 0xFFFFFFFA:  # the end of the chain
            return


def _is_locked_stream(file: BinaryIO, head: bytes, entry: bytes, kind: str) -> bool:
    """Whether an old document says in its first bytes that the rest is encrypted."""
    start, size = struct.unpack_from("<II", entry, 116)
    if size < 4_096:  # it lies elsewhere, and is too small for a document that Office wrote
        return False
    stream = _sector(file, head, start)
    if kind == "doc":
        return bool(struct.unpack_from("<H", stream, 10)[0] & 0x0100)
    at = 0
    for _ in range(_MAX_XLS_RECORDS if kind == "xls" else 0):
        if at + 4 > len(stream):
            return False
        record, length = struct.unpack_from("<HH", stream, at)
        if record == _FILE_PASS:
            return True
        at += 4 + length
    return False


def _kind_of_text(text: str, extension: str) -> str:
    if _HTML.match(text[:10_000]):
        return "html"
    if _SURELY_JSON.match(text):
        return "json"
    if extension not in {*_MARKDOWN, "txt"}:
        if text.lstrip()[:1] in {"{", "["} or extension in _JSON:
            return "json"
        if _XML.match(text[:10_000]):
            is_page = _XHTML.search(text[:2_000]) or extension in {"html", "htm"}
            return "html" if is_page else "xml"
    if extension in {"csv", "tsv"} or (extension not in _MARKDOWN and looks_like_table(text)):
        return "csv"
    return "markdown" if extension in _MARKDOWN else "text"
