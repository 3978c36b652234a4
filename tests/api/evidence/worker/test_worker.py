"""Strangers' files are opened by another process, which may fail in every way and harm nobody."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.evidence.files import Source
from api.evidence.worker import worker
from api.evidence.worker.confinement import Limits
from api.evidence.worker.process import EXPECTED, KEPT
from api.evidence.worker.worker import Worker, Workers
from assessment.facts import Facts
from tests.bench_evidence import write_lines

ROOT = Path(__file__).parents[4]
LOOK_AT = "tests.api.evidence.worker.lookers:look_at"
TIGHT = Limits(
    memory_bytes=1 << 30,
    document_seconds=0.5,
    dataset_seconds=3,
    written_bytes=5 << 20,
    facts_bytes=1 << 20,
)

Look = Callable[..., Facts]


@pytest.fixture(scope="module", params=[True, False], ids=["apart", "itself"])
def tight(request: pytest.FixtureRequest) -> Iterator[Worker]:
    """A worker with little time; one that splits off a process for each file, and one that not."""
    tight = Worker(limits=TIGHT, look_at=LOOK_AT, apart=request.param)
    yield tight
    tight.close()


@pytest.fixture
def look(tight: Worker, tmp_path: Path) -> Look:
    """Has the worker look at a file with this name: what it is called is what happens."""
    return lambda name, **more: look_with(tight, tmp_path, name, **more)


def look_with(tight: Worker | Workers, folder: Path, name: str, *, kind: str = "document") -> Facts:
    path = folder / "file"
    path.write_text("secret words", encoding="utf-8")
    source = Source(path, name, 12, "ab" * 32)
    return tight.look(source, kind=kind, columns={"Proveedor": "award.supplier"})


def test_the_worker_is_told_all_and_says_what_it_saw(look):
    facts = look("echo")

    assert facts == Facts(
        status="seen",
        sha256="ab" * 32,
        size=12,
        format="document",
        encoding="secret words",
        marks=("Proveedor=award.supplier",),
    )


@pytest.mark.parametrize(
    ("attack", "status"),
    [
        ("spin", "too_large"),  # an endless loop in Python
        ("hang_deaf", "too_large"),  # an endless wait in compiled code, deaf to Python's signals
        ("say_too_much", "too_large"),  # facts of megabytes
        ("crash", "unreadable"),  # a parser in C that writes where it must not
        ("leave", "unreadable"),
        ("vanish", "unreadable"),
        ("fail", "unreadable"),
        ("recurse", "unreadable"),
        ("say_nonsense", "unreadable"),  # what no facts may be
    ],
)
def test_a_file_that_gets_the_better_of_its_parser_has_one_word_and_the_next_is_read(
    look, attack, status
):
    kind = "dataset" if attack == "say_too_much" else "document"

    assert look(attack, kind=kind) == Facts(status=status)
    assert look("echo", kind="dataset").status == "seen"


@pytest.mark.parametrize("attack", ["fill_memory", "fill_disk 9"])
def test_a_file_that_takes_all_memory_or_disk_is_too_large(look, attack):
    assert look(attack, kind="dataset") == Facts(status="too_large")
    assert look("echo", kind="dataset").status == "seen"


def test_a_parser_that_aborts_for_want_of_memory_leaves_its_file_too_large(tmp_path):
    """Parsers in C++ and Rust raise no error then: they end at once."""
    apart = Worker(limits=TIGHT, look_at=LOOK_AT, apart=True)

    facts = look_with(apart, tmp_path, "abort", kind="dataset")

    apart.close()
    assert facts == Facts(status="too_large")


def test_a_parser_that_prints_does_not_speak_for_the_worker(look):
    """What it prints looks like an answer, and could be taken for the next file's."""
    assert look("talk", kind="dataset") == Facts(status="seen")
    assert look("echo", kind="dataset").format == "dataset"


def test_nobody_is_told_the_words_of_a_file_that_failed(look, caplog):
    caplog.set_level("DEBUG")

    look("fail", kind="dataset")

    assert "KeyError at lookers.py" in caplog.text
    assert "secret words" not in caplog.text


