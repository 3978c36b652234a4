"""Every bad file is answered in time with one clear word; nothing is executed or fetched."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from api.examining import examine
from rubrics.problems import InputError
from tests.api.evidence.bad_files import BAD_FILES

ON = date(2025, 11, 3)
SECONDS = 30
"""No file may take longer; most take a tenth of a second."""


class Canary(ThreadingHTTPServer):
    """A server that nobody may call, and that notes whoever does."""

    def __init__(self) -> None:
        self.calls: list[str] = []

        class Noting(BaseHTTPRequestHandler):
            def do_GET(inner) -> None:  # noqa: N805 (the name that http.server looks for)
                self.calls.append(inner.path)
                inner.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Noting)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    server = Canary()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_CACHE", "no")


def said_of(path: Path, kind: str | None) -> str:
    """The status of what was seen, or the code of the one problem."""
    try:
        return examine(str(path), kind=kind, on=ON).facts.status
    except InputError as error:
        (problem,) = error.problems
        return problem.code


def test_there_are_at_least_sixty_bad_files():
    assert len(BAD_FILES) >= 60


def handed_in_as(name: str) -> tuple[str | None, ...]:
    """Everything may be handed in as data; tables as forms, too."""
    return (None, "dataset", "data_map") if name.endswith((".csv", ".xlsx")) else (None, "dataset")


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in BAD_FILES for kind in handed_in_as(name)]
)
def test_a_bad_file_is_answered_with_one_word_in_time(name, kind, tmp_path, canary):
    bad = BAD_FILES[name]
    path = bad.make(tmp_path, f"http://127.0.0.1:{canary.server_port}/{name}")
    handed_in = sorted(tmp_path.iterdir())
    began = time.monotonic()

    said = said_of(path, kind)

    assert time.monotonic() - began < SECONDS
    assert said in bad.said
    assert canary.calls == []
    assert sorted(tmp_path.iterdir()) == handed_in
