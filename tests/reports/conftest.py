"""What the tests of reports need of the machine: Pango for PDFs, poppler to look at them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from reports.renderer import PdfUnavailableError, render_pdf
from tests.reports.examples import empty_city, report_on


def leave_out(reason: str) -> None:
    """Skips a test that this machine cannot run; where nothing may be left out, it fails."""
    if os.environ.get("READINESS_LEAVE_NONE_OUT") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def pdfs():
    """Makes PDFs, where the machine can."""
    try:
        render_pdf(report_on(empty_city()))
    except PdfUnavailableError as error:
        leave_out(str(error))
    return render_pdf


@pytest.fixture(scope="session")
def pdf_text():
    """The text of a PDF as a reader sees it."""
    if shutil.which("pdftotext") is None:
        leave_out("poppler is not installed here")

    def text(pdf: bytes, folder: Path) -> str:
        path = folder / "report.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True
        )
        return done.stdout.decode()

    return text
