"""The submission in view: its evidence by what it serves, in an order that no file decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from assessment.ready import Ready
from assessment.results import EvidenceEntry
from assessment.sight import Piece, Sight, sight_of
from assessment.submission import CoachDecision, Submission


@dataclass(frozen=True, slots=True)
class View:
    """A submission as it is judged: its evidence by the requirement it serves, decisions by id."""

    submission: Submission
    on: date
    evidence: tuple[Sight, ...]
    serving: Mapping[str, Sequence[Sight]]
    decisions: Mapping[str, CoachDecision]


def view_of(ready: Ready, submission: Submission, on: date) -> View:
    """The submission's evidence by the requirement it serves, in an order that no file decides."""
    entries = sorted(submission.evidence or (), key=attrgetter("id"))
    evidence = tuple(sight_of(entry, submission.answers, on) for entry in entries)
    serving: dict[str, list[Sight]] = {}
    for sight in evidence:
        serves = sight.piece.entry.serves
        for name in {name for word in serves for name in ready.served_by.get(word, (word,))}:
            serving.setdefault(name, []).append(sight)
    decisions = {decision.about: decision for decision in submission.decisions}
    return View(submission, on, evidence, serving, decisions)


def register_entry(piece: Piece) -> EvidenceEntry:
    """A piece of evidence as the result lists it: what was said of it and what was seen."""
    entry, facts = piece.entry, piece.facts
    return EvidenceEntry(
        id=entry.id,
        kind=entry.kind,
        title=entry.title,
        serves=entry.serves if len(entry.serves) < 2 else tuple(sorted(entry.serves)),
        file=entry.file,
        url=entry.url,
        dated=facts.dated or entry.dated,
        status=facts.status,
        stated=entry.stated,
        sha256=facts.sha256,
        format=facts.format,
        size=facts.size,
        received=entry.received,
    )
