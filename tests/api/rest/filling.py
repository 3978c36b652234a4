"""A service whose city A has something of everything, all of it marked; a copy for each test."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from api.accounts.actor import Role
from api.accounts.people import set_profile
from api.batches.hosted import (
    HostedFolder,
    Planned,
    make_hosted_plan,
    write_hosted_results,
)
from api.batches.judging import judge, open_bench, rows_of
from api.batches.plan import part_of
from api.batches.results import to_line
from api.batches.telling import clear_work
from api.db import Database, open_database
from api.db.tables import batch
from api.printing import Printers
from api.settings import Settings
from tests.api.databases import World, add_person, make_world
from tests.api.rest.conftest import BASE, ClientOf, app_of

V0, V1, V2 = ({"If-Match": f'"{version}"'} for version in range(3))

MARK = "Quetzalcoatlus"
"""A word that stands in everything of the world's city A, and nowhere else."""


PRIVATE = "Xochiquetzal"
"""A word of the coaches alone: it stands in private notes and second readings."""


@dataclass(frozen=True)
class Filled:
    """City A with something of everything in it, all of it marked."""

    world: World
    names: dict[str, str]
    as_: "Clients"


@pytest.fixture(scope="module")
def template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, dict[str, str]]:
    """The data of a service whose city A has a file, a comment, an invitation, a submission."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(sqlite_template, folder / "readiness.sqlite")
    database = open_database(Settings(data_folder=folder))
    world = make_world(database)
    with database.write() as db:
        set_profile(db, world.lead, name=f"{MARK} Lead", language="en", version=None)
        spare = add_person(database, db.sql, "spare", Role.TEAM_MEMBER, world.a.id)
    with closing(Clients(world)) as as_:
        names = {**fill(world, as_), "person": spare}
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return world, names


class Clients:
    """Clients of a service over a world: `clients("lead")`."""

    def __init__(self, world: World) -> None:
        self.world, self.app = world, app_of(world)
        self.opened: dict[str | None, TestClient] = {}

    def __call__(self, name: str | None) -> TestClient:
        token = self.world.tokens.get(name or "")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        client = TestClient(self.app, base_url=BASE, headers=headers)
        return self.opened.setdefault(name, client)

    def close(self) -> None:
        for client in self.opened.values():
            client.close()
        self.app.state.site.close()


def fill(world: World, as_: ClientOf) -> dict[str, str]:
    """Puts something of everything into city A, and says how it is called."""
    lead, base = as_("lead"), f"/api/v1/assessments/{world.assessment.id}"
    city = {"name": f"{MARK} City"}
    lead.patch(f"/api/v1/cities/{world.a.id}", json=city, headers=V1).raise_for_status()
    about = f"{base}/answers/prepared_by?part=about"
    lead.put(about, json={"value": f"{MARK} team"}, headers=V0).raise_for_status()
    piece = lead.post(
        f"{base}/evidence",
        data={"kind": "dataset", "title": f"{MARK} awards", "note": MARK},
        files={"file": (f"{MARK}.csv", f"id,{MARK}\n1,2\n".encode(), "text/csv")},
    )
    comment = {"about": "rdc7-awards", "text": f"{MARK} says"}
    lead.post(f"{base}/comments", json=comment).raise_for_status()
    invited = lead.post(
        f"/api/v1/cities/{world.a.id}/invitations", json={"email": f"{MARK}@example.org"}
    )
    version = lead.get(base).json()["version"]
    submitted = lead.post(f"{base}/submissions", headers={"If-Match": f'"{version}"'})
    reopening = {"reason": f"{MARK} is missing"}
    seen = {"If-Match": as_("coach").get(base).headers["ETag"]}
    as_("coach").post(f"{base}/reopen", json=reopening, headers=seen).raise_for_status()
    view = as_("staff").post("/api/v1/cohort-views", json={"name": f"{MARK} view"})
    return {
        **fill_reviews(world, as_),
        "batch": finished_batch(world, as_),
        "file": "scores.csv",
        "cohort": "all",
        "view": view.json()["id"],
        "city": world.a.id,
        "assessment": world.assessment.id,
        "member": world.member.id,
        "coach": world.coach.id,
        "about": "rdc7-awards",
        "piece": piece.json()["id"],
        "invitation": invited.json()["id"],
        "number": str(submitted.json()["number"]),
        "kind": "csv",
        "version": str(lead.get(base).json()["version"]),
        "name": "rdc7-awards",
        "requirement": "rdc7-awards",
        "rubric": "wwc-2022",
        "criterion": "RDC7",
        "token": "01jdq2c6n7d0m3t8w4y5z6a7c0",
    }


def fill_reviews(world: World, as_: ClientOf) -> dict[str, str]:
    """Assessments of city A that are under review: submitted, asked to change, read, signed off."""
    names = {}
    for state in ("reviewed", "asked", "read", "signed"):
        started = as_("lead").post(
            "/api/v1/assessments", json={"city": world.a.id, "title": f"{MARK} {state}"}
        )
        names[state] = name = started.json()["id"]
        base = f"/api/v1/assessments/{name}"
        note = {"about": "rdc7-awards", "text": f"{MARK} {PRIVATE}", "private": True}
        comment = as_("coach").post(f"{base}/comments", json=note)
        names[f"note_{state}"] = comment.json()["id"]
        said = {"about": "rdc7-awards", "text": f"{MARK} asks"}
        names[f"comment_{state}"] = as_("lead").post(f"{base}/comments", json=said).json()["id"]
        if state == "signed":
            piece = {"kind": "dataset", "title": f"{MARK} awards", "serves": "rdc7-awards"}
            file = {"file": (f"{MARK}.csv", f"id,{MARK}\n1,2\n".encode(), "text/csv")}
            sent = as_("lead").post(f"{base}/evidence", data=piece, files=file)
            names["submitted_piece"] = sent.json()["id"]
        version = as_("lead").get(base).json()["version"]
        seen = {"If-Match": f'"{version}"'}
        as_("lead").post(f"{base}/submissions", headers=seen).raise_for_status()
    _ask(as_, names["asked"])
    _read_again(as_, names["read"])
    base = f"/api/v1/assessments/{names['signed']}"
    review = as_("coach").get(f"{base}/review")
    for line in review.json()["lines"]:
        if line["evidenced"] in ("met", "not_applicable", "needs_review"):
            word = {"about": line["about"], "verdict": "agree"}
            as_("coach").post(f"{base}/decisions", json=word, headers=V0).raise_for_status()
    seen = {"If-Match": as_("coach").get(f"{base}/review").headers["ETag"]}
    signed = as_("coach").post(f"{base}/sign-off", json={"note": MARK}, headers=seen)
    signed.raise_for_status()
    names["comment"] = names["comment_reviewed"]
    names["reviewed_version"] = str(
        as_("coach").get(f"/api/v1/assessments/{names['reviewed']}").json()["version"]
    )
    return names


def _ask(as_: ClientOf, name: str) -> None:
    base = f"/api/v1/assessments/{name}"
    due = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    seen = {"If-Match": as_("coach").get(f"{base}/review").headers["ETag"]}
    body = {"asks": {"rdc7-awards": f"{MARK} please"}, "due": due}
    as_("coach").post(f"{base}/change-requests", json=body, headers=seen).raise_for_status()


def _read_again(as_: ClientOf, name: str) -> None:
    """A second reading that the coach has begun, with an opinion in it."""
    base = f"/api/v1/assessments/{name}/second-reading"
    as_("coach").post(base).raise_for_status()
    body = {"verdict": "not_met", "reason": f"{MARK} {PRIVATE}"}
    said = as_("coach").put(f"{base}/opinions/rdc7-awards", json=body, headers=V0)
    said.raise_for_status()


def finished_batch(world: World, as_: ClientOf) -> str:
    """A batch of staff that is done, as its workers would leave it."""
    line = f'{{"city": {{"name": "{MARK} Bay"}}}}\n'  # without a country it cannot be judged
    files = {"file": (f"{MARK}.jsonl", line.encode())}
    begun = as_("staff").post("/api/v1/batches", files=files)
    name = str(begun.json()["id"])
    finish_batch(world.database, name)
    return name


def finish_batch(database: Database, name: str) -> None:
    """Does here what workers do, one step after the other, but for the jobs."""
    folder = HostedFolder(database.settings.batches_folder / name)
    planned = msgspec.json.decode(make_hosted_plan(folder.path), type=Planned)
    plan = folder.plan()
    with Printers(workers=1) as printers:
        bench = open_bench(plan, printers)
        for number in range(planned.chunks):
            rows = rows_of(plan, plan.chunks[number])
            lines = b"".join(to_line(judge(bench, row)) for row in rows)
            (folder.work / part_of(number)).write_bytes(lines)
        write_hosted_results(folder.path, printers=printers)
    clear_work(folder.out, folder.work)
    summary = msgspec.to_builtins(folder.summary())
    values = {"state": "done", "summary": summary, "total": planned.rows, "done": planned.rows}
    with database.write() as db:
        db.sql.execute(
            update(batch).where(batch.c.id == name).values(**values, bad=summary["refused"])
        )


@pytest.fixture
def filled(template: tuple[World, dict[str, str]], tmp_path: Path) -> Iterator[Filled]:
    """A copy of that service, for one test."""
    world, names = template
    folder = tmp_path / "service"
    shutil.copytree(world.database.settings.data_folder, folder)
    own = replace(world, database=open_database(Settings(data_folder=folder)))
    with closing(Clients(own)) as as_:
        yield Filled(own, names, as_)
    own.database.close()
