"""Many writers on one assessment while its server is killed again and again; no word may be lost.

    python -m tests.api.soak --seconds 60 --writers 50

Each writer does what a browser does: saves with the version it has seen, writes something new after
a conflict, and sends the same again when no answer comes. Afterwards the database must hold every
answer that was acknowledged, as the version that was told, by whoever said it, in order, and none
twice.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from sqlalchemy import select
from sqlalchemy import text as statement

from api.accounts.actor import Role
from api.accounts.rights import Action
from api.accounts.sessions import sign_in_as
from api.accounts.tokens import create_token
from api.db import Database, open_database, upgrade
from api.db.checks import find_damage
from api.db.tables import answer, revision
from api.settings import Settings
from tests.api.databases import add_person, address, administering, make_world, start_postgresql

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"

NAMES = (
    ("prepared_by", ""),
    ("rdc7-awards", ""),
    ("rdc7-fresh-and-complete", "coverage_by_number"),
    ("rdc8-survey", "responses"),
    ("rdc8-payment-time", "avg_days_to_pay"),
    ("rdc8-early-notice", "median_days_open"),
    ("rdc8-capacity", "vendors_trained"),
)
"""What all writers save, and the field of it; each value is written once, by one of them."""


@dataclass
class Heard:
    """What one writer was told: every answer that was acknowledged, in its order."""

    person: str
    token: str
    acknowledged: list[tuple[str, int, object]] = field(default_factory=list)
    conflicts: int = 0
    unheard: int = 0


@dataclass(frozen=True)
class Outcome:
    """How it went: what was acknowledged, how often the server died, and all that is wrong."""

    saved: int
    conflicts: int
    unheard: int
    kills: int
    wrong: tuple[str, ...]


def soak(database: Database, *, seconds: float, writers: int, workers: int = 1) -> Outcome:
    """Lets writers save for so long, killing the server at random, and looks what is there."""
    world = make_world(database)
    tokens: dict[str, str] = {}
    with database.write() as db:
        for number in range(writers):
            who = add_person(database, db.sql, f"w{number}", Role.TEAM_MEMBER, world.a.id)
            actor = sign_in_as(db, who).actor
            rights = [Action.READ, Action.WRITE]
            tokens[who] = create_token(db, actor, name="soak", rights=rights, days=1)[1]
    server = Server(database.settings, workers=workers)
    stop = threading.Event()
    heard = [Heard(person, token) for person, token in tokens.items()]
    url = f"{server.url}/api/v1/assessments/{world.assessment.id}/answers/"
    threads = [
        threading.Thread(target=write, args=(url, number, one, stop))
        for number, one in enumerate(heard)
    ]
    with server:
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(random.uniform(1, 3))
            server.kill()
            server.start()
        time.sleep(1)  # everybody hears what became of their last word
        stop.set()
        for thread in threads:
            thread.join()
    return Outcome(
        saved=sum(len(one.acknowledged) for one in heard),
        conflicts=sum(one.conflicts for one in heard),
        unheard=sum(one.unheard for one in heard),
        kills=server.kills,
        wrong=tuple(find_wrong(database, world.assessment.id, heard)),
    )


def write(url: str, number: int, heard: Heard, stop: threading.Event) -> None:
    """One writer: saves values that nobody else saves, until it is told to stop."""
    seen: dict[str, int] = defaultdict(int)
    headers = {"Authorization": f"Bearer {heard.token}"}
    turn = number
    with httpx2.Client(base_url=url, headers=headers, timeout=20, trust_env=False) as client:
        while not stop.is_set():
            turn += 1
            name, inner = NAMES[turn % len(NAMES)]
            value: object = (number * 10_000 + turn) / 1e4
            value = {inner: value} if inner else value
            if name == "prepared_by":
                value = f"writer {number}, {turn}"
            while not stop.is_set():
                said = _put(client, name, value, seen[name])
                if said is None:
                    heard.unheard += 1
                    stop.wait(random.uniform(0.2, 1))
                    continue  # nobody knows whether it was saved: the same again
                if said.status_code == 200:
                    seen[name] = int(said.headers["etag"].strip('"'))
                    heard.acknowledged.append((name, seen[name], value))
                    break
                seen[name] = said.json()["theirs"]["version"]
                heard.conflicts += 1
                turn += len(NAMES) - 1  # a person reads both texts, and writes something new there
                break


def _put(client: httpx2.Client, name: str, value: object, version: int) -> httpx2.Response | None:
    part = "about" if name == "prepared_by" else "answers"
    try:
        said = client.put(
            name,
            params={"part": part},
            json={"value": value},
            headers={"If-Match": f'"{version}"'},
        )
    except httpx2.TransportError:
        return None
    if said.status_code not in (200, 412):
        raise AssertionError(f"{said.status_code} {said.text}")
    return said


def find_wrong(database: Database, assessment: str, heard: list[Heard]) -> Iterator[str]:
    """Every acknowledged answer that is not there as it was told, and every one that is twice."""
    with database.read() as db:
        rows = db.sql.execute(
            select(revision)
            .where(revision.c.assessment_id == assessment)
            .order_by(revision.c.number)
        ).all()
        now = db.sql.execute(select(answer).where(answer.c.assessment_id == assessment)).all()
    there = {(row.name, row.version): row for row in rows}
    last: dict[str, int] = defaultdict(int)
    values: set[str] = set()
    for row in rows:
        if row.version != last[row.name] + 1:
            yield f"{row.name}: version {row.version} follows {last[row.name]}"
        last[row.name] = row.version
        if str(row.new) in values:
            yield f"{row.name}: {row.new!r} was written twice"
        values.add(str(row.new))
    for one in heard:
        number = 0
        for name, version, value in one.acknowledged:
            told = there.get((name, version))
            if told is None or told.new != value or told.by != one.person:
                yield f"{name}: version {version}, {value!r}, was acknowledged and is not there"
            elif told.number <= number:
                yield f"{name}: version {version} is not in order"
            else:
                number = told.number
    for row in now:
        if row.version != last[row.name] or row.value != there[row.name, row.version].new:
            yield f"{row.name}: what is there is not what was saved last"
    yield from find_damage(database)


class Server:
    """The real server, in processes of its own, at a free port of this machine."""

    def __init__(self, settings: Settings, *, workers: int = 1) -> None:
        with socket.socket() as one:
            one.bind((HOST, 0))
            port = one.getsockname()[1]
        self.url = f"http://{HOST}:{port}"
        self.kills = 0
        self._command = [
            *(sys.executable, "-m", "uvicorn", "--factory", "api.serving:app_from_environment"),
            *("--host", HOST, "--port", str(port), "--workers", str(workers)),
            *("--log-level", "critical", "--no-access-log"),
        ]
        self._environment = {
            **{name: value for name, value in os.environ.items() if "READINESS" not in name},
            "READINESS_DATA_FOLDER": str(settings.data_folder),
            "READINESS_DATABASE_URL": settings.database_url,
            "READINESS_SECRET": "of the soak, and nobody else's at all",
            "READINESS_BASE_URL": self.url,
            "READINESS_REQUESTS_PER_MINUTE": "0",
        }

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(600):
            try:
                if httpx2.get(f"{self.url}/healthz", trust_env=False).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server does not start")

    def kill(self) -> None:
        """Kills it and all of its workers at once: no time to finish anything."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.kills += 1

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def both_databases() -> Iterator[dict[str, Database]]:
    """An empty database of each kind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="readiness-soak-")))
        server, name = start_postgresql(), f"soak_{os.getpid()}"
        with administering(server) as connection:
            connection.execute(statement(f"CREATE DATABASE {name}"))
        url = address(server, name)
        found = {
            "SQLite": open_database(Settings(data_folder=folder / "sqlite")),
            "PostgreSQL": open_database(Settings(data_folder=folder / "pg", database_url=url)),
        }
        for database in found.values():
            upgrade(database.engine)
            stack.callback(database.close)
        yield found
        found["PostgreSQL"].close()
        with administering(server) as connection:
            connection.execute(statement(f"DROP DATABASE {name} WITH (FORCE)"))


def main() -> None:
    """Runs it on both databases and tells how it went; ends with 1 if a word was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    wrong = 0
    with both_databases() as databases:
        for name, database in databases.items():
            out = soak(
                database, seconds=asked.seconds, writers=asked.writers, workers=asked.workers
            )
            print(
                f"{name}: {asked.writers} writers, {asked.seconds:.0f} s, server killed "
                f"{out.kills} times; acknowledged {out.saved}, conflicts {out.conflicts}, "
                f"no answer {out.unheard}; wrong: {len(out.wrong)}"
            )
            print(*out.wrong[:20], sep="\n")
            wrong += len(out.wrong)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
