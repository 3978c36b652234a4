"""A submission that crashes or hangs its judge fails alone; the others are judged."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import cast

import msgspec
import pytest

from api.batches import work
from api.batches.apart import Apart, StuckError
from api.batches.plan import Options, Plan, Source, chunks_of
from api.batches.planning import PLAN
from api.batches.results import Judged, Refused
from api.jobs.worker import StoppedError, Watch
from rubrics.schema import Rubric
from tests.api.batches.mixture import FOLDER, as_yaml, cities
from tests.submissions import DAY

POISON = "tests.api.batches.poison"
NAMES = ("a", "crash", "b", "hang", "stumble", "c")


@pytest.fixture
def plan(tmp_path: Path, wwc: Rubric) -> Plan:
    """Six submissions, three of which would be trouble."""
    return plan_of(NAMES, tmp_path, wwc)


def plan_of(names: Sequence[str], tmp_path: Path, wwc: Rubric) -> Plan:
    root = tmp_path / "input"
    root.mkdir()
    for name, data in zip(names, cities(wwc, len(names)), strict=True):
        (root / f"{name}.yaml").write_text(as_yaml(data), "utf-8")
    sources = tuple(Source(name=f"{name}.yaml", kind="file", rows=1) for name in names)
    options = Options(on=DAY, language="en", paper="a4", pdf=False, trust_facts=True)
    return Plan(
        plan_version="1",
        engine_version="0",
        run="r",
        root=str(root),
        out=str(tmp_path),
        input_digest="",
        rubric=str(FOLDER),
        rubric_id=wwc.id,
        rubric_digest=wwc.digest,
        earlier=(),
        earlier_digest="",
        options=options,
        seconds=4,
        sources=sources,
        ignored=(),
        chunks=tuple(chunks_of(sources, size=10)),
    )


def test_who_crashes_or_hangs_fails_alone_with_its_reason(plan, tmp_path):
    file = tmp_path / "plan.json"
    file.write_bytes(msgspec.json.encode(plan))
    apart = Apart(program=POISON)

    found = list(apart.judged(file, plan, 0))
    apart.close()

    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6]
    codes = [one.wrong[0].code if isinstance(one, Refused) else "" for one in found]
    assert codes == ["", "batch.crashed", "", "batch.too_slow", "", ""]
    assert all(isinstance(found[n], Judged) for n in (0, 2, 4, 5))


def test_a_full_disk_stops_the_batch_and_is_no_fault_of_a_submission(tmp_path, wwc):
    file = tmp_path / "plan.json"
    plan = plan_of(["a", "full", "b"], tmp_path, wwc)
    file.write_bytes(msgspec.json.encode(plan))

    with pytest.raises(StuckError, match=r"No space left on device: report\.pdf"):
        list(Apart(program=POISON).judged(file, plan, 0))


def test_nothing_is_judged_by_a_rubric_that_has_changed(plan, tmp_path):
    file = tmp_path / "plan.json"
    other = msgspec.structs.replace(plan, rubric_digest="0" * 64)
    file.write_bytes(msgspec.json.encode(other))

    with pytest.raises(StuckError, match="the rubric has changed"):
        list(Apart().judged(file, other, 0))


def test_a_judge_that_never_starts_is_no_fault_of_a_submission(plan, tmp_path):
    with pytest.raises(RuntimeError, match="does not start"):
        list(Apart(program="tests.api.nobody").judged(tmp_path / "plan.json", plan, 0))


class Cancelled:
    """Tells a part that its batch was cancelled, once somebody says so."""

    def __init__(self) -> None:
        self.begun, self.cancelled = Event(), Event()

    def rows(self, _count: int, *, bad: int = 0) -> None:
        del bad
        self.begun.set()
        if self.cancelled.is_set():
            raise StoppedError


def test_a_part_on_its_way_out_leaves_the_next_one_its_process(tmp_path, wwc, monkeypatch):
    monkeypatch.setattr(work, "_apart", Apart(program=POISON))
    for name in ("hang", "sound"):
        folder = tmp_path / name
        (folder / "parts").mkdir(parents=True)
        plan = msgspec.structs.replace(plan_of([name], folder, wwc), run=name, seconds=60)
        (folder / PLAN).write_bytes(msgspec.json.encode(plan))
    hanging, sound = Cancelled(), Cancelled()

    def do(name: str, watch: Cancelled) -> int:
        told = {"work": str(tmp_path / name), "run": name}
        return work.do_chunk(told, 0, cast("Watch", watch)).rows

    with ThreadPoolExecutor() as threads:
        first = threads.submit(do, "hang", hanging)
        assert hanging.begun.wait(60)
        second = threads.submit(do, "sound", sound)
        assert not sound.begun.wait(0.5)
        hanging.cancelled.set()

        with pytest.raises(StoppedError):
            first.result(60)
        assert second.result(60) == 1
    work._apart.close()
