"""Whatever ends a batch half-way, it goes on and ends as if nothing had been."""

import json
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from rubrics.schema import Rubric
from tests.api.batches.conftest import ON, command, results, run, started, wait_until
from tests.api.batches.mixture import as_yaml, cities

WORK = ".readiness"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, wwc: Rubric) -> Path:
    """Six cities, and a file that is none."""
    folder = tmp_path_factory.mktemp("few") / "input"
    folder.mkdir()
    for number, data in enumerate(cities(wwc, 6)):
        (folder / f"{number}.yaml").write_text(as_yaml(data), "utf-8")
    (folder / "9.yaml").write_text("citty: 1\nanswers: 2\n", "utf-8")
    return folder


def test_killed_three_times_it_ends_with_the_same_bytes(few, tmp_path):
    words = (few, *ON, "--pdf", "--trust-facts")
    undisturbed = run(*words, "--out", tmp_path / "a", "--workers", 2)
    assert undisturbed.returncode == 0, undisturbed.stderr

    out, resume = tmp_path / "b", list[str]()
    for reports in (3, 6):
        with started(command(*words, "--out", out, "--workers", 1, *resume)) as program:
            wait_until(partial(has_reports, out, reports))
            if reports == 3:  # a worker alone: the program starts another
                os.kill(children_of(program.pid)[0], signal.SIGKILL)
                wait_until(partial(has_reports, out, reports + 1))
            program.kill()
            program.wait()
        resume = ["--resume"]
    parts = list(out.glob(f"{WORK}/parts/0*.jsonl"))
    for part in parts:  # as if the disk had lost the end of it
        part.write_bytes(part.read_bytes()[:-40])
    ended = run(*words, "--out", out, "--workers", 2, *resume)

    assert parts
    assert ended.returncode == 0, ended.stderr
    assert len(list(out.glob("reports/*.pdf"))) == 6
    assert results(out) == results(tmp_path / "a")


def has_reports(out: Path, count: int) -> bool:
    """Whether so many reports are finished."""
    return len(list(out.glob("reports/*.pdf"))) >= count


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in told.split()]


def test_it_goes_on_only_with_what_it_began_with(few, tmp_path, readiness):
    folder = tmp_path / "input"
    folder.mkdir()
    for path in few.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    out = tmp_path / "out"
    words = ("batch", folder, "--out", out)
    with started(command(folder, "--out", out, *ON, "--workers", 0)) as program:
        wait_until((out / WORK / "plan.json").exists)
        busy = readiness(*words, *ON, "--resume")
        program.send_signal(signal.SIGINT)
        said, _ = program.communicate()
        assert program.returncode == 130
        assert "--resume" in said

    unfinished = readiness(*words, *ON)
    other_language = readiness(*words, *ON, "--lang", "pt", "--resume")
    other_day = readiness(*words, "--on", "2025-12-01", "--pdf", "--resume")
    (folder / "0.yaml").write_text("rubric: wwc-2022\n", "utf-8")
    other_input = readiness(*words, "--resume")

    assert "Another program is at work" in busy.err
    assert "unfinished batch" in unfinished.err
    assert "--lang" in other_language.err
    assert "--on, --pdf" in other_day.err
    assert "input." in other_input.err
    ended = (busy, unfinished, other_language, other_day, other_input)
    assert [one.status for one in ended] == [2, 2, 2, 2, 2]


def test_what_is_finished_stays_finished(tmp_path, readiness):
    out = tmp_path / "out"
    (out / WORK).mkdir(parents=True)  # killed while it was being taken away
    (out / "run.json").write_text("{}", "utf-8")

    ended = readiness("batch", "input", "--out", out, "--resume")

    assert (ended.status, "is done" in ended.out) == (0, True)
    assert [path.name for path in out.iterdir()] == ["run.json"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "no file 'nowhere'"),
        (["empty"], "No submission was found"),
        (["input", "--out", "input/out"], "Choose a folder outside"),
        (["input", "--resume"], "No unfinished batch"),
        (["input", "--out", "done"], "The results of a batch lie"),
        (["broken.zip"], "cannot be unpacked"),
        (["bad.csv"], "No question is called 'cuontry'"),
        (["input", "--database", "postgresql://127.0.0.1:9/none"], "cannot be reached"),
    ],
)
def test_what_cannot_be_begun_says_why_and_leaves_nothing(few, tmp_path, words, told, readiness):
    (tmp_path / "input").symlink_to(few)
    (tmp_path / "empty").mkdir()
    (tmp_path / "done").mkdir()
    (tmp_path / "done/run.json").write_text(json.dumps({}), "utf-8")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no archive")
    (tmp_path / "bad.csv").write_text("city,cuontry\nA,US\n", "utf-8")

    where = [] if "--out" in words else ["--out", "out"]
    ended = readiness("batch", *words, *where, *ON)

    assert ended.status == 2
    assert told in ended.err
    assert not (tmp_path / "out/.readiness/plan.json").exists() or "--database" in words
