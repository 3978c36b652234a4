"""How many OCDS releases a second are looked at, beside two tools of the field, and in what memory.

`python -m tests.bench_evidence` writes releases as JSON Lines (1.1 KB each, of the usual sections)
to a temporary folder and has each of these look at them, in a process of its own on one core:

- readiness: all facts, from stages to key figures, personal data and a sample of the schema;
- ocdscardinal's `coverage`, which is compiled: in how many places something stands, by path;
- lib-cove-ocds: structure, codelists and coverage, of a slice (it would take minutes).

What is printed are medians of processor time and the most memory each process took. How many times
as fast one is as another is the median of the rounds, in each of which they run one after the
other: what else the machine does then slows them all. The goals mean these figures of one core.

Then the first two look again, as each does without being told anything, and what is printed is the
time that somebody waits: readiness reads parts of the file in several processes, ocdscardinal runs
a thread on every core. Here readiness is asked as its commands ask it, through its worker, whose
processes are counted together. At last readiness alone looks at ten times as many releases, on one
core and on all, to show that memory does not grow with them.

lib-cove-ocds would fetch the standard. It gets a ZIP file with our pinned copy of the schema in its
place, and one codelist: that is less work for it. Both rivals need not be installed beside us:
`--rivals PYTHON` names an interpreter that has them.
"""

import argparse
import json
import operator
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

RELEASES = 100_000
SLICE = 2_000
ROUNDS = 3
MORE = 10

GOALS = {"lib-cove-ocds": 20.0, "ocdscardinal coverage": 0.5}
"""How many times as fast as each we want to be."""

SCHEMA = Path(__file__).parents[1] / "api/evidence/ocds/schema/release-schema-1.1.5.json"

DRAFT = "http://json-schema.org/draft-04/schema#"

_MEASURE = """
import json, resource, sys, time
{setup}
start, used = time.perf_counter(), time.process_time()
{work}
print(json.dumps([time.perf_counter() - start, time.process_time() - used,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
_OURS = _MEASURE.format(
    setup="from pathlib import Path\nfrom api.evidence.ocds.ocds import read_ocds",
    work="assert read_ocds(Path(sys.argv[1]))[1].processes == int(sys.argv[2])",
)
_CARDINAL = _MEASURE.format(
    setup="import ocdscardinal",
    work="assert ocdscardinal.coverage(sys.argv[1])['/ocid'] == int(sys.argv[2])",
)
_OURS_TOGETHER = """
import json, sys, time
from pathlib import Path
from api.evidence.files import Source
from api.evidence.worker.worker import Worker
from tests.bench_evidence import Watched
path, small = Path(sys.argv[1]), Path(sys.argv[3])
worker = Worker()
worker.look(Source(small, "small.jsonl", small.stat().st_size, None), kind="dataset", columns={})
source = Source(path, "releases.jsonl", path.stat().st_size, None)
with Watched(worker._process.pid) as watched:
    start = time.perf_counter()
    facts = worker.look(source, kind="dataset", columns={})
    clock = time.perf_counter() - start
