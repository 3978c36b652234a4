"""From a piece of evidence to what can be seen of it: has it looked at, once, and notes the facts.

Whatever cannot be looked at is said to be so (`not_checked`, `unreachable`, `too_large`,
`encrypted`, `not_a_dataset` …): that is never a "no". Only a path that names no file to look at is
an error, for the team can mend it at once.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from api.evidence.cache import cache_key, keep_facts, load_facts
from api.evidence.files import Source, find_source
from api.evidence.links.links import Fetched
from api.evidence.packed import MAX_DATASET_BYTES, MAX_DOCUMENT_BYTES
from api.evidence.worker.worker import look
from assessment.facts import Facts
from assessment.submission import Evidence

COLLECTOR = "evidence/3"
"""Name and version of this collector; the version changes when the same file gives other facts."""

DATASET = "dataset"
"""The kind of evidence that must be contracting data."""

PAGES = frozenset({"page", "dashboard"})
"""Kinds of evidence of which the beginning is enough."""

KEPT = frozenset({"seen", "not_a_dataset", "encrypted"})
"""What can be said only of the file itself; the rest may be a worker's bad day."""

MAX_FETCHED_BYTES = 500_000_000
"""A dataset that is larger is handed in as a file: nobody waits for it on a line."""


def collect(
    evidence: Evidence,
    *,
    folder: Path,
    fetched: Fetched | None = None,
    source: Source | None = None,
) -> Evidence:
    """The same piece of evidence with the facts that were seen in its file, or at its address.

    Files are looked for in `folder` alone; `EvidenceFileError` says which is not there or must not
    be opened; `source` is the file itself, where that was found out before. `fetched` is what its
    address answered, if it was called: nothing is called here.
    Where there is neither, facts that are there already stay as they are.
    """
    if evidence.file is not None:
        source = source or find_source(
            evidence.file,
            evidence=evidence.id,
            folder=folder,
            max_bytes=max_bytes_of(evidence.kind),
        )
        facts = _with_link(_facts_in(source, evidence), fetched)
    elif fetched is not None:
        facts = _with_link(_facts_behind(fetched, evidence), fetched)
    elif evidence.facts is not None:
        return evidence
    else:
        return evidence.model_copy(update={"facts": Facts(status="not_checked")})
    return evidence.model_copy(update={"facts": facts, "stated": False})


def max_bytes_of(kind: str, *, fetched: bool = False) -> int:
    """How large a file of this kind may be; a kind that is not known yet may be a dataset."""
    if kind not in (DATASET, ""):
        return MAX_DOCUMENT_BYTES
    return MAX_FETCHED_BYTES if fetched else MAX_DATASET_BYTES


def _facts_in(source: Source, evidence: Evidence) -> Facts:
    """What is seen in a file, now or the last time that the same bytes were looked at."""
    seen: Mapping[str, object] = {
        "collector": COLLECTOR,
        "sha256": source.sha256,
        "size": source.size,
    }
    if source.sha256 is None:
        too_large = source.size > max_bytes_of(evidence.kind)
        return Facts(status="too_large" if too_large else "unreadable").model_copy(update=seen)
    kind, columns = evidence.kind or None, evidence.columns
    key = cache_key(source.sha256, kind=kind, columns=columns, version=COLLECTOR)
    facts = load_facts(key)
    if facts is None:
        facts = look(source, kind=kind, columns=columns)
        if facts.status in KEPT:
            keep_facts(key, facts)
    return facts.model_copy(update=seen)


def _facts_behind(fetched: Fetched, evidence: Evidence) -> Facts:
    """What is seen in the body that an address answered with."""
    if fetched.status != "seen":
        return Facts(status=fetched.status, collector=COLLECTOR)
    name = PurePosixPath((fetched.link.address or "").partition("?")[0]).name
    if fetched.path is not None:
        source = Source(fetched.path, name, fetched.size or 0, fetched.sha256)
        return _facts_in(source, evidence)
    body = fetched.body or b""
    with TemporaryDirectory(prefix="readiness-page-") as folder:
        path = Path(folder) / "page"
        path.write_bytes(body)
        source = Source(path, name, len(body), hashlib.sha256(body).hexdigest())
        return _facts_in(source, evidence)


def _with_link(facts: Facts, fetched: Fetched | None) -> Facts:
    """The facts with what its address told, and the marks that this proves."""
    if fetched is None:
        return facts
    marks = tuple(dict.fromkeys([*facts.marks, *fetched.marks]))
    return facts.model_copy(update={"link": fetched.link, "marks": marks})
