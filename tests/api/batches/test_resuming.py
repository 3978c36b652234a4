"""Whatever ends a batch half-way, it goes on and ends as if nothing had been."""

import json
import os
import signal
from pathlib import Path
from random import Random

import pytest

from rubrics.schema import Rubric
from tests.api.batches.conftest import ON, command, results, run, started, wait_until
from tests.api.batches.mixture import as_yaml, cities

WORK = ".readiness"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, wwc: Rubric) -> Path:
    """Four cities, one of them twice damaged."""
    folder = tmp_path_factory.mktemp("few") / "input"
    folder.mkdir()
    for number, data in enumerate(cities(wwc, 4)):
        (folder / f"{number}.yaml").write_text(as_yaml(data), "utf-8")
    (folder / "9.yaml").write_text("citty: 1\nanswers: 2\n", "utf-8")
    return folder


def test_killed_three_times_it_ends_with_the_same_bytes(few, tmp_path):
    random = Random(11)
    words = (few, *ON, "--pdf", "--trust-facts", "--workers", 2)
    undisturbed = run(*words, "--out", tmp_path / "a")
    assert undisturbed.returncode == 0, undisturbed.stderr

    out, resume = tmp_path / "b", []
    for kill in range(3):
        with started(command(*words, "--out", out, *resume)) as program:
            reports = kill + 1  # so that each kill comes later than the one before
            wait_until(lambda n=reports: len(list(out.glob("reports/*.pdf"))) >= n)
            if kill == 1:
                victim = random.choice(children_of(program.pid))
                os.kill(victim, signal.SIGKILL)  # a worker alone: the program starts another
                wait_until(lambda: len(list(out.glob("reports/*.pdf"))) >= 3)
            program.kill()
            program.wait()
        resume = ["--resume"]
    ended = run(*words, "--out", out, *resume)

    assert ended.returncode == 0, ended.stderr
    assert len(list(out.glob("reports/*.pdf"))) == 4
    assert results(out) == results(tmp_path / "a")
    again = run(*words, "--out", out, *resume)
    assert "is done" in again.stdout


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in told.split()]


def test_it_goes_on_only_with_what_it_began_with(few, tmp_path):
    folder = tmp_path / "input"
    folder.mkdir()
    for path in few.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    out = tmp_path / "out"
    with started(command(folder, "--out", out, *ON, "--workers", 0)) as program:
        wait_until((out / WORK / "plan.json").exists)
        busy = run(folder, "--out", out, *ON, "--resume")
        program.send_signal(signal.SIGINT)
        said, _ = program.communicate()
        assert program.returncode == 130
        assert "--resume" in said

    unfinished = run(folder, "--out", out, *ON)
    other_language = run(folder, "--out", out, *ON, "--lang", "es", "--resume")
    other_day = run(folder, "--out", out, "--on", "2025-12-01", "--pdf", "--resume")
    (folder / "0.yaml").write_text("rubric: wwc-2022\n", "utf-8")
    other_input = run(folder, "--out", out, *ON, "--resume")

    assert "Another program is at work" in busy.stderr
    assert "unfinished batch" in unfinished.stderr
    assert "--lang" in other_language.stderr
    assert "--on, --pdf" in other_day.stderr
    assert "input" in other_input.stderr
    ended = (busy, unfinished, other_language, other_day, other_input)
    assert [one.returncode for one in ended] == [2, 2, 2, 2, 2]


def test_a_part_that_was_damaged_is_done_again(few, tmp_path):
    words = (few, *ON, "--trust-facts", "--workers", 1)
    assert run(*words, "--out", tmp_path / "a").returncode == 0
    out = tmp_path / "b"
    with started(command(*words, "--out", out)) as program:
        wait_until(lambda: bool(list(out.glob(f"{WORK}/parts/0*.jsonl"))))
        program.kill()
        program.wait()
    for part in out.glob(f"{WORK}/parts/0*.jsonl"):
        part.write_bytes(part.read_bytes()[:-40])

    ended = run(*words, "--out", out, "--resume")

    assert ended.returncode == 0, ended.stderr
    assert results(out) == results(tmp_path / "a")


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
