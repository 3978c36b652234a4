"""A real service in its demo mode, and a real browser in front of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.api.web.serving import FLAGS, Site, chromium_path, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        reason = "there is no Chromium here: apt-get install chromium"
        if os.environ.get("READINESS_LEAVE_NONE_OUT") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser. `complaints` are errors of scripts and of the policy for content."""

    def __init__(self, site: Site, context: BrowserContext) -> None:
        self.site = site
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))

    def _hear(self, kind: str, text: str) -> None:
        # Answers of 4xx are what some tests are about, and the browser notes each of them.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def go(self, path: str) -> int:
        answer = self.page.goto(self.site.url + path)
        return answer.status if answer is not None else 0

    def speak(self, language: str) -> None:
        self.go(f"/language/{language}?back=/")

    def sign_in(self, persona: str = "team_lead") -> None:
        self.go("/sign-in")
        self.page.click(f"form:has(input[value={persona}]) button")


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Visit]:
    """Opens another browser of its own: `visit(script=False, width=320)`."""
    opened: list[Visitor] = []

    def open_one(*, script: bool = True, width: int = 1200, height: int = 900) -> Visitor:
        context = chromium.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": height},
            locale="en-US",
            reduced_motion="reduce",
        )
        opened.append(Visitor(site, context))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()
    assert [complaint for one in opened for complaint in one.complaints] == []


@contextmanager
def offline(context: BrowserContext) -> Iterator[None]:
    """The connection is lost for a while."""
    context.set_offline(True)
    yield
    context.set_offline(False)
