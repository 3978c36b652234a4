"""What is kept of evidence from one time to the next, and what must never be taken from there."""

import os

import pytest

from api.evidence import cache
from assessment.facts import DatasetFacts, Facts

FACTS = Facts(status="seen", format="json", dataset=DatasetFacts(processes=3, groups={"who": 2}))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.SETTING, str(tmp_path / "cache"))
    return tmp_path / "cache"


def key(sha256: str = "a", **more) -> str:
    told = {"kind": "dataset", "columns": {}, "version": "evidence/2", **more}
    return cache.cache_key(sha256, **told)


def test_facts_come_back_as_they_were_kept():
    cache.keep_facts(key(), FACTS)

    assert cache.load_facts(key()) == FACTS


@pytest.mark.parametrize(
    "other",
    [
        {"sha256": "b"},
        {"kind": "data_map"},
        {"columns": {"Vendor": "award.supplier"}},
        {"version": "evidence/3"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_facts_depend_on_makes_them_other_facts(other):
    cache.keep_facts(key(), FACTS)

    assert cache.load_facts(key(**other)) is None


@pytest.mark.parametrize("damage", [b"", b"{", b'{"status": "fine"}', b"\xff\xfe"])
def test_damaged_facts_are_looked_at_anew(folder, damage):
    cache.keep_facts(key(), FACTS)
    (kept,) = folder.rglob("*.json")
    kept.write_bytes(damage)

    assert cache.load_facts(key()) is None


def test_nothing_is_kept_where_none_is_wanted(folder, monkeypatch):
    monkeypatch.setenv(cache.SETTING, "no")

    cache.keep_facts(key(), FACTS)

    assert cache.load_facts(key()) is None
    assert not folder.exists()


def test_a_cache_that_cannot_be_written_is_none(folder):
    folder.write_text("a file stands where the folder should be", encoding="utf-8")

    cache.keep_facts(key(), FACTS)

    assert cache.load_facts(key()) is None


def test_the_oldest_facts_make_room_for_new_ones(folder, monkeypatch):
    monkeypatch.setattr(cache, "MAX_ENTRIES", 3)
    shard = key()[:2]
    keys = [f"{shard}{number:062d}" for number in range(5)]
    for number, name in enumerate(keys):
        cache.keep_facts(name, FACTS)
        os.utime(folder / "facts" / shard / f"{name[2:]}.json", ns=(number, number))

    assert [cache.load_facts(name) is not None for name in keys] == [False, False, True, True, True]


def test_facts_of_a_huge_table_are_not_kept(folder, monkeypatch):
    monkeypatch.setattr(cache, "MAX_BYTES", 10)

    cache.keep_facts(key(), FACTS)

    assert not folder.exists()
