"""What becomes of evidence at an address, from the call to the facts, on servers of our own."""

import json
from datetime import date

import pytest

from api.evidence import collect
from api.evidence.fetching import fetched_for
from api.evidence.links.guard import Allowance
from assessment.facts import Facts
from assessment.submission import Evidence
from tests.api.evidence.links.servers import LOOPBACK, TEXT, answer, by_path, serving

DAY = date(2026, 11, 23)
PAGE = f"<!doctype html><html lang='es'><title>Contratos</title>{TEXT}</html>"
DATA = json.dumps(
    {
        "releases": [
            {"ocid": f"ocds-a-{n}", "tender": {"id": str(n), "title": "Paint"}} for n in range(3)
        ]
    }
)
ANSWERS = by_path(
    {
        "/page": answer(PAGE),
        "/data.json": answer(DATA, kind="application/json"),
        "/locked": answer("who?", status=401),
    }
)


def facts_at(path: str, folder, *, kind: str, on: date | None = DAY, file: str | None = None):
    """The facts of evidence at an address of our own server, and what the server was asked."""
    with serving(ANSWERS) as server:
        allowance = Allowance(frozenset({(LOOPBACK, server.port)}), lambda *_: (LOOPBACK,))
        entry = Evidence(id="it", kind=kind, title="It", url=server.url(path), file=file)
        with fetched_for([entry], on=on, allowance=allowance) as fetched:
            seen = collect(entry, folder=folder, fetched=fetched.get("it"))
    assert seen.facts is not None
    return seen.facts, server.paths


def test_a_page_is_seen_with_its_address_its_words_and_what_it_proves(tmp_path):
    facts, paths = facts_at("/page", tmp_path, kind="page")

    assert paths == ["/page"]
    assert (facts.status, facts.format) == ("seen", "html")
    assert facts.link is not None
    assert (facts.link.status, facts.link.login, facts.link.checked_on) == (200, False, DAY)
    assert facts.document is not None
    assert (facts.document.title, facts.document.declared_language) == ("Contratos", "es")
    assert set(facts.marks) == {"no_login", "public_address"}
    assert facts.sha256 is not None


def test_data_at_an_address_are_read_like_a_file(tmp_path):
    facts, _ = facts_at("/data.json", tmp_path, kind="dataset")

    assert facts.status == "seen"
    assert facts.dataset is not None
    assert facts.dataset.processes == 3
    assert facts.link is not None
    assert "public_address" in facts.marks


def test_the_address_beside_a_file_adds_what_it_proves(tmp_path):
    (tmp_path / "data.json").write_text(DATA, encoding="utf-8")

    facts, _ = facts_at("/data.json", tmp_path, kind="dataset", file="data.json")

    assert facts.dataset is not None
    assert facts.link is not None
    assert "no_login" in facts.marks


def test_a_wall_is_told_and_nothing_behind_it_is_believed(tmp_path):
    facts, _ = facts_at("/locked", tmp_path, kind="page")

    assert facts.status == "login"
    assert facts.link is not None
    assert facts.link.status == 401
    assert facts.marks == ()


def test_without_a_day_nothing_is_called(tmp_path):
    facts, paths = facts_at("/page", tmp_path, kind="page", on=None)

    assert facts == Facts(status="not_checked")
    assert paths == []


@pytest.mark.parametrize("kind", ["page", "dataset"])
def test_loopback_is_refused_where_no_test_allows_it(tmp_path, kind):
    with serving(ANSWERS) as server:
        entry = Evidence(id="it", kind=kind, title="It", url=f"http://{LOOPBACK}/data.json")
        with fetched_for([entry], on=DAY) as fetched:
            facts = collect(entry, folder=tmp_path, fetched=fetched["it"]).facts

    assert server.paths == []
    assert facts is not None
    assert facts.status == "refused"
