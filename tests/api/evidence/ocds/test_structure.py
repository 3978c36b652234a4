"""Releases are held against the schema of OCDS 1.1.5, of which nothing is fetched."""

import json
from pathlib import Path

import pytest

from api.evidence.ocds import noting, structure
from api.evidence.ocds.ocds import read_ocds
from tests.api.evidence.ocds.process import AWARD, TENDER, facts, full

VALID = full(id="1", tag=["compiled"], initiationType="tender", language="en")


def errors(*releases: object) -> list[tuple[str, str, int]]:
    return [(e.path, e.error, e.records) for e in facts(*releases).structure_errors]


def test_a_release_that_keeps_the_schema_has_no_errors():
    found = facts(VALID)

    assert (found.structure_checked, found.structure_errors) == (1, ())


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"tag": None}, ("/tag", "type")),
        ({"tag": ["new"]}, ("/tag", "enum")),
        ({"tag": []}, ("/tag", "other")),
        ({"date": "yesterday"}, ("/date", "format")),
        ({"awards": [AWARD | {"value": {"amount": "800"}}]}, ("/awards/value/amount", "type")),
        ({"tender": {"title": "x"}}, ("/tender/id", "required")),
        ({"tender": TENDER | {"procurementMethod": "any"}}, ("/tender/procurementMethod", "enum")),
        (
            {"tender": TENDER | {"value": {"amount": -1, "currency": "USDOLLAR"}}},
            ("/tender/value/currency", "enum"),
        ),
    ],
)
def test_errors_name_the_field_and_what_is_wrong_with_it(changed, error):
    assert errors(VALID | changed) == [(*error, 1)]


def test_releases_are_counted_and_not_their_errors_and_the_most_frequent_come_first():
    spoilt = [AWARD | {"id": f"A-{n}", "date": "soon"} for n in range(9)]
    bare = {key: value for key, value in VALID.items() if key != "tag"}

    found = errors(
        VALID | {"ocid": "ocds-zz-1", "awards": spoilt},
        bare | {"ocid": "ocds-zz-2"},
        bare | {"ocid": "ocds-zz-3"},
    )

    assert found == [("/tag", "required", 2), ("/awards/date", "format", 1)]


def test_fields_of_extensions_are_no_errors():
    assert errors(VALID | {"fecha": {"$date": 1}, "bids": {"details": []}}) == []


def test_of_many_releases_the_same_ones_are_checked_in_whatever_order(monkeypatch):
    monkeypatch.setattr(noting, "MAX_CHECKED", 20)
    releases = [
        VALID | {"ocid": f"ocds-zz-{n}", "date": "soon" if n % 3 else VALID["date"]}
        for n in range(200)
    ]
    lines = [json.dumps(release) for release in releases]

    found = [read_ocds("\n".join(order).encode())[1] for order in (lines, lines[::-1])]

    assert found[0] == found[1]
    assert found[0] is not None
    assert found[0].structure_checked == 20
    (error,) = found[0].structure_errors
    assert 0 < error.records < 20


def test_a_release_of_countless_errors_takes_little_time_and_an_endless_path_is_cut():
    spoilt = VALID | {"awards": [{"id": n, "date": n} for n in range(20_000)]}

    assert errors(spoilt) == [("/awards/date", "type", 1)]


def test_no_more_is_checked_than_takes_little_time(monkeypatch):
    monkeypatch.setattr(structure, "MAX_BYTES", 5_000)

    found = facts(*(VALID | {"ocid": f"ocds-zz-{n}"} for n in range(50)))

    assert found.structure_checked is not None
    assert 2 < found.structure_checked < 10


def test_the_schema_refers_to_nothing_outside_itself():
    text = Path(structure.SCHEMA).read_text(encoding="utf-8")

    references = {line.strip() for line in text.splitlines() if '"$ref"' in line}

    assert references
    assert all('"$ref": "#/' in line for line in references)
