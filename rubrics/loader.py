"""From a folder of YAML to a Rubric, with errors that name file, line and the mend.

A rubric is a folder: `rubric.yaml` (tiers, practices, criteria), `criteria/*.yaml` (criteria in
full depth, one a file), `words/*.yaml` (the same in other languages), `cases/*.yaml` (examples with
what must come out).
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from rubrics import lint
from rubrics.checks import KINDS
from rubrics.model import POSITIONS, known_keys
from rubrics.problems import InputError, Place, Places, Problem, place_of, problems_from, suggestion
from rubrics.schema import Rubric
from rubrics.sprint import Piece, Sprint
from rubrics.text import Plain, read_mapping, read_text

LIBRARY = Path(__file__).parent / "library"
"""The rubrics that ship with the project."""

SPRINTS = LIBRARY / "sprints"
"""The calendars of sprints that ship with the project."""

Path_ = tuple[str | int, ...]


def rubric_folder(name: str) -> Path:
    """The folder of a rubric of the library, or the folder that `name` is the path of."""
    if (LIBRARY / name / "rubric.yaml").is_file() and "/" not in name:
        return LIBRARY / name
    if (Path(name) / "rubric.yaml").is_file():
        return Path(name)
    known = sorted(path.parent.name for path in LIBRARY.glob("*/rubric.yaml"))
    params = {"id": name, "known": ", ".join(known), "suggestion": suggestion(name, known)}
    raise InputError([Problem("rubric.unknown", Place(name), params)])


def load_rubric(folder: Path) -> Rubric:
    """The rubric of a folder, sound enough to be judged by; `InputError` lists what is wrong."""
    value, places = read_sources(folder)
    rubric = build_rubric(value, places, digest=_digest(folder))
    problems = lint.find_problems(rubric, places)
    if problems:
        raise InputError(problems)
    return rubric


def load_sprint(name: str) -> Sprint:
    """The calendar of this name in the library, or the one in the file that `name` is the path of.

    `InputError` lists what is wrong with it.
    """
    known = sorted(path.stem for path in SPRINTS.glob("*.yaml"))
    path = SPRINTS / f"{name}.yaml" if name in known else Path(name)
    if not path.is_file():
        params = {"id": name, "known": ", ".join(known), "suggestion": suggestion(name, known)}
        raise InputError([Problem("sprint.unknown", Place(name), params)])
    value, places = read_mapping(path.read_bytes(), name=path.name)
    try:
        return Sprint.model_validate(value)
    except ValidationError as error:
        keys = {key for kind in Piece.__subclasses__() for key in kind.model_fields}
        raise InputError(problems_from(error, places, known_keys=keys)) from None


def build_rubric(value: Mapping[str, Plain], places: Places, *, digest: str) -> Rubric:
    """The rubric that plain values describe; every piece of it remembers its place."""
    positions: dict[int, str] = {}
    _remember_positions(value, (), places, positions)
    try:
        rubric = Rubric.model_validate(value, context={POSITIONS: positions})
    except ValidationError as error:
        raise InputError(
            problems_from(error, places, known_keys=known_keys(), kinds=KINDS)
        ) from None
    return rubric.model_copy(update={"digest": digest})


def read_sources(folder: Path) -> tuple[dict[str, Plain], Places]:
    """`rubric.yaml` with the files of its criteria put in place, and where all of it stands."""
    value, found = read_mapping((folder / "rubric.yaml").read_bytes(), name="rubric.yaml")
    places = dict(found)
    problems: list[Problem] = []
    used: set[str] = set()
    practices = value.get("practices")
    for i, practice in enumerate(practices if isinstance(practices, list) else []):
        criteria = practice.get("criteria") if isinstance(practice, dict) else None
        for j, criterion in enumerate(criteria if isinstance(criteria, list) else []):
            if not isinstance(criterion, str) or not isinstance(criteria, list):
                continue
            path: Path_ = ("practices", i, "criteria", j)
            name = f"criteria/{criterion.lower()}.yaml"
            used.add(name)
            if not (folder / name).is_file():
                params = {"file": name, "id": criterion}
                problems.append(Problem("criterion.file_missing", place_of(places, path), params))
                continue
            whole, inner = read_mapping((folder / name).read_bytes(), name=name)
            if whole.get("id") != criterion:
                params = {"got": str(whole.get("id")), "id": criterion}
                place = place_of(inner, ("id",))
                problems.append(Problem("criterion.file_id", place, params))
            criteria[j] = whole
            places |= _moved(inner, path)
    for file in sorted(folder.glob("criteria/*.yaml")):
        name = f"criteria/{file.name}"
        if name not in used:
            problems.append(Problem("criterion.file_unused", Place(name), {"file": name}))
    if problems:
        raise InputError(problems)
    return value, places


def load_words(folder: Path) -> dict[str, tuple[dict[str, Plain], Places]]:
    """The words of every other language, by language code, as they were written."""
    files = sorted(folder.glob("words/*.yaml"))
    return {f.stem: read_mapping(f.read_bytes(), name=f"words/{f.name}") for f in files}


def rule_files(folder: Path) -> dict[str, bytes]:
    """The files that judge, by their names in the folder; line ends are made alike.

    Words and cases judge nobody, so they are left out.
    """
    files = [folder / "rubric.yaml", *sorted(folder.glob("criteria/*.yaml"))]
    return {
        file.relative_to(folder).as_posix(): file.read_bytes().replace(b"\r\n", b"\n")
        for file in files
    }


def case_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of cases, by its name in the folder."""
    for file in sorted(folder.glob("cases/*.yaml")):
        yield f"cases/{file.name}", file.read_bytes()


def load_cases(folder: Path) -> list[tuple[dict[str, Plain], Place]]:
    """Every case of a rubric as it was written, with its place."""
    cases: list[tuple[dict[str, Plain], Place]] = []
    for name, raw in case_files(folder):
        document = read_text(raw, name=name)
        entries = document.value if isinstance(document.value, list) else []
        for i, case in enumerate(entries):
            if isinstance(case, dict):
                cases.append((case, place_of(document.places, (i,))))
    return cases


def _remember_positions(
    value: Plain | Mapping[str, Plain], path: Path_, places: Places, found: dict[int, str]
) -> None:
    """`file:line` of every mapping by identity: pydantic keeps no place, but hands it on."""
    if isinstance(value, Mapping):
        place = place_of(places, path)
        found[id(value)] = f"{place.file}:{place.line}"
        for key, child in value.items():
            _remember_positions(child, (*path, key), places, found)
    elif isinstance(value, list):
        for i, child in enumerate(value):
            _remember_positions(child, (*path, i), places, found)


def _moved(places: Places, path: Path_) -> dict[Path_, Place]:
    moved: dict[Path_, Place] = {}
    for inner, place in places.items():
        is_key = inner[:1] == ("#",)
        moved[("#", *path, *inner[1:]) if is_key else (*path, *inner)] = place
    return moved


def _digest(folder: Path) -> str:
    """SHA-256 over names and texts of the judged files; line numbers count."""
    digest = hashlib.sha256()
    for name, text in rule_files(folder).items():
        digest.update(f"{name}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()
