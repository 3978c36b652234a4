"""Real open contracting files, where they lie beside the checkout: their figures are right.

The expected figures were counted by hand and by a script that shares nothing with the collector.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from api.evidence.ocds.decoding import open_release
from api.evidence.ocds.processes import read_process
from api.evidence.ocds.releases import Release
from assessment.facts import DatasetFacts
from tests.api.evidence.test_files import seen

REAL = Path(__file__).parents[4] / ".." / "shared" / "data" / "ocds"

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real files are not part of the project, and lie beside it or not"
)


def dataset(name: str) -> DatasetFacts:
    facts = seen(name, REAL, kind="dataset")
    assert (facts.status, facts.format) == ("seen", "json")
    assert facts.dataset is not None
    return facts.dataset


def test_the_fictional_process_has_all_five_stages_and_answers_everything():
    found = dataset("fictional-all-stages.json")

    assert found.processes == 1
    assert {name: stage.records for name, stage in found.stages.items()} == dict.fromkeys(
        ("planning", "tender", "award", "contract", "implementation"), 1
    )
    assert found.complete == 1
    assert set(found.groups.values()) == {1}
    assert {name: (j.records, j.joined) for name, j in found.joins.items()} == dict.fromkeys(
        (
            "award-tender",
            "award-supplier",
            "contract-award",
            "implementation-contract",
            "tender-planning",
        ),
        (1, 1),
    )
    # The last payment, not the day of the last release (10 January 2011).
    assert found.newest_record == date(2010, 10, 1)
    assert (found.value, found.currency) == (11_000_000, "GBP")
    assert found.licence == "public_domain"
    assert found.publication_policy == "https://github.com/open-contracting/sample-data/"


def test_the_fictional_process_fills_what_the_award_register_is_asked_for():
    found = dataset("fictional-all-stages.json")

    for stage, fields in {
        "planning": ("title", "buyer", "category", "value", "expected", "contact", "modified"),
        "tender": ("id", "title", "buyer", "method", "category", "opens", "closes", "status"),
        "award": ("supplier", "amount", "date", "tender_id", "bidders"),
        "contract": ("id", "value", "date", "start", "end", "status", "award_id", "supplier_id"),
        "implementation": ("contract_id", "date", "amount"),
    }.items():
        assert {name: found.stages[stage].filled[name] for name in fields} == dict.fromkeys(
            fields, 1
        )


def test_a_hundred_colombian_releases_are_counted():
    found = dataset("colombia-100-releases.json")

    assert found.processes == 100
    assert {name: stage.records for name, stage in found.stages.items()} == {
        "planning": 100,
        "tender": 100,
        "award": 96,  # four were cancelled
        "contract": 96,
        "implementation": 0,
    }
    assert found.groups == {
        "who": 100,
        "what": 100,
        "from_whom": 96,
        "how_much": 95,  # one amount is wrapped as {"$numberLong": …}
        "when": 96,
        "how": 100,
    }
    assert found.complete == 95
    assert found.newest_record == date(2021, 2, 23)
    assert (found.value, found.currency) == (6_595_790_972, "COP")
    assert found.licence == "public_domain"
    assert found.publication_policy is not None
    assert {name: (j.records, j.joined) for name, j in found.joins.items()} == {
        "award-tender": (96, 96),
        "award-supplier": (96, 96),
        "contract-award": (96, 96),
        "implementation-contract": (0, 0),
    }


def test_a_number_of_tenderers_that_is_always_0_is_not_known():
    """Every one of the 96 awarded tenders says 0: the system does not know how many there were."""
    found = dataset("colombia-100-releases.json")

    assert "bidders" not in found.stages["tender"].filled
    assert "bidders" not in found.stages["award"].filled
    figures = {figure.id: figure for figure in found.key_figures}
    assert figures["avg_bids"].value is None
    # The last day is in February: of January and before are 99, of which four were cancelled.
    assert figures["avg_bids"].excluded == {
        "bidders_odd": 95,
        "cancelled": 4,
        "outside_period": 1,
    }


def test_every_colombian_purchase_of_the_file_is_selective():
    releases = json.loads((REAL / "colombia-100-releases.json").read_bytes())["releases"]

    found = [read_process(open_release(json.dumps(one).encode()) or Release()) for one in releases]

    assert {process.procurement.method for process in found} == {"selective"}
    assert {process.procurement.bidders for process in found} == {None, 0}
    assert sum(process.procurement.bidders_odd for process in found) == 96
    assert all(award.contracted for one in found for award in one.procurement.awards)


def test_what_else_is_seen_of_the_colombian_releases():
    found = dataset("colombia-100-releases.json")

    assert (found.rows, found.duplicates) == (100, 0)
    assert (found.oldest_record, found.active_months) == (date(2020, 11, 9), 3)
    assert found.identifiers == {
        "process": 100,
        "ocid": 100,
        "buyer": 100,
        "supplier": 96,
        "category": 0,
    }
    assert found.personal == {"email": 0, "national_id": 0}
    assert found.structure_checked == 100
    assert [(e.path, e.error, e.records) for e in found.structure_errors] == [
        ("/awards/value/amount", "type", 2),
        ("/contracts/value/amount", "type", 2),
    ]


def test_the_fictional_releases_keep_the_schema_and_name_a_supplier_by_e_mail():
    found = dataset("fictional-all-stages.json")

    assert (found.rows, found.processes, found.duplicates) == (6, 1, 0)
    assert (found.structure_checked, found.structure_errors) == (6, ())
    assert found.personal == {"email": 3, "national_id": 0}


def test_the_colombian_tenders_lack_dates_categories_and_values():
    found = dataset("colombia-100-releases.json")

    assert not {"opens", "closes", "category", "value"} & set(found.stages["tender"].filled)
    assert not {"value", "expected", "category"} & set(found.stages["planning"].filled)