assert facts.dataset.processes == int(sys.argv[2])
worker.close()
print(json.dumps([clock, watched.processor, watched.kilobytes]))
"""
_LIBCOVE = _MEASURE.format(
    setup=(
        "from libcoveocds.api import ocds_json_output\n"
        "from libcoveocds.config import LibCoveOCDSConfig\n"
        "config = LibCoveOCDSConfig()\n"
        "config.config.update(context='api', standard_zip='file://' + sys.argv[3])"
    ),
    work=(
        "found = ocds_json_output(file=sys.argv[1], lib_cove_ocds_config=config)\n"
        "assert found['count'] == int(sys.argv[2])"
    ),
)


class Watched:
    """What a worker and the processes that it splits off take together, looked at all the time.

    Memory that several of them share counts once, where the system tells (Linux).
    """

    def __init__(self, worker: int) -> None:
        self._worker = worker
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._seen: dict[str, int] = {}
        self.kilobytes = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def processor(self) -> float:
        """Seconds of the processor, without the last few hundredths of each process."""
        return sum(self._seen.values()) / os.sysconf("SC_CLK_TCK")

    def _watch(self) -> None:
        while not self._over.wait(0.03):
            used = 0
            for process in self._processes():
                with suppress(OSError, StopIteration):  # it has just ended
                    told = (process / "stat").read_text().rpartition(")")[2].split()
                    self._seen[process.name] = int(told[11]) + int(told[12])
                    lines = (process / "smaps_rollup").read_text().splitlines()
                    used += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
            self.kilobytes = max(self.kilobytes, used)

    def _processes(self) -> list[Path]:
        children = Path(f"/proc/{self._worker}/task/{self._worker}/children")
        return [Path("/proc", pid) for pid in (str(self._worker), *children.read_text().split())]


class Measure(NamedTuple):
    """What a look at some releases took: seconds by the clock and of the processor, and memory."""

    releases: int
    clock: float
    processor: float
    megabytes: float

    @property
    def rate(self) -> float:
        """Releases a second of processor time."""
        return self.releases / self.processor

    @property
    def rate_by_clock(self) -> float:
        """Releases a second of waiting."""
        return self.releases / self.clock


def releases(count: int) -> Iterator[dict[str, object]]:
    """Releases of as many processes over three years, a third of them with a plan."""
    for n in range(count):
        year, month, day = 2022 + n % 3, 1 + n // 3 % 12, 1 + n // 36 % 28
        when = f"{year}-{month:02}-{day:02}T12:00:00Z"
        value = {"amount": 1_000 + n % 9_973 * 17.25, "currency": "MXN"}
        buyer = {"id": f"MX-D-{n % 40:03}", "name": f"Secretaría {n % 40} de Obras"}
        supplier = {"id": f"MX-P-{n * 7919 % 5_000:05}", "name": f"Obras {n * 7919 % 5_000} S.A."}
        release: dict[str, object] = {
            "ocid": f"ocds-zzz999-{n:08}",
            "id": f"{n}-1",
            "date": when,
            "tag": ["compiled"],
            "initiationType": "tender",
            "language": "es",
            "parties": [
                {**buyer, "roles": ["buyer"], "contactPoint": {"email": "compras@obras.example"}},
                {**supplier, "roles": ["supplier"]},
            ],
            "buyer": buyer,
            "tender": {
                "id": f"T-{n}",
                "title": f"Rehabilitación de la plaza {n}",
                "status": "complete",
                "procuringEntity": buyer,
                "procurementMethod": ("open", "selective", "direct")[n % 3],
                "mainProcurementCategory": "works",
                "value": value,
                "tenderPeriod": {"startDate": f"{year}-{month:02}-01T00:00:00Z", "endDate": when},
                "numberOfTenderers": 1 + n % 4,
            },
            "awards": [
                {
                    "id": f"A-{n}",
                    "status": "active",
                    "date": when,
                    "value": value,
                    "suppliers": [supplier],
                }
            ],
        }
        if n % 3 == 0:
            release["planning"] = {"budget": {"id": f"B-{n}", "amount": value}}
        if n % 2 == 0:
            release["contracts"] = [
                {
                    "id": f"C-{n}",
                    "awardID": f"A-{n}",
                    "status": "active",
                    "dateSigned": when,
                    "value": value,
                }
            ]
        yield release


def write_lines(path: Path, count: int) -> Path:
    """The releases as JSON Lines, one after the other."""
    with path.open("w", encoding="utf-8") as file:
        for release in releases(count):
            file.write(json.dumps(release, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def write_package(path: Path, count: int) -> Path:
    """The releases as a package: lib-cove-ocds reads no JSON Lines."""
    package = {
        "uri": "https://city.example/1.json",
        "version": "1.1",
        "publishedDate": "2025-01-01T00:00:00Z",
        "publisher": {"name": "City"},
        "releases": list(releases(count)),
    }
    path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    return path


def write_standard(path: Path) -> Path:
    """The standard as lib-cove-ocds wants it, around our copy of the schema of releases."""
    package = {
        "$schema": DRAFT,
        "type": "object",
        "required": ["uri", "publisher", "publishedDate", "releases", "version"],
        "properties": {
            "releases": {
                "type": "array",
                "items": {
                    "$ref": "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"
                },
            }
        },
    }
    with zipfile.ZipFile(path, "w") as archive:
        folder = "standard-1__1__5/"
        archive.writestr(folder, "")
        archive.writestr(folder + "schema/release-schema.json", SCHEMA.read_bytes())
        archive.writestr(folder + "schema/release-package-schema.json", json.dumps(package))
        # It is asked for, and no package of releases refers to it.
        versioned = folder + "schema/versioned-release-validation-schema.json"
        archive.writestr(versioned, json.dumps({"$schema": DRAFT}))
        archive.writestr(folder + "schema/codelists/method.csv", "Code\nopen\nselective\ndirect\n")
    return path


def measured(
    python: str, program: str, path: Path, count: int, *more: str, cores: int = 1
) -> Measure:
    """One look, in a process of its own that has some cores."""
    allowed = set(sorted(os.sched_getaffinity(0))[:cores])
    found = subprocess.run(
        [python, "-c", program, str(path), str(count), *more],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, allowed),
    )
    clock, processor, memory = json.loads(found.stdout.splitlines()[-1])
    return Measure(count, clock, processor, memory / (1024 if sys.platform == "linux" else 1 << 20))


def table(measures: dict[str, list[Measure]], *, by_clock: bool = False) -> dict[str, float]:
    """Prints a line for each contender and returns how many times as fast as each we are."""
    rates = {
        name: [m.rate_by_clock if by_clock else m.rate for m in found]
        for name, found in measures.items()
    }
    ours, ratios = next(iter(rates.values())), {}
    print(f"  {'':<24} {'releases':>9} {'per second':>11} {'each':>9} {'memory':>9}   readiness is")
    for name, found in measures.items():
        rate, memory = statistics.median(rates[name]), max(m.megabytes for m in found)
        ratios[name] = statistics.median(map(operator.truediv, ours, rates[name]))
        print(
            f"  {name:<24} {found[0].releases:>9,} {rate:>11,.0f} {1e6 / rate:>6,.1f} µs"
            f" {memory:>6,.0f} MB   {ratios[name]:,.2f} times as fast"
        )
    return ratios


def main() -> int:
    """Measures and prints; the exit code tells whether the goals were reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rivals", default=sys.executable, help="a Python that has the rivals")
    parser.add_argument("--releases", type=int, default=RELEASES)
    options = parser.parse_args()
    count = options.releases
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        lines = write_lines(folder / "releases.jsonl", count)
        package = write_package(folder / "package.json", SLICE)
        standard = write_standard(folder / "standard.zip")
        size = lines.stat().st_size / count
        print(f"{count:,} releases of {size:,.0f} bytes, {platform.machine()}, one core,")
        print(f"medians of the processor time of {ROUNDS} rounds")
        measures: dict[str, list[Measure]] = {
            "readiness, all facts": [],
            "ocdscardinal coverage": [],
            "lib-cove-ocds": [],
        }
        for _ in range(ROUNDS):
            measures["readiness, all facts"].append(measured(sys.executable, _OURS, lines, count))
            measures["ocdscardinal coverage"].append(
                measured(options.rivals, _CARDINAL, lines, count)
            )
            measures["lib-cove-ocds"].append(
                measured(options.rivals, _LIBCOVE, package, SLICE, str(standard))
            )
        ratios = table(measures)
        cores = len(os.sched_getaffinity(0))
        small = str(write_lines(folder / "small.jsonl", 50))
        print(f"\n{cores} cores, medians of the time waited, load {os.getloadavg()[0]:.1f}")
        waited: dict[str, list[Measure]] = {
            "readiness, all facts": [],
            "ocdscardinal coverage": [],
        }
        for _ in range(ROUNDS):
            waited["readiness, all facts"].append(
                measured(sys.executable, _OURS_TOGETHER, lines, count, small, cores=cores)
            )
            waited["ocdscardinal coverage"].append(
                measured(options.rivals, _CARDINAL, lines, count, cores=cores)
            )
        by_clock = table(waited, by_clock=True)
        many = write_lines(lines, count * MORE)
        print(f"\n{MORE} times as many, {many.stat().st_size / 1e9:,.2f} GB, one core")
        table({"readiness, all facts": [measured(sys.executable, _OURS, many, count * MORE)]})
        print(f"\nthe same, {cores} cores, time waited")
        found = measured(sys.executable, _OURS_TOGETHER, many, count * MORE, small, cores=cores)
        table({"readiness, all facts": [found]}, by_clock=True)
    print("\ngoals, by the processor time of one core")
    reached = True
    for rival, goal in GOALS.items():
        ratio = ratios[rival]
        reached &= ratio >= goal
        said = "reached" if ratio >= goal else "not reached"
        print(f"  at least {goal:g} times {rival}: {said} ({ratio:,.2f})")
        if rival in by_clock:
            print(f"    by the time waited, with {cores} cores: {by_clock[rival]:,.2f}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
