"""Whoever changes people, profiles, evidence or everything says which version they have seen."""

from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import Response

from tests.api.databases import World
from tests.api.rest.conftest import ClientOf

YAML = b"rubric: wwc-2022\ncity: {name: X, country: CL}\nanswers: {rdc7-awards: 50}\n"


@dataclass(frozen=True)
class Write:
    """A change that takes a version: as whom, where, and what it says."""

    method: str
    path: str
    more: dict[str, Any]
    part: str


WRITES = {
    "role": Write("PUT", "{city}/members/{member}/role", {"json": {"role": "team_lead"}}, "member"),
    "removal": Write("DELETE", "{city}/members/{member}", {}, "member"),
    "hand-over": Write("POST", "{city}/hand-over", {"json": {"to": "{member}"}}, "member"),
    "profile": Write("PATCH", "/session", {"json": {"name": "Luz"}}, "profile"),
    "attach": Write("PUT", "{piece}/serves/rdc7-awards", {}, "evidence"),
    "detach": Write("DELETE", "{piece}/serves/rdc8-baseline", {}, "evidence"),
    "import": Write(
        "POST", "{assessment}/import", {"files": {"file": ("a.yaml", YAML)}}, "assessment"
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_change_takes_the_version_that_was_seen(small: World, as_: ClientOf, name: str):
    write, lead = WRITES[name], as_(None)
    if name == "profile":  # no program may change it
        lead.cookies.set("__Host-readiness", small.cookies["lead"])
        lead.headers["Origin"] = str(lead.base_url)
    else:
        lead.headers["Authorization"] = f"Bearer {small.tokens['lead']}"
    base = f"/assessments/{small.assessment.id}"
    names = {
        "city": f"/cities/{small.a.id}",
        "member": small.member.id,
        "assessment": base,
        "piece": handed_in(as_, base),
    }
    path = "/api/v1" + write.path.format(**names)
    more = {key: filled(value, small) for key, value in write.more.items()}

    def send(version: int | None) -> Response:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return lead.request(write.method, path, headers=headers, **more)

    without, stale = send(None), send(7)
    told = stale.json()
    done = send(told["theirs"]["version"])

    assert (without.status_code, stale.status_code) == (428, 412)
    assert (told["part"], told["yours"]["version"]) == (write.part, 7)
    assert done.status_code in (200, 204), done.text
    assert done.status_code == 204 or name == "import" or "etag" in done.headers


def handed_in(as_: ClientOf, base: str) -> str:
    """The path of a piece of evidence."""
    made = as_("lead").post(
        f"/api/v1{base}/evidence",
        data={"kind": "dataset", "serves": ["rdc8-baseline"]},
        files={"file": ("a.csv", b"id,amount\n1,2\n")},
    )
    return f"{base}/evidence/{made.json()['id']}"


def filled(value: Any, world: World) -> Any:
    if isinstance(value, dict) and value.get("to"):
        return {"to": world.member.id}
    return value


def test_version_of_everybody_is_in_the_list_and_grows(small: World, as_: ClientOf):
    lead, path = as_("lead"), f"/api/v1/cities/{small.a.id}/members"

    changed = lead.put(
        f"{path}/{small.member.id}/role", json={"role": "team_lead"}, headers={"If-Match": '"1"'}
    )

    versions = {one["person"]["id"]: one["version"] for one in lead.get(path).json()["items"]}
    assert changed.headers["etag"] == '"2"'
    assert (versions[small.member.id], versions[small.lead.id]) == (2, 1)
