"""Real open contracting files, where they lie beside the checkout: their figures are right.

The expected figures were counted by hand and by a script that shares nothing with the collector.
"""

from datetime import date
from pathlib import Path

import pytest

from assessment.facts import DatasetFacts
from tests.api.evidence.test_files import seen

REAL = Path(__file__).parents[3] / ".." / "shared" / "data" / "ocds"

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
        ("award-tender", "award-supplier", "contract-award", "implementation-contract"), (1, 1)
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


def test_the_colombian_tenders_lack_dates_categories_and_values():
    found = dataset("colombia-100-releases.json")

    assert not {"opens", "closes", "category", "value"} & set(found.stages["tender"].filled)
    assert not {"value", "expected", "category"} & set(found.stages["planning"].filled)
