"""A service whose city A has something of everything, all of it marked; a copy for each test."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.accounts.actor import Role
from api.accounts.people import set_profile
from api.db import open_database
from api.settings import Settings
from tests.api.databases import World, add_person, make_world
from tests.api.rest.conftest import BASE, ClientOf, app_of

V0, V1, V2 = ({"If-Match": f'"{version}"'} for version in range(3))

MARK = "Quetzalcoatlus"
"""A word that stands in everything of the world's city A, and nowhere else."""


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
        set_profile(db, world.lead, name=f"{MARK} Lead", language="en")
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
    as_("coach").post(f"{base}/reopen").raise_for_status()
    view = as_("staff").post("/api/v1/cohort-views", json={"name": f"{MARK} view"})
    return {
        "cohort": "all",
        "view": view.json()["id"],
        "city": world.a.id,
        "assessment": world.assessment.id,
        "member": world.member.id,
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
