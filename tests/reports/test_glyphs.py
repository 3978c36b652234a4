"""What a stranger writes is readable in print: in our fonts, or told in words."""

import shutil
import subprocess
import unicodedata
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from api.dossier import SUBMISSION, dossier
from api.services import judge
from assessment.validation import validate
from reports.builder import build_report
from reports.glyphs import COVERED, in_words
from reports.i18n import load_language
from reports.renderer import render_html, render_pdf
from reports.renderer.pages import STATIC
from rubrics.text import Plain
from tests.reports.conftest import leave_out
from tests.reports.examples import DAY, FOLDER, rubric

LONG = "word " * 2_000
"""An answer of 10,000 characters."""


def test_the_list_of_signs_is_that_of_the_fonts():
    fonts = {code for font in STATIC.glob("fonts/*.ttf") for code in TTFont(font).getBestCmap()}
    listed = {code for first, last in COVERED for code in range(first, last + 1)}

    blank = {code for code in listed if unicodedata.category(chr(code)) in {"Cc", "Cf"}}
    assert listed - fonts <= blank
    assert fonts - listed == {0x387, 0xFEFF}  # a point of Greek, and a mark nobody sees


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("São José, Ñuñoa, Łódź", "São José, Ñuñoa, Łódź"),
        ("שלום, عمر, Иван, Ωμέγα", "שלום, عمر, Иван, Ωμέγα"),
        ("Good 😀", "Good [grinning face]"),
        ("👍🏽 and 👨\u200d👩\u200d👧", "[thumbs up sign] and [man woman girl]"),
        ("🇧🇷", "[B R]"),
        ("中文", "[U+4E2D U+6587]"),
        ("中" * 20, "[" + " ".join(["U+4E2D"] * 8) + " +12]"),
        ("a\u200db\ufe0f", "ab"),
        ("\U0010ffff", "[U+10FFFF]"),
    ],
)
def test_what_the_fonts_lack_is_told_in_words(text, told):
    assert in_words(text) == told


@pytest.fixture(scope="module")
def hostile() -> Any:
    """A city that tries everything at once, from its submission on."""
    odd = "عمر שלום 😀 <script>alert(1)</script>"
    pieces: list[Plain] = [
        {
            "id": f"piece-{n}",
            "kind": "policy",
            "title": f"{n} {odd} {'x' * 90}",
            "file": f"evidence/{n}.pdf",
            "serves": ["rdc7-policy"],
            "note": LONG,
            "facts": {"status": "seen", "format": "pdf", "size": 10, "sha256": f"{n:064x}"},
        }
        for n in range(500)
    ]
    data: dict[str, Plain] = {
        "rubric": rubric().id,
        "city": {"name": odd, "country": "MX", "population": 100_000},
        "answers": {
            "rdc7-awards": 90,
            "rdc7-data-map": {"rows": [{"stage": "planning", "data_element": LONG}]},
        },
        "not_applicable": {},
        "evidence": pieces,
        "decisions": [
            {
                "about": "RDC7",
                "verdict": "needs_proof",
                "reason": LONG[:3_900] + "the end",
                "by": "\u202eevil \u0000 coach",
            }
        ],
    }
    submission = validate(rubric(), data, {})
    return judge(rubric(), FOLDER, submission, on=DAY)


def test_500_pieces_of_evidence_and_long_text_in_any_script_come_out_readable(
    pdfs, hostile, tmp_path
):
    report = build_report(hostile.assessment, rubric(), language=load_language("en"))
    for tool in ("pdftotext", "qpdf"):
        if shutil.which(tool) is None:
            leave_out(f"{tool} is not installed here")

    carried = dossier(hostile, report, paper="a4")

    pdf = render_pdf(report, attachments=carried)

    assert LONG.encode() in next(one.content for one in carried if one.name == SUBMISSION)
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    text = " ".join(unicodedata.normalize("NFKC", done.stdout.decode()).split())
    assert "[grinning face]" in text
    assert "<script>alert(1)</script>" in text
    assert "שלום" in text
    assert "عمر" in text
    assert "the end" in text
    assert all(f"{n:064x}" in text for n in range(500))
    assert "evil coach" in text
    assert subprocess.run(["qpdf", "--check", str(path)], check=False).returncode == 0


def test_a_browser_shows_what_only_our_fonts_lack(hostile):
    report = build_report(hostile.assessment, rubric(), language=load_language("en"))

    page = render_html(report)

    assert "😀" in page
    assert "<script" not in page
