"""What we count agrees with an independent count by Cardinal, a tool of the field.

Cardinal counts, of every path, in how many places something stands. That is what we count, but for
three rules of ours, which are recounted here by plain loops: awards and contracts that award
nothing are no records; an amount of 0 or of the wrong type is none; nor is a number of tenderers of
0 where somebody won.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ocdscardinal
import pytest

from api.evidence.ocds.ocds import read_ocds
from assessment.facts import DatasetFacts
from tests.api.evidence.ocds.test_real_data import REAL

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real files are not part of the project, and lie beside it or not"
)

VOID = {"cancelled", "pending", "unsuccessful", "withdrawn"}

PATHS = {
    ("tender", "id"): "/tender/id",
    ("tender", "title"): "/tender/title",
    ("tender", "status"): "/tender/status",
    ("tender", "method"): "/tender/procurementMethod",
    ("tender", "opens"): "/tender/tenderPeriod/startDate",
    ("tender", "closes"): "/tender/tenderPeriod/endDate",
    ("tender", "start"): "/tender/contractPeriod/startDate",
    ("tender", "end"): "/tender/contractPeriod/endDate",
    ("tender", "modified"): "/date",
    ("planning", "title"): "/planning/rationale",
    ("planning", "id"): "/planning/budget/id",
    ("planning", "expected"): "/planning/milestones[]/dueDate",
    ("award", "id"): "/awards[]/id",
    ("award", "award_id"): "/awards[]/id",
    ("award", "title"): "/awards[]/title",
    ("award", "status"): "/awards[]/status",
    ("award", "date"): "/awards[]/date",
    ("award", "supplier"): "/awards[]/suppliers",
    ("award", "supplier_id"): "/awards[]/suppliers[]/id",
    ("award", "start"): "/awards[]/contractPeriod/startDate",
    ("contract", "id"): "/contracts[]/id",
    ("contract", "award_id"): "/contracts[]/awardID",
    ("contract", "status"): "/contracts[]/status",
    ("contract", "date"): "/contracts[]/dateSigned",
    ("contract", "start"): "/contracts[]/period/startDate",
    ("contract", "end"): "/contracts[]/period/endDate",
    ("implementation", "date"): "/contracts[]/implementation/transactions[]/date",
    ("implementation", "supplier"): "/contracts[]/implementation/transactions[]/payee/id",
    ("implementation", "amount"): "/contracts[]/implementation/transactions[]/value/amount",
}
"""Where our fields stand in OCDS. The others, such as the buyer, have several places each."""

RECORDS = {
    "planning": "/planning",
    "tender": "/tender",
    "award": "/awards[]",
    "contract": "/contracts[]",
    "implementation": "/contracts[]/implementation",
}


def releases_of(name: str) -> list[Any]:
    package: dict[str, list[Any]] = json.loads((REAL / name).read_bytes())
    return package["releases"]


def standing(releases: list[Any]) -> Iterator[Any]:
    for release in releases:
        kept = {
            section: [entry for entry in release.get(section, ()) if entry["status"] not in VOID]
            for section in ("awards", "contracts")
        }
        yield release | kept


def counted_by_cardinal(releases: Iterator[Any], folder: Path) -> dict[str, int]:
    path = folder / "releases.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in releases), encoding="utf-8")
    counts: dict[str, int] = ocdscardinal.coverage(str(path))
    return counts


def counted_by_us(name: str) -> DatasetFacts:
    found = read_ocds(REAL / name)[1]
    assert found is not None
    return found


def test_every_field_of_the_colombian_releases_is_counted_alike(tmp_path):
    name = "colombia-100-releases.json"
    ours = counted_by_us(name)

    theirs = counted_by_cardinal(standing(releases_of(name)), tmp_path)

    assert {stage: ours.stages[stage].records for stage in RECORDS} == {
        stage: theirs.get(path, 0) for stage, path in RECORDS.items()
    }
    assert {place: ours.stages[place[0]].filled.get(place[1], 0) for place in PATHS} == {
        place: theirs.get(path, 0) for place, path in PATHS.items()
    }


def test_where_rules_of_ours_count_less_a_plain_loop_finds_the_same(tmp_path):
    name = "colombia-100-releases.json"
    ours = counted_by_us(name)

    releases = list(standing(releases_of(name)))
    theirs = counted_by_cardinal(iter(releases), tmp_path)
    amounts = [award["value"]["amount"] for one in releases for award in one["awards"]]
    bidders = [one["tender"]["numberOfTenderers"] for one in releases if one["awards"]]
    contacts = [
        any(
            set(party.get("contactPoint", {}).values()) and "buyer" in party["roles"]
            for party in one["parties"]
        )
        for one in releases
    ]

    assert theirs["/awards[]/value/amount"] == len(amounts) == 96
    plain = [amount for amount in amounts if isinstance(amount, int | float) and amount > 0]
    assert ours.stages["award"].filled["amount"] == len(plain) == 95
    assert ours.value == sum(plain)
    assert theirs["/tender/numberOfTenderers"] == 100
    assert set(bidders) == {0}
    assert ours.stages["tender"].filled["contact"] == sum(contacts)


def test_every_field_of_the_fictional_process_is_filled_where_any_of_its_releases_fills_it(
    tmp_path,
):
    name = "fictional-all-stages.json"
    ours = counted_by_us(name)

    theirs = counted_by_cardinal(standing(releases_of(name)), tmp_path)

    assert {stage: ours.stages[stage].records for stage in RECORDS} == {
        stage: min(theirs.get(path, 0), 1) for stage, path in RECORDS.items()
    }
    assert {place: ours.stages[place[0]].filled.get(place[1], 0) for place in PATHS} == {
        place: min(theirs.get(path, 0), 1) for place, path in PATHS.items()
    }
