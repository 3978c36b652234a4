"""Results are written whole or not at all."""

import os
from pathlib import Path

import pytest

from api import outputs
from api.outputs import check_targets, write_all
from rubrics.problems import InputError


def codes(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_every_result_is_written(tmp_path):
    write_all({tmp_path / "a": b"1", tmp_path / "b": b"2"})

    assert (tmp_path / "a").read_bytes() == b"1"
    assert (tmp_path / "b").read_bytes() == b"2"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_was_there_keeps_its_permissions(tmp_path):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o640)

    write_all({target: b"new"})

    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed_not_replaced(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")

    write_all({tmp_path / "link": b"new"})

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_devices_and_pipes_are_written_to_not_replaced(tmp_path):
    write_all({Path("/dev/null"): b"x" * 100})

    assert Path("/dev/null").is_char_device()


def test_standard_output_gets_its_bytes(capsysbinary):
    write_all({outputs.STANDARD_OUTPUT: b"{}\n"})

    assert capsysbinary.readouterr().out == b"{}\n"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("folder", "output.is_folder"),
        ("nowhere/a", "output.no_folder"),
        ("a/b", "output.no_folder"),
        ("x" * 300, "output.failed"),
    ],
)
def test_what_is_in_the_way_is_named_and_nothing_is_written(tmp_path, name, code):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a").write_bytes(b"old")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(InputError) as error:
        write_all({tmp_path / "a": b"1", tmp_path / "new": b"2", tmp_path / name: b"3"})

    assert codes(error) == [code]
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "a").read_bytes() == b"old"


def test_two_results_for_one_file_are_refused(tmp_path):
    with pytest.raises(InputError) as error:
        check_targets([tmp_path / "a", tmp_path / "." / "a"])

    assert codes(error) == ["output.twice"]


def test_what_is_read_is_not_written_over(tmp_path):
    (tmp_path / "city.yaml").write_bytes(b"rubric: wwc-2022")
    (tmp_path / "link").symlink_to("city.yaml")

    with pytest.raises(InputError) as error:
        check_targets([tmp_path / "link"], inputs=[tmp_path / "city.yaml"])

    assert codes(error) == ["output.is_input"]


def test_a_folder_that_may_not_be_written_is_named(unprivileged, small, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)

    ended = unprivileged("score", "city.yaml", "--json", "closed/result.json")

    assert ended.status == 2
    assert ended.err.startswith("closed/result.json: ")
    assert "permission" in ended.err.lower() or "may not" in ended.err
    assert not list((tmp_path / "closed").iterdir())


@pytest.mark.parametrize(
    ("number", "code"),
    [(28, "output.no_space"), (13, "output.not_permitted"), (5, "output.failed")],
)
def test_a_disk_that_fails_leaves_nothing_behind(tmp_path, monkeypatch, number, code):
    def fail(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.fsync", fail)

    with pytest.raises(InputError) as error:
        write_all({tmp_path / "a": b"1"})

    assert codes(error) == [code]
    assert list(tmp_path.iterdir()) == []


def test_what_took_its_place_is_taken_back_when_the_next_cannot(tmp_path, monkeypatch):
    replace = Path.replace

    def fail_for_b(self, target):
        if target.name == "b":
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_for_b)

    with pytest.raises(InputError):
        write_all({tmp_path / "a": b"1", tmp_path / "b": b"2"})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, BrokenPipeError])
def test_whoever_stops_it_leaves_nothing_behind(tmp_path, monkeypatch, stop):
    def stop_it(descriptor):
        raise stop

    monkeypatch.setattr("os.fsync", stop_it)

    with pytest.raises(stop):
        write_all({tmp_path / "a": b"1"})

    assert list(tmp_path.iterdir()) == []
