"""The submission in view: its evidence by what it serves, in an order that no file decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assessment.ready import Ready
from assessment.results import EvidenceEntry
from assessment.submission import CoachDecision, Evidence, Submission


@dataclass(frozen=True, slots=True)
class View:
    """A submission as it is judged: its evidence by the requirement it serves, decisions by id."""

    submission: Submission
    on: date
    evidence: tuple[Evidence, ...]
    serving: Mapping[str, Sequence[Evidence]]
    decisions: Mapping[str, CoachDecision]


def view_of(ready: Ready, submission: Submission, on: date) -> View:
    """The submission's evidence by the requirement it serves, in an order that no file decides."""
    evidence = tuple(sorted(submission.evidence or (), key=lambda entry: entry.id))
    serving: dict[str, list[Evidence]] = {}
    for entry in evidence:
        names = {name for word in entry.serves for name in ready.served_by.get(word, (word,))}
        for name in names:
            serving.setdefault(name, []).append(entry)
    decisions = {decision.about: decision for decision in submission.decisions}
    return View(submission, on, evidence, serving, decisions)


def register_entry(entry: Evidence) -> EvidenceEntry:
    """A piece of evidence as the result lists it: what was said of it and what was seen."""
    facts = entry.facts
    return EvidenceEntry(
        id=entry.id,
        kind=entry.kind,
        title=entry.title,
        serves=tuple(sorted(entry.serves)),
        file=entry.file,
        url=entry.url,
        dated=(facts.dated if facts else None) or entry.dated,
        status=facts.status if facts else "not_checked",
        stated=entry.stated,
        sha256=facts.sha256 if facts else None,
        format=facts.format if facts else None,
        size=facts.size if facts else None,
    )
