"""Finds the submissions of an input: a folder, an archive, or one file of whatever kind.

In a folder, every file at its top that may hold submissions is one; below it, those that are called
`submission.*`, so that a city's evidence may lie beside its submission. What else lies at the top
is not read, and the result says so by name.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from api.batches.plan import GRAIN, Source, Wrong, digest_of_all
from api.batches.tables import Row, is_table, read_rows
from api.batches.unpacking import unpack_archive
from api.batches.wrongs import wrong_of
from api.evidence.tables.tables import NotATableError, TableTooLargeError
from api.forms.batch_columns import fields_of
from api.forms.reading import SUBMISSION_PATH
from api.forms.sheets import read_sheets
from api.forms.submission_layout import Spoken
from api.forms.submission_reading import is_submission_workbook
from rubrics.problems import InputError, Place, Problem
from rubrics.text import MAX_BYTES

ONE = frozenset({".yaml", ".yml", ".json", ".xlsx", ".ods"})
"""Files with one submission; a workbook may also be a table of many."""

LINES = frozenset({".jsonl", ".ndjson"})
TABLES = frozenset({".csv", ".parquet"})
MAX_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """What an input holds: where it lies, its sources, what was not read, and its digest."""

    root: Path
    sources: tuple[Source, ...]
    ignored: tuple[str, ...]
    digest: str


def find_sources(given: Path, *, work: Path, spoken: Spoken, rubric: str) -> Found:
    """The submissions of an input. What has to be unpacked or set out in lines goes to `work`."""
    if not given.exists():
        raise InputError([Problem("file.missing", Place(str(given)), {"file": str(given)})])
    if given.is_dir():
        root, files = given, list(_files(given))
        listed = [(name, path) for name, path in files]
    elif given.suffix.lower() == ".zip":
        root = work / "input"
        unpack_archive(given, root)
        files, listed = list(_files(root)), [(given.name, given)]
    else:
        root, files = given.parent, [(given.name, given)]
        listed = files
    digest = digest_of_all(listed)
    finder = _Finder(work / "rows", spoken, rubric)
    sources: list[Source] = []
    ignored: list[str] = []
    for name, path in _taken(files):
        source = finder.source(name, path, alone=path == given)
        if source is not None:
            sources.append(source)
        else:
            ignored.append(name)
    if not sources:
        raise InputError([Problem("batch.nothing", Place(str(given)))])
    return Found(root.resolve(), tuple(sources), tuple(ignored), digest)


def files_with_one(folder: Path) -> list[tuple[str, Path]]:
    """The files of a folder that may each hold one submission, by their path from there."""
    return [
        (name, path) for name, path in _taken(list(_files(folder))) if path.suffix.lower() in ONE
    ]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every ordinary file of a folder by its path from there, in an order of its own.

    A link would lead out of the folder, and what it shows could change from day to day.
    """
    count = 0
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).parts):
        name = path.relative_to(folder)
        if any(part.startswith((".", "~$")) for part in name.parts) or path.is_symlink():
            continue
        if path.is_file():
            count += 1
            if count > MAX_FILES:
                params = {"limit": MAX_FILES}
                raise InputError([Problem("batch.too_many_files", Place(str(folder)), params)])
            yield name.as_posix(), path


def _taken(files: Sequence[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """What may be a source: files at the top, and those below that are called `submission.*`.

    Archives are often one folder: then that one is the top. Beside a `submission.*` lies evidence.
    """
    tops = {name.partition("/")[0] for name, _ in files}
    whole = len(tops) == 1 and all("/" in name for name, _ in files)
    inner = [name.partition("/")[2] if whole else name for name, _ in files]
    one_city = any("/" not in name and _is_named(name) for name in inner)
    for (name, path), short in zip(files, inner, strict=True):
        if _is_named(short.rpartition("/")[2]) or not ("/" in short or one_city):
            yield name, path


def _is_named(name: str) -> bool:
    """Whether a file is called `submission.yaml` or the like."""
    path = PurePosixPath(name.lower())
    return path.stem == "submission" and path.suffix in ONE


class _Finder:
    """Looks at files one by one; rows of tables are set out in lines, each in a file of its own."""

    def __init__(self, rows: Path, spoken: Spoken, rubric: str) -> None:
        self.rows, self.fields, self.rubric = rows, fields_of(spoken), rubric
        self.count = 0

    def source(self, name: str, path: Path, *, alone: bool) -> Source | None:
        """What a file is; `None` where it holds no submission. A file that stands alone must."""
        suffix = path.suffix.lower()
        try:
            if suffix in LINES:
                return _lines(name, path)
            if suffix in TABLES or (suffix in {".xlsx", ".ods"} and not _is_form(path)):
                if alone or suffix in {".xlsx", ".ods"} or is_table(path):
                    return self._table(name, path)
                return None
        except InputError as error:
            if alone:
                raise
            return _refused(name, error)
        return Source(name=name, kind="file", rows=1) if suffix in ONE or alone else None

    def _table(self, name: str, path: Path) -> Source:
        self.rows.mkdir(parents=True, exist_ok=True)
        self.count += 1
        target = self.rows / f"{self.count}.jsonl"
        starts: list[tuple[int, int]] = []
        count = 0
        with target.open("wb") as lines:
            for row in read_rows(path, self.fields, name=name, rubric=self.rubric):
                if count % GRAIN == 0:
                    starts.append((lines.tell(), row.number))
                lines.write(_line(row))
                count += 1
        if not count:
            raise InputError([Problem("batch.table_empty", Place(name))])
        lies_at = str(target.resolve())
        return Source(name=name, kind="rows", rows=count, lies_at=lies_at, starts=tuple(starts))


def _is_form(path: Path) -> bool:
    """Whether a workbook is a whole submission, or cannot be read at all (it then says so)."""
    if not is_submission_workbook(path):
        return False
    try:
        sheets = read_sheets(path)
    except (NotATableError, TableTooLargeError):
        return True
    firsts = (row[0] for sheet in sheets for row in sheet.rows if row)
    return any(cell == SUBMISSION_PATH for cell in firsts) or not any(s.rows for s in sheets)


def _lines(name: str, path: Path) -> Source:
    """Where every fifth of the lines begins that are not blank."""
    starts: list[tuple[int, int]] = []
    count = offset = number = 0
    with path.open("rb") as stream:
        while line := stream.readline(MAX_BYTES + 2):
            number += 1
            if line.strip():
                if count % GRAIN == 0:
                    starts.append((offset, number))
                count += 1
            while line and not line.endswith(b"\n"):  # longer than a submission may be
                line = stream.readline(MAX_BYTES + 2)
            offset = stream.tell()
    if not count:
        raise InputError([Problem("file.empty", Place(name))])
    return Source(name=name, kind="lines", rows=count, starts=tuple(starts))


def _refused(name: str, error: InputError) -> Source:
    wrong: tuple[Wrong, ...] = tuple(wrong_of(problem) for problem in error.problems)
    return Source(name=name, kind="refused", rows=1, wrong=wrong)


def _line(row: Row) -> bytes:
    told = {
        "row": row.number,
        "value": row.value,
        "columns": [[list(path), name] for path, name in row.columns.items()],
        "wrong": [msgspec.to_builtins(wrong_of(problem)) for problem in row.problems],
    }
    return json.dumps(told, ensure_ascii=True).encode() + b"\n"
