"""Claim, machine and coach side by side, line by line, with what has to be done next. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.review.lines import waits
from api.review.views import LineState, Opinion, ReviewLine, Word
from api.web.review.frame import ReviewFrame
from assessment.results import Verdict
from reports import wording
from reports.i18n import N_, Language, Message
from reports.report import VerdictCell
from rubrics.schema import Rubric

WORDS: Mapping[Word, Message] = {
    Word.AGREE: N_("Agrees with the machine"),
    Word.MET: N_("Met"),
    Word.NOT_MET: N_("Not met"),
    Word.NEEDS_PROOF: N_("Needs more proof"),
    Word.NOT_APPLICABLE: N_("Does not apply"),
}
"""What a coach says, in a word."""

SHOWN: Mapping[str, Message] = {
    "all": N_("Everything"),
    "changed": N_("Changed since the last submission"),
    "open": N_("Not decided yet"),
    "unsure": N_("The machine could not see"),
    "differ": N_("Decided otherwise than the machine"),
}
"""What a coach can choose to see."""

_TAGS = {Word.NEEDS_PROOF: "needs_review"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A coach's word: its tag and text, the reason, whose it is and when."""

    tag: str
    text: str
    reason: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of a review.

    `waits`: nobody can sign off before the reader says something of it. `notes` say what is special
    about it: changed, asked for, talked of.
    """

    line: ReviewLine
    href: str
    number: str
    title: str
    claimed: VerdictCell
    evidenced: VerdictCell
    said: Said | None
    waits: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGroup:
    """The lines of a criterion, or of the declared ones of a practice."""

    code: str
    title: str
    declared: bool
    lines: tuple[LineView, ...]


def line_views(
    frame: ReviewFrame, language: Language, opinions: Mapping[str, Opinion]
) -> tuple[LineView, ...]:
    """Every line of the review; whoever reads blind sees their own opinions as decisions."""
    return tuple(line_view(frame, line, language, opinions) for line in frame.review.lines)


def line_view(
    frame: ReviewFrame, line: ReviewLine, language: Language, opinions: Mapping[str, Opinion]
) -> LineView:
    """One line in words."""
    blind = frame.review.blind
    said = _opinion(line, opinions, language) if blind else _decision(line, language)
    return LineView(
        line=line,
        href=f"{frame.base}/lines/{line.about}",
        number=frame.context.numbers.get(line.about, line.about),
        title=title_of(frame.rubric, line.about),
        claimed=frame.context.cell(line.claimed),
        evidenced=frame.context.cell(line.evidenced),
        said=said,
        waits=said is None and waits(line) if blind else waits(line),
        notes=tuple(_notes(line, language, blind=blind)),
    )


def title_of(rubric: Rubric, about: str) -> str:
    """What a requirement or a criterion is called."""
    own = rubric.requirements.get(about)
    return own.title if own is not None else rubric.criterion(about).title


def chosen(views: Sequence[LineView], shown: str, touched: frozenset[str]) -> tuple[LineView, ...]:
    """The lines that somebody wants to see; `touched` are those that the last change is about."""
    match shown:
        case "changed":
            return tuple(one for one in views if one.line.about in touched)
        case "open":
            return tuple(one for one in views if one.waits)
        case "unsure":
            return tuple(one for one in views if one.line.evidenced is Verdict.NEEDS_REVIEW)
        case "differ":
            return tuple(one for one in views if _differs(one))
        case _:
            return tuple(views)


def grouped(views: Sequence[LineView], rubric: Rubric) -> tuple[LineGroup, ...]:
    """The lines by criterion, then the declared ones by practice."""
    return tuple(
        group for group in (*_assessed(views, rubric), *_declared(views, rubric)) if group.lines
    )


def next_open(views: Sequence[LineView], after: str) -> LineView | None:
    """The next line that waits for a word, from the one after this on, all the way round."""
    names = [one.line.about for one in views]
    start = names.index(after) + 1 if after in names else 0
    rest = (*views[start:], *views[:start])
    return next((one for one in rest if one.waits and one.line.about != after), None)


def word_text(word: str, language: Language) -> str:
    """A coach's word in the reader's language."""
    return language.say(WORDS[Word(word)])


def _assessed(views: Sequence[LineView], rubric: Rubric) -> Iterator[LineGroup]:
    for criterion in rubric.assessed():
        own = tuple(
            one for one in views if one.line.criterion == criterion.id and not one.line.declared
        )
        yield LineGroup(code=criterion.id, title=criterion.title, declared=False, lines=own)


def _declared(views: Sequence[LineView], rubric: Rubric) -> Iterator[LineGroup]:
    for practice in rubric.practices:
        codes = {criterion.id for criterion in practice.criteria}
        own = tuple(one for one in views if one.line.declared and one.line.criterion in codes)
        yield LineGroup(code=practice.id, title=practice.title, declared=True, lines=own)


def _differs(view: LineView) -> bool:
    said = view.line.decision
    if said is None or said.verdict in (None, Word.AGREE):
        return False
    return said.verdict != view.line.evidenced


def _decision(line: ReviewLine, language: Language) -> Said | None:
    made = line.decision
    if made is None or made.verdict is None:
        return None
    word = Word(made.verdict)
    tag, text = _told(word, line, language)
    return Said(tag=tag, text=text, reason=made.reason, by=made.by.name, at=made.at)


def _opinion(line: ReviewLine, opinions: Mapping[str, Opinion], language: Language) -> Said | None:
    given = opinions.get(line.about)
    if given is None:
        return None
    tag, text = _told(given.verdict, line, language)
    return Said(tag=tag, text=text, reason=given.reason, by="", at=given.at)


def _told(word: Word, line: ReviewLine, language: Language) -> tuple[str, str]:
    """The tag of a word, and how it is told."""
    if word is not Word.AGREE:
        return _TAGS.get(word, word.value), language.say(WORDS[word])
    verdict = wording.verdict_word(line.evidenced, language)
    return line.evidenced.value, language.text("Agrees: {verdict}", verdict=verdict)


def _notes(line: ReviewLine, language: Language, *, blind: bool) -> Iterator[str]:
    if line.asked is not None:
        yield language.text("Changes asked for")
    if line.state is LineState.CHANGED and not blind:
        yield language.text("Decided before the team changed it")
    elif line.changed:
        yield language.text("Changed by the team")
    if line.threads:
        yield language.text("Open conversation")
