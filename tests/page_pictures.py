"""Pictures of every page, each language, two widths: `python -m tests.page_pictures out/pages`.

Automated checks miss what collides, is cut or was never translated, so somebody looks at these.
The picture that the documentation shows is one of them: `make pictures` makes it again.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from api.demo_data import sign_in_demo
from tests.api.cohorts.cities import fill
from tests.api.web.serving import FLAGS, LANGUAGES, Site, chromium_path, running_site

WIDTHS = {"desktop": (1200, 900), "phone": (360, 740)}
PICTURE = Path(__file__).parent / "golden" / "form.png"
SHOWN = "/requirements/rdc7-awards"
COHORT = PICTURE.with_name("cohort.png")


def sign_in(page: Page, site: Site, language: str, persona: str = "team_lead") -> None:
    """Somebody of the demo, in a language."""
    page.goto(f"{site.url}/language/{language}?back=/sign-in")
    page.click(f"form:has(input[value={persona}]) button")


def all_pages(folder: Path) -> None:
    """Every page in every language, on a desk and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_site(Path(data)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for language in LANGUAGES:
            for name, (width, height) in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                sign_in(page, site, language)
                for i, path in enumerate(site.pages()):
                    page.goto(site.url + path)
                    plain = path.partition("?")[0].removeprefix(f"/assessments/{site.demo}")
                    short = plain.strip("/").replace("/", "-") or "first"
                    target = folder / f"{i:02}-{short}-{language}-{name}.png"
                    page.screenshot(path=target, full_page=True)
                page.close()
        browser.close()


def picture_of_the_form() -> None:
    """The picture of the form that the documentation shows."""
    with (
        tempfile.TemporaryDirectory() as data,
        running_site(Path(data)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        sign_in(page, site, "en")
        page.goto(f"{site.url}/assessments/{site.demo}{SHOWN}")
        page.screenshot(path=PICTURE)
        browser.close()


def picture_of_a_cohort() -> None:
    """The picture of all cities, without their names, that the documentation shows."""
    with (
        tempfile.TemporaryDirectory() as data,
        running_site(Path(data)) as site,
        sync_playwright() as playwright,
    ):
        database = site.app.state.site.database
        with database.write() as db:
            staff, today = sign_in_demo(db, "staff").actor, db.now.date()
        fill(database, staff, 60, last=today)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 1250})
        sign_in(page, site, "en", "staff")
        page.goto(f"{site.url}/cohorts/all")
        page.screenshot(path=COHORT)
        browser.close()


if __name__ == "__main__":
    all_pages(Path(sys.argv[1]))
