"""Another edition, compared by a process of its own: a stranger's rubric may be made to harm.

A rule may be nested until judging by it takes all memory, or for ever. The process has limits of
time and memory, no network, and writes in its own folder only; what comes back is JSON and a
workbook of bounded size.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path

import msgspec

from api.evidence.worker.confinement import (
    GRACE_SECONDS,
    Limits,
    leave_network,
    limit_resources,
    limit_time,
    stand_guard,
)
from assessment.impact import Impact
from assessment.results import Lens
from reports.i18n import Language
from reports.impact import ImpactPage
from rubrics.problems import InputError, Place, Problem

LIMITS = Limits(memory_bytes=2_000_000_000, document_seconds=120, written_bytes=100_000_000)

MAX_EDITION_BYTES = 20_000_000
MAX_EDITION_FILES = 1_000
"""What an edition may hold, unpacked; ours holds fewer than a hundred files."""

MAX_TOLD = 200
"""Problems that are told of an edition; whoever has more begins with these."""

EDITION, SNAPSHOTS, ANSWER, WORKBOOK = "edition.zip", "snapshots.json", "answer.json", "impact.xlsx"

_START = (
    "import json, sys; told = json.loads(sys.argv[1]); sys.path[:] = told.pop('path'); "
    "from api.cohorts.comparing import serve; serve(**told)"
)
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TZ")
_CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_NEEDED = ("api.impact", "api.sheet_files", "api.forms.looks", "xlsxwriter", "reports.impact")
"""What is loaded before the doors are closed."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the process says: what it found, or what keeps it from comparing."""

    impact: Impact | None = None
    page: ImpactPage | None = None
    problems: tuple[tuple[str, str, Mapping[str, str | int]], ...] = ()


class ImpactFound(msgspec.Struct, frozen=True, kw_only=True):
    """The impact as data, as what its page says, and as a workbook."""

    impact: Impact
    page: ImpactPage
    workbook: bytes


def compare_apart(
    edition: bytes,
    snapshots: Iterable[tuple[str, bytes]],
    *,
    name: str,
    old: str,
    on: date,
    lens: Lens,
    language: Language,
    limits: Limits = LIMITS,
) -> ImpactFound:
    """What the edition in a ZIP changes; `InputError` says what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
        place = Path(folder)
        (place / EDITION).write_bytes(edition)
        told = [(city, text.decode()) for city, text in snapshots]
        (place / SNAPSHOTS).write_bytes(msgspec.json.encode(told))
        _run(
            {
                "path": [os.path.abspath(entry) for entry in sys.path],  # noqa: PTH100
                "folder": folder,
                "name": name,
                "old": old,
                "on": on.isoformat(),
                "lens": lens.value,
                "language": language.code,
                "limits": msgspec.to_builtins(limits),
            },
            folder,
            limits,
        )
        try:
            answer = msgspec.json.decode(_read(place / ANSWER, limits), type=Answer)
            if answer.impact is not None and answer.page is not None:
                workbook = _read(place / WORKBOOK, limits)
                return ImpactFound(impact=answer.impact, page=answer.page, workbook=workbook)
        except (OSError, msgspec.DecodeError):
            answer = Answer(problems=(("edition.check_failed", "", {}),))
    raise InputError(
        [Problem(code, Place(at or name), {**params}) for code, at, params in answer.problems]
    )


def _run(told: Mapping[str, object], folder: str, limits: Limits) -> None:
    """Runs the process until it ends or is ended; what it has to say lies in its folder."""
    known = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
    try:
        subprocess.run(  # noqa: S603 (it is our own program)
            [sys.executable, "-I", "-X", "utf8", "-c", _START, json.dumps(told)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**known, **_CALM, "TMPDIR": folder, "HOME": folder},
            timeout=limits.document_seconds + 2 * GRACE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return


def _read(file: Path, limits: Limits) -> bytes:
    with file.open("rb") as stream:
        return stream.read(limits.written_bytes)


# --- the process's side ---------------------------------------------------------------------------


def serve(
    *,
    folder: str,
    name: str,
    old: str,
    on: str,
    lens: str,
    language: str,
    limits: Mapping[str, float],
) -> None:
    """Closes all doors, then compares."""
    from reports.i18n import load_language  # noqa: PLC0415

    kept = Limits(**limits)  # type: ignore[arg-type]
    for module in _NEEDED:
        import_module(module)
    spoken = load_language(language)
    leave_network()
    limit_resources(kept)
    limit_time(kept.document_seconds)
    stand_guard(folder)
    try:
        answer = _compare(Path(folder), name, old, date.fromisoformat(on), Lens(lens), spoken)
    except InputError as error:
        problems = error.problems[:MAX_TOLD]
        answer = Answer(problems=tuple((p.code, _shown(p), dict(p.params)) for p in problems))
    except (MemoryError, RecursionError):
        answer = Answer(problems=(("edition.check_failed", "", {}),))
    (Path(folder) / ANSWER).write_bytes(msgspec.json.encode(answer))


def _shown(problem: Problem) -> str:
    """The place of a problem, without our own folder before it."""
    return str(problem.place).rpartition("/edition/")[2]


def _compare(  # noqa: PLR0917 (it is what `serve` was told)
    folder: Path, name: str, old: str, on: date, lens: Lens, language: Language
) -> Answer:
    from api.impact import compare_snapshots  # noqa: PLC0415 (loaded before the doors closed)
    from api.services import in_language  # noqa: PLC0415
    from api.sheet_files import to_xlsx  # noqa: PLC0415
    from reports.exports.impact import impact_sheets  # noqa: PLC0415
    from reports.impact import build_impact_page  # noqa: PLC0415
    from reports.wording import problem_sentence  # noqa: PLC0415
    from rubrics.loader import rubric_folder  # noqa: PLC0415

    own = unpacked_edition(folder, name)
    told = msgspec.json.decode((folder / SNAPSHOTS).read_bytes(), type=list[tuple[str, str]])
    snapshots = [(city, text.encode()) for city, text in told]
    compared = compare_snapshots(str(own), snapshots, old=old, on=on, lens=lens)
    if compared.new.id != compared.old.id:
        params = {"id": compared.new.id, "given": compared.old.id}
        raise InputError([Problem("edition.other_rubric", Place("rubric.yaml"), params)])
    unread = tuple(
        (city, " ".join(problem_sentence(one, language) for one in error.problems))
        for city, error in compared.unread
    )
    words = in_language(compared.new, compared.folder, language)
    title = f"{compared.impact.old.edition} → {compared.impact.new.edition}"
    sheets = impact_sheets(compared.impact, compared.old, words, language, unread)
    (folder / WORKBOOK).write_bytes(to_xlsx(sheets, language, title=title, on=on))
    before = in_language(compared.old, rubric_folder(old), language)
    page = build_impact_page(compared.impact, before, words, language, unread=unread)
    return Answer(impact=compared.impact, page=page)


def unpacked_edition(folder: Path, name: str) -> Path:
    """The folder of the one rubric in the archive."""
    from api.batches.unpacking import unpack_archive  # noqa: PLC0415

    target = folder / "edition"
    target.mkdir()
    unpack_archive(
        folder / EDITION, target, max_bytes=MAX_EDITION_BYTES, max_members=MAX_EDITION_FILES
    )
    found = sorted(path.parent for path in target.rglob("rubric.yaml"))
    if len(found) != 1:
        code = "edition.several" if found else "edition.none"
        raise InputError([Problem(code, Place(name), {"file": name})])
    return found[0]
