"""The register of evidence: what was handed in, what was seen of it, and its fingerprint."""

from assessment.results import EvidenceEntry
from reports import labels
from reports.i18n import N_, Language, Message
from reports.noting import note_sentence
from reports.report import EvidenceLine
from reports.sections.context import Context

_STATUSES: dict[str, Message] = {
    "seen": N_("Looked at"),
    "not_checked": N_("Not looked at yet"),
    "unreachable": N_("Address did not answer"),
    "refused": N_("Address not called"),
    "login": N_("Asks who is there"),
    "too_large": N_("Too large to be read"),
    "encrypted": N_("Asks for a password"),
    "unreadable": N_("Could not be read"),
    "not_a_dataset": N_("No records found"),
}
_SIZES = ((1_000_000, "MB"), (1_000, "kB"), (1, "B"))


def build_evidence(context: Context) -> tuple[EvidenceLine, ...]:
    """Every piece of evidence, in the order of its numbers."""
    return tuple(_line(context, entry) for entry in context.assessment.evidence)


def size_text(size: int, language: Language) -> str:
    """A size in the largest unit that makes it at least one: `25.9 kB`."""
    factor, unit = next(((f, u) for f, u in _SIZES if size >= f), (1, "B"))
    return f"{language.number(round(size / factor, 1))} {unit}"


def _line(context: Context, entry: EvidenceEntry) -> EvidenceLine:
    language, kinds = context.language, context.rubric.vocabulary.evidence_kinds
    status = labels.label(_STATUSES, entry.status, language)
    if entry.stated:
        status = language.text("Stated by the team, not read")
    return EvidenceLine(
        number=context.evidence[entry.id].number,
        title=context.evidence[entry.id].title,
        kind=kinds.get(entry.kind, entry.kind),
        place=entry.url or entry.file or "",
        dated=language.short_date(entry.dated) if entry.dated else "",
        received=language.short_date(entry.received) if entry.received else "",
        status=status,
        serves=_serves(context, entry),
        sha256=entry.sha256 or "",
        details=_details(entry, language),
        warnings=_notes(context, entry, "warning"),
        seen=_notes(context, entry, "seen"),
    )


def _notes(context: Context, entry: EvidenceEntry, kind: str) -> tuple[str, ...]:
    rubric, language = context.rubric, context.language
    return tuple(note_sentence(n, rubric, language) for n in entry.notes if n.kind == kind)


def _details(entry: EvidenceEntry, language: Language) -> str:
    """Format and size, where they are known."""
    parts = []
    if entry.format is not None:
        parts.append(labels.label(labels.FORMATS, entry.format, language))
    if entry.size is not None:
        parts.append(size_text(entry.size, language))
    return ", ".join(parts)


def _serves(context: Context, entry: EvidenceEntry) -> str:
    """The requirements it was handed in for, by criterion: `RDC7: 5, 8, 12; RDC8: 3`."""
    found: dict[str, list[int]] = {}
    whole = []
    for name in entry.serves:
        code, _, number = context.numbers.get(name, name).partition(".")
        if number:
            found.setdefault(code, []).append(int(number))
        else:
            whole.append(code)
    parts = [f"{c}: {', '.join(str(n) for n in sorted(found[c]))}" for c in sorted(found)]
    return "; ".join([*whole, *parts])
