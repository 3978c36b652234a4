"""What another edition of a rubric does to the submissions of a folder or of the database.

Each is judged twice, on the same day and on the same evidence. What stands in it that the new
edition does not know (an option that is gone, a requirement that was left out) is set aside, and
told, as its city would be asked anew.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import cast

import msgspec

from api.batches.sources import files_with_one
from api.submissions import Written, read_submission, read_written
from assessment.engine import assess
from assessment.impact import CityImpact, Impact, impact_of, impact_on
from assessment.results import Lens, RubricRef
from assessment.submission import Submission
from assessment.validation import validate
from rubrics.diff import Difference, differences
from rubrics.loader import load_rubric, rubric_folder
from rubrics.problems import InputError, Place, Problem, place_of
from rubrics.schema import Rubric
from rubrics.text import Plain

MAX_SUBMISSIONS = 10_000
"""More are a matter for a batch."""

SET_ASIDE = frozenset({"answers", "not_applicable", "declared", "evidence", "decisions"})
"""Parts of a submission of which something may be unknown to another edition."""

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The impact, both editions, and the files that could not be read, each with why."""

    impact: Impact
    old: Rubric
    new: Rubric
    folder: Path
    unread: tuple[tuple[str, InputError], ...]


def compare_editions(
    new: str,
    submissions: Path,
    *,
    old: str,
    on: date,
    lens: Lens,
    trust_facts: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Compared:
    """What the edition `new` (a folder) changes for all submissions in a folder."""
    folder = rubric_folder(new)
    before = load_rubric(rubric_folder(old))

    def read(file: Path) -> tuple[Written, Submission]:
        written = read_written(str(file))
        return written, read_submission(before, written, trust_facts=trust_facts)

    sources = [
        (str(file.relative_to(submissions)), partial(read, file))
        for file in submissions_in(submissions)
    ]
    return _compare(before, folder, sources, on=on, lens=lens, progress=progress)


def compare_snapshots(
    new: str,
    snapshots: Iterable[tuple[str, bytes]],
    *,
    old: str,
    on: date,
    lens: Lens,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Compared:
    """The same for submissions out of the database, which hold the facts of their evidence."""
    folder = rubric_folder(new)
    before = load_rubric(rubric_folder(old))

    def read(name: str, snapshot: bytes) -> tuple[Written, Submission]:
        written = Written(name, Path(), msgspec.json.decode(snapshot), {})
        return written, fit(before, written)[0]

    sources = [(name, partial(read, name, snapshot)) for name, snapshot in snapshots]
    return _compare(before, folder, sources, on=on, lens=lens, progress=progress)


Source = tuple[str, Callable[[], tuple[Written, Submission]]]
"""A submission by its name, and what reads it: as it was written, and by the old edition."""


def _compare(
    before: Rubric,
    folder: Path,
    sources: Sequence[Source],
    *,
    on: date,
    lens: Lens,
    progress: Callable[[int, int], None],
) -> Compared:
    after = load_rubric(folder)
    found = differences(before, after)
    cities: list[CityImpact] = []
    unread: list[tuple[str, InputError]] = []
    for done, (name, read) in enumerate(sources):
        progress(done, len(sources))
        try:
            cities.append(_city(name, read(), before, after, found, on=on, lens=lens))
        except InputError as error:
            unread.append((name, error))
    impact = impact_of(_ref(before), _ref(after), found, cities, lens=lens)
    return Compared(impact, before, after, folder, tuple(unread))


def submissions_in(folder: Path) -> list[Path]:
    """The submissions of a folder: files in it, and `submission.*` in the folders below.

    What lies beside a `submission.*` is evidence of it.
    """
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        params = {"file": str(folder), "detail": error.strerror or type(error).__name__}
        raise InputError([Problem("file.not_readable", Place(str(folder)), params)]) from None
    found = [path for _, path in files_with_one(folder)]
    if not found or len(found) > MAX_SUBMISSIONS:
        code = "submissions.too_many" if found else "submissions.none"
        params = {"folder": str(folder), "limit": str(MAX_SUBMISSIONS)}
        raise InputError([Problem(code, Place(str(folder)), params)])
    return found


def _ref(rubric: Rubric) -> RubricRef:
    return RubricRef(
        id=rubric.id, edition=rubric.edition, digest=rubric.digest, status=rubric.status
    )


def _city(
    name: str,
    handed_in: tuple[Written, Submission],
    old: Rubric,
    new: Rubric,
    found: Sequence[Difference],
    *,
    on: date,
    lens: Lens,
) -> CityImpact:
    written, submission = handed_in
    fitted, aside = fit(new, written)
    facts = {piece.id: piece for piece in submission.evidence or ()}
    if fitted.evidence is not None:
        pieces = (
            piece.model_copy(
                update={"facts": facts[piece.id].facts, "stated": facts[piece.id].stated}
            )
            for piece in fitted.evidence
        )
        fitted = fitted.model_copy(update={"evidence": tuple(pieces)})
    return impact_on(
        name,
        assess(old, submission, on=on),
        assess(new, fitted, on=on),
        found,
        lens=lens,
        dropped=[(_named(path), str(path[1]) if len(path) > 1 else "") for path in aside],
    )


def _named(path: Path_) -> str:
    """`answers.rdc7-awards`, `evidence[2].serves[0]`."""
    named = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return named.removeprefix(".")


# --- a submission as far as another edition knows it ----------------------------------------------


def fit(rubric: Rubric, written: Written) -> tuple[Submission, list[Path_]]:
    """The submission as another edition reads it, and the paths of what it does not know.

    `InputError` where what is wrong cannot be set aside.
    """
    value = dict(written.value) | {"rubric": rubric.id}
    aside: set[Path_] = set()
    while True:
        kept, origins = _kept(value, aside)
        # Every value gets a line of its own: a problem then says by its line which one it means.
        lines = {path: Place("", number) for number, path in enumerate(origins, 1)}
        places = lines | {("#", *path): place for path, place in lines.items()}
        try:
            return validate(rubric, cast("Mapping[str, Plain]", kept), places), _outermost(aside)
        except InputError as error:
            paths = list(origins.values())
            wrong = {paths[problem.place.line - 1] for problem in error.problems}
            if not all(path and path[0] in SET_ASIDE for path in wrong):
                raise InputError(_where_written(error, paths, written)) from None
            aside |= wrong


def _outermost(paths: set[Path_]) -> list[Path_]:
    """Without what lies inside another one of them."""
    outer = [path for path in paths if not any(path[:n] in paths for n in range(1, len(path)))]
    return sorted(outer, key=str)


def _where_written(error: InputError, paths: Sequence[Path_], written: Written) -> list[Problem]:
    return [
        Problem(p.code, place_of(written.places, paths[p.place.line - 1]), p.params)
        for p in error.problems
    ]


def _kept(value: Plain, aside: set[Path_]) -> tuple[Plain, dict[Path_, Path_]]:
    """A value without what was set aside, and where each of its values stood before."""
    origins: dict[Path_, Path_] = {}

    def copied(part: Plain, path: Path_, origin: Path_) -> Plain:
        origins[path] = origin
        if isinstance(part, dict):
            entries = [(key, child) for key, child in part.items() if (*origin, key) not in aside]
            return {key: copied(child, (*path, key), (*origin, key)) for key, child in entries}
        if isinstance(part, list):
            kept = [(i, child) for i, child in enumerate(part) if (*origin, i) not in aside]
            return [
                copied(child, (*path, i), (*origin, was)) for i, (was, child) in enumerate(kept)
            ]
        return part

    return copied(value, (), ()), origins
