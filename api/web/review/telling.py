"""Decisions and changes in words, for conflicts, differences and what a team is asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.review.views import ChangeRequest, Difference, Saw
from api.web.review.frame import ReviewFrame
from api.web.review.lines import title_of, word_text
from reports import wording
from reports.answers import Told, told
from reports.i18n import Language
from reports.report import VerdictCell
from reports.sections.context import Context
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTold:
    """What became of a line from one submission to the next."""

    about: str
    number: str
    title: str
    asked: str
    before: Told | None
    after: Told | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    evidenced_before: VerdictCell
    evidenced_after: VerdictCell


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTold:
    """What a coach asks of one requirement or criterion, and what the coach saw."""

    about: str
    path: str
    number: str
    title: str
    text: str
    machine: VerdictCell
    coach: str
    reason: str


def change_told(change: Difference, frame: ReviewFrame, language: Language) -> ChangeTold:
    """A difference in words; answers that are the same are left out."""
    context = frame.context
    own = frame.rubric.requirements.get(change.about)
    same = change.answer_before == change.answer_after or own is None
    titles = {name: ref.title for name, ref in context.evidence.items()}

    def named(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(titles.get(name, name) for name in names)

    return ChangeTold(
        about=change.about,
        number=context.numbers.get(change.about, change.about),
        title=title_of(frame.rubric, change.about),
        asked=change.asked or "",
        before=None if same or own is None else told(own.ask, change.answer_before, language),
        after=None if same or own is None else told(own.ask, change.answer_after, language),
        added=named(change.evidence_added),
        changed=named(change.evidence_changed),
        removed=named(change.evidence_removed),
        evidenced_before=context.cell(change.evidenced_before),
        evidenced_after=context.cell(change.evidenced_after),
    )


def said_told(said: object, language: Language) -> Told:
    """A decision as one side of a conflict."""
    value = said if isinstance(said, Mapping) else {}
    word, reason = value.get("verdict"), str(value.get("reason") or "")
    text = word_text(str(word), language) if word else language.text("Taken back")
    parts = [Told(label=language.text("Decision"), text=text)]
    if reason:
        parts.append(Told(label=language.text("Reason"), text=reason))
    return Told(parts=tuple(parts))


def asks_told(
    request: ChangeRequest, rubric: Rubric, context: Context, language: Language
) -> tuple[AskTold, ...]:
    """Everything that a request asks for, in the order of the rubric."""
    order = [*context.numbers, *(criterion.id for criterion in rubric.criteria)]
    names = sorted(request.asks, key=lambda name: order.index(name) if name in order else 0)
    return tuple(
        AskTold(
            about=name,
            path=_path(name, rubric),
            number=context.numbers.get(name, name),
            title=title_of(rubric, name),
            text=request.asks[name],
            machine=context.cell(request.saw[name].evidenced),
            coach=_coach(request.saw[name], language),
            reason=request.saw[name].reason,
        )
        for name in names
    )


def _path(about: str, rubric: Rubric) -> str:
    """Where the team answers, as the end of an address."""
    if about in rubric.requirements:
        return f"/requirements/{about}"
    for practice in rubric.practices:
        if any(one.id == about and not one.assessed for one in practice.criteria):
            return f"/declarations/{practice.id}#criterion-{about}"
    return f"/criteria/{about}"


def _coach(saw: Saw, language: Language) -> str:
    if saw.verdict is None:
        return language.text("Not decided yet")
    if saw.verdict == "agree":
        verdict = wording.verdict_word(saw.evidenced, language)
        return language.text("Agrees: {verdict}", verdict=verdict)
    return word_text(saw.verdict, language)
