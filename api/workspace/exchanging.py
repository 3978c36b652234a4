"""A whole submission in, as workbook, YAML or JSON; and out again, as file or workbook.

What comes in is checked as `readiness score` checks it, and adds to what is there: a blank cell
clears nothing, and whatever it replaces stays in the history. A workbook says which version it was
taken from: what was left in it as it was then puts nothing back that others have changed since.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import BinaryIO, cast

import yaml

from api.accounts.actor import Actor
from api.db.session import Database, Transaction
from api.errors import AlreadyThere, TooLarge
from api.evidence.files import find_source
from api.forms.origin import origin_of
from api.forms.submission_reading import is_submission_workbook, read_submission_workbook
from api.forms.submission_writing import write_submission_workbook
from api.submissions import Written
from api.workspace.answering import Wish, write_answers
from api.workspace.checking import checked
from api.workspace.current import current
from api.workspace.finding import find_open, find_to_change, refuse_stale
from api.workspace.locker import add_link, read_evidence, upload_evidence, written
from api.workspace.merging import same, values_at
from api.workspace.views import Part
from assessment.submission import Evidence, Submission
from assessment.validation import validate
from rubrics.problems import InputError, Problem, place_of
from rubrics.text import MAX_BYTES, read_mapping

MAX_WORKBOOK_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many answers are new or other, and how many were so already.

    `added` are pieces of evidence; `missing` those whose files did not come with it: they are to be
    uploaded. `decisions` of coaches in it are not taken: only a coach decides.
    """

    changed: int
    unchanged: int
    added: tuple[str, ...]
    missing: tuple[str, ...]
    decisions: int


def import_submission(
    database: Database,
    who: Actor,
    assessment_id: str,
    stream: BinaryIO,
    *,
    filename: str,
    version: int | None,
) -> Imported:
    """Takes a submission file into an assessment; `InputError` lists all that is wrong with it.

    `version` is that of the assessment whose answers it is to take the place of.
    """
    with database.read() as db:
        refuse_stale(who, find_open(db, who, assessment_id), version)
    with _on_disk(stream, filename) as path:
        given = read_upload(path, name=filename)
        since = origin_of(path, assessment_id)
        return import_written(database, who, assessment_id, given, version=version, since=since)


def read_upload(path: Path, *, name: str) -> Written:
    """A submission that somebody sent, as it was written; problems name the file as they do."""
    shown = PureWindowsPath(name).name or "file"
    if is_submission_workbook(path):
        value, places = read_submission_workbook(path, name=shown)
    else:
        with path.open("rb") as file:
            value, places = read_mapping(file.read(MAX_BYTES + 1), name=shown)
    return Written(shown, path.parent, value, places)


def import_written(
    database: Database,
    who: Actor,
    assessment_id: str,
    given: Written,
    *,
    files: Path | None = None,
    version: int | None = None,
    since: int | None = None,
) -> Imported:
    """The same for a submission that was read already; `files` is where those it names lie.

    `since` is the version that it was taken from, if that is known.
    """
    with database.write() as db:
        found = find_to_change(db, who, assessment_id)
        refuse_stale(who, found, version)
        rubric = found.known.rubric
        if given.rubric not in (None, rubric.id):
            place = place_of(given.places, ("rubric",))
            params = {"id": rubric.id, "given": given.rubric or ""}
            raise InputError([Problem("rubric.other", place, params)])
        submission = validate(rubric, given.value, given.places)
        changed = unchanged = 0
        for part, said in parts_of(submission, given.value).items():
            values = checked(rubric, part, said)
            then = values_at(db, assessment_id, part, since) if since is not None else {}
            left = {name for name in values if name in then and same(values[name], then[name])}
            wishes = {n: Wish(value, None) for n, value in values.items() if n not in left}
            unchanged += len(left)
            # Each part is a version of its own, as if it had been saved by itself.
            found = find_to_change(db, who, assessment_id)
            saved = write_answers(db, who, found, part, wishes)
            changed += sum(one.changed for one in saved)
            unchanged += sum(not one.changed for one in saved)
    added, missing = _take_evidence(database, who, assessment_id, submission, files)
    return Imported(changed, unchanged, added, missing, len(submission.decisions))


