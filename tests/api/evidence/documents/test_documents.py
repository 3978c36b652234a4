"""What is seen of documents: pages, text, language, dates; and what of those that do not open."""

import io
import zipfile
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from api.evidence.documents import documents
from api.evidence.documents.documents import DocumentRead, language_code, read_document
from api.evidence.text import one_line
from assessment.facts import DocumentFacts, FoundDate

SPANISH = (
    "La Secretaría de Finanzas publica cada mes los contratos adjudicados y los pagos realizados "
    "a los proveedores del municipio, conforme a la ley de adquisiciones. "
) * 2
PORTUGUESE = (
    "A Secretaria de Finanças publica todos os meses os contratos adjudicados e os pagamentos "
    "feitos aos fornecedores do município, conforme a lei de licitações. "
) * 2
ENGLISH = (
    "The finance department publishes every month the contracts awarded and the payments made to "
    "vendors of the city, as the procurement code requires it to do. "
) * 2
ADOPTED = date(2025, 11, 3)


def said(on: date) -> FoundDate:
    return FoundDate(on=on, source="text", says="mentioned")


def created(on: date) -> FoundDate:
    return FoundDate(on=on, source="metadata", says="created")


def modified(on: date) -> FoundDate:
    return FoundDate(on=on, source="metadata", says="modified")


@pytest.fixture
def read(tmp_path: Path):
    def read(content: bytes | str, form: str) -> DocumentRead:
        path = tmp_path / "document"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_document(path, format=form)

    return read


def facts_of(found: DocumentRead) -> DocumentFacts:
    assert found.status == "seen"
    assert found.document is not None
    return found.document


# --- PDF ------------------------------------------------------------------------------------------


def pdf(*pages: str, prepare=None, **metadata: str) -> bytes:
    """A PDF with one line of text a page."""
    writer = PdfWriter()
    kind = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(name): NameObject(word) for name, word in kind.items()})
    font[NameObject("/Encoding")] = NameObject("/WinAnsiEncoding")
    for text in pages:
        page = writer.add_blank_page(width=600, height=200)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(b"BT /F1 9 Tf 9 9 Td (" + text.encode("cp1252") + b") Tj ET")
        page[NameObject("/Contents")] = writer._add_object(stream)
    if metadata:
        writer.add_metadata({f"/{name}": word for name, word in metadata.items()})
    if prepare is not None:
        prepare(writer)
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()


def test_a_pdf_says_its_pages_title_language_and_dates(read):
    content = pdf(
        SPANISH,
        "Aprobada el 3 de noviembre de 2025.",
        Title="Política\tde datos",
        CreationDate="D:20251001120000-06'00'",
        ModDate="D:20251104",
        prepare=lambda writer: writer.root_object.update(
            {NameObject("/Lang"): TextStringObject("es-MX")}
        ),
    )

    found = read(content, "pdf")

    assert facts_of(found) == DocumentFacts(
        pages=2,
        title="Política de datos",
        has_text=True,
        declared_language="es",
        language="es",
        dates=(modified(date(2025, 11, 4)), created(date(2025, 10, 1)), said(ADOPTED)),
    )
    assert "contratos adjudicados" in (found.text or "")


def test_a_pdf_made_by_newer_programs_says_its_dates_in_xmp(read):
    def prepare(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(
            b"<x><xmp:CreateDate>2025-10-01T10:00:00</xmp:CreateDate>"
            b'<rdf:Description xmp:ModifyDate="2025-11-04"/></x>'
        )
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)

    dates = facts_of(read(pdf(ENGLISH, prepare=prepare), "pdf")).dates

    assert dates == (modified(date(2025, 11, 4)), created(date(2025, 10, 1)))


@pytest.mark.parametrize("pages", [("", "", ""), ("1", "2", "3"), ("Page 1 of 2", "Page 2 of 2")])
def test_a_scan_has_no_text_whatever_stands_in_its_margin(read, pages):
    assert facts_of(read(pdf(*pages), "pdf")).has_text is False


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_that_only_forbids_to_print_is_read(read, algorithm):
    locked = pdf(
        ENGLISH,
        prepare=lambda writer: writer.encrypt("", "owner", algorithm=algorithm),
    )

    assert facts_of(read(locked, "pdf")).has_text is True


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_with_a_password_is_encrypted(read, algorithm):
    locked = pdf(
        ENGLISH,
        prepare=lambda writer: writer.encrypt("secret", algorithm=algorithm),
    )

    assert read(locked, "pdf") == DocumentRead("encrypted")


