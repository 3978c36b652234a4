"""What a submission may name as a file, and what is refused: every path comes from a stranger."""

import os
import socket
from pathlib import Path

import pytest

from api.evidence import (
    EvidenceFileError,
    EvidenceFileIrregularError,
    EvidenceFileMissingError,
    EvidenceFileOutsideError,
    collect,
    collector,
)
from assessment.facts import Facts
from assessment.submission import Evidence


def entry(file: str | None, *, kind: str = "document", **more) -> Evidence:
    return Evidence(id="policy", kind=kind, title="A policy", file=file, **more)


def seen(file: str, folder: Path, *, kind: str = "document") -> Facts:
    facts = collect(entry(file, kind=kind), folder=folder).facts
    assert facts is not None
    return facts


def test_a_file_of_the_folder_is_read_with_its_digest(tmp_path):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "policy.txt").write_text("Adopted in March.\n", encoding="utf-8")

    facts = seen("evidence/policy.txt", tmp_path)

    assert (facts.status, facts.format, facts.size) == ("seen", "text", 18)
    assert facts.sha256 == "b82de73bdf27dd9e95de03ecfbb062396cb7e00817d3e490ea0a10ac48e4834e"
    assert facts.collector == collector.COLLECTOR


def test_the_given_evidence_is_not_changed(tmp_path):
    (tmp_path / "policy.txt").write_text("Adopted.", encoding="utf-8")
    given = entry("policy.txt", facts=Facts(status="seen", format="pdf"), stated=True)

    found = collect(given, folder=tmp_path)

    assert given.stated
    assert not found.stated
    assert found.facts is not None
    assert found.facts.format == "text"


def test_an_address_alone_is_not_checked(tmp_path):
    given = Evidence(id="page", kind="page", title="Page", url="https://city.example/buy")

    assert collect(given, folder=tmp_path).facts == Facts(status="not_checked")


def test_facts_that_the_team_stated_about_an_address_stay_stated(tmp_path):
    facts = Facts(status="seen", format="json")
    given = Evidence(id="page", kind="page", title="Page", url="x", facts=facts, stated=True)

    assert collect(given, folder=tmp_path) == given


@pytest.mark.parametrize(
    "file",
    [
        "../secret.txt",
        "evidence/../../secret.txt",
        "/etc/passwd",
        "..\\secret.txt",
        "C:\\Windows\\win.ini",
        "\\\\server\\share\\file",
        "policy\0.txt",
    ],
)
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path, file):
    folder = tmp_path / "city"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("of another city", encoding="utf-8")

    with pytest.raises(EvidenceFileOutsideError) as caught:
        collect(entry(file), folder=folder)

    assert caught.value.code == "file.outside"
    assert "of another city" not in str(caught.value)


def test_a_symbolic_link_out_of_the_folder_is_refused(tmp_path):
    folder = tmp_path / "city"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("of another city", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "way").symlink_to(tmp_path, target_is_directory=True)

    for file in ("link.txt", "way/secret.txt"):
        with pytest.raises(EvidenceFileOutsideError):
            collect(entry(file), folder=folder)


def test_a_symbolic_link_inside_the_folder_is_followed(tmp_path):
    (tmp_path / "policy.txt").write_text("Adopted.", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("policy.txt")

    assert seen("link.txt", tmp_path).status == "seen"


def test_a_folder_that_is_itself_reached_by_a_link_works(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "policy.txt").write_text("Adopted.", encoding="utf-8")
    (tmp_path / "city").symlink_to(tmp_path / "real", target_is_directory=True)

    assert seen("policy.txt", tmp_path / "city").status == "seen"


def test_pipes_sockets_and_folders_are_refused_without_waiting(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")

        for file in ("pipe", "folder", "socket"):
            with pytest.raises(EvidenceFileIrregularError):
                collect(entry(file), folder=tmp_path)


def test_a_device_is_refused(tmp_path):
    (tmp_path / "zero").symlink_to("/dev/zero")

    with pytest.raises(EvidenceFileOutsideError):
        collect(entry("zero"), folder=tmp_path)
    with pytest.raises(EvidenceFileIrregularError):
        collect(entry("zero"), folder=Path("/dev"))


@pytest.mark.parametrize(
    ("file", "suggestion"),
    [
        ("evidence/data-map.cvs", "evidence/data-map.csv"),
        ("Evidence/Data-Map.csv", "evidence/data-map.csv"),
        ("data-map.csv", "evidence/data-map.csv"),
        ("evidence/minutes.pdf", ""),
    ],
)
def test_a_missing_file_names_the_one_that_was_probably_meant(tmp_path, file, suggestion):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "data-map.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(EvidenceFileMissingError) as caught:
        collect(entry(file), folder=tmp_path)

    assert (caught.value.evidence, caught.value.file) == ("policy", file)
    assert caught.value.suggestion == suggestion
    assert caught.value.code == "file.missing"
    assert isinstance(caught.value, EvidenceFileError)


def test_odd_names_are_missing_files_and_no_crash(tmp_path):
    (tmp_path / "loop").symlink_to("loop")

    for file in ("x" * 400, "loop", "a/b/c", "policy.txt/inside"):
        with pytest.raises(EvidenceFileError):
            collect(entry(file), folder=tmp_path)


def test_a_file_over_the_limit_is_too_large_and_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(collector, "MAX_DOCUMENT_BYTES", 10)
    monkeypatch.setattr(collector, "MAX_DATASET_BYTES", 20)
    (tmp_path / "long.txt").write_text("eleven char", encoding="utf-8")

    as_document = seen("long.txt", tmp_path)
    as_dataset = seen("long.txt", tmp_path, kind="dataset")

    assert (as_document.status, as_document.sha256) == ("too_large", None)
    assert as_document.size == 11
    assert as_dataset.status == "seen"


def test_a_file_that_may_not_be_read_is_unreadable(tmp_path, monkeypatch):
    (tmp_path / "locked.txt").write_text("locked", encoding="utf-8")

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)  # root may read everything, so no chmod would do

    assert seen("locked.txt", tmp_path).status == "unreadable"
