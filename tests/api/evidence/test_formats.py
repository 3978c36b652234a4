"""What a file is, by what is in it; and what is said of a file that does not open."""

import io
import struct
import zipfile
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest
import xlsxwriter
from pypdf import PdfWriter

from api.evidence.formats import HEAD, Told, tell_format

ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODT = "application/vnd.oasis.opendocument.text"


def pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def archive(*names: str, first: tuple[str, str] | None = None, manifest: str = "<x/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as members:
        if first is not None:
            members.writestr(*first)
        for name in names:
            members.writestr(name, manifest if "manifest" in name else "<x/>")
    return stream.getvalue()


def locked_workbook() -> bytes:
    stream = io.BytesIO()
    plain = io.BytesIO()
    xlsxwriter.Workbook(plain).close()
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", stream)
    return stream.getvalue()


def ole(stream: str, content: bytes, *, loop: bool = False) -> bytes:
    """A file of Office 97 with one stream, which starts with `content`."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 1 if loop else 0xFFFFFFFE, *[0xFFFFFFFE] * 126)
    entries = b""
    for name, kind in (("Root Entry", 5), (stream, 2), ("", 0), ("", 0)):
        entry = bytearray(128)
        encoded = name.encode("utf-16-le")
        entry[: len(encoded)] = encoded
        struct.pack_into("<HB", entry, 64, len(encoded) + 2 if name else 0, kind)
        struct.pack_into("<II", entry, 116, 2, 4_096)
        entries += bytes(entry)
    return bytes(header) + table + entries + content.ljust(4_096, b"\0")


BOF = struct.pack("<HH16s", 0x0809, 16, b"\x00\x06\x05\x00")
FILE_PASS = struct.pack("<HH6s", 0x2F, 6, b"\x01")


@pytest.fixture
def told(tmp_path: Path):
    def tell(content: bytes, name: str = "file") -> Told:
        path = tmp_path / "kept-under-another-name"
        path.write_bytes(content)
        return tell_format(path, name=name)

    return tell


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf(), "pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (archive("content.xml", first=("mimetype", ODS)), "ods"),
        (archive("content.xml", first=("mimetype", ODT)), "odt"),
        (archive("letter.txt"), "zip"),
        (archive("word/document.xml"), "zip"),
        (b"\x1f\x8b\x08" + bytes(20), "gz"),
        (ole("Workbook", BOF), "xls"),
        (ole("Book", BOF), "xls"),
        (ole("WordDocument", b"\xec\xa5" + bytes(20)), "doc"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "png"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "jpeg"),
        (b"PAR1" + bytes(9) + b"PAR1", "parquet"),
        (b"<!DOCTYPE html><p>How to sell to the city", "html"),
        (b"\xef\xbb\xbf\n<!-- saved -->\n<!-- twice -->\n<html lang='es'>", "html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "html"),
        (b"<?xml version='1.0'?><awards/>", "xml"),
        (b'{"releases": []}', "json"),
        (b'[{"ocid": 1}]', "json"),
        (b"stage,owner\naward,Purchasing\n", "csv"),
        (b"Adopted in March, by the council.\nIn force.", "text"),
        (b"Adopted in March" + "ñ".encode() * HEAD, "text"),  # cut in the middle of a letter
        (b"\n" * 3 * HEAD + b"Adopted in March", "text"),
    ],
)
def test_a_file_is_what_is_in_it_whatever_its_name_says(told, content, expected):
    for name in ("file", "file.pdf", "file.docx", "file.xls"):
        assert told(content, name) == Told("seen", expected)


@pytest.mark.parametrize("name", ["data.txt", "data.md", "data.csv", "data.html", "data"])
def test_data_are_data_though_their_name_says_text(told, name):
    assert told(b'{"releases": [{"ocid": "ocds-1"}]}', name).format == "json"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"# Policy\n\nAdopted in March.", "policy.md", "markdown"),
        (b"[The policy](https://city.example)", "policy.md", "markdown"),
        (b"{draft} The policy", "policy.txt", "text"),
        (b"a, b\nc, d\n", "policy.md", "markdown"),
        (b"only_one_column\nvalue\n", "table.csv", "csv"),
        (b"not at all json", "data.json", "json"),
        (b"<p>A part of a page</p>", "page.html", "html"),
        (b"<awards></awards>", "awards.xml", "xml"),
    ],
)
def test_the_name_says_only_which_kind_of_text_it_is(told, content, name, expected):
    assert told(content, name).format == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (locked_workbook(), Told("encrypted")),
        (ole("EncryptedPackage", b""), Told("encrypted")),
        (ole("Workbook", BOF + FILE_PASS), Told("encrypted", "xls")),
        (ole("WordDocument", b"\xec\xa5" + bytes(8) + b"\x00\x01"), Told("encrypted", "doc")),
        (
            archive(
                "META-INF/manifest.xml",
                first=("mimetype", ODS),
                manifest="<manifest:encryption-data/>",
            ),
            Told("encrypted", "ods"),
        ),
        (b"PARE" + bytes(9) + b"PARE", Told("encrypted", "parquet")),
        (b"PAR1" + bytes(9), Told("unreadable", "parquet")),
        (pdf()[:-200], Told("unreadable", "pdf")),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), Told("unreadable", "7z")),
        (b"Rar!\x1a\x07\x01" + bytes(20), Told("unreadable", "rar")),
        (bytes(257) + b"ustar" + bytes(300), Told("unreadable", "tar")),
        (b"PK\x03\x04" + bytes(100), Told("unreadable", "zip")),
        (archive("a.txt")[:-10], Told("unreadable", "zip")),
        (archive(), Told("unreadable", "zip")),
        (ole("Workbook", BOF)[:40], Told("unreadable")),
        (ole("Contents", b"", loop=True), Told("unreadable")),  # a chain that bites its tail
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000), Told("unreadable")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4_000, Told("unreadable")),
        (b"", Told("unreadable")),
        (b" \n\t ", Told("unreadable")),
        (b"\xef\xbb\xbf", Told("unreadable")),
        (bytes(range(256)), Told("unreadable")),
        (b"text with a NUL \x00 byte", Told("unreadable")),
        (b"\x81\x8d\x8f is no letter in any encoding that we try", Told("unreadable")),
    ],
)
def test_what_does_not_open_is_said_so(told, content, expected):
    assert told(content, "file.pdf") == expected


def test_a_locked_member_makes_an_archive_encrypted(told):
    content = bytearray(archive("word/document.xml", "[Content_Types].xml"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1

    assert told(bytes(content), "letter.docx") == Told("encrypted", "docx")


def test_text_in_utf_16_is_text(told):
    assert told("etapa\tdueño\naward\tCompras\n".encode("utf-16"), "t.csv").format == "csv"


def test_a_file_of_two_gigabytes_of_nothing_is_told_without_being_kept(tmp_path):
    path = tmp_path / "sparse.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2 << 30)

    assert tell_format(path, name="sparse.pdf") == Told("unreadable", "pdf")


def test_a_thousand_comments_before_nothing_take_no_time(told):
    """A pattern that tries every way of joining the comments would never end."""
    assert told(b"<!-- a --> " * 900 + b"<p>", "page.html").status == "seen"
