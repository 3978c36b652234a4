"""Changes every number of RDC7 and RDC8 by one, and asks for a case that notices each change.

`python -m tests.mutate_rubric` (or `make mutants`) takes every number that decides something: the
bounds, counts, shares, windows and "at least n" of checks, proofs, flags, pass rules and literal
readings, and of what stands above all criteria (levels, cautions, eligibility, declarations). Each
is made one larger and one smaller, windows by one of their units, levels by as many percent as make
a point's difference. A number that is not written out is changed as well: one piece of evidence,
one option, `any_of` (one of these) and `all_of` (all of these). A change that lint refuses ("at
least 6 of 5") is no mutant. A change that makes no case fail is a survivor: the exit code is 1.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from multiprocessing import Pool
from typing import Any

from assessment.cases import (
    Case,
    result_about,
    result_differences,
    score_differences,
    submission_of,
)
from assessment.engine import assess
from assessment.scoring import points_for
from assessment.submission import Submission
from rubrics import lint
from rubrics.loader import LIBRARY, build_rubric, load_cases, read_sources
from rubrics.problems import InputError, Places, place_of
from rubrics.schema import Rubric
from rubrics.text import Plain

FOLDER = LIBRARY / "wwc-2022"
CRITERIA = ("RDC7", "RDC8")
IN_REQUIREMENTS = ("check", "proof", "flags", "not_applicable")
IN_CRITERIA = ("passes", "literal")
ABOVE_ALL = (("tiers",), ("eligibility",), ("declarations",))
WORKERS = 2

Path = tuple[str | int, ...]
WINDOW = re.compile(r"([1-9][0-9]{0,3}) (days?|weeks?|months?|quarters?|years?)")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A number made one larger or smaller; `about` is the requirement or criterion it decides.

    At `path` in the rubric's plain values, `new` takes the place of what was there.
    """

    path: Path
    place: str
    about: str
    change: str
    new: Plain

    def __str__(self) -> str:
        return f"{self.place} {self.change} ({self.about})"


# --- finding the numbers --------------------------------------------------------------------------


def find_mutants(value: dict[str, Plain], places: Places) -> list[Mutant]:
    """Every number that decides something, once larger and once smaller."""
    mutants = []
    for root, about in _roots(value):
        for path, change, new in _changes(_at(value, root), root):
            place = place_of(places, path)
            mutants.append(Mutant(path, f"{place.file}:{place.line}", about, change, new))
    return mutants


def _roots(value: Any) -> Iterator[tuple[Path, str]]:
    """The parts of a rubric whose numbers decide something, and what they decide."""
    for path in ABOVE_ALL:
        yield path, "score"
    for i, practice in enumerate(value["practices"]):
        for j, criterion in enumerate(practice["criteria"]):
            if criterion["id"] not in CRITERIA:
                continue
            inner: Path = ("practices", i, "criteria", j)
            for name in IN_CRITERIA:
                if name in criterion:
                    yield (*inner, name), criterion["id"]
            for k, requirement in enumerate(criterion["requirements"]):
                for name in IN_REQUIREMENTS:
                    if name in requirement:
                        yield (*inner, "requirements", k, name), requirement["id"]


def _changes(value: Any, path: Path) -> Iterator[tuple[Path, str, Plain]]:
    """Every change of a number inside a value: where, in words, and what stands there then."""
    match value:
        case bool():
            return
        case int() | float():
            numbers = _levels(value) if path[-1] == "min_percent" else (value - 1, value + 1)
            yield from ((path, f"{_key(path)}: {value} -> {new}", new) for new in numbers)
        case str() if WINDOW.fullmatch(value):
            number, unit = value.split(" ")
            for n in (int(number) - 1, int(number) + 1):
                yield path, f"{_key(path)}: {value} -> {n} {unit}", f"{n} {unit}"
        case dict():
            yield from ((path, change, {**value, **new}) for change, new in _unwritten(value))
            yield from ((path, change, new) for change, new in _groups(value))
            for key, child in value.items():
                yield from _changes(child, (*path, key))
        case list():
            for i, child in enumerate(value):
                yield from _changes(child, (*path, i))
        case _:
            return


def _key(path: Path) -> str:
    return next(part for part in reversed(path) if isinstance(part, str))