@pytest.fixture
def listener() -> Iterator[int]:
    """A port on which somebody would answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_parser_reaches_neither_network_nor_programs_nor_others_files(look, tmp_path, listener):
    outside = tmp_path / "outside"
    there = tmp_path / "outside.there"
    there.write_text("x", encoding="utf-8")

    facts = look(f"reach_out 127.0.0.1 {listener} {outside}", kind="dataset")

    assert set(facts.marks) - {"library"} == {"scratch"}
    assert there.exists()
    assert not outside.exists()


def test_compiled_code_finds_no_network_either(tight, tmp_path, listener):
    """Where the system lets us leave it: some containers forbid that, and Python alone refuses."""
    allowed = subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True)

    facts = look_with(tight, tmp_path, f"reach_out 127.0.0.1 {listener} /x", kind="dataset")

    assert "library" not in facts.marks or allowed.returncode


# --- helpers --------------------------------------------------------------------------------------

CORES = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1

with_helpers = pytest.mark.skipif(CORES < 2, reason="one core has no helpers")


@pytest.fixture(scope="module")
def helped() -> Iterator[Worker]:
    """A worker for which every file is large."""
    helped = Worker(limits=replace(TIGHT, shared_bytes=1), look_at=LOOK_AT)
    yield helped
    helped.close()


def helpers_say(helped: Worker, folder: Path, work: str) -> set[str]:
    """What all helpers answer; nobody of them is left."""
    facts = look_with(helped, folder, f"call_for_help {work}", kind="dataset")
    assert helped._process is not None
    assert session_of(helped._process.pid) == [helped._process.pid]
    assert len(facts.marks) == (min(CORES, 4) - 1) * (work != "sleep")
    return set(facts.marks)


@with_helpers
@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("answer yes", "b'yes'"),
        (f"take_memory {100 << 20}", f"b'{100 << 20}'"),
        (f"take_memory {500 << 20}", "None"),
        ("crash_in_c", "None"),
        ("not_there", "None"),
    ],
)
def test_helpers_answer_or_are_as_good_as_not_there(helped, tmp_path, work, said):
    assert helpers_say(helped, tmp_path, work) == {said}


@with_helpers
def test_helpers_that_still_work_end_with_the_look(helped, tmp_path):
    assert helpers_say(helped, tmp_path, "sleep") == set()


@with_helpers
def test_helpers_reach_no_more_than_who_looks(helped, tmp_path, listener):
    there = tmp_path / "outside.there"
    there.write_text("x", encoding="utf-8")

    said = helpers_say(helped, tmp_path, f"reach 127.0.0.1 {listener} {tmp_path / 'outside'}")

    assert said <= {"b'scratch'", "b'scratch,library'"}
    assert there.exists()


def test_a_small_file_or_a_document_has_no_helpers(tmp_path, tight):
    facts = look_with(tight, tmp_path, "call_for_help answer yes", kind="dataset")
    document = look_with(tight, tmp_path, "call_for_help answer yes.pdf", kind="dataset")

    assert facts.marks == document.marks == ()


@with_helpers
def test_a_large_file_has_the_same_facts_with_and_without_helpers(tmp_path):
    path = write_lines(tmp_path / "releases.jsonl", 1_000)
    source = Source(path, path.name, path.stat().st_size, "ab" * 32)
    found = []
    for readers in (1, 4):
        reader = Worker(limits=Limits(readers=readers, shared_bytes=1))
        found.append(reader.look(source, kind="dataset", columns={}))
        reader.close()

    assert found[0].dataset is not None
    assert found[0].dataset.processes == 1_000
    assert found[1] == found[0]


# --- around the worker ----------------------------------------------------------------------------


def test_a_worker_knows_nothing_of_our_environment(look, monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")

    with_secret = Worker(limits=TIGHT, look_at=LOOK_AT)
    facts = look_with(with_secret, Path(tempfile.mkdtemp()), "environment", kind="dataset")

    with_secret.close()
    assert "TMPDIR" in facts.marks
    assert "DATABASE_PASSWORD" not in facts.marks


def test_what_one_file_does_to_its_process_does_not_meet_the_next(tmp_path):
    apart = Worker(limits=TIGHT, look_at=LOOK_AT, apart=True)

    marks = [look_with(apart, tmp_path, f"remember {n}", kind="dataset").marks for n in "ab"]
    scratch = look_with(apart, tmp_path, "fill_disk 1", kind="dataset").encoding

    assert marks == [("a",), ("b",)]
    assert scratch is not None
    assert not Path(scratch).exists()
    apart.close()


def test_threads_share_a_worker_and_each_gets_its_own_answer(tmp_path):
    shared = Workers(2, limits=TIGHT, look_at=LOOK_AT)
    found: dict[str, str | None] = {}

    def ask(kind: str) -> None:
        folder = tmp_path / kind
        folder.mkdir()
        found[kind] = look_with(shared, folder, "echo", kind=kind).format

    threads = [threading.Thread(target=ask, args=(f"kind-{n}",)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.close()

    assert found == {f"kind-{n}": f"kind-{n}" for n in range(12)}


def test_closing_ends_a_look_that_takes_long_and_leaves_nothing(tmp_path):
    slow = Worker(look_at=LOOK_AT)
    slow.start()
    folder, process = slow._folder, slow._process
    said: list[Facts] = []
    waiting = threading.Thread(target=lambda: said.append(look_with(slow, tmp_path, "sleep")))
    waiting.start()
    time.sleep(0.3)

    slow.close()
    waiting.join(timeout=5)

    assert said == [Facts(status="unreadable")]
    assert process is not None
    assert process.returncode is not None
    assert not Path(folder).exists()


def test_the_modules_that_a_worker_keeps_are_there():
    """A name that is wrong would be passed over in silence, and every file would be slower."""
    named = {*KEPT, *(module for modules in EXPECTED.values() for module in modules)}

    assert [name for name in named if importlib.util.find_spec(name) is None] == []


PROGRAM = """
import sys, time
from pathlib import Path
from api.evidence.files import Source
from api.evidence.worker.worker import Worker
asked = Worker(look_at="tests.api.evidence.worker.lookers:look_at")
asked.start()
print(asked._process.pid, asked._folder, flush=True)
asked.look(Source(Path(sys.argv[1]), sys.argv[2], 1, None), kind="x", columns={})
"""


def session_of(pid: int) -> list[int]:
    """The processes of a worker: itself, and what it split off."""
    told = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-s", str(pid)], check=False, capture_output=True, text=True
    )
    lines = (line.split() for line in told.stdout.splitlines())
    return [int(number) for number, state in lines if not state.startswith("Z")]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_worker_ends_with_its_parent_however_that_ends(tmp_path, end):
    """Ctrl-C, a stop by the system, a kill: no orphan is left to parse on, and no folder."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    parent = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file), "sleep"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    pid, folder = parent.stdout.readline().split()
    until(lambda: len(session_of(int(pid))) == 2)

    parent.send_signal(end)
    parent.wait(timeout=10)
    parent.stdout.close()

    until(lambda: not session_of(int(pid)) and not Path(folder).exists())


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_forked_copy_of_us_lets_go_of_the_worker(tmp_path, monkeypatch):
    """A web server may fork: its children must neither use nor end the worker of their parent."""
    monkeypatch.setattr(worker, "_ours", Workers(limits=TIGHT, look_at=LOOK_AT))
    before = look_with(worker._ours, tmp_path, "echo", kind="dataset")
    code = (
        "import os; from api.evidence.worker import worker; worker.start(); "
        "pid = os.fork(); ours = worker._ours._all[0]._process is not None; "
        "worker.close(); os._exit(ours) if not pid else None; "
        "raise SystemExit(os.waitpid(pid, 0)[1])"
    )

    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True)

    assert (run.returncode, run.stderr) == (0, b"")
    assert before.status == "seen"
    worker.close()
