"""A submission that crashes or hangs its judge fails alone; the others are judged."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from api.batches.apart import Apart, StuckError
from api.batches.plan import Options, Plan, Source, chunks_of
from api.batches.results import Judged, Refused
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
