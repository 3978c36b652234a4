"""What the tests of the command line share: a way to run it, and a small submission."""

import gc
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli import main
from tests.api.databases import (  # noqa: F401 (fixtures for all tests of the service)
    database,
    postgresql,
    postgresql_server,
    postgresql_template,
    sqlite,
    sqlite_template,
    world,
)
from tests.reports.conftest import pdfs  # noqa: F401 (a fixture)

ROOT = Path(__file__).parents[2]

SMALL = """\
rubric: wwc-2022
city: {name: Example, country: US, population: 100000}
answers:
  rdc7-awards: 95
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def readiness(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """Runs the command line in a folder of its own, as a shell would."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*words: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["readiness", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        status = ended.value.code
        return Ended(status if isinstance(status, int) else 0, captured.out, captured.err)

    yield run
    gc.enable()  # a command switches it off: it lives for a second, and tests do not


@pytest.fixture
def unprivileged(tmp_path: Path) -> Run:
    """Runs the command line in a process that file permissions bind, also where root tests.

    Root may read and write everything; without the two capabilities it may no more than others.
    """
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    prefix = bound if os.geteuid() == 0 else []
    program = [sys.executable, "-c", "from api.cli import main; main()"]

    def run(*words: object) -> Ended:
        ended = subprocess.run(
            [*prefix, *program, *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small, sound submission."""
    file = tmp_path / "city.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file
