"""The pages of each kind as they were last looked at: `python -m tests.reports.golden` renews them.

Who changes a template sees in the difference what readers will see. Pictures are named by their
digests, the style sheet is left out: neither is read by anybody here.
"""

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

from api.services import tell
from reports.builder import CityKind
from reports.edition import Edition
from reports.i18n import load_language
from reports.renderer import render_html
from tests.reports.examples import cohort_report, demo_city, demo_city_on

FOLDER = Path(__file__).parent.parent / "golden"

KINDS: tuple[CityKind, ...] = ("report", "summary", "session")


def editions() -> dict[str, Edition]:
    """A small example of each kind, by its name."""
    language = load_language("en")
    scored = demo_city("rio-verde")
    since = demo_city_on("rio-verde", date(2024, 11, 3))
    return {
        kind: tell(scored, language, kind=kind, since=since if kind == "session" else None)
        for kind in KINDS
    } | {"cohort": cohort_report("en", count=12)}


def normal(page: str) -> str:
    """A page without what changes by itself: style, pictures, digests, space."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    page = re.sub(
        r'src="data:([^"]*)"', lambda m: f'src="{sha256(m[1].encode()).hexdigest()[:12]}"', page
    )
    page = re.sub(r"\b[0-9a-f]{64}\b", "…", page)
    return re.sub(r"\s*\n\s*", "\n", page).strip() + "\n"


def main() -> None:
    """Writes the pages anew."""
    for kind, edition in editions().items():
        (FOLDER / f"{kind}.html").write_text(normal(render_html(edition)), encoding="utf-8")


if __name__ == "__main__":
    main()
