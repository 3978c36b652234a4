"""From a file, or standard input, to a Submission whose evidence has been looked at.

A submission comes from a stranger: no more of it is read than a submission may hold, and the files
that it names are looked for in its own folder alone.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.evidence import EvidenceFileError, collect
from api.evidence.fetching import Progress, fetched_for
from api.evidence.files import find_source
from api.evidence.links.links import Fetched
from api.forms.submission_reading import is_submission_workbook, read_submission_workbook
from assessment.submission import Evidence, Submission
from assessment.validation import validate
from rubrics.problems import InputError, Place, Places, Problem, place_of, suggestion
from rubrics.schema import Rubric
from rubrics.text import MAX_BYTES, Plain, read_mapping

STANDARD_INPUT = "-"
"""The name that stands for standard input."""


@dataclass(frozen=True, slots=True)
class Written:
    """A submission as it was written: its values, where each stands, and where its files lie."""

    name: str
    folder: Path
    value: Mapping[str, Plain]
    places: Places

    @property
    def rubric(self) -> str | None:
        """The rubric that it says it was written for."""
        name = self.value.get("rubric")
        return name if isinstance(name, str) else None


def read_written(name: str) -> Written:
    """The submission in the file of this name (`-`: standard input), not yet checked.

    It is YAML or JSON, or a workbook that `readiness template submission` wrote.

    Evidence of a submission from standard input is looked for in the current folder.
    """
    if name == STANDARD_INPUT:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin is not None else b""
        shown, folder = "<stdin>", Path()
    elif is_submission_workbook(Path(name)):
        _read_file(name)  # says what is wrong with a file that is not there, or cannot be opened
        value, places = read_submission_workbook(Path(name), name=name)
        return Written(name, Path(name).parent, value, places)
    else:
        shown, folder, raw = name, Path(name).parent, _read_file(name)
    value, places = read_mapping(raw, name=shown)
    return Written(shown, folder, value, places)


def read_submission(
    rubric: Rubric,
    written: Written,
    *,
    trust_facts: bool = False,
    fetch_on: date | None = None,
    progress: Progress | None = None,
) -> Submission:
    """The submission, sound and with the facts of its evidence; `InputError` lists what is wrong.

    Facts that stand in the submission itself are somebody's word, and are marked so, unless
    `trust_facts` says that our own collectors wrote them. Addresses are called only with
    `fetch_on`, the day of the call; `progress` hears how many have answered.
    """
    if written.rubric is not None and written.rubric != rubric.id:
        place = place_of(written.places, ("rubric",))
        raise InputError(
            [Problem("rubric.other", place, {"id": written.rubric, "given": rubric.id})]
        )
    try:
        submission = validate(rubric, written.value, written.places)
    except InputError as error:
        raise InputError([*error.problems, *_files_that_fail(written)]) from None
    if submission.evidence is None:
        return submission
    with fetched_for(submission.evidence, on=fetch_on, progress=progress) as fetched:
        looked_at = _look_at_all(submission.evidence, written, fetched, trust_facts=trust_facts)
    return submission.model_copy(update={"evidence": looked_at})


def _look_at_all(
    entries: tuple[Evidence, ...],
    written: Written,
    fetched: Mapping[str, Fetched],
    *,
    trust_facts: bool,
) -> tuple[Evidence, ...]:
    """Every piece of evidence with its facts; what cannot be taken is told all at once."""
    looked_at: list[Evidence] = []
    problems: list[Problem] = []
    for i, entry in enumerate(entries):
        if entry.facts is not None and trust_facts:
            looked_at.append(entry)
            continue
        stated = entry.model_copy(update={"stated": entry.facts is not None})
        try:
            looked_at.append(collect(stated, folder=written.folder, fetched=fetched.get(entry.id)))
        except EvidenceFileError as error:
            problems.append(_problem(error, written, i))
    if problems:
        raise InputError(problems)
    return tuple(looked_at)


def _files_that_fail(written: Written) -> list[Problem]:
    """Files that are not there, in a submission that has other faults: all are told at once."""
    entries = written.value.get("evidence")
    problems: list[Problem] = []
    for i, entry in enumerate(entries if isinstance(entries, list) else []):
        file = entry.get("file") if isinstance(entry, dict) else None
        if not isinstance(file, str):
            continue
        try:
            find_source(file, evidence="", folder=written.folder, max_bytes=0)
        except EvidenceFileError as error:
            problems.append(_problem(error, written, i))
    return problems


def _problem(error: EvidenceFileError, written: Written, i: int) -> Problem:
    place = place_of(written.places, ("evidence", i, "file"))
    return Problem(error.code, place, {"file": error.file, "suggestion": error.suggestion})


def _read_file(name: str) -> bytes:
    """No more of the file than a submission may hold, and one byte to know that it is too much."""
    path, problem = Path(name), "file.not_readable"
    params: dict[str, str | int] = {"file": name}
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        problem, params["suggestion"] = "file.missing", _similar(path)
    except IsADirectoryError:
        found = sorted(path.glob("submission.*"))
        problem, params["suggestion"] = "file.is_folder", str(found[0]) if found else ""
    except (OSError, ValueError) as error:
        params["detail"] = getattr(error, "strerror", None) or str(error)
    raise InputError([Problem(problem, Place(name), params)])


def _similar(path: Path) -> str:
    """The file in the same folder whose name is most like the one that is not there."""
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        return ""
    found = suggestion(path.name, names)
    return str(path.parent / found) if found else ""
