"""The evidence locker as its pages show it: what was handed in, what was seen, what it proves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.accounts import Actor
from api.db import Transaction
from api.errors import NotThere
from api.web.preview import Preview, preview_of
from api.workspace.locker import OpenFile, open_file
from api.workspace.views import EvidenceView
from assessment.results import Assessment
from assessment.serving import find_servings
from reports import wording
from reports.i18n import Language
from reports.report import EvidenceLine, VerdictCell
from reports.sections.context import build_context
from reports.sections.evidence import build_evidence
from rubrics import checks
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Proves:
    """What a piece says about one requirement by itself, and whether it is used there."""

    id: str
    title: str
    criterion: str
    cell: VerdictCell
    reasons: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that a piece may show, and where the team says that it does."""

    id: str
    text: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceView:
    """A piece of evidence with the letter of whoever looked at it."""

    view: EvidenceView
    letter: EvidenceLine
    proves: tuple[Proves, ...]
    marks: tuple[Mark, ...]
    takes_population: bool
    preview: Preview


def letters(
    assessment: Assessment, rubric: Rubric, language: Language
) -> Mapping[str, EvidenceLine]:
    """What was seen of every piece, by its id; `assessment` has the notes of collectors."""
    context = build_context(assessment, rubric, language)
    lines = build_evidence(context)
    return {entry.id: line for entry, line in zip(assessment.evidence, lines, strict=True)}


def file_of(db: Transaction, who: Actor, assessment_id: str, piece_id: str) -> OpenFile | None:
    """The file of a piece, if it has one."""
    try:
        return open_file(db, who, assessment_id, piece_id)
    except NotThere:
        return None


def piece_view(
    view: EvidenceView,
    letter: EvidenceLine,
    rubric: Rubric,
    language: Language,
    *,
    on: date,
    file: OpenFile | None,
) -> PieceView:
    """The page of a piece; no transaction should be open while its `file` is read."""
    proves = tuple(_proves(view, rubric, language, on))
    serving = [one.id for one in proves if one.used]
    return PieceView(
        view=view,
        letter=letter,
        proves=proves,
        marks=tuple(_marks(view, rubric, serving)),
        takes_population=view.entry.kind == "dataset",
        preview=preview_of(file, view.entry.facts, language),
    )


def _proves(view: EvidenceView, rubric: Rubric, language: Language, on: date) -> Iterator[Proves]:
    serves = set(view.entry.serves)
    for serving in find_servings(rubric, view.entry, on=on):
        own = rubric.requirements[serving.requirement]
        yield Proves(
            id=own.id,
            title=own.title,
            criterion=serving.criterion,
            cell=VerdictCell(
                verdict=serving.verdict.value,
                mark=wording.MARKS[serving.verdict],
                word=wording.verdict_word(serving.verdict, language),
            ),
            reasons=tuple(
                dict.fromkeys(
                    wording.reason_sentence(reason, own, rubric, language)
                    for reason in serving.reasons
                )
            ),
            used=own.id in serves or serving.criterion in serves,
        )


def _marks(view: EvidenceView, rubric: Rubric, serving: Sequence[str]) -> Iterator[Mark]:
    """What the requirements that it serves want shown, then what else it is said to show."""
    wanted: dict[str, None] = {}
    for name in serving:
        wanted |= dict.fromkeys(marks_in(rubric.requirements[name].proof))
    words = rubric.vocabulary.marks
    for mark in (*wanted, *(m for m in view.entry.shows if m not in wanted)):
        yield Mark(id=mark, text=words.get(mark, mark), where=view.entry.shows.get(mark, ""))


def marks_in(check: checks.Check) -> Iterator[str]:
    """Everything that a proof wants shown, wherever in it that stands."""
    if isinstance(check, checks.Shows):
        yield from check.shows
    for _, group in checks.children(check):
        for child in group:
            yield from marks_in(child)
