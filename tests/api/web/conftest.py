"""A real service in its demo mode on loopback, and a real browser in front of it."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.app import create_app
from api.demo_data import make_demo, sign_in_demo
from api.settings import demo_settings
from api.web import mount
from api.workspace.reading import assessments
from api.workspace.starting import start_assessment

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
LANGUAGES = ("en", "es", "pt")


@dataclass(frozen=True)
class Site:
    """The service: its address, the demo's finished assessment, and how to begin another one."""

    url: str
    demo: str
    begin: Callable[[], str]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    settings = demo_settings(tmp_path_factory.mktemp("service")).model_copy(
        update={"sign_ins_per_minute": 0, "requests_per_minute": 0, "fetch_links": False}
    )
    app = create_app(settings)
    if not hasattr(app.state, "fault_page"):
        mount(app)
    database = app.state.site.database
    make_demo(database)

    def begin() -> str:
        with database.write() as db:
            who = sign_in_demo(db, "team_lead").actor
            city = next(iter(who.memberships))
            made = start_assessment(
                db, who, city_id=city, title="Test", sprint="oct-2025", cohort="es"
            )
            return made.id

    with database.write() as db:
        lead = sign_in_demo(db, "team_lead").actor
        demo = assessments(db, lead).items[0].id
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", demo, begin)
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
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
