"""The evidence that lies open beside a decision, as it was when it was handed in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

import msgspec

from api.accounts import Actor
from api.db import Transaction
from api.errors import NotThere
from api.review.reading import open_submitted_file
from api.review.views import Difference, Review
from api.web.preview import Preview, preview_of
from api.web.review.frame import ReviewFrame
from api.workspace.locker import OpenFile
from api.workspace.submitting import read_submission
from assessment.facts import Facts
from assessment.submission import Evidence
from reports.i18n import Language
from reports.report import EvidenceLine
from reports.sections.evidence import build_evidence

OPENED = 12
"""Pieces whose contents are open beside one line; of more, what was seen of them is shown."""

PATIENCE = 8
"""Seconds after which no other file is begun to be read for a page; the next time it is quicker."""


NOT_READ = Preview(kind="nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceBeside:
    """A piece of evidence: what was seen of it, how it is shown, what became of it.

    `shows` says where the team points to what the machine cannot judge. `change` is `added`,
    `changed` or empty. `path` is where its file is, if it has one. How it is shown, `with_previews`
    says, without a transaction.
    """

    id: str
    letter: EvidenceLine
    url: str
    note: str
    shows: tuple[tuple[str, str], ...]
    change: str
    path: str
    file: OpenFile | None
    facts: Facts | None
    preview: Preview = NOT_READ


def pieces_beside(
    db: Transaction,
    who: Actor,
    frame: ReviewFrame,
    names: Collection[str],
    *,
    change: Difference | None,
) -> tuple[PieceBeside, ...]:
    """The pieces of these ids, the ones that the team changed first."""
    review = frame.review
    handed_in = entries_in(
        read_submission(
            db, who, review.assessment.id, review.submission.number, blind=True
        ).snapshot,
        names,
    )
    letters = _letters(frame)
    known = [name for name in handed_in if name in letters]
    order = sorted(known, key=lambda name: (not _change(name, change), known.index(name)))
    marks = frame.rubric.vocabulary.marks
    found = []
    for place, name in enumerate(order):
        entry = handed_in[name]
        file = _file(db, who, review, name) if place < OPENED else None
        path = f"{frame.base}/submissions/{review.submission.number}/evidence/{name}"
        piece = PieceBeside(
            id=name,
            letter=letters[name],
            url=entry.url or "",
            note=entry.note or "",
            shows=tuple((marks.get(mark, mark), where) for mark, where in entry.shows.items()),
            change=_change(name, change),
            path=path if file is not None else "",
            file=file,
            facts=entry.facts,
        )
        found.append(piece)
    return tuple(found)


def with_previews(pieces: Sequence[PieceBeside], language: Language) -> tuple[PieceBeside, ...]:
    """The pieces with what is in their files, which processes apart read one after another."""
    end = monotonic() + PATIENCE
    return tuple(
        replace(
            piece,
            preview=preview_of(piece.file, piece.facts, language, wait=max(0.0, end - monotonic())),
        )
        for piece in pieces
    )


def entries_in(snapshot: bytes, names: Collection[str]) -> Mapping[str, Evidence]:
    """Pieces of a submission, with what was seen of them."""
    told = msgspec.json.decode(snapshot)
    return {
        piece["id"]: Evidence.model_validate(piece)
        for piece in told.get("evidence") or ()
        if piece["id"] in names
    }


def _letters(frame: ReviewFrame) -> Mapping[str, EvidenceLine]:
    lines: Sequence[EvidenceLine] = build_evidence(frame.context)
    return {entry.id: line for entry, line in zip(frame.result.evidence, lines, strict=True)}


def _file(db: Transaction, who: Actor, review: Review, name: str) -> OpenFile | None:
    try:
        return open_submitted_file(db, who, review.assessment.id, review.submission.number, name)
    except NotThere:
        return None


def _change(name: str, change: Difference | None) -> str:
    if change is None:
        return ""
    if name in change.evidence_added:
        return "added"
    return "changed" if name in change.evidence_changed else ""
