"""What a report carries inside it, so that anybody can check it without asking us.

The submission with what was seen of its evidence, the result, the rubric as it was written, and a
manifest that names them by their digests, with all that the pages were made from.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from assessment.results import Assessment
from assessment.submission import Submission
from reports.edition import Edition
from rubrics.loader import rule_files

if TYPE_CHECKING:
    from api.services import Scored
    from reports.renderer import Attachment, Paper
    from reports.renderer.attachments import Relation

MANIFEST, SUBMISSION, RESULT = "manifest.json", "submission.json", "result.json"
RUBRIC, PREVIOUS = "rubric.json", "previous-result.json"

SCHEMA_VERSION = "1"
"""Version of the manifest; it changes when a reader of the old form could go wrong."""

REPORTS = Path(__file__).parent.parent / "reports"
_LAID_OUT_BY = (".py", ".j2", ".css", ".ttf", ".mo")

_ABOUT = {
    MANIFEST: "What this report was made from, by SHA-256; 'readiness verify' checks it",
    SUBMISSION: "What was judged: answers, evidence and what was seen of it",
    RESULT: "The result, as 'readiness score --json' writes it",
    RUBRIC: "The rubric that judged, as it was written",
    PREVIOUS: "The earlier result that this report looks back at",
}


def dossier(
    scored: "Scored", report: Edition, *, paper: "Paper", since: Assessment | None = None
) -> "tuple[Attachment, ...]":
    """Everything that the PDF of a report carries; nothing, if its submission is not at hand."""
    if scored.submission is None:
        return ()
    files = {
        SUBMISSION: submission_file(scored.submission),
        RESULT: msgspec.json.encode(scored.assessment) + b"\n",
        RUBRIC: rubric_file(scored.folder, scored.rubric.digest, report.language),
    }
    if since is not None:
        files[PREVIOUS] = msgspec.json.encode(since) + b"\n"
    manifest: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "kind": report.kind,
        "language": report.language,
        "paper": paper,
        "on": report.on.isoformat(),
        "engine_version": scored.assessment.engine_version,
        "rubric_digest": scored.rubric.digest,
        "submission_digest": scored.submission.digest,
        "files": {name: sha256(content) for name, content in files.items()},
        "plan": {
            "team": scored.team.model_dump(mode="json"),
            "sprint": scored.sprint.model_dump(mode="json") if scored.sprint else None,
        },
        "printed_by": printed_by(),
    }
    if scored.signed is not None:
        manifest["signed"] = msgspec.to_builtins(scored.signed)
    files[MANIFEST] = json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"
    return tuple(attached(name, content) for name, content in files.items())


def attached(name: str, content: bytes) -> "Attachment":
    """A file of the dossier as a PDF carries it."""
    from reports.renderer import Attachment  # noqa: PLC0415 (loads the templates' engine)

    relation: Relation = "Source" if name in {SUBMISSION, RUBRIC} else "Data"
    return Attachment(name=name, content=content, about=_ABOUT[name], relation=relation)


def submission_file(submission: Submission) -> bytes:
    """A submission with what was seen of its evidence, as JSON that reads back the same."""
    return _ENCODER.encode(submission) + b"\n"


def rubric_file(folder: Path, digest: str, language: str) -> bytes:
    """The files of a rubric that judge, and its words in a language, in one file."""
    return _rubric_file(folder.resolve(), digest, language)


@cache
def _rubric_file(folder: Path, digest: str, language: str) -> bytes:
    files = {name: text.decode() for name, text in rule_files(folder).items()}
    words = folder / "words" / f"{language}.yaml"
    if words.is_file():
        files[f"words/{language}.yaml"] = words.read_text("utf-8")
    return json.dumps({"digest": digest, "files": files}, ensure_ascii=False).encode() + b"\n"


@cache
def printed_by() -> Mapping[str, str]:
    """What the pages were laid out with: where these are the same, so is every byte."""
    layout = hashlib.sha256()
    for file in sorted(REPORTS.rglob("*")):
        if file.suffix in _LAID_OUT_BY:
            layout.update(f"{file.relative_to(REPORTS).as_posix()}\0".encode())
            layout.update(file.read_bytes())
    return {
        "weasyprint": version("weasyprint"),
        "pydyf": version("pydyf"),
        "layout": layout.hexdigest(),
    }


def sha256(content: bytes) -> str:
    """The digest by which the manifest names a file."""
    return hashlib.sha256(content).hexdigest()


def _fields(piece: Any) -> dict[str, object]:  # noqa: ANN401 (whatever msgspec does not know)
    return {name: getattr(piece, name) for name in type(piece).model_fields}


_ENCODER = msgspec.json.Encoder(enc_hook=_fields)
