"""A newcomer's stopwatch: from `git clone` to a scored answer in the browser: `make stopwatch`.

It clones this repository into a new folder, types the one command that the README names, waits for
the address that it shows, and answers a question there with a real browser. Packages come from the
registry, or from whatever of them the machine keeps: both are told.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from playwright.sync_api import Page, sync_playwright

from tests.api.web.serving import FLAGS, chromium_path

ROOT = Path(__file__).parents[1]
PATIENCE = 600
"""Seconds after which a newcomer has gone."""

OPEN = re.compile(r"Open (http://\S+) in a browser")


@dataclass(frozen=True)
class Lap:
    """How long after the start something was there, in seconds."""

    what: str
    seconds: float


def run(folder: Path) -> Iterator[Lap]:
    """The way of a newcomer, lap by lap."""
    began = time.monotonic()

    def lap(what: str) -> Lap:
        return Lap(what, time.monotonic() - began)

    clone = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder / "readiness")]
    subprocess.run(clone, check=True)
    yield lap("the repository is cloned")
    with served(folder / "readiness") as site:
        yield lap("`make serve` shows an address")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            page = browser.new_page(locale="en-US")
            page.goto(f"{site}/sign-in")
            yield lap("the first page is there")
            answer_something(page)
            yield lap("an answer is saved and scored")
            browser.close()


def answer_something(page: Page) -> None:
    """Signs in as a team lead, opens the first question, answers, and sees the points change."""
    page.click("form:has(input[value=team_lead]) button")
    page.click("main .cards a")
    page.click("main a[href$='/requirements/rdc7-awards']")
    before = page.inner_text("[data-verdict]")
    page.fill("[id='answer']", "12")
    page.wait_for_selector(".is-kept")
    if page.inner_text("[data-verdict]") == before:
        raise AssertionError("an answer that is too low changed no verdict")


@contextmanager
def served(clone: Path) -> Iterator[str]:
    """`make serve` in a clone, as it is typed there; its address, as soon as it is shown."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("READINESS_", "VIRTUAL_"))}
    said = clone.parent / "said"
    with said.open("w") as out:
        process = subprocess.Popen(
            ["make", "serve", f"PORT={port}"],
            cwd=clone,
            env={**outside, "COLUMNS": "200", "LANG": "C.UTF-8"},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield address(process, said)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def address(process: subprocess.Popen[bytes], said: Path) -> str:
    """What is to be opened in a browser, once it answers."""
    for _ in range(PATIENCE * 5):
        found = OPEN.search(said.read_text())
        if found is not None and answers(found[1]):
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise SystemExit(f"The service did not start:\n{said.read_text()[-2000:]}")


def answers(site: str) -> bool:
    """Whether a service is there."""
    host, _, port = site.removeprefix("http://").rstrip("/").partition(":")
    with socket() as knock:
        return knock.connect_ex((host, int(port))) == 0


def main() -> None:
    """Runs it once, and tells the laps."""
    if shutil.which("make") is None or chromium_path() is None:
        sys.exit("The stopwatch needs make and Chromium: apt-get install make chromium")
    with tempfile.TemporaryDirectory(prefix="readiness-newcomer-") as folder:
        for lap in run(Path(folder)):
            print(f"{lap.seconds:6.1f} s  {lap.what}", flush=True)


if __name__ == "__main__":
    main()
