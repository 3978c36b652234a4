"""Open contracting files: every usual shape is read, and nothing a stranger writes breaks it."""

import json
import tracemalloc
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.evidence.ocds import gathering, json_lines, mending, ocds
from api.evidence.ocds.ocds import TooManyValuesError, read_ocds
from tests.api.evidence.ocds.process import (
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


def test_a_process_published_in_many_releases_is_the_one_put_together():
    steps = [
        release(date="2024-12-01T00:00:00Z", id="1", planning=PLANNING),
        release(date="2025-01-10T00:00:00Z", id="2", tender=TENDER),
        release(date="2025-03-02T00:00:00Z", id="3", awards=[AWARD]),
        release(date="2025-06-01T00:00:00Z", id="4", contracts=full()["contracts"]),
    ]

    apart, together = facts(*steps), facts(full())

    told_of_releases = {"rows", "rhythm", "structure_checked", "structure_errors"}
    assert apart.rows == 4
    assert apart.model_dump(exclude=told_of_releases) == together.model_dump(
        exclude=told_of_releases
    )


def test_whoever_says_again_what_was_said_is_a_duplicate():
    first = release(id="1", tender=TENDER)
    changed = release(id="1", tender=TENDER | {"title": "Another"})
    nameless = {"ocid": "ocds-zz-1", "tender": {"id": "T-1"}}
    new = release(id="2", tender=TENDER)

    found = facts(first, changed, first, nameless, nameless, new, full(ocid="ocds-zz-2"))

    assert (found.rows, found.processes, found.duplicates) == (7, 2, 3)


def lines_of(values: Sequence[object]) -> bytes:
    return b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in values)


@pytest.mark.parametrize("repeated", [False, True])
def test_releases_in_any_order_and_any_shape_give_the_same_facts(repeated, tmp_path):
    releases = [
        full(ocid=f"ocds-zz-{n}", date=f"2025-{1 + n % 12:02d}-01T00:00:00Z", name="Peñas")
        | ({"tender": TENDER | {"title": f"Lot {n}"}} if n % 3 else {"planning": {}})
        for n in range(400)
    ]
    if repeated:
        releases += [release(ocid=f"ocds-zz-{n}", id="x", awards=[AWARD]) for n in range(0, 400, 7)]
    shuffled = Random(7).sample(releases, len(releases))
    path = tmp_path / "data.jsonl"
    path.write_bytes("\ufeff".encode() + lines_of(shuffled) + b"\r\n\r\n")
    packages = [{"releases": shuffled[start : start + 50]} for start in range(0, 457, 50)]

    found = [
        read_ocds(data)[1]
        for data in (
            lines_of(releases),
            path,
            lines_of(packages),
            lines_of([{"releases": releases}]),
        )
    ]

    assert found[0] is not None
    assert found[0].processes == 400
    assert found[0].duplicates == 0
    assert found[1] == found[0]
    for other in found[2:]:
        assert other is not None
        assert other.model_copy(update={"licence": None}) == found[0]


def test_two_ocids_with_one_key_are_two_processes(monkeypatch):
    """Keys are hashes, and an attacker may find two texts with the same one."""
    monkeypatch.setattr(gathering, "hash", lambda _: 5, raising=False)

    _, found = read_ocds(lines_of([full(ocid=f"ocds-zz-{n % 3}", id=str(n)) for n in range(9)]))

    assert found is not None
    assert (found.processes, found.rows, found.duplicates) == (3, 9, 0)


def test_a_record_says_the_ocid_for_releases_that_do_not():
    bare = {key: value for key, value in full().items() if key != "ocid"}
    records = [{"ocid": f"ocds-zz-{n % 2}", "releases": [bare | {"id": str(n)}]} for n in range(4)]

    found = read({"records": records})

    assert found is not None
    assert (found.processes, found.identifiers["ocid"]) == (2, 2)


