"""The editions: pages that strangers' text cannot break, and PDFs that are the same every time."""

import dataclasses
import http.server
import io
import os
import re
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import jinja2
import pypdf
import pytest

from reports import renderer
from reports.i18n import LANGUAGES
from reports.renderer import pages, printer, render_html
from reports.report import Report
from tests.reports.examples import empty_city, mixed_city, report_of, report_on

ROOT = Path(__file__).parents[2]
SCRIPT = "<script>alert('x')</script>"


def hostile(text: str) -> Report:
    """A report in which everything that a city may write is this text."""
    report = report_on(mixed_city())
    evidence = tuple(dataclasses.replace(e, title=text, place=text) for e in report.evidence)
    criteria = tuple(
        dataclasses.replace(
            section,
            coach=text,
            requirements=tuple(
                dataclasses.replace(r, coach=text) for r in section.requirements[:2]
            ),
        )
        for section in report.criteria
    )
    summary = dataclasses.replace(report.summary, headline=text)
    return dataclasses.replace(
        report, city=text, title=text, summary=summary, criteria=criteria, evidence=evidence
    )


# --- HTML -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_one_file_and_says_its_language(language):
    page = render_html(report_of("rio-verde", language))

    assert page.startswith("<!DOCTYPE html>")
    assert f'<html lang="{language}">' in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert "url(" not in page


def test_text_of_strangers_is_escaped_wherever_it_is_shown():
    page = render_html(hostile(f"{SCRIPT}\"><img src=x onerror=alert(1)>' onload='x"))

    assert "<script" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;") > 20


def test_the_page_may_run_nothing_and_ask_for_nothing():
    page = render_html(report_on(empty_city()))

    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page


def test_hidden_characters_and_lone_surrogates_do_not_reach_the_page():
    page = render_html(hostile("A\x00\ud800\u202eB"))

    assert ">AB<" in page
    page.encode()


def test_a_name_that_a_template_misspells_is_an_error():
    template = pages.environment(printed=True).from_string("{{ report.citty }}")

    with pytest.raises(jinja2.UndefinedError):
        template.render(report=report_on(empty_city()))


def test_headings_skip_no_level_and_there_is_one_title():
    levels = [int(n) for n in re.findall(r"<h([1-6])", render_html(report_on(mixed_city())))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_picture_has_its_words_and_every_head_its_scope():
    page = render_html(report_on(mixed_city()))

    assert all(
        'alt="' in image and 'alt=""' not in image for image in re.findall("<img[^>]*>", page)
    )
    assert all("scope=" in head for head in re.findall("<th[ >][^>]*>?", page))


def test_a_city_without_actions_gets_no_empty_plan():
    assert ">What to do<" not in render_html(report_of("puerto-claro", "en"))


# --- style ----------------------------------------------------------------------------------------


def test_the_style_sheet_leaves_out_what_leaks_memory():
    css = re.sub(r"/\*.*?\*/", "", (pages.STATIC / "report.css").read_text(), flags=re.DOTALL)

    for name in ("font-variant", "font-feature-settings", "font-kerning", "@font-face", "@import"):
        assert name not in css


# --- PDF ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edition", "size"),
    [
        (("puerto-claro", "es", "a4"), (595.3, 841.9)),
        (("rio-verde", "pt", "a4"), (595.3, 841.9)),
        (("springfield-falls", "en", "letter"), (612, 792)),
    ],
    ids=["a4-es", "a4-pt", "letter-en"],
)
def test_a_pdf_is_tagged_titled_and_says_what_the_report_says(
    pdfs, pdf_text, tmp_path, edition, size
):
    name, language, paper = edition
    report = report_of(name, language)

    pdf = pdfs(report, paper=paper)

    read = pypdf.PdfReader(io.BytesIO(pdf))
    root = cast("Any", read.trailer["/Root"])
    about = cast("Any", read.metadata)
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert about.title == report.title
    assert about.creation_date.date() == report.on
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert 6 <= len(read.pages) <= 10
    assert [float(n) for n in read.pages[0].mediabox[2:]] == pytest.approx(size, abs=0.1)
    text = re.sub(r"\s+", " ", pdf_text(pdf, tmp_path))
    for part in (report.city, report.summary.headline, report.summary.distance, report.status):
        assert part in text
    for line in report.evidence:
        assert line.sha256 in text
    assert re.search(rf"{len(read.pages)} ?/ ?{len(read.pages)}", text)


def test_a_pdf_has_only_our_own_fonts_and_no_missing_letter(pdfs, caplog):
    read = pypdf.PdfReader(io.BytesIO(pdfs(report_on(mixed_city(), "pt"))))

    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in read.pages
        for font in cast("Any", page["/Resources"])["/Font"].values()
    }
    assert fonts
    assert all("Readiness-Sans" in font for font in fonts), fonts
    assert caplog.records == []  # a style or picture that WeasyPrint could not use


def test_the_first_page_holds_the_answer_and_the_next_steps(pdfs):
    for language in ("es", "pt"):
        report = report_of("springfield-falls", language)
        page = pypdf.PdfReader(io.BytesIO(pdfs(report, paper="letter"))).pages[0]
        text = re.sub(r"\s+", " ", page.extract_text())
        for action in report.summary.next_actions:
            assert action.title in text, language


