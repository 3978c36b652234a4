"""A file that is read in parts at the same time gives the facts that one reader sees."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.evidence.ocds import gathering, json_lines, noting, ocds, parts
from api.evidence.ocds.ocds import TooManyValuesError, read_ocds
from api.evidence.worker import helpers
from api.evidence.worker.helpers import Helper
from tests.api.evidence.ocds.process import AWARD, CONTRACT, SUPPLIER, TENDER, full, release

PRIVATE = {"id": "p", "roles": ["supplier"], "contactPoint": {"email": "ana@mail.example"}}


def test_a_file_of_many_releases_is_read_in_parts_by_all_helpers(tmp_path, monkeypatch):
    path = written(tmp_path, [line(full(ocid=f"ocds-zz-{n}")) for n in range(300)])
    monkeypatch.setattr(json_lines, "BLOCK", 1 << 12)

    alone, together, ranges = read_both(path, 4, monkeypatch)

    assert together == alone
    size = path.stat().st_size
    assert min(start for start, _ in ranges) == 0
    assert len(ranges) == 4
    assert {end for _, end in ranges} == {start for start, _ in ranges if start} | {None}
    ends = sorted([start for start, _ in ranges] + [size])
    assert all(size / 8 < b - a < size / 2 for a, b in pairwise(ends))


@pytest.mark.parametrize("place", range(0, 300, 23))
def test_releases_of_a_process_are_put_together_over_any_cut(place, tmp_path, monkeypatch):
    lines = [line(full(ocid=f"ocds-zz-{n}")) for n in range(300)]
    again = release(ocid="ocds-zz-150", id="r", date="2025-09-01", awards=[AWARD | {"id": "A-2"}])
    lines[place] = line(again)
    path = written(tmp_path, [*lines, line(again)])
    monkeypatch.setattr(json_lines, "BLOCK", 1 << 10)

    alone, together, ranges = read_both(path, 3, monkeypatch)

    assert together == alone
    assert len(ranges) == 3
    assert json.loads(alone[1])["duplicates"] >= 1


def test_the_sample_is_the_same_where_releases_have_the_same_checksums(tmp_path, monkeypatch):
    path = written(tmp_path, [line(full(ocid=f"ocds-zz-{n % 3}")) for n in range(200)])
    monkeypatch.setattr(json_lines, "BLOCK", 1 << 10)
    for module in (noting, parts):
        monkeypatch.setattr(module, "MAX_CHECKED", 50)

    alone, together, ranges = read_both(path, 4, monkeypatch)

    assert together == alone
    assert len(ranges) == 4


CONTRACTED = [release(ocid=f"ocds-zz-{n}", contracts=[CONTRACT]) for n in range(90)]
EMPTY = [*([12] * 1_500), *([{"releases": []}] * 90)]


@pytest.mark.parametrize("values", [CONTRACTED, EMPTY], ids=["contracts alone", "empty packages"])
def test_what_only_the_later_parts_hold_counts(values, tmp_path, monkeypatch):
    path = written(tmp_path, [line(value) for value in values])
    monkeypatch.setattr(json_lines, "BLOCK", 1 << 5)

    alone, together, ranges = read_both(path, 3, monkeypatch)

    assert together == alone
    assert alone[1]
    assert len(ranges) == 3


def test_what_is_too_much_in_sum_is_too_much(tmp_path, monkeypatch):
    path = written(tmp_path, [line(full(ocid=f"ocds-zz-{n}")) for n in range(100)])
    monkeypatch.setattr(json_lines, "BLOCK", 1 << 10)
    for module in (ocds, json_lines):
        monkeypatch.setattr(module, "MAX_VALUES", 60)

    alone, together, _ = read_both(path, 2, monkeypatch)

    assert together == alone == (TooManyValuesError, "")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x80",
        b"no counts",
        parts.handed(noting.Dataset(gathering.Gathered(None)), 0)[:-1],  # type: ignore[arg-type]  # no schema
        parts.handed(noting.Dataset(gathering.Gathered(None)), 0).replace(  # type: ignore[arg-type]  # no schema
            b"\xa4keys\xc4\x00", b"\xa4keys\xc4\x08" + bytes(8)
        ),
    ],
)
def test_where_a_helper_fails_one_process_reads_it_all(answer, tmp_path, monkeypatch):
    path = written(tmp_path, [line(full(ocid=f"ocds-zz-{n}")) for n in range(100)])
    monkeypatch.setattr(json_lines, "BLOCK", 1 << 10)
    monkeypatch.setattr(ocds, "read_part", lambda **_: answer)

    alone, together, ranges = read_both(path, 2, monkeypatch)

    assert together == alone
    assert (0, None) in ranges


def test_a_helper_that_answers_without_end_is_heard_no_longer(tmp_path, monkeypatch):
    path = written(tmp_path, [line(full(ocid=f"ocds-zz-{n}")) for n in range(1_000)])
    monkeypatch.setattr(helpers, "MAX_ANSWER", 1_000)
    monkeypatch.setattr(helpers, "PIECE", 500)

    alone, together, ranges = read_both(path, 2, monkeypatch)

    assert together == alone
    assert (0, None) in ranges


# --- any file, in any number of parts -------------------------------------------------------------


def line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


numbers = st.integers(0, 40)


@st.composite
def releases(draw: st.DrawFn) -> dict[str, object]:
    n = draw(numbers)
    made = full(
        ocid=f"ocds-zz-{n}",
        id=f"r{draw(st.integers(0, 2))}",
        date=f"20{draw(st.integers(20, 25))}-{1 + n % 12:02}-03T00:00:00Z",
    )
    amount = draw(st.sampled_from([1, 99.99, 0.1, "1200", 9e14]))
    value = {"amount": amount, "currency": draw(st.sampled_from(["USD", "MXN", "", "usd"]))}
    who = draw(st.sampled_from([SUPPLIER, {"name": "Peñas, S.A."}, {"id": "B"}]))
    made["awards"] = [AWARD | {"value": value, "suppliers": [who]}] * draw(st.integers(0, 2))
    if draw(st.booleans()):
        made["contracts"] = [CONTRACT | {"value": value}]
    if draw(st.booleans()):
        made["tender"] = TENDER | {"status": "cancelled", "title": 5}
    if draw(st.booleans()):
        made["parties"] = [PRIVATE, {"identifier": {"scheme": "CO-CC", "id": "1234567"}}]
    if draw(st.booleans()):
        made["description"] = draw(st.sampled_from(["a@b.example", "123.456.789-09", "x" * 900]))
    return made


def packed(some: list[dict[str, object]], licence: str) -> dict[str, object]:
    return {"releases": some, "license": licence, "publicationPolicy": licence}


def recorded(made: dict[str, object]) -> dict[str, object]:
    bare = {key: value for key, value in made.items() if key != "ocid"}
    return {"ocid": made["ocid"], "compiledRelease": bare}


plain = releases().map(line)
around = st.one_of(
    st.builds(packed, st.lists(releases(), max_size=3), st.sampled_from(["", "CC0", "ODbL"])),
    releases().map(recorded),
).map(line)
odd = st.sampled_from(
    [b"", b"   ", b"\r", b"12", b"null", b'"text"', b"[]", b"{}", b'{"ocid": "ocds-zz-1"}']
)
to_mend = st.one_of(plain, around).map(lambda text: text.replace(b"800", b"NaN"))
split = plain.map(lambda text: text.replace(b"Repair", b"\\ud800 \\u0031\\u0032\\u0033-45-6789"))
broken = st.sampled_from([b'{"ocid": ', b"\xff\xfe", b"{" * 3_000, b"[" * 200_000])
good = st.lists(st.one_of(plain, plain, plain, around, odd, to_mend, split), max_size=40)
endings = st.sampled_from([b"\n", b"\r\n", b"\n\n"])


class Case(NamedTuple):
    """A file, and how it is read."""

    first: bytes
    lines: list[bytes]
    wrong: tuple[int, bytes] | None
    ending: bytes
    last: bytes
    bom: bool
    block: int
    hands: int


cases = st.builds(
    Case,
    first=plain,
    lines=good,
    wrong=st.one_of(st.none(), st.none(), st.tuples(st.integers(0, 40), broken)),
    ending=endings,
    last=st.sampled_from([b"", b"\n", b"\n \n"]),
    bom=st.booleans(),
    block=st.integers(1, 4_000),
    hands=st.integers(2, 5),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases)
def test_any_file_gives_the_same_facts_in_any_parts(case, tmp_path_factory):
    lines = [case.first, *case.lines]
    if case.wrong is not None:
        lines.insert(*case.wrong)
    path = tmp_path_factory.mktemp("parts") / "data.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" * case.bom + case.ending.join(lines) + case.last)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lines, "BLOCK", case.block)
        for module in (noting, parts):
            patch.setattr(module, "MAX_CHECKED", 7)
        alone, together, _ = read_both(path, case.hands, patch)

    assert together == alone


# --- reading alone and together -------------------------------------------------------------------

Answer = tuple[object, str]


def written(folder: Path, lines: Sequence[bytes]) -> Path:
    path = folder / "data.jsonl"
    path.write_bytes(b"\n".join(lines))
    return path


def read_both(
    path: Path, hands: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[Answer, Answer, list[tuple[int, int | None]]]:
    """What one reader sees, what several do, and which parts these read."""
    alone = answer_of(path)
    ranges, threads = [], []
    read_lines = ocds._read_lines

    def watched(stream, start, end=None):
        ranges.append((start, end))
        return read_lines(stream, start, end)

    monkeypatch.setattr(ocds, "_read_lines", watched)
    ends = []
    for _ in range(hands - 1):
        work, giving = os.pipe()
        hearing, answering = os.pipe()
        threads.append(Thread(target=help_in_thread, args=(Helper(work, answering),)))
        ends.append(Helper(giving, hearing))
    helpers.enlist(*ends)
    for thread in threads:
        thread.start()
    try:
        together = answer_of(path)
    finally:
        for unused in helpers._waiting:
            os.close(unused.work)
            os.close(unused.answer)
        helpers.enlist()
        for thread in threads:
            thread.join()
    return alone, together, ranges


def help_in_thread(helper: Helper) -> None:
    """A helper that is no process: it fails as one does, without a word."""
    with suppress(BaseException):
        helpers.help_once(helper)
    os.close(helper.work)
    os.close(helper.answer)


def answer_of(path: Path) -> Answer:
    try:
        shape, found = read_ocds(path)
    except (ValueError, TooManyValuesError) as error:
        return type(error), ""
    return shape, "" if found is None else found.model_dump_json()
