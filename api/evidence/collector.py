"""From a piece of evidence to what can be seen of it: chooses who looks, and writes down the facts.

Whatever cannot be looked at is said to be so (`not_checked`, `too_large`, `encrypted`,
`unreadable`, `not_a_dataset`): that is never a "no". Only a path that names no file to look at is
an error, for the team can mend it at once.
"""

from pathlib import Path

from api.evidence.documents import Document, open_document
from api.evidence.files import Contents, read_file
from api.evidence.licences import licence_in
from api.evidence.ocds import TooManyValuesError, read_ocds
from api.evidence.tables import NotATableError, TableTooLargeError, read_table
from api.evidence.text import decode_json
from assessment.facts import Facts
from assessment.submission import Evidence

COLLECTOR = "evidence/1"
"""Name and version of this collector; the version changes when the same file gives other facts."""

DATASET = "dataset"
"""The kind of evidence that must be contracting data."""

MAX_DATASET_BYTES = 100_000_000
MAX_DOCUMENT_BYTES = 20_000_000


def collect(evidence: Evidence, *, folder: Path) -> Evidence:
    """The same piece of evidence with the facts that were seen in its file.

    Files are looked for in `folder` alone; `EvidenceFileError` says which is not there or must not
    be opened. Evidence without a file is not looked at: an address is never fetched here, and facts
    that are there already stay as they are.
    """
    if evidence.file is None:
        if evidence.facts is not None:
            return evidence
        return evidence.model_copy(update={"facts": Facts(status="not_checked")})
    limit = MAX_DATASET_BYTES if evidence.kind == DATASET else MAX_DOCUMENT_BYTES
    contents = read_file(evidence.file, evidence=evidence.id, folder=folder, max_bytes=limit)
    facts = _look(contents, kind=evidence.kind, limit=limit)
    seen = {"collector": COLLECTOR, "sha256": contents.sha256, "size": contents.size}
    return evidence.model_copy(update={"facts": facts.model_copy(update=seen), "stated": False})


def _look(contents: Contents, *, kind: str, limit: int) -> Facts:
    if contents.data is None:
        return Facts(status="too_large" if contents.size > limit else "unreadable")
    document = open_document(contents.data, name=contents.name)
    if document.status != "seen" or document.text is None:
        return Facts(status=document.status, format=document.format)
    if document.format == "json":
        return _look_at_json(contents.data, kind=kind)
    if document.format == "csv" and kind != DATASET:
        return _look_at_table(document)
    return Facts(status="seen", format=document.format, licence=licence_in(document.text))


def _look_at_json(data: bytes, *, kind: str) -> Facts:
    text = decode_json(data)
    if text is None:
        return Facts(status="unreadable", format="json")
    try:
        shape, dataset = read_ocds(text)
    except TooManyValuesError:
        return Facts(status="too_large", format="json")
    except (ValueError, RecursionError):
        return Facts(status="unreadable", format="json")
    if dataset is None and kind == DATASET:
        return Facts(status="not_a_dataset", format=shape)
    return Facts(status="seen", format=shape, dataset=dataset)


def _look_at_table(document: Document) -> Facts:
    try:
        rows = read_table(document.text or "")
    except TableTooLargeError:
        return Facts(status="too_large", format="csv")
    except NotATableError:
        return Facts(status="unreadable", format="csv")
    return Facts(status="seen", format="csv", table=rows)
