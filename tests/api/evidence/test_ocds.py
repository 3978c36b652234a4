"""Open contracting files: every usual shape is read, and nothing a stranger writes breaks it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.evidence import ocds
from api.evidence.ocds import read_ocds
from tests.api.evidence.process import (
    AWARD,
    CONTRACT,
    PLANNING,
    SUPPLIER,
    TENDER,
    facts,
    full,
    read,
    release,
)
from tests.api.evidence.test_files import seen

# --- the shapes of files --------------------------------------------------------------------------


def test_every_usual_shape_holds_the_same_process():
    one = full()
    record = {"ocid": one["ocid"], "compiledRelease": one}
    shapes = [
        {"releases": [one]},
        {"records": [record]},
        {"records": [{"ocid": one["ocid"], "releases": [one]}]},
        [one],
        [record],
        [{"releases": [one]}],
        one,
        record,
    ]

    found = [read(shape) for shape in shapes]

    for dataset in found:
        assert dataset is not None
        assert (dataset.processes, dataset.complete) == (1, 1)
        assert dataset.stages == facts(one).stages


def test_json_lines_are_read_line_by_line():
    lines = "\n".join(json.dumps(full(ocid=f"ocds-zz-{n}")) for n in range(3))

    shape, found = read_ocds(lines.encode() + b"\n\n")

    assert shape == "jsonl"
    assert found is not None
    assert found.processes == 3


@pytest.mark.parametrize(
    "value",
    [
        {"type": "FeatureCollection", "features": []},
        {"releases": "none yet"},
        {"releases": [{"tag": "v1.2", "name": "a program"}]},
        {"awards": [{"supplier": "Acme"}]},
        [{"supplier": "Acme", "amount": 100}],
        [[[]]],
        [],
        {},
        "text",
        12,
        None,
    ],
)
def test_other_json_is_no_contracting_data(value):
    assert read(value) is None


def test_an_empty_package_is_contracting_data_with_nothing_in_it():
    found = read({"version": "1.1", "releases": []})

    assert found is not None
    assert (found.processes, found.complete, found.newest_record) == (0, 0, None)
    assert all(stage.records == 0 for stage in found.stages.values())


def test_links_to_releases_elsewhere_hold_nothing():
    linked = {
        "ocid": "ocds-zz-1",
        "releases": [{"url": "https://x.example/1.json", "date": "2025"}],
    }

    assert read({"records": [linked, {"ocid": "ocds-zz-2", "compiledRelease": full()}]}) == facts(
        full(), license=None
    )


def test_a_release_without_ocid_is_a_process_of_its_own():
    nameless = {"tender": TENDER}

    assert facts(full(), nameless, nameless).processes == 3


# --- merging --------------------------------------------------------------------------------------


def test_releases_of_a_process_are_put_together_from_the_oldest_to_the_newest():
    planned = release(
        date="2024-12-01T00:00:00Z",
        planning=PLANNING,
        tender=TENDER | {"status": "planned", "title": "Old title"},
    )
    awarded = release(date="2025-03-02T00:00:00Z", tender=TENDER | {"title": ""}, awards=[AWARD])
    second = {"id": "A-2", "status": "active", "suppliers": [SUPPLIER], "value": {"amount": 50}}
    contracted = release(
        date="2025-03-21T00:00:00Z", awards=[{"id": "A-1"}, second], contracts=[CONTRACT]
    )

    found = facts(contracted, planned, awarded)

    assert (found.processes, found.complete) == (1, 1)
    assert found.stages["planning"].records == 1
    assert found.stages["tender"].filled["title"] == 1
    assert found.stages["award"].records == 2
    assert found.stages["award"].filled["date"] == 1
    assert found.value == 850


# --- money, licence, policy -----------------------------------------------------------------------


def test_values_of_several_currencies_are_not_added_up():
    other = AWARD | {"id": "A-2", "value": {"amount": 5, "currency": "EUR"}}

    found = facts(full(awards=[AWARD, other]))

    assert (found.value, found.currency) == (None, None)


def test_contracts_are_added_up_where_awards_have_no_value():
    found = facts(full(awards=[AWARD | {"value": {}}]))

    assert (found.value, found.currency) == (800, "USD")


def test_the_package_names_licence_and_policy():
    pddl = "http://opendatacommons.org/licenses/pddl/1.0/"
    named = facts(full(), license=pddl, publicationPolicy="https://city.example/policy")
    silent = facts(full())
    bare = read([full()])

    assert (named.licence, named.licence_url) == ("public_domain", pddl)
    assert named.publication_policy == "https://city.example/policy"
    assert (silent.licence, silent.publication_policy) == ("none_stated", None)
    assert bare is not None
    assert bare.licence is None


# --- files of strangers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b'{"releases": [', "unreadable"),
        (b'{"releases": [{"ocid": "Bogot\xe1"}]}', "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"releases":' + b"[" * 5_000 + b"]" * 5_000 + b"}", "unreadable"),
        (b"<html>Please log in</html>", "seen"),
        (b'{"a": 1}\n{"b": 2}', "not_a_dataset"),
        (b'{"a": 1}\nbroken', "unreadable"),
        (b"[1, 2, 3]", "not_a_dataset"),
    ],
)
def test_what_cannot_be_read_is_said_so_and_nothing_breaks(tmp_path, data, status):
    (tmp_path / "data.json").write_bytes(data)

    assert seen("data.json", tmp_path, kind="dataset").status == status


def test_json_that_is_no_dataset_may_still_be_a_document(tmp_path):
    (tmp_path / "dictionary.json").write_text('{"fields": []}', encoding="utf-8")

    facts = seen("dictionary.json", tmp_path, kind="document")

    assert (facts.status, facts.format, facts.dataset) == ("seen", "json", None)


@pytest.mark.parametrize(
    "spoilt",
    [b"NaN", b"1e400", b"1" * 5_000, b"-Infinity", b'"\\ud800"', b"123456789012345678901234567890"],
)
def test_a_number_or_sign_out_of_range_does_not_hide_the_rest(spoilt):
    whole = json.dumps({"releases": [full(extra="SPOILT")]}).encode()

    for data in (whole, json.dumps(full(extra="SPOILT")).encode() + b"\n" + whole):
        _, found = read_ocds(data.replace(b'"SPOILT"', spoilt))

        assert found is not None
        assert (found.processes, found.complete) == (1, 1)


def test_a_spoilt_file_that_is_too_large_to_be_mended_is_unreadable(tmp_path, monkeypatch):
    monkeypatch.setattr(ocds, "MAX_MENDED", 10)
    (tmp_path / "data.json").write_text('{"releases": [{"ocid": NaN}]}', encoding="utf-8")

    assert seen("data.json", tmp_path, kind="dataset").status == "unreadable"


@pytest.mark.parametrize("data", ["[1,1,1,1]", '{"a":1}\n{"a":1}\n{"a":1}\n{"a":1}'])
def test_a_small_file_of_countless_values_is_too_large(tmp_path, monkeypatch, data):
    monkeypatch.setattr(ocds, "MAX_VALUES", 2)
    (tmp_path / "data.json").write_text(data, encoding="utf-8")

    assert seen("data.json", tmp_path, kind="dataset").status == "too_large"


def test_a_byte_order_mark_does_no_harm(tmp_path):
    text = "\ufeff" + json.dumps({"releases": [full()]})
    (tmp_path / "data.json").write_text(text, encoding="utf-8")

    assert seen("data.json", tmp_path, kind="dataset").status == "seen"


def test_releases_inside_releases_come_to_an_end():
    value: object = full()
    for _ in range(200):
        value = {"releases": [value]}

    assert read(value) is None


NAMES = """
ocid id date releases records compiledRelease planning tender awards contracts buyer parties
suppliers value amount currency status period tenderPeriod startDate items classification
implementation transactions milestones amendments documents budget contactPoint roles
numberOfTenderers awardID license publicationPolicy
"""
KEYS = st.sampled_from(NAMES.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "2025-01-01", "active", "ocds-zz-1", "9" * 40, "\x00"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)


@settings(max_examples=300, deadline=None)
@given(value=ANYTHING)
def test_whatever_stands_anywhere_the_counts_hold_together(value):
    for whole in (value, {"releases": [full(), value]}, {"releases": [full(tender=value)]}):
        found = read(whole)

        if found is None:
            continue
        assert found.complete is not None
        assert 0 <= found.complete <= min(found.groups.values())
        assert max(found.groups.values()) <= found.processes
        for stage in found.stages.values():
            assert all(0 < count <= stage.records for count in stage.filled.values())
        for join in found.joins.values():
            assert 0 <= join.joined <= join.records
