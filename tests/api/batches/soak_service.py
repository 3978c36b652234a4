"""Kills the workers of a service while they work off many batches, and looks at what comes out.

`python -m tests.api.batches.soak_service [JOBS]` (or `make soak-service`) has 200 small batches
done on SQLite, and once more on PostgreSQL, by two workers each. Three times a worker is killed
with SIGKILL and started again. Some batches are cancelled and stay so, some are resumed. Every
batch must end once, with each of its submissions once in its results, and no end is taken back.
"""

import csv
import io
import logging
import os
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import structlog
from sqlalchemy import text

from api.batches.hosted import BatchState
from api.db import Database, open_database, upgrade
from api.settings import Settings
from tests.api.batches.hosting import BATCHES, Service
from tests.api.databases import address, administering, make_world, start_postgresql

JOBS, KILLS, SEED = 200, 3, 20_261_128
SECONDS = 900.0
"""After so long it did not end."""

SOUND = (
    '{"rubric": "wwc-2022", "city": {"name": "City %d", "country": "CL", "population": 100000}, '
    '"answers": {"rdc7-awards": %d}}\n'
)
DAMAGED = '{"rubric": "wwc-2022", "city": {"name": "City %d"}}\n'


def main(jobs: int = JOBS) -> None:
    """Runs it on both databases, and ends with 1 if something is wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wrong: list[str] = []
    for kind in ("sqlite", "postgresql"):
        began = time.monotonic()
        with (
            tempfile.TemporaryDirectory(prefix="readiness-soak-") as name,
            opened(kind, Path(name)) as database,
            closing(Service(make_world(database))) as service,
        ):
            found = soak(service, jobs, Random(SEED))
        seconds = time.monotonic() - began
        print(f"{kind}: {jobs} batches in {seconds:.0f} s, wrong: {found[:5]}", flush=True)
        wrong += found
    sys.exit(1 if wrong else 0)


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Database]:
    """An empty database of the kind."""
    settings = Settings(data_folder=folder / "service")
    if kind == "sqlite":
        with closing(open_database(settings)) as database:
            upgrade(database.engine)
            yield database
        return
    server, name = start_postgresql(), f"soak_{secrets.token_hex(6)}"
    with administering(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    own = settings.model_copy(update={"database_url": address(server, name)})
    with closing(open_database(own)) as database:
        upgrade(database.engine)
        yield database
    with administering(server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def soak(service: Service, jobs: int, random: Random) -> list[str]:
    """What is wrong in the end: nothing, if all is well."""
    wrong: list[str] = []
    wanted: dict[str, tuple[int, int]] = {}
    with ExitStack() as running:
        workers = {n: running.enter_context(service.worker(f"worker-{n}")) for n in (1, 2)}
        for number in range(jobs):
            sound, damaged = random.choice(
                ((1, 1), (0, 2), (0, 1), (0, 3), (1, 0), (0, 1), (0, 1), (0, 2))
            )
            lines = [SOUND % (n, random.randrange(101)) for n in range(sound)]
            lines += [DAMAGED % n for n in range(damaged)]
            random.shuffle(lines)
            answer = service.begin(f"batch-{number}.jsonl", "".join(lines).encode())
            wanted[answer.json()["id"]] = (sound, damaged)
        names = list(wanted)
        stopped = names[-jobs // 10 :]
        for name in stopped:
            service.client.post(f"{BATCHES}/{name}/cancel")
        kept = [name for name in stopped if service.read(name)["state"] == "cancelled"]
        resumed = kept[::2]
        killed, seen = 0, dict[str, dict[str, Any]]()
        ends: Counter[str] = Counter()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            now = {one["id"]: one for one in everything(service)}
            wrong += went_back(seen, now)
            ends.update(n for n in now if is_new_end(seen.get(n), now[n]))
            seen = now
            done = sum(one["state"] == "done" for one in now.values())
            if killed < KILLS and done >= (killed + 1) * jobs // (KILLS + 2):
                victim = 1 + killed % 2
                os.kill(workers[victim].pid, signal.SIGKILL)
                workers[victim].wait()
                workers[victim] = running.enter_context(service.worker(f"worker-{victim}"))
                killed += 1
                print(f"  {done} of {jobs} done; worker {victim} was killed", flush=True)
                for name in resumed if killed == 1 else ():
                    service.client.post(f"{BATCHES}/{name}/resume")
            if killed == KILLS and all(one["state"] in ENDS for one in now.values()):
                break
            time.sleep(1)
        else:
            wrong.append("it did not end in time")
    for name, (sound, damaged) in wanted.items():
        state = "cancelled" if name in kept and name not in resumed else "done"
        wrong += what_differs(service, name, state, (sound, damaged, ends[name]))
    return wrong


ENDS = frozenset(one.value for one in (BatchState.DONE, BatchState.FAILED, BatchState.CANCELLED))


def everything(service: Service) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        query = f"?limit=200&after={after}" if after else "?limit=200"
        page = service.client.get(BATCHES + query).json()
        found += page["items"]
        after = page["after"]
    return found


def is_new_end(before: dict[str, Any] | None, now: dict[str, Any]) -> bool:
    return now["state"] == "done" and (before is None or before["state"] != "done")


def went_back(seen: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[str]:
    """What was done before and is no longer, and what is more than all."""
    return [
        f"{name}: {one['done']} of {one['total']} after {seen[name]['done']}"
        for name, one in now.items()
        if name in seen
        and (
            (one["total"] is not None and one["done"] > one["total"])
            or (seen[name]["state"] == "done" and one["state"] != "done")
        )
    ]


def what_differs(
    service: Service, name: str, state: str, wanted: tuple[int, int, int]
) -> list[str]:
    """What came of a batch, where it is not what was wanted: so many sound, damaged, and ends."""
    sound, damaged, _ = wanted
    view = service.read(name)
    if view["state"] != state:
        return [f"{name} is {view['state']}, not {state}: {view['problems']}"]
    if state != "done":
        files = service.client.get(f"{BATCHES}/{name}/files").json()["items"]
        return [f"{name} was cancelled and has results"] if files else []
    scored, refused = (numbers(service, name, file) for file in ("scores.csv", "errors.csv"))
    told = (view["total"], view["done"], view["bad"], sorted([*scored, *set(refused)]))
    total = sound + damaged
    should = (total, total, damaged, list(range(1, total + 1)))
    good = told == should and len(scored) == sound and wanted[2] == 1
    return [] if good else [f"{name}: {told}, ended {wanted[2]} times, instead of {should}"]


def numbers(service: Service, name: str, file: str) -> list[int]:
    """The numbers of the submissions in a table of the results."""
    answer = service.client.get(f"{BATCHES}/{name}/files/{file}")
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return [int(row["number"]) for row in rows]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