@pytest.mark.parametrize(
    "content",
    [
        pdf(ENGLISH)[:300],
        b"%PDF-1.7\nstartxref\n",
        b"%PDF-1.7\n" + b"\xff\x00noise" * 500 + b"startxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 50_000 + b"startxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"<<" * 50_000 + b"startxref\n9\n%%EOF",
    ],
)
def test_a_pdf_that_is_none_is_unreadable(read, content):
    assert read(content, "pdf").status == "unreadable"


def swell(writer: PdfWriter) -> None:
    """A page of a few kilobytes that becomes 60 megabytes."""
    squeeze = zlib.compressobj(9)
    pieces = [squeeze.compress(b"(x) Tj " * 150_000) for _ in range(60)]
    stream = DecodedStreamObject()
    stream.set_data(b"".join(pieces) + squeeze.flush())
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[1][NameObject("/Contents")] = writer._add_object(stream)


def repeat(writer: PdfWriter) -> None:
    """A page of hundreds of thousands of words."""
    stream = DecodedStreamObject()
    stream.set_data(zlib.compress(b"BT (x) Tj ET " * 300_000, 9))
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[1][NameObject("/Contents")] = writer._add_object(stream)


def break_contents(writer: PdfWriter) -> None:
    writer.pages[1][NameObject("/Contents")] = NumberObject(7)


@pytest.mark.parametrize("attack", [swell, repeat, break_contents])
def test_a_page_that_is_an_attack_does_not_hide_the_others(read, attack):
    facts = facts_of(read(pdf(ENGLISH, "x", ENGLISH, prepare=attack), "pdf"))

    assert (facts.pages, facts.has_text) == (3, True)


@pytest.mark.parametrize("attack", [swell, repeat])
def test_where_a_page_could_not_be_read_nobody_says_that_it_is_a_scan(read, attack):
    assert facts_of(read(pdf("", "x", prepare=attack), "pdf")).has_text is None


def root_of_pages(writer: PdfWriter) -> DictionaryObject:
    pages = writer.root_object["/Pages"].get_object()
    assert isinstance(pages, DictionaryObject)
    return pages


def circle(writer: PdfWriter) -> None:
    pages = root_of_pages(writer)
    reference = writer.root_object.raw_get("/Pages")
    pages[NameObject("/Kids")] = ArrayObject([reference] * 2)
    pages[NameObject("/Count")] = NumberObject(2_000_000_000)


def deep_circle(writer: PdfWriter) -> None:
    """A tree whose every branch holds all that is below it twice: 2^99 pages."""
    pages = root_of_pages(writer)
    kids = pages["/Kids"]
    for _ in range(99):
        branch = DictionaryObject({NameObject("/Type"): NameObject("/Pages")})
        branch[NameObject("/Kids")] = kids
        kids = ArrayObject([writer._add_object(branch)] * 2)
    pages[NameObject("/Kids")] = kids


@pytest.mark.parametrize("attack", [circle, deep_circle])
def test_pages_without_end_come_to_an_end(read, attack):
    assert read(pdf("x", prepare=attack), "pdf").status in {"unreadable", "too_large"}


def test_metadata_that_are_nonsense_are_not_facts(read):
    content = pdf(ENGLISH, Title="\x00\x01 \n", CreationDate="D:99999999", ModDate="yesterday")

    facts = facts_of(read(content, "pdf"))

    assert (facts.title, facts.dates) == (None, ())


def test_only_the_beginning_of_a_long_document_is_read(read, monkeypatch):
    monkeypatch.setattr("api.evidence.documents.pdf.MAX_PAGES", 2)

    found = read(pdf("first " * 9, "second " * 9, "third " * 9), "pdf")

    assert facts_of(found).pages == 3
    assert "second" in (found.text or "")
    assert "third" not in (found.text or "")


# --- Word -----------------------------------------------------------------------------------------


def word(*paragraphs: str, prepare=None) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if prepare is not None:
        prepare(document)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def with_part(content: bytes, name: str, part: bytes | None) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", 8) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        if part is not None:
            new.writestr(name, part)
    return packed.getvalue()