def test_the_same_report_gives_the_same_bytes_in_another_process(pdfs, tmp_path):
    code = (
        "import sys\n"
        "from tests.reports.examples import empty_city, report_on\n"
        "from reports.renderer import render_pdf\n"
        "open(sys.argv[1], 'wb').write(render_pdf(report_on(empty_city(), 'es')))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}

    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "b.pdf")],
        cwd=ROOT,
        env=environment,
        check=True,
    )

    assert pdfs(report_on(empty_city(), "es")) == (tmp_path / "b.pdf").read_bytes()


def test_making_a_pdf_leaves_the_fonts_of_other_programs_alone(pdfs):
    pdfs(report_on(empty_city()))

    assert "FONTCONFIG_FILE" not in os.environ


@pytest.mark.parametrize(
    "text",
    [
        "\ud800" * 50,
        "Z\u0301\u0302\u0303" * 2_000,
        "w" * 200_000,
        "a " * 100_000,
        "\u202e" + "x" * 70,
        "<div>" * 2_000,
    ],
    ids=["surrogates", "accents", "word", "words", "direction", "tags"],
)
def test_no_text_of_a_stranger_stops_the_printer(pdfs, text):
    report = report_on(empty_city())
    summary = dataclasses.replace(report.summary, headline=text)

    pdf = pdfs(dataclasses.replace(report, city=text, summary=summary))

    assert pdf.startswith(b"%PDF-")


# --- the lock -------------------------------------------------------------------------------------

HIDDEN = "the-secret-of-this-machine"

VECTORS = """
<link rel="stylesheet" href="{url}">
<link rel="attachment" href="{url}">
<a rel="attachment" href="{url}">a</a>
<img src="{url}">
<img srcset="{url} 2x" src="{url}">
<object data="{url}"></object>
<embed src="{url}">
<iframe src="{url}"></iframe>
<input type="image" src="{url}">
<video poster="{url}"></video>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<image href="{url}" width="9" height="9"/><image xlink:href="{url}" width="9" height="9"/>
<use href="{url}#a"/><style>@import url({url});</style></svg>
<style>@import url("{url}"); @font-face {{ font-family: f; src: url("{url}") }}
p {{ background: url("{url}"); list-style-image: url("{url}") }}
p::before {{ content: url("{url}") }} p {{ font-family: f; border-image: url("{url}") }}</style>
<p style="background-image: url('{url}')">p</p>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}'/></svg>">
"""


@pytest.fixture
def asked():
    """A server of this machine, and every request that it got."""
    requests: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(HIDDEN.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()
    thread.join()


def print_with(fetcher: object, url: str) -> bytes:
    """The PDF of a page that tries everything to open an address."""
    loaded = printer.load_printer()
    page = loaded.weasyprint.HTML(
        string=VECTORS.format(url=url), url_fetcher=fetcher, base_url="x:"
    )
    pdf: bytes = page.write_pdf(font_config=loaded.fonts, uncompressed_pdf=True)
    return pdf


def test_a_page_that_names_files_and_addresses_gets_none_of_them(pdfs, asked, tmp_path):
    """Even if somebody found a way past the escaping, the fetcher opens nothing."""
    address, requests = asked
    file = tmp_path / "hidden.txt"
    file.write_text(HIDDEN)
    locked = printer.load_printer().fetcher({})

    for url in (file.as_uri(), str(file), f"{address}/x", f"//{address.partition('//')[2]}/x"):
        pdf = print_with(locked, url)
        assert HIDDEN.encode() not in pdf
        assert not pypdf.PdfReader(io.BytesIO(pdf)).attachments

    assert requests == []


def test_without_the_lock_the_same_page_would_get_them(pdfs, asked, tmp_path):
    """What the test above defends against is real."""
    address, requests = asked
    file = tmp_path / "hidden.txt"
    file.write_text(HIDDEN)
    unlocked = printer.load_printer().weasyprint.urls.URLFetcher()

    pdf = print_with(unlocked, file.as_uri())
    print_with(unlocked, f"{address}/x")

    assert HIDDEN.encode() in pdf
    assert requests


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.org/a.svg",
        "ftp://example.org/a",
        "data:text/html,x",
        "mem:picture-2.svg",
        "mem:../picture-1.svg",
        "MEM:picture-1.svg",
        "mem:picture-1.svg?x",
        "",
    ],
)
def test_the_fetcher_knows_its_pictures_by_their_exact_names_only(pdfs, url):
    fetcher = printer.load_printer().fetcher({"mem:picture-1.svg": b"<svg/>"})

    assert fetcher("mem:picture-1.svg").read() == b"<svg/>"
    with pytest.raises(renderer.RefusedError, match="its own pictures only"):
        fetcher(url)


# --- without the libraries ------------------------------------------------------------------------


def test_without_pango_the_error_names_the_line_to_run(tmp_path):
    """WeasyPrint without its libraries fails when it is imported, and so does this stand-in."""
    package = tmp_path / "weasyprint"
    package.mkdir()
    (package / "__init__.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    code = (
        "from reports.renderer import PdfUnavailableError, render_html, render_pdf\n"
        "from tests.reports.examples import empty_city, report_on\n"
        "assert render_html(report_on(empty_city()))\n"
        "try:\n"
        "    render_pdf(report_on(empty_city()))\n"
        "except PdfUnavailableError as error:\n"
        "    print(error)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "apt-get install -y --no-install-recommends libpango-1.0-0" in done.stdout


def test_html_needs_no_layout_engine():
    code = (
        "import sys\n"
        "from tests.reports.examples import empty_city, report_on\n"
        "from reports.renderer import render_html\n"
        "render_html(report_on(empty_city()))\n"
        "assert 'weasyprint' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
