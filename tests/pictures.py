"""Makes the pictures of the README again: `python -m tests.pictures`."""

import subprocess
import tempfile
from datetime import date
from pathlib import Path

from api.services import score, tell
from reports.i18n import load_language
from reports.renderer import render_pdf
from rubrics.loader import LIBRARY
from tests.page_pictures import picture_of_a_cohort, pictures_of_pages

SUBMISSION = LIBRARY / "wwc-2022" / "submissions" / "rio-verde" / "submission.yaml"
PICTURE = Path(__file__).parent / "golden" / "report-first-page.png"


def main() -> None:
    """Renders the first page of an example city's report, a page of the form, a review."""
    scored = score(str(SUBMISSION), on=date(2025, 11, 3))
    pdf = render_pdf(tell(scored, load_language("en")), paper="a4")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.pdf"
        page.write_bytes(pdf)
        target = str(PICTURE.with_suffix(""))
        first = ["-f", "1", "-l", "1", "-singlefile", "-r", "80", "-png"]
        subprocess.run(["pdftoppm", *first, str(page), target], check=True)
    pictures_of_pages()
    picture_of_a_cohort()


if __name__ == "__main__":
    main()