def parts_of(submission: Submission, value: Mapping[str, object]) -> dict[Part, dict[str, object]]:
    """What a submission says, by the parts in which an assessment keeps it; blanks are left out."""
    answers = cast("Mapping[str, object]", value.get("answers") or {})
    declared = submission.declared
    about = {
        "prepared_by": submission.prepared_by,
        "assessed_on": declared.assessed_on.isoformat() if declared.assessed_on else None,
        "official_result": declared.evidence,
        "no_evidence": submission.evidence == () or None,
    }
    return {
        Part.ANSWERS: {n: v for n, v in answers.items() if submission.answers.get(n) is not None},
        Part.DECLARED: {
            code: word for word in ("met", "not_met") for code in getattr(declared, word)
        },
        Part.NOT_APPLICABLE: dict(submission.not_applicable),
        Part.ABOUT: {name: said for name, said in about.items() if said is not None},
    }


def export_submission(db: Transaction, who: Actor, assessment_id: str) -> bytes:
    """What is there now as a submission file: YAML that `readiness score` reads.

    Its evidence names files as `evidence/<id>/<name>`; what was seen of them is left out.
    """
    now = current(db, who, assessment_id)
    told = now.submission.model_dump(
        mode="json", exclude_defaults=True, exclude={"evidence", "schema_version"}
    )
    if now.submission.evidence is not None:
        told["evidence"] = [written(entry) for entry in now.submission.evidence]
    whole = {"schema_version": now.submission.schema_version, **told}
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def export_workbook(db: Transaction, who: Actor, assessment_id: str, *, language: str) -> bytes:
    """What is there now as a workbook, to go on with without the form."""
    now = current(db, who, assessment_id)
    return write_submission_workbook(
        now.found.known.folder,
        now.submission,
        language=language,
        origin=(now.found.id, now.found.version),
    )


def _take_evidence(
    database: Database,
    who: Actor,
    assessment_id: str,
    submission: Submission,
    files: Path | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with database.read() as db:
        there = {piece.id for piece in read_evidence(db, who, assessment_id)}
    added, missing = [], []
    for entry in submission.evidence or ():
        if entry.id in there:
            continue
        if entry.file is not None and files is None:
            missing.append(entry.id)
        elif entry.file is not None or entry.url is not None:
            try:
                _take_piece(database, who, assessment_id, entry, files)
            except AlreadyThere:
                continue
            added.append(entry.id)
    return tuple(added), tuple(missing)


def _take_piece(
    database: Database, who: Actor, assessment_id: str, entry: Evidence, files: Path | None
) -> None:
    said = {key: value for key, value in written(entry).items() if key not in ("file", "url")}
    if entry.file is None or files is None:
        add_link(database, who, assessment_id, url=entry.url or "", **said)
        return
    source = find_source(entry.file, evidence=entry.id, folder=files, max_bytes=0)
    with source.path.open("rb") as stream:
        name = Path(entry.file).name
        upload_evidence(database, who, assessment_id, stream, filename=name, url=entry.url, **said)


@contextmanager
def _on_disk(stream: BinaryIO, name: str) -> Iterator[Path]:
    """A file for readers that need one; its ending says what it claims to be."""
    ending = PureWindowsPath(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="readiness-import-") as folder:
        path = Path(folder) / f"submission{ending if ending in ('.xlsx', '.ods') else '.yaml'}"
        raw = stream.read(MAX_WORKBOOK_BYTES + 1)
        if len(raw) > MAX_WORKBOOK_BYTES:
            raise TooLarge(MAX_WORKBOOK_BYTES)
        path.write_bytes(raw)
        yield path