def test_a_word_document_says_its_pages_title_language_and_dates(read):
    def prepare(document) -> None:
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "Aprobada"
        table.cell(0, 1).text = "03/11/2025"
        core = document.core_properties
        core.title, core.language = "Política", "es-CO"
        core.created = datetime(2025, 10, 1, tzinfo=UTC)
        core.modified = datetime(2025, 11, 4, tzinfo=UTC)

    content = word(SPANISH, prepare=prepare)
    pages = b"<Properties><Pages>7</Pages></Properties>"

    found = read(with_part(content, "docProps/app.xml", pages), "docx")

    assert facts_of(found) == DocumentFacts(
        pages=7,
        title="Política",
        has_text=True,
        declared_language="es",
        language="es",
        dates=(modified(date(2025, 11, 4)), created(date(2025, 10, 1)), said(ADOPTED)),
    )
    assert "Aprobada" in (found.text or "")


NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def body(inside: str, *, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<w:document xmlns:w="{NAMESPACE}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{inside}</w:body></w:document>"
    ).encode()


def test_deleted_words_and_boxes_for_older_programs_are_not_read(read):
    inside = (
        "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<mc:AlternateContent><mc:Choice><w:r><w:t>box</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>box again</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )

    found = read(with_part(word("x"), "word/document.xml", body(inside)), "docx")

    assert (found.text or "").split() == ["keptbox"]


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.fixture
def entity(tmp_path):
    """Asks for a file of ours, as an external entity does."""
    secret = tmp_path / "secret"
    secret.write_text("words of ours", encoding="utf-8")
    return {
        "a file": f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        "a file, by a parameter": (
            f'<!DOCTYPE d [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p; <!ENTITY e "x">]>'
        ),
        "a whole type": f'<!DOCTYPE d SYSTEM "{secret.as_uri()}">',
        "a billion laughs": LAUGHS.replace("ENTITY i", "ENTITY e"),
        "quadratic laughs": f'<!DOCTYPE d [<!ENTITY e "{"ha" * 50_000}">]>',
    }


@pytest.mark.parametrize(
    "attack",
    ["a file", "a file, by a parameter", "a whole type", "a billion laughs", "quadratic laughs"],
)
@pytest.mark.parametrize("part", ["word/document.xml", "docProps/core.xml"])
def test_no_entity_of_a_word_document_is_followed(read, entity, attack, part):
    inside = "<w:p><w:r><w:t>" + "&e;" * 1_000 + "</w:t></w:r></w:p><title>&e;</title>"

    found = read(with_part(word("x"), part, body(inside, before=entity[attack])), "docx")

    told = (found.text or "") + str(found.document)
    assert found.status == ("unreadable" if part == "word/document.xml" else "seen")
    assert "words of ours" not in told
    assert "haha" not in told


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (with_part(word("x"), "word/document.xml", None), "unreadable"),
        (with_part(word("x"), "word/document.xml", b"<w:document"), "unreadable"),
        (with_part(word("x"), "word/document.xml", body("<w:p>" * 100_000)), "unreadable"),
        (with_part(word("x"), "word/document.xml", body(" " * 60_000_000)), "too_large"),
        (with_part(word("x"), "word/document.xml", body(" " * 30_000_000)), "too_large"),
        (word("x")[:-50], "unreadable"),
    ],
)
def test_a_word_document_that_is_damaged_or_a_bomb_is_said_so(read, content, status):
    assert read(content, "docx") == DocumentRead(status)


def test_damaged_properties_do_not_hide_a_word_document(read):
    content = with_part(word(ENGLISH), "docProps/core.xml", b"<cp:core")

    assert facts_of(read(content, "docx")).language == "en"


# --- pages, text and Markdown ---------------------------------------------------------------------

PAGE = f"""<!doctype html><html lang="pt-BR"><head><title>Como fornecer\n à prefeitura</title>
<meta property="article:published_time" content="2025-10-01T08:00:00Z">
<meta name="DCTERMS.modified" content="2025-11-04">
<meta name="author" content="2001-01-01">
<script>var day = "2001-01-02"</script><style>/* 2001-01-03 */</style>
<script type="application/ld+json">{{"dateModified": "2025-11-05T10:00"}}</script>
</head><body><h1>Como fornecer</h1><p>{PORTUGUESE}</p><p>Aprovada em 03/11/2025,
vista em <time datetime="2025-11-02">ontem</time>.</p>
<p>Sob <a href="https://creativecommons.org/licenses/by/4.0/">esta licença</a>.</p></body></html>"""


