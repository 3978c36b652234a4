"""How fast many submissions are scored column by column, from file to file, beside other tools.

`make bench-batch` (or `python -m tests.bench_batch --rows 1000000 --lines 1000000`) writes
submissions of the library's rubric to JSON Lines and Parquet, scores both to Parquet, and measures
in the same run

- reading the same file and writing the same result without scoring: the physical limit;
- plain Python, cel-python, zen-engine and OpenFisca on RDC7 and RDC8 of the same submissions. They
  know only true and false, and get their data ready-made: nothing is read, nothing written.

All first have to say the same. The data are drawn from one seed, streamed to a temporary folder and
removed in the end. Every measurement of ours runs in a process of its own, so that its peak of
memory is its own. `--sizes 10000,10000000` also measures these numbers of rows, from Parquet.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from api.columns.lines import LineReader
from api.columns.parquet import read_parquet
from api.columns.rows import Rows, ahead
from api.columns.scoring import GROUP, score_columns
from assessment.batch import columns_of, compile_rubric
from rubrics.loader import LIBRARY, load_rubric
from rubrics.schema import Rubric
from tests.bench import Cel, Zen, measure
from tests.rivals import data_of, name_of
from tests.rivals_python import OpenFisca, Plain
from tests.submissions import DAY, random_submission, validated

SEED = 20251103
POOL = 400
"""So many submissions are made by the rules of the rubric; each row is one of them, changed."""

JUDGED = 100
"""How many submissions the rivals take turns on."""

GOALS = {"zen-engine": 20.0, "cel-python": 500.0}
MAX_PARQUET, MAX_LINES = 2.0, 1.5

Mapping = dict[str, Any]


# --- data -----------------------------------------------------------------------------------------


def pool_of(rubric: Rubric) -> list[Mapping]:
    """Submissions as cities write them: one dataset and a few pages serve many requirements."""
    random = Random(SEED)
    return [_gathered(random_submission(rubric, random, complete=True)) for _ in range(POOL)]


def _gathered(data: Mapping) -> Mapping:
    whole: dict[str, Mapping] = {}
    for entry in cast("list[Mapping]", data["evidence"]):
        kind, serves = str(entry["kind"]), entry["serves"]
        shared = kind in {"dataset", "page", "document"} and "table" not in entry["facts"]
        key = f"{kind}-{serves[0][:4]}-{serves[0][-1] > 'm'}" if shared else str(entry["id"])
        whole[key] = _merged(whole[key], entry) if key in whole else deepcopy(entry)
    return {**data, "evidence": list(whole.values())}


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        both = {name: _merged(one[name], other[name]) for name in one.keys() & other.keys()}
        return {**one, **other, **both}
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *(child for child in other if child not in one)]
    return one


def _drawn(rows: int) -> Iterator[tuple[Any, Any, Any]]:
    """For some rows at a time: which of the pool each is, its people, its share of awards."""
    generator = np.random.default_rng(SEED)
    for start in range(0, rows, GROUP):
        n = min(GROUP, rows - start)
        people = generator.integers(10_000, 3_000_000, n)
        yield generator.integers(0, POOL, n), people, generator.integers(0, 101, n)


def write_parquet(rubric: Rubric, pool: Sequence[Mapping], rows: int, target: Path) -> None:
    table = columns_of(rubric, [validated(rubric, data) for data in pool])
    with pq.ParquetWriter(target, table.schema, compression="zstd") as writer:
        for which, people, shares in _drawn(rows):
            for part in range(0, len(which), 16_384):
                at = slice(part, part + 16_384)
                some = table.take(pa.array(which[at])).combine_chunks()
                country = some["city"].combine_chunks().field("country")
                city = pa.StructArray.from_arrays([country, people[at]], ["country", "population"])
                for name, values in (("city", city), ("rdc7-awards", shares[at].astype(float))):
                    some = some.set_column(some.column_names.index(name), name, pa.array(values))
                writer.write_table(some)


def write_lines(pool: Sequence[Mapping], rows: int, target: Path) -> None:
    halves = []
    for data in pool:
        mark = {"city": {**data["city"], "population": -1}}
        answers = {**data["answers"], "rdc7-awards": -2}
        text = json.dumps({**data, **mark, "answers": answers}, separators=(",", ":"))
        head, _, rest = text.partition('"population":-1')
        middle, _, tail = rest.partition('"rdc7-awards":-2')
        halves.append((f'{head}"population":', f'{middle}"rdc7-awards":', f"{tail}\n"))
    with target.open("w", encoding="utf-8") as stream:
        for which, people, shares in _drawn(rows):
            for i, person, share in zip(which, people, shares, strict=True):
                head, middle, tail = halves[i]
                stream.write(f"{head}{person}{middle}{share}{tail}")


# --- one measurement, in a process of its own -----------------------------------------------------


def _exhaust(given: Iterator[Rows]) -> int:
    return sum(len(some.table) for some in given)


def _scored(rubric: Rubric, source: Path, target: Path) -> int:
    return score_columns(rubric, source, target, on=DAY, trust_facts=True).rows


def _read_and_written(rubric: Rubric, source: Path, target: Path) -> int:
    """The same file read, and a result as large as ours written, without scoring."""
    made = pq.ParquetFile(target)
    groups = [made.read_row_group(i) for i in range(min(4, made.num_row_groups))]
    rows = written = 0

    def write(n: int) -> None:
        group = groups[written // GROUP % len(groups)]
        to.write_table(group.slice(0, n), row_group_size=GROUP)

    with pq.ParquetWriter(
        target.with_suffix(".again"), made.schema_arrow, compression="zstd"
    ) as to:
        for some in ahead(read_parquet(rubric, source)):
            rows += len(some.table)
            while rows - written >= GROUP:
                write(GROUP)
                written += GROUP
        write(rows - written)
    return rows


def _typed(rubric: Rubric, source: Path, _: Path) -> int:
    return _exhaust(LineReader(rubric, trust_facts=True).read(source))


TASKS: dict[str, Callable[[Rubric, Path, Path], int]] = {
    "score": _scored,
    "copy": _read_and_written,
    "parse": _typed,
}


def run_one(task: str, source: Path, target: Path) -> None:
    """Measures one task and prints what came out as JSON."""
    rubric = load_rubric(LIBRARY / "wwc-2022")
    compile_rubric(rubric)
    wall, cpu = time.perf_counter(), time.process_time()
    rows = TASKS[task](rubric, source, target)
    used = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**used, "peak": peak}))


def measured(task: str, source: Path, target: Path, *, rounds: int = 1) -> dict[str, float]:
    """The medians of some rounds, each in a fresh process."""
    command = [sys.executable, "-m", "tests.bench_batch", "--one", task, str(source), str(target)]
    runs = []
    for _ in range(rounds):
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(run.stdout))
    return {name: statistics.median(r[name] for r in runs) for name in runs[0]}


# --- rivals ---------------------------------------------------------------------------------------


def rivals(rubric: Rubric, pool: Sequence[Mapping]) -> dict[str, float] | None:
    """Submissions a second of each rival, once all have said the same as the kernel."""
    submissions = [validated(rubric, data) for data in pool[:JUDGED]]
    data = [data_of(rubric, submission) for submission in submissions]
    plain, cel, zen = Plain(rubric, data), Cel(rubric, data), Zen(rubric, data, trace=False)
    many = 50_000
    fisca = OpenFisca(rubric, plain, many)
    scored = compile_rubric(rubric).score(columns_of(rubric, submissions), on=DAY).to_pylist()
    names = [*rubric.requirements, *(c.id for c in rubric.assessed())]
    columns = fisca.judge()
    different = 0
    for number, row in enumerate(scored):
        ours = {name: row[f"{name}.evidenced"] == "met" for name in names}
        said = [rival.judge(number) for rival in (plain, cel, zen)]
        said.append({name: bool(values[number]) for name, values in columns.items()})
        different += sum(s[name_of(n)] != met for n, met in ours.items() for s in said)
    share = 100 * sum(r[f"{n}.evidenced"] == "met" for r in scored for n in names)
    print(f"{JUDGED} submissions, {len(names) * JUDGED:,} verdicts, ", end="")
    print(f"{share / len(names) / JUDGED:.0f} % met; {different} said otherwise by a rival")
    if different:
        return None
    rates = measure(
        [
            ("plain Python", plain.judge, 1),
            ("zen-engine", zen.judge, 1),
            ("cel-python", cel.judge, 10),
        ],
        JUDGED,
        5,
    )
    start = time.process_time()
    fisca.judge()
    return {**rates, "OpenFisca, above single checks": many / (time.process_time() - start)}


# --- all of it ------------------------------------------------------------------------------------


def tell(name: str, found: dict[str, float]) -> None:
    rate, per_cpu = found["rows"] / found["wall"], found["rows"] / found["cpu"]
    print(
        f"  {name:<46}{rate:>9,.0f} rows/s {per_cpu:>9,.0f} rows/cpu-s"
        f" {found['wall']:>8,.1f} s {found['peak']:>7,.0f} MB"
    )


def main(rows: int, in_lines: int, sizes: Sequence[int], folder: Path) -> int:
    rubric = load_rubric(LIBRARY / "wwc-2022")
    pool = pool_of(rubric)
    rates = rivals(rubric, pool)
    if rates is None:
        return 1
    lines, columns, target = (folder / n for n in ("in.jsonl", "in.parquet", "out.parquet"))
    write_parquet(rubric, pool, rows, columns)
    print(f"\n{rows:,} submissions from Parquet ({_size(rows, columns)}) to scored Parquet")
    scored = measured("score", columns, target)
    copied = measured("copy", columns, target)
    tell("read, scored, written", scored)
    tell("read and written alone", copied)
    write_lines(pool, in_lines, lines)
    size = _size(in_lines, lines)
    print(f"\n{in_lines:,} submissions from JSON Lines ({size}) to scored Parquet")
    from_lines, parsed = measured("score", lines, target), measured("parse", lines, target)
    lines.unlink()
    tell("read, scored, written", from_lines)
    tell("typed parse alone", parsed)
    print("\ncost and memory as rows grow, from Parquet")
    for some in sorted(sizes):
        write_parquet(rubric, pool, some, columns)
        tell(f"{some:,}", measured("score", columns, target))
    print("\nrivals, two criteria alone, nothing read or written: rows/cpu-s")
    ours = scored["rows"] / scored["cpu"]
    for name, rate in rates.items():
        print(f"  {name:<46}{rate:>12,.1f}   ours, from file to file: {ours / rate:,.1f} times")
    print("\ngoals")
    for name, goal in GOALS.items():
        _say(f"at least {goal:g} times {name}", ours / rates[name], ours / rates[name] >= goal)
    for name, most, one, other in (
        ("Parquet within 2 times of reading and writing", MAX_PARQUET, scored, copied),
        ("JSON Lines within 1.5 times of a typed parse", MAX_LINES, from_lines, parsed),
    ):
        for unit in ("wall", "cpu"):
            ratio = one[unit] / other[unit]
            _say(f"{name}, {unit}", ratio, ratio <= most)
    share = 100 * parsed["cpu"] / from_lines["cpu"]
    print(f"  of the time from JSON Lines, parsing takes {share:.0f} %")
    return 0


def _say(name: str, ratio: float, reached: bool) -> None:  # noqa: FBT001
    print(f"  {name}: {'reached' if reached else 'not reached'} ({ratio:,.2f})")


def _size(rows: int, path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB, {path.stat().st_size / rows:,.0f} bytes a row"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--one", nargs=3)
    asked = parser.parse_args()
    if asked.one:
        run_one(asked.one[0], Path(asked.one[1]), Path(asked.one[2]))
        sys.exit(0)
    with tempfile.TemporaryDirectory(prefix="readiness-bench-batch-") as made:
        sys.exit(
            main(asked.rows, asked.lines, [int(n) for n in asked.sizes.split(",")], Path(made))
        )
