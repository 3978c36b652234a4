"""The pages of cohorts and of another edition: for all who may see them, in every language."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from api.demo_data import sign_in_demo
from rubrics.loader import LIBRARY, rule_files
from tests.api.cohorts.cities import fill
from tests.api.web.conftest import Visit, Visitor
from tests.api.web.serving import LANGUAGES, Site
from tests.api.web.test_access import RULES, by_keyboard

CHOSEN = "/cohorts/oct-2025?named=yes&language=es"


@pytest.fixture(scope="module")
def filled(site: Site) -> Site:
    """The demo with a dozen more cities, all of which have handed in."""
    database = site.app.state.site.database
    with database.write() as db:
        staff, today = sign_in_demo(db, "staff").actor, db.now.date()
    fill(database, staff, 12, last=today)
    return site


def edition() -> bytes:
    """Another edition, in which more has to be public."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in rule_files(LIBRARY / "wwc-2022").items():
            archive.writestr(name, text.replace(b"check: {min: 80}", b"check: {min: 95}"))
    return packed.getvalue()


def compare(one: Visitor, content: bytes) -> None:
    """Sends an edition."""
    one.go("/rubrics/impact")
    one.page.set_input_files(
        "input[name=edition]",
        {"name": "edition.zip", "mimeType": "application/zip", "buffer": content},
    )
    with one.page.expect_navigation(timeout=60_000):
        one.page.click("button[value=page]")


def pages(one: Visitor, language: str) -> Iterator[tuple[str, str]]:
    """The pages, with a word of ours that stands in each; the visitor is at it.

    What has the least of its own is looked at in one language.
    """
    page = one.page
    if language == "en":
        one.go("/cohorts")
        yield "cohorts", "oct-2025"
        one.go("/cohorts/all")
        assert "Alta 000" not in page.content()
        yield "without names", "RDC7"
    one.go(CHOSEN)
    page.fill("#name", "")
    with page.expect_navigation():
        page.click("#keep button")
    for summary in page.query_selector_all("main summary"):
        summary.click()
    yield "with names, unfolded, and a view without a name", "Alta 000"
    one.go("/rubrics/impact")
    with page.expect_navigation():
        page.click("button[value=page]")
    yield "no edition", "ZIP"


def test_cohort_pages_are_for_everybody(filled: Site, visit: Visit):
    one, axe = visit(width=1280), Axe()
    one.sign_in("staff")
    found: list[tuple[object, ...]] = []
    for language in LANGUAGES:
        one.speak(language)
        for name, word in pages(one, language):
            page = one.page
            found += [(name, "language")] if page.get_attribute("html", "lang") != language else []
            found += [] if word in page.content() else [(name, word)]
            result = axe.run(page, options=RULES).response
            found += [(name, v["id"], v["nodes"][0]["html"]) for v in result["violations"]]
            found += [(name, what) for what in by_keyboard(page)] if language == "en" else []
            page.set_viewport_size({"width": 320, "height": 640})
            width = page.evaluate("document.documentElement.scrollWidth")
            found += [(name, width)] if width > 320 else []
            page.set_viewport_size({"width": 1280, "height": 900})

    assert found == []


def test_a_view_is_kept_and_another_edition_compared(filled: Site, visit: Visit):
    one = visit(script=False)
    page = one.page
    one.speak("en")
    one.sign_in("staff")
    one.go(CHOSEN)
    page.fill("#name", "Spanish speakers")
    page.click("#keep button")
    page.click("text=Spanish speakers")
    assert page.input_value("#choose-language") == "es"
    with page.expect_download() as coming:
        page.click("text=Cities as CSV")
    assert coming.value.suggested_filename.endswith("-confidential-cities.csv")
    one.go("/cohorts")
    page.click("main form button")
    assert page.query_selector("text=Spanish speakers") is None
    compare(one, edition())
    assert "check.min 80 → 95" in page.inner_text("main")

    one.context.clear_cookies(name="readiness")
    one.sign_in("team_lead")
    assert page.query_selector("header a[href='/cohorts']") is None
    assert [one.go(path) for path in ("/cohorts", "/cohorts/all", "/rubrics/impact")] == [403] * 3
    one.context.clear_cookies(name="readiness")
    one.sign_in("coach")
    assert one.go("/cohorts/all") == 200
    assert page.query_selector("a[href*='named']") is None
    assert [one.go(path) for path in (CHOSEN, "/rubrics/impact")] == [403] * 2
