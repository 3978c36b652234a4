"""Pictures of every page, each language, two widths: `python -m tests.page_pictures out/pages`.

Automated checks miss what collides, is cut or was never translated, so somebody looks at these.
The picture that the documentation shows is one of them: `make pictures` makes it again.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from api.demo_data import sign_in_demo
from api.examples import DAY
from api.workspace.reading import assessments
from api.workspace.submitting import submit
from tests.api.cohorts.cities import fill
from tests.api.web.serving import FLAGS, LANGUAGES, Site, chromium_path, running_site

WIDTHS = {"desktop": (1200, 900), "phone": (360, 740)}
PICTURE = Path(__file__).parent / "golden" / "form.png"
SHOWN = "/requirements/rdc7-awards"
REVIEW = Path(__file__).parent / "golden" / "review.png"
REVIEWED = "/lines/rdc7-policy"
REVIEWS = ("", REVIEWED, "/lines/DM1", "/request", "/sign-off")
"""Pages of a review, of a city that has something to look at everywhere."""
COHORT = PICTURE.with_name("cohort.png")


def sign_in(page: Page, site: Site, language: str, persona: str = "team_lead") -> None:
    """Somebody of the demo, in a language."""
    page.goto(f"{site.url}/language/{language}?back=/sign-in")
    page.click(f"form:has(input[value={persona}]) button")


def review_of(site: Site) -> str:
    """The address of a review: of what the stand-in of Puerto Claro hands in."""
    with site.app.state.site.database.write() as db:
        coach = sign_in_demo(db, "coach").actor
        lead = sign_in_demo(db, "lead-puerto-claro").actor
        found = next(a for a in assessments(db, coach).items if a.city.name == "Puerto Claro")
        submit(db, lead, found.id, version=None, on=DAY)
    return f"/reviews/{found.id}"


def all_pages(folder: Path) -> None:
    """Every page in every language, on a desk and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_site(Path(data)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        review = review_of(site)
        reviews = ["/reviews", "/reviews/calibration", *(review + path for path in REVIEWS)]
        for language in LANGUAGES:
            for name, (width, height) in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                for persona, paths in (("team_lead", site.pages()), ("coach", reviews)):
                    sign_in(page, site, language, persona)
                    for i, path in enumerate(paths):
                        page.goto(site.url + path)
                        plain = path.partition("?")[0].removeprefix(f"/assessments/{site.demo}")
                        short = plain.replace(review, "review").strip("/").replace("/", "-")
                        target = f"{persona}-{i:02}-{short or 'first'}-{language}-{name}.png"
                        page.screenshot(path=folder / target, full_page=True)
                page.close()
        browser.close()


def pictures_of_pages() -> None:
    """The pictures of the form and of a review that the documentation shows."""
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
        sign_in(page, site, "en", "coach")
        page.goto(f"{site.url}{review_of(site)}{REVIEWED}")
        page.set_viewport_size({"width": 1100, "height": 1080})
        page.screenshot(path=REVIEW)
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
