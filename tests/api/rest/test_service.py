"""The service as people start it: a process, its documents true, its end in peace."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import pytest

from tests.api.conftest import Ended, Run

ROOT = Path(__file__).parents[3]
READINESS = [sys.executable, "-c", "from api.cli import main; main()"]
README = (ROOT / "api" / "rest" / "README.md").read_text("utf-8")
NO_SETTINGS = {name: v for name, v in os.environ.items() if not name.startswith("READINESS_")}


@dataclass(frozen=True)
class Service:
    """A service that runs, and what it says."""

    process: subprocess.Popen[str]
    site: str
    folder: Path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demo, as a newcomer starts it."""
    folder = tmp_path_factory.mktemp("demo")
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [*READINESS, "serve", "--port", str(port), "--data", str(folder / "data")],
            cwd=folder,
            env={**NO_SETTINGS, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
        )
        site = f"http://127.0.0.1:{port}"
        for _ in range(600):
            with suppress(OSError):
                urllib.request.urlopen(f"{site}/readyz").close()  # noqa: S310 (our own)
                break
            assert process.poll() is None, (folder / "said").read_text()
            time.sleep(0.1)
        yield Service(process, site, folder)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) in {0, -signal.SIGTERM}
    assert "Traceback" not in (folder / "said").read_text()


def test_demo_says_loudly_what_it_is(service):
    said = (service.folder / "said").read_text("utf-8")

    assert "DEMO: anybody at this machine signs in without a password." in said
    assert f"Open {service.site} in a browser." in said


def test_curl_session_of_the_readme_runs(service, tmp_path):
    script = README.split("```sh\n")[1].split("```")[0]
    script = script.replace("http://127.0.0.1:8000", service.site)
    assert service.site in script

    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr + run.stdout
    assert '"name":"Ana Souza"' in run.stdout
    assert '"title":"Alguien cambió esto mientras tanto","status":412' in run.stdout
    assert '"yours":{"value":60' in run.stdout
    assert '"title":"Awards in January"' in run.stdout
    assert '"guaranteed"' in run.stdout
    assert '"sentences":[{"requirement"' in run.stdout
    assert '"optimal"' in run.stdout or '"actions":[' in run.stdout
    assert "urn:readiness:problem" not in run.stdout.replace("urn:readiness:problem:stale", "")


def test_client_of_the_readme_runs(service, tmp_path):
    import httpx2

    with httpx2.Client(base_url=service.site, headers={"Origin": service.site}) as http:
        http.post("/api/v1/session/demo", json={"persona": "team_lead"}).raise_for_status()
        body = {"name": "client", "rights": ["read", "write"]}
        token = http.post("/api/v1/tokens", json=body).json()["secret"]

    run = subprocess.run(
        [sys.executable, str(ROOT / "tests/api/rest/client.py"), service.site, token],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert re.fullmatch(r"version \d+: \d+ to \d+ points\n", run.stdout)


LONG = "a secret that is long enough for anybody"
EVERYWHERE = "0.0.0.0"  # noqa: S104 (that is what is refused)
REAL = {"READINESS_SECRET": LONG, "READINESS_BASE_URL": "https://x.test"}


@pytest.fixture
def serve(readiness: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Starts the service with these settings and no others; for what ends at once."""
    for name in [name for name in os.environ if name.startswith("READINESS_")]:
        monkeypatch.delenv(name)

    def run(*words: str, **environment: str) -> Ended:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return readiness("serve", *words)

    return run


@pytest.mark.parametrize(
    ("words", "environment", "named"),
    [
        (("--host", EVERYWHERE), {}, "READINESS_SECRET, READINESS_BASE_URL"),
        (("--host", "::", "--demo"), {}, "READINESS_DEMO=false"),
        (("--host", "192.0.2.1"), {"READINESS_SECRET": LONG}, "settings: READINESS_BASE_URL"),
        ((), {"READINESS_BASE_URL": "https://x.test"}, "settings: READINESS_SECRET"),
        ((), {"READINESS_SECRET": "short"}, "READINESS_SECRET needs at least 32"),
        (("--host", EVERYWHERE), {"READINESS_DEMO": "true"}, "READINESS_DEMO=false"),
    ],
)
def test_service_for_others_names_what_is_missing(serve, words, environment, named, tmp_path):
    refused = serve(*words, READINESS_DATA_FOLDER=str(tmp_path / "data"), **environment)

    assert refused.status == 2
    assert named in refused.err
    assert "short" not in refused.err
    assert not (tmp_path / "data").exists()


def test_real_service_asks_for_its_tables_first(serve, tmp_path):
    refused = serve(READINESS_DATA_FOLDER=str(tmp_path / "data"), **REAL)

    assert refused.status == 2
    assert "readiness db upgrade" in refused.err


def test_database_of_the_demo_serves_nobody_else(serve, service):
    refused = serve(READINESS_DATA_FOLDER=str(service.folder / "data"), **REAL)

    assert refused.status == 2
    assert "This database was made for the demo" in refused.err


def test_demo_touches_no_real_database(serve, small):
    folder = small.database.settings.data_folder

    refused = serve("--demo", "--data", str(folder))

    assert refused.status == 2
    assert "holds real data" in refused.err


def test_request_under_way_ends_before_the_service_does(service):
    """The last test of this file: it ends the service."""
    import httpx2

    with httpx2.Client(base_url=service.site, headers={"Origin": service.site}) as http:
        http.post("/api/v1/session/demo", json={"persona": "coach"}).raise_for_status()
        found = http.get("/api/v1/assessments").json()["items"][0]["id"]
        with http.stream("GET", f"/api/v1/assessments/{found}/submission.xlsx") as response:
            service.process.send_signal(signal.SIGTERM)
            workbook = response.read()

    assert workbook[:2] == b"PK"
    assert service.process.wait(30) in {0, -signal.SIGTERM}
