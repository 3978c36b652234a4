"""Every page for everybody: no finding of axe, all of it by keyboard, nothing cut at 320 pixels."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.api.web.conftest import Visit, Visitor
from tests.api.web.serving import LANGUAGES

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def shown(visitor: Visitor, path: str) -> None:
    visitor.go(path)
    for closed in visitor.page.query_selector_all("details:not([open]) > summary"):
        closed.evaluate("summary => summary.parentElement.open = true")


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(visit: Visit, language: str):
    one, axe = visit(width=1280), Axe()
    one.speak(language)
    one.sign_in()
    found = []
    # Markup is the same in every language, so that the others only show that theirs is declared.
    for path in one.site.pages() if language == "en" else one.site.pages()[::8]:
        shown(one, path)
        result = axe.run(one.page, options=RULES)
        found += [(path, v["id"], v["nodes"][0]["html"]) for v in result.response["violations"]]

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_on_a_small_phone(visit: Visit, language: str):
    one = visit(width=320, height=640)
    one.speak(language)
    one.sign_in()
    wide = []
    for path in one.site.pages():
        shown(one, path)
        width = one.page.evaluate("document.documentElement.scrollWidth")
        wide += [(path, width)] if width > 320 else []

    assert wide == []


_REACHABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"


_TAGGED = """selector => {
    const seen = el => el.checkVisibility() && !el.disabled && el.tabIndex >= 0;
    const all = [...document.querySelectorAll(selector)].filter(seen);
    all.forEach((el, i) => { el.dataset.place = i; });
}"""
_FOCUSED = """() => { const own = document.activeElement, near = own.nextElementSibling;
    const style = getComputedStyle(own);
    const ring = s => s && (s.outlineStyle !== 'none' || s.boxShadow !== 'none');
    const beside = near && ring(getComputedStyle(near, '::before'));
    return [own.dataset.place ?? null, Boolean(ring(style) || beside), own.outerHTML.slice(0, 200)];
}"""
_MISSING = """reached => [...document.querySelectorAll('[data-place]')]
    .filter(el => !reached.includes(Number(el.dataset.place)) && el.type !== 'radio')
    .map(el => el.outerHTML.slice(0, 120))"""


def by_keyboard(page: Page) -> list[str]:
    """What the keyboard does not reach, reaches out of order, or reaches without showing it."""
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")  # from the very top
    page.evaluate(_TAGGED, _REACHABLE)
    reached: list[int] = []
    unseen = []
    for _ in range(600):
        page.keyboard.press("Tab")
        place, visible, html = page.evaluate(_FOCUSED)
        if place is None or (int(place) in reached and int(place) != reached[-1]):
            break  # all the way round; a date has several stops inside
        reached.append(int(place))
        unseen += [] if visible else [f"no focus shown: {html}"]
    disorder = [] if reached == sorted(reached) else [f"out of order: {reached}"]
    return [*unseen, *disorder, *page.evaluate(_MISSING, reached)]


@pytest.mark.parametrize(
    "paths",
    [
        ("", "/requirements/rdc8-survey"),
        ("/requirements/rdc8-change-in-use", "/requirements/rdc7-data-map"),
        ("/evidence", "/evidence/registros-ocds"),
        ("/submit", "/declarations/DM", "/criteria/RDC8", "/plan", "/workbook", "/activity"),
    ],
)
def test_keyboard_alone_reaches_everything_in_the_order_of_the_page(
    visit: Visit, paths: tuple[str, ...]
):
    one = visit()
    one.speak("en")
    one.sign_in()
    found = []
    for path in paths:
        one.go(f"/assessments/{one.site.demo}{path}")
        found += [(path, what) for what in by_keyboard(one.page)]

    assert found == []


def test_keyboard_alone_goes_through_the_door(visit: Visit):
    one = visit()
    one.speak("en")
    found = []
    for path in ("/", "/sign-in"):
        one.go(path)
        found += [(path, what) for what in by_keyboard(one.page)]
    one.sign_in()
    city = f"/cities/{one.site.city}"
    for path in ("/cities", "/account", city, f"{city}/new"):
        one.go(path)
        found += [(path, what) for what in by_keyboard(one.page)]

    assert found == []


def test_skip_link_is_first_and_leads_to_the_content(visit: Visit):
    one = visit()
    one.speak("en")
    one.go("/")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.textContent.trim()") == "Skip to the content"
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("location.hash") == "#main"


def test_error_summary_takes_the_focus_and_leads_to_the_field(visit: Visit):
    one = visit()
    one.speak("en")
    one.go("/eligibility")
    assert "govuk-error-summary" in one.page.evaluate("document.activeElement.className")
    one.page.click(".govuk-error-summary a >> nth=1")
    assert one.page.evaluate("document.activeElement.id") == "population"


def test_printed_page_shows_the_answers_and_no_buttons(visit: Visit):
    one = visit()
    one.sign_in()
    one.go(f"/assessments/{one.site.demo}/requirements/rdc7-awards")
    one.page.emulate_media(media="print")
    assert not one.page.is_visible(".keep button >> nth=0")
    assert one.page.is_visible(".panel")
