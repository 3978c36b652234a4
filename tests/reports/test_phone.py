"""The HTML edition in a browser: it fits a phone, and asks for nothing."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from reports.renderer import render_html
from tests.reports.conftest import leave_out
from tests.reports.examples import mixed_city, report_on
from tests.reports.golden import editions

PHONE = 360
"""How many pixels a small phone is wide."""


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    """A page of Chromium, as wide as a phone."""
    chromium = shutil.which("chromium")
    if chromium is None:
        leave_out("Chromium is not installed here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": PHONE, "height": 740})
        browser.close()


def test_page_fits_a_phone_and_asks_for_nothing(browser_page):
    asked: list[str] = []
    complaints: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on("console", lambda message: complaints.append(message.text))

    for view in [*editions().values(), report_on(mixed_city(), "es")]:
        browser_page.set_content(render_html(view))

        wide = browser_page.evaluate(
            "[...document.querySelectorAll('body *')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('thead'))"
            ".map(e => e.outerHTML.slice(0, 120))"
        )
        assert wide == [], view.kind
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= PHONE, view.kind

    assert [url for url in asked if not url.startswith("data:")] == []
    assert complaints == []
