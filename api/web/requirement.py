"""One requirement as its page shows it: question, purpose, proof, example, help, verdict. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.web.standard import Example
from assessment.results import Assessment, EvidenceEntry
from reports.asking import Asked, asked_in_words
from reports.i18n import Language
from reports.report import RequirementLine
from reports.sections.actions import effort_words
from reports.sections.context import build_context
from reports.sections.criteria import build_criteria
from rubrics.schema import Criterion, Requirement, Rubric
from rubrics.sprint import Sprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence that serves the requirement."""

    id: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementView:
    """Everything that stands on the page beside the form itself."""

    own: Requirement
    number: str
    criterion: Criterion
    line: RequirementLine
    proof: Asked
    example: Example | None
    sessions: tuple[str, ...]
    roles: str
    effort: str
    pieces: tuple[Piece, ...]
    others: tuple[Piece, ...]
    before: Requirement | None
    after: Requirement | None


def requirement_view(
    assessment: Assessment,
    rubric: Rubric,
    language: Language,
    name: str,
    *,
    example: Example | None,
    sprint: Sprint | None = None,
    cohort: str | None = None,
) -> RequirementView:
    """The page of a requirement; `KeyError` where the rubric has none of that name."""
    own = rubric.requirements[name]
    criterion = next(c for c in rubric.criteria if own in c.requirements)
    names = list(rubric.requirements)
    place = names.index(name)
    words = rubric.vocabulary
    pieces, others = _pieces(assessment.evidence, rubric, criterion, name)
    line = line_of(assessment, rubric, language, name)
    return RequirementView(
        own=own,
        number=line.number,
        criterion=criterion,
        line=line,
        proof=asked_in_words(own.proof, rubric, language, requirement=own, at=own.at),
        example=example,
        sessions=tuple(_sessions(own, rubric, language, sprint, cohort)),
        roles=language.all_of(words.roles.get(role, role) for role in own.remedy.roles),
        effort=effort_words(own.remedy.effort_days, language),
        pieces=pieces,
        others=others,
        before=rubric.requirements[names[place - 1]] if place else None,
        after=rubric.requirements[names[place + 1]] if place + 1 < len(names) else None,
    )


def line_of(
    assessment: Assessment, rubric: Rubric, language: Language, name: str
) -> RequirementLine:
    """The verdicts of a requirement with their reasons, as reports say them."""
    context = build_context(assessment, rubric, language)
    number = context.numbers[name]
    lines = (line for section in build_criteria(context) for line in section.requirements)
    return next(line for line in lines if line.number == number)


def _pieces(
    entries: Sequence[EvidenceEntry], rubric: Rubric, criterion: Criterion, name: str
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The evidence that serves a requirement, and the rest, which could serve it as well."""
    kinds = rubric.vocabulary.evidence_kinds
    serving: list[Piece] = []
    others: list[Piece] = []
    for entry in entries:
        piece = Piece(id=entry.id, title=entry.title, kind=kinds.get(entry.kind, entry.kind))
        serves = name in entry.serves or criterion.id in entry.serves
        (serving if serves else others).append(piece)
    return tuple(serving), tuple(others)


def _sessions(
    own: Requirement,
    rubric: Rubric,
    language: Language,
    sprint: Sprint | None,
    cohort: str | None,
) -> Iterator[str]:
    """The parts of the sprint that help; with their days where the city is in a cohort."""
    labels = rubric.vocabulary.activities
    for activity in own.remedy.activity:
        label = labels.get(activity, activity)
        if sprint is None or cohort not in sprint.cohorts:
            yield label
            continue
        days = [s.dates[cohort] for s in sprint.sessions if activity in s.kinds]
        said = language.all_of(language.short_date(day) for day in days)
        yield language.text("{activity}: {days}", activity=label, days=said) if days else label
