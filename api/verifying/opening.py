"""Takes out of a PDF what travels inside it. The PDF comes from a stranger."""

import io
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import pypdf

from api.dossier import MANIFEST, PREVIOUS, RESULT, RUBRIC, SUBMISSION
from reports.builder import CityKind
from reports.renderer import Paper
from reports.signed import Signed

KNOWN = (MANIFEST, SUBMISSION, RESULT, RUBRIC, PREVIOUS)
NEEDED = (MANIFEST, SUBMISSION, RESULT, RUBRIC)
MAX_FILES = 20
MAX_BYTES = 50_000_000


class NotOursError(Exception):
    """The file does not carry what a report of ours carries: the code of a problem, and of what."""

    def __init__(self, code: str, part: str = "") -> None:
        self.code = code
        self.part = part[:200]
        super().__init__(f"{code} {self.part}".rstrip())


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the plan was made for: the team and the sprint, as they were told."""

    team: dict[str, Any]
    sprint: dict[str, Any] | None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a report says that it was made from."""

    schema_version: str
    kind: CityKind
    language: str
    paper: Paper
    on: str
    engine_version: str
    rubric_digest: str
    submission_digest: str
    files: dict[str, str]
    plan: Plan
    printed_by: dict[str, str]
    signed: Signed | None = None


class RubricFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files of a rubric, by their names in its folder."""

    digest: str
    files: dict[str, str]


def take_out(pdf: bytes) -> Mapping[str, bytes]:
    """The files inside a report, by their names; `NotOursError` if it carries none of ours."""
    try:
        found = _files(pdf)
    except Exception as error:  # a broken PDF breaks in endless ways
        raise NotOursError("report.no_pdf") from error
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise NotOursError("report.carries_none", ", ".join(missing))
    return found


def _files(pdf: bytes) -> dict[str, bytes]:
    root: Any = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    found: dict[str, bytes] = {}
    total = 0
    for reference in list(root.get("/AF", []))[:MAX_FILES]:
        entry = reference.get_object()
        name = str(entry.get("/UF", entry.get("/F")))
        content = entry["/EF"]["/F"].get_object().get_data()
        total += len(content)
        if total > MAX_BYTES:
            raise ValueError("what it carries is too large")
        if name in found:
            raise ValueError("two files of one name")
        found[name] = content
    return found


T = TypeVar("T")


def decoded(content: bytes, kind: type[T], name: str) -> T:
    """A file of a report as what it must be."""
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise NotOursError("report.part_unreadable", name) from error