def test_a_page_says_its_title_language_and_dates(read):
    found = read(PAGE, "html")

    assert facts_of(found) == DocumentFacts(
        title="Como fornecer à prefeitura",
        has_text=True,
        declared_language="pt",
        language="pt",
        dates=(
            modified(date(2025, 11, 5)),
            modified(date(2025, 11, 4)),
            created(date(2025, 10, 1)),
            said(ADOPTED),
            said(date(2025, 11, 2)),
        ),
    )
    assert "https://creativecommons.org/licenses/by/4.0/" in (found.text or "")
    assert "var day" not in (found.text or "")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "latin-1"), ("nonsense", "cp1252"), ("zip", "cp1252")],
)
def test_a_page_is_read_in_its_own_encoding(read, declared, encoding):
    page = f'<html><meta charset="{declared}"><p>Licitación pública</p>'.encode(encoding)

    assert "Licitación pública" in (read(page, "html").text or "")


def test_a_page_that_a_script_fills_in_has_no_text(read):
    page = "<html><body><div id=root></div><script>go()</script></body></html>"

    assert facts_of(read(page, "html")).has_text is False


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 200_000 + "Adopted 3 November 2025",
        "<html><body " + " ".join(f"a{n}=1" for n in range(90_000)) + ">Adopted 3 November 2025",
        "<html><body>Adopted 3 November 2025" + "<b>" * 500_000,
        "<html><body>Adopted 3 November 2025" + "</b>" * 500_000,
        "<html><body>Adopted 3 November 2025" + "<!--" * 500_000,
        "<html><body>Adopted 3 November 2025" + "&amp" * 500_000,
        "<html><title>" + "Adopted 3 November 2025 " * 200_000 + "</title><p>3 November 2025",
    ],
    ids=["deep", "attributes", "open", "closing", "comments", "entities", "title"],
)
def test_a_page_made_to_be_slow_is_read(read, page):
    assert facts_of(read(page, "html")).dates == (said(ADOPTED),)


def test_no_entity_of_a_page_is_followed(read, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("words of ours", encoding="utf-8")
    page = f'<!doctype html [<!ENTITY e SYSTEM "{secret.as_uri()}">]><html><p>Adopted &e;</html>'

    assert "words of ours" not in (read(page, "html").text or "")


def test_markdown_is_titled_by_its_first_heading(read):
    facts = facts_of(
        read("In force.\n\n# **Open** data policy #\n\nAdopted 2025-11-03.", "markdown")
    )

    assert (facts.title, facts.dates) == ("Open data policy", (said(ADOPTED),))


def test_text_of_an_old_editor_is_read_in_its_own_encoding(read):
    found = read((SPANISH + "3 de noviembre de 2025").encode("cp1252"), "text")

    assert facts_of(found).language == "es"
    assert facts_of(found).dates == (said(ADOPTED),)


def test_bytes_that_are_no_text_are_unreadable(read):
    assert read(b"text with a NUL \x00 byte", "text") == DocumentRead("unreadable")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (SPANISH, "es"),
        (PORTUGUESE, "pt"),
        (ENGLISH, "en"),
        (SPANISH[:150], None),  # too short to be sure
        ("INV-2025 99881 23,000.00 A-12 " * 80, None),
        ("foo_bar(xx, yy) = qwe.asd[zz]; return tt->uu; " * 40, None),
    ],
)
def test_a_language_is_told_only_where_the_text_is_long_and_clear(read, text, language):
    assert facts_of(read(text, "text")).language == language


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        *(("es-MX", "es"), ("pt_BR", "pt"), ("EN", "en"), ("spa", "es"), ("por", "pt")),
        *(("", None), (None, None), ("español", None), ("x-default", None), ("zzz", None)),
    ],
)
def test_a_declared_language_has_one_code_however_it_is_written(declared, code):
    assert language_code(declared) == code


def test_words_that_break_json_do_not_come_out(read):
    found = read("Adopted\ud800 3 November 2025".encode("utf-16", "surrogatepass"), "text")

    assert found.status == "unreadable"
    assert one_line("a\u2028b\ud800c\x85d", length=9) == "a b c d"


def test_a_calendar_of_dates_does_not_crowd_out_what_programs_wrote(read):
    days = " ".join(f"2026-01-{day:02d}" for day in range(1, 32))

    dates = facts_of(read(pdf(days, ModDate="D:20251104"), "pdf")).dates

    assert len(dates) == documents.MAX_DATES
    assert dates[0] == modified(date(2025, 11, 4))
    assert dates[1] == said(date(2026, 1, 31))
