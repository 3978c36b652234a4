"""What a file is, by what is in it; and what is said of a file that does not open."""

import io
import zipfile

import pytest
from pypdf import PdfWriter

from api.evidence.documents import open_document


def pdf(password: str | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def archive(*names: str, first: tuple[str, str] | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as members:
        if first is not None:
            members.writestr(*first)
        for name in names:
            members.writestr(name, "<x/>")
    return stream.getvalue()


ODS = "application/vnd.oasis.opendocument.spreadsheet"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40) + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf(), "pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("content.xml", first=("mimetype", ODS)), "ods"),
        (archive("letter.txt"), "zip"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "png"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "jpeg"),
        (b"PAR1" + bytes(9), "parquet"),
        (b"<!DOCTYPE html><p>How to sell to the city", "html"),
        (b"\xef\xbb\xbf\n<!-- saved -->\n<!-- twice -->\n<html lang='es'>", "html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "html"),
        (b"<?xml version='1.0'?><awards/>", "xml"),
        (b'{"releases": []}', "json"),
        (b"stage,owner\naward,Purchasing\n", "csv"),
        (b"Adopted in March, by the council.\nIn force.", "text"),
    ],
)
def test_a_file_is_what_is_in_it_whatever_its_name_says(data, expected):
    for name in ("file", "file.pdf", "file.docx"):
        document = open_document(data, name=name)

        assert (document.status, document.format) == ("seen", expected)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"# Policy\n\nAdopted in March.", "policy.md", "markdown"),
        (b"[The policy](https://city.example)", "policy.md", "markdown"),
        (b"a, b\nc, d\n", "policy.md", "markdown"),
        (b"only_one_column\nvalue\n", "table.csv", "csv"),
        (b"not at all json", "data.json", "json"),
    ],
)
def test_the_name_says_only_which_kind_of_text_it_is(data, name, expected):
    assert open_document(data, name=name).format == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf("secret"), "encrypted"),
        (LOCKED, "encrypted"),
        (LOCKED[:40], "unreadable"),
        (pdf()[:-200], "unreadable"),
        (b"", "unreadable"),
        (b" \n\t ", "unreadable"),
        (b"\xef\xbb\xbf", "unreadable"),
        (b"PK\x03\x04" + bytes(100), "unreadable"),
        (archive("a.txt")[:-10], "unreadable"),
        (archive(), "unreadable"),
        (bytes(range(256)), "unreadable"),
        (b"text with a NUL \x00 byte", "unreadable"),
        (b"\x81\x8d\x8f is no letter in any encoding that we try", "unreadable"),
    ],
)
def test_what_does_not_open_is_said_so(data, expected):
    assert open_document(data, name="file.pdf").status == expected


def test_a_locked_member_makes_an_archive_encrypted():
    data = bytearray(archive("word/document.xml", "[Content_Types].xml"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(signature) + offset
        data[place] |= 1

    assert open_document(bytes(data), name="letter.docx").status == "encrypted"


def test_text_of_an_old_spreadsheet_is_read_in_its_own_encoding():
    document = open_document("Licitación,año\nPavimento,2025\n".encode("cp1252"), name="t.csv")

    assert document.text is not None
    assert document.text.startswith("Licitación,año")


def test_text_in_utf_16_is_read():
    document = open_document("etapa\tdueño\naward\tCompras\n".encode("utf-16"), name="t.csv")

    assert (document.format, document.text) == ("csv", "etapa\tdueño\naward\tCompras\n")


def test_a_thousand_comments_before_nothing_take_no_time():
    """A pattern that tries every way of joining the comments would never end."""
    document = open_document(b"<!-- a --> " * 900 + b"<p>", name="page.html")

    assert document.status == "seen"
