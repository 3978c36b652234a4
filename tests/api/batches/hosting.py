"""A service with the workers of its batches, as processes of their own, and its API as staff."""

import io
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.settings import Settings
from tests.api.batches.conftest import started
from tests.api.databases import World
from tests.api.rest.conftest import BASE, app_of

BATCHES = "/api/v1/batches"
WORKER = (sys.executable, "-m", "api.batches.service")


class Service:
    """The API of a world for one of its people, and workers to be started and killed."""

    def __init__(self, world: World, name: str = "staff") -> None:
        headers = {"Authorization": f"Bearer {world.tokens[name]}"}
        self.world = world
        self.app = app_of(world)
        self.client = TestClient(self.app, base_url=BASE, headers=headers)

    def close(self) -> None:
        self.client.close()
        self.app.state.site.close()

    def begin(self, name: str, content: bytes, **said: Any) -> Any:
        """The answer to an upload; `headers` are the request's."""
        headers = said.pop("headers", {})
        files = {"file": (name, content)}
        data = {"on": "2025-11-03", **said}
        return self.client.post(BATCHES, files=files, data=data, headers=headers)

    def read(self, batch: str) -> dict[str, Any]:
        answer = self.client.get(f"{BATCHES}/{batch}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def wait(self, batch: str, *states: str, seconds: float = 240) -> dict[str, Any]:
        self.wait_until(lambda: self.read(batch)["state"] in states, seconds=seconds)
        return self.read(batch)

    def wait_until(self, happened: Callable[[], bool], *, seconds: float = 240) -> None:
        """Waits for something that must happen soon, and leaves the cores to those who do it."""
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.3)

    @contextmanager
    def worker(self, name: str = "worker-1", *, program: Sequence[str] = WORKER) -> Iterator[Any]:
        """A worker of the service, which is gone at the end."""
        words = [*program, name]
        with started(words, more=settings_as_environment(self.world.database.settings)) as running:
            yield running


def settings_as_environment(settings: Settings) -> Mapping[str, str]:
    return {
        "READINESS_DATA_FOLDER": str(settings.data_folder),
        "READINESS_DATABASE_URL": settings.database_url,
    }


@contextmanager
def service_of(world: World) -> Iterator[Service]:
    with closing(Service(world)) as service:
        yield service


def packed(folder: Path) -> bytes:
    """The files of a folder as a ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return stream.getvalue()