def _levels(percent: float) -> tuple[float, float]:
    """The nearest levels below and above that ask for another number of 43 points."""
    tiers = build_rubric(bench().value, bench().places, digest="").tiers

    def needed(level: float) -> int:
        return points_for(tiers.levels[0].model_copy(update={"min_percent": level}), 43, tiers)

    steps = range(1, 5)
    lower = next(percent - s for s in steps if needed(percent - s) != needed(percent))
    return lower, next(percent + s for s in steps if needed(percent + s) != needed(percent))


def _unwritten(check: dict[str, Any]) -> Iterator[tuple[str, dict[str, Plain]]]:
    """A check that asks for one of something without saying so, asking for two."""
    for kind, number in (("evidence", "count"), ("includes", "at_least")):
        if isinstance(check.get(kind), list) and number not in check:
            yield f"{kind}: one -> {number}: 2", {number: 2}


def _groups(check: dict[str, Any]) -> Iterator[tuple[str, Plain]]:
    """`any_of` asking for two, `all_of` doing without one."""
    rest = {key: child for key, child in check.items() if key not in ("any_of", "all_of")}
    for kind, group in ((kind, check[kind]) for kind in ("any_of", "all_of") if kind in check):
        if (size := len(group)) > 1:
            n = 2 if kind == "any_of" else size - 1
            yield f"{kind} -> at_least: {n} of {size}", {**rest, "at_least": n, "of": group}


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


# --- trying them ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bench:
    """The rubric as it is, and every case with its submission, made ready once per process."""

    value: dict[str, Plain]
    places: Places
    cases: tuple[tuple[Case, Submission], ...]


@cache
def bench() -> _Bench:
    value, places = read_sources(FOLDER)
    rubric = build_rubric(value, places, digest="as it is")
    cases = [case for case, _ in load_cases(FOLDER)]
    return _Bench(value, places, tuple((case, submission_of(rubric, case)) for case in cases))


def rubric_of(mutant: Mutant) -> Rubric | None:
    """The changed rubric; `None` where nobody could write it so."""
    value: Any = deepcopy(bench().value)
    _at(value, mutant.path[:-1])[mutant.path[-1]] = mutant.new
    try:
        rubric = build_rubric(value, bench().places, digest=str(mutant))
    except InputError:
        return None
    return None if lint.find_problems(rubric, bench().places) else rubric


def killer(rubric: Rubric, mutant: Mutant) -> str | None:
    """The name of the first case that notices the change; those about it are asked first."""
    cases = sorted(bench().cases, key=lambda pair: pair[0]["about"] != mutant.about)
    return next((str(case["name"]) for case, done in cases if fails(rubric, case, done)), None)


def fails(rubric: Rubric, case: Case, submission: Submission) -> bool:
    """Whether something else comes out of a case than it expects."""
    assessment = assess(rubric, submission, on=date.fromisoformat(str(case["on"])))
    expect: Any = case["expect"]
    if case["about"] == "score":
        return any(score_differences(assessment, expect))
    return any(result_differences(result_about(assessment, str(case["about"])), expect))


def outcome(mutant: Mutant) -> str:
    """`killed`, `refused` or `survived`."""
    rubric = rubric_of(mutant)
    if rubric is None:
        return "refused"
    return "survived" if killer(rubric, mutant) is None else "killed"


def main(arguments: Sequence[str] = ()) -> int:
    """Tries every mutant, or those that decide about the ids that are named."""
    mutants = find_mutants(bench().value, bench().places)
    if arguments:
        mutants = [mutant for mutant in mutants if mutant.about in arguments]
    numbers = len({mutant.path for mutant in mutants})
    print(f"{len(mutants)} changes of {numbers} numbers, {len(bench().cases)} cases", flush=True)
    outcomes = []
    with Pool(WORKERS) as pool:
        for done in pool.imap(outcome, mutants, chunksize=4):
            outcomes.append(done)
            if sys.stderr.isatty():
                print(f"\r{len(outcomes)} of {len(mutants)}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    survivors = [m for m, done in zip(mutants, outcomes, strict=True) if done == "survived"]
    print(f"{outcomes.count('killed')} killed, {outcomes.count('refused')} refused by lint")
    if not survivors:
        print("survivors: none")
        return 0
    print(f"survivors: {len(survivors)}")
    for mutant in survivors:
        print(f"  {mutant}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