def test_countless_releases_of_one_process_take_little_time_and_memory():
    data = b'{"ocid":"1","tender":{"id":"2"}}\n' * 100_000

    tracemalloc.start()
    _, found = read_ocds(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found is not None
    assert (found.rows, found.processes, found.duplicates) == (100_000, 1, 99_999)
    assert most < 30_000_000


def test_too_many_different_releases_of_one_process_are_too_many(monkeypatch):
    monkeypatch.setattr(gathering, "MAX_VERSIONS", 10)

    with pytest.raises(TooManyValuesError):
        read_ocds(lines_of([full(id=str(n)) for n in range(11)]))


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
    "data",
    [
        b'{"releases": [',
        b'{"releases": [{"ocid": "Bogot\xe1"}]}',
        b'{"releases": [{"unread": "Bogot\xe1"}]}',
        b'{"ocid": "1"}\n{"unread": "Bogot\xe1"}',
        b"[" * 100_000,
        b'{"releases":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"ocid": "1"}\n{"unread":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b"<html>Please log in</html>",
        b'{"a": 1}\nbroken',
        b"\x00" * 5_000,
        b"",
    ],
)
def test_what_cannot_be_read_is_said_so_and_nothing_breaks(data):
    with pytest.raises(ValueError, match=r"."):
        read_ocds(data)


def test_json_lines_that_are_cut_off_are_unreadable_and_not_silently_shorter(tmp_path):
    lines = "\n".join(json.dumps(full(ocid=f"ocds-zz-{n}")) for n in range(20))
    path = tmp_path / "data.jsonl"
    path.write_text(lines[:-30], encoding="utf-8")

    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        read_ocds(path)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b'{"releases": [', "unreadable"),
        (b'{"a": 1}\n{"b": 2}', "not_a_dataset"),
        (b"[1, 2, 3]", "not_a_dataset"),
    ],
)
def test_what_is_no_dataset_is_told_in_one_word(tmp_path, data, status):
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
    unread, read = full(extra="SPOILT"), full(ocid="ocds-zz-2", bids={"details": "SPOILT"})
    named = full(ocid="ocds-zz-3", planning={"rationale": "SPOILT"})
    whole = json.dumps({"releases": [unread, read, named], "x": "y" * 2_000_000}).encode()

    for data in (whole, json.dumps(unread).encode() + b"\n" + whole, whole + b"\n" + whole):
        _, found = read_ocds(data.replace(b'"SPOILT"', spoilt))

        assert found is not None
        assert (found.processes, found.complete) == (3, 3)


def test_a_spoilt_text_that_is_too_large_to_be_mended_is_unreadable(monkeypatch):
    monkeypatch.setattr(mending, "MAX_MENDED", 10)

    with pytest.raises(ValueError, match="too large"):
        read_ocds(b'{"releases": [{"ocid": NaN}]}')


def test_spoilt_lines_are_mended_one_by_one_however_long_the_file(monkeypatch):
    monkeypatch.setattr(mending, "MAX_MENDED", 5_000)
    lines = [json.dumps(full(ocid=f"ocds-zz-{n}", extra="SPOILT")).encode() for n in range(50)]

    _, found = read_ocds(b"\n".join(lines * 2).replace(b'"SPOILT"', b"NaN"))

    assert found is not None
    assert (found.rows, found.processes, found.duplicates, found.complete) == (100, 50, 50, 50)


@pytest.mark.parametrize("data", [b"[1,1,1,1]", b'{"a":1}\n{"a":1}\n{"a":1}\n{"a":1}'])
def test_a_small_file_of_countless_values_is_too_large(monkeypatch, data):
    monkeypatch.setattr(json_lines, "MAX_VALUES", 2)

    with pytest.raises(TooManyValuesError):
        read_ocds(data)


@pytest.mark.parametrize("end", [b"", b"\n{}"])
def test_a_line_longer_than_the_memory_that_we_give_it_is_too_large(monkeypatch, end):
    monkeypatch.setattr(json_lines, "MAX_WHOLE", 1_000)

    with pytest.raises(TooManyValuesError):
        read_ocds(b'{"ocid": "' + b"x" * 2_000 + b'"}' + end)


def test_a_release_of_countless_awards_is_too_large():
    """Three bytes each, and fifty times as many in memory."""
    with pytest.raises(TooManyValuesError):
        read_ocds(b'{"ocid": "ocds-zz-1", "awards": [' + b"{}," * 600_000 + b"{}]}")


def test_a_large_package_on_one_line_is_no_large_release():
    releases = [full(ocid=f"ocds-zz-{n}") for n in range(1_500)]
    line = json.dumps({"license": "CC-BY-4.0", "releases": releases}).encode()

    shape, found = read_ocds(line + b"\n" + json.dumps({"releases": releases[:10]}).encode())

    assert (shape, len(line) > ocds.LARGE) == ("jsonl", True)
    assert found is not None
    assert (found.rows, found.processes, found.duplicates) == (1_510, 1_500, 10)
    assert found.licence == "cc_by"


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
