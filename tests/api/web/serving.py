"""A real service in its demo mode on loopback, and the browser that Debian ships."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.demo_data import make_demo, sign_in_demo
from api.settings import demo_settings
from api.workspace.reading import assessments
from api.workspace.starting import start_assessment

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
LANGUAGES = ("en", "es", "pt")

OPEN = ("/", "/eligibility?country=BR&population=96000", "/eligibility", "/sign-in")
INSIDE = ("/cities", "/account", "/nope")
OF_AN_ASSESSMENT = (
    *("", "/requirements/rdc7-awards", "/requirements/rdc7-data-map", "/declarations/DM"),
    *("/requirements/rdc7-contracts", "/requirements/rdc8-vendor-types", "/criteria/RDC8"),
    *("/requirements/rdc8-survey", "/evidence", "/evidence/registros-ocds", "/plan"),
    *("/activity", "/activity/set-aside", "/submit", "/submissions", "/workbook"),
)


@dataclass(frozen=True)
class Site:
    """The service: its address, the demo's finished assessment, and how to begin another one."""

    url: str
    demo: str
    city: str
    begin: Callable[[], str]
    app: FastAPI

    def pages(self) -> list[str]:
        """Every page, outside and inside, of the demo's assessment: it has something everywhere."""
        base, city = f"/assessments/{self.demo}", f"/cities/{self.city}"
        own = [base + path for path in OF_AN_ASSESSMENT]
        return [*OPEN, *INSIDE, city, f"{city}/new", *own]


def chromium_path() -> str | None:
    """Where the browser is, if it is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """The service on a free port, with the demo's cities; it calls no address of theirs."""
    settings = demo_settings(folder).model_copy(
        update={"sign_ins_per_minute": 0, "requests_per_minute": 0, "fetch_links": False}
    )
    app = create_app(settings)
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
        demo = assessments(db, lead).items[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", demo.id, demo.city.id, begin, app)
    server.should_exit = True
    thread.join(timeout=20)
