"""One review: all lines, one line whole, deciding, agreeing at once, reading a second time."""

from collections.abc import Mapping
from typing import TypedDict

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.errors import Stale, Unusable
from api.evidence.excerpts.reading import get_ready
from api.review.assigning import coaches_for
from api.review.deciding import agree_with_machine, decide
from api.review.second import (
    finish_reading,
    give_opinion,
    read_reading,
    start_reading,
)
from api.review.threads import threads
from api.review.views import ReviewLine, Word
from api.web.conflicts import (
    Conflict,
    choice_in,
    headline,
    sent_again,
    show_conflict,
    version,
)
from api.web.door import Form, Visit, Visiting, go, one, posted_choice
from api.web.faults import sentence
from api.web.reading import Posted
from api.web.review.desk import desk_of
from api.web.review.evidence import pieces_beside, with_previews
from api.web.review.frame import ReviewFrame, review_frame
from api.web.review.lines import (
    SHOWN,
    WORDS,
    chosen,
    grouped,
    line_view,
    next_open,
    title_of,
)
from api.web.review.sentences import inserted, left_to_fill, sentences
from api.web.review.telling import change_told, said_told
from api.web.routes.review_files import FRAMES
from api.web.why import why
from api.workspace.merging import Keep
from reports.answers import Told, told
from reports.i18n import NN_, Language
from reports.sections.context import requirements_of
from reports.sections.criteria import build_criteria
from rubrics.problems import InputError

router = APIRouter(include_in_schema=False)

BASE = "/reviews/{assessment_id}"

BULK = NN_(
    "Agree with the machine on {n} verified line",
    "Agree with the machine on {n} verified lines",
    "n",
)
"""The button that decides a lot at once."""

BACK = "back"
"""What a form says that takes a decision back."""


class Said(TypedDict):
    """What is said of a line, besides the word itself."""

    about: str
    reason: str
    version: int


@router.get(BASE)
def overview(visit: Visiting, assessment_id: str, show: str = "") -> Response:
    """Every line; after a resubmission first of all what changed, and nothing else."""
    return _overview(visit, assessment_id, show=show)


@router.post(BASE + "/agree")
def agree_at_once(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Agrees with the machine wherever it looked at the evidence and nobody has decided."""
    try:
        with visit.writing() as (db, who):
            agree_with_machine(db, who, assessment_id, version=version(form))
    except Stale:
        text = visit.language.text("Somebody changed something meanwhile. Look at it once more.")
        return _overview(visit, assessment_id, errors={"agree": text}, status=412)
    return go(f"/reviews/{assessment_id}", done="agreed")


def _overview(
    visit: Visit,
    assessment_id: str,
    *,
    show: str = "",
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    get_ready()  # a line with its files comes next
    language = visit.language
    with visit.reading() as (db, who):
        desk = desk_of(db, who, assessment_id, language)
        frame = desk.frame
        coaches = coaches_for(db, who, assessment_id) if frame.may_assign else ()
        reading = read_reading(db, who, assessment_id) if frame.may_decide else None
    views = desk.views(language)
    shown = show if show in SHOWN else "changed" if desk.changed is not None else "all"
    counts = {key: len(chosen(views, key, desk.touched)) for key in SHOWN}
    first = next_open(views, "")
    return visit.show(
        "review.html.j2",
        status=status,
        errors=errors,
        frame=frame,
        groups=grouped(chosen(views, shown, desk.touched), frame.rubric),
        shown=shown,
        choices=[
            (key, language.say(word), counts[key])
            for key, word in SHOWN.items()
            if key != "changed" or desk.changed is not None
        ],
        first=first,
        bulk=BULK,
        coaches=coaches,
        reading=reading,
        me=who.id,
    )


@router.get(BASE + "/lines/{about}")
def show_line(visit: Visiting, assessment_id: str, about: str) -> Response:
    """One line with everything: claim, machine, evidence, decision, conversation."""
    return _line(visit, assessment_id, about)


@router.post(BASE + "/lines/{about}")
def decide_line(visit: Visiting, assessment_id: str, about: str, form: Form) -> Response:
    """Keeps a coach's word, and goes on to the next line that waits for one."""
    if one(form, "insert"):
        return _line(visit, assessment_id, about, given=form)
    language, word = visit.language, one(form, "verdict")
    errors = {}
    if word not in {*Word, BACK}:
        errors["verdict"] = language.text("Choose what you decide.")
    elif left := left_to_fill(one(form, "reason")):
        errors["reason"] = language.text("Fill in what stands in braces: {left}", left=left)
    if errors:
        return _line(visit, assessment_id, about, given=form, errors=errors, status=422)
    chosen = choice_in(form)
    if chosen.keep is Keep.THEIRS:
        return go(f"/reviews/{assessment_id}/lines/{about}", done="saved")
    seen = chosen.seen.get(about, version(form))
    try:
        with visit.writing() as (db, who):
            said: Said = {"about": about, "reason": one(form, "reason"), "version": seen}
            reading = read_reading(db, who, assessment_id)
            if reading is not None and reading.finished_at is None:
                if word == BACK:
                    raise HTTPException(422)
                give_opinion(db, who, assessment_id, verdict=Word(word), **said)
            else:
                verdict = None if word == BACK else Word(word)
                decide(db, who, assessment_id, verdict=verdict, **said)
    except Stale as stale:
        return _conflict(visit, assessment_id, about, stale, form)
    except (Unusable, InputError) as error:
        errors = {"reason": sentence(error, language)}
        return _line(visit, assessment_id, about, given=form, errors=errors, status=422)
    with visit.reading() as (db, who):
        desk = desk_of(db, who, assessment_id, language)
    if word == BACK:
        return go(f"/reviews/{assessment_id}/lines/{about}", done="taken-back")
    onward = next_open(desk.views(language), about)
    if onward is None:
        return go(f"/reviews/{assessment_id}", done="decided-all")
    return go(onward.href, done="decided")


@router.post(BASE + "/second-reading")
def second_reading(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Begins or ends a second reading, in which nobody sees what others decided."""
    what = posted_choice(form, "what", ("start", "finish"))
    with visit.writing() as (db, who):
        if what == "start":
            start_reading(db, who, assessment_id)
        else:
            finish_reading(db, who, assessment_id)
    done = "reading-begun" if what == "start" else "reading-done"
    return go(f"/reviews/{assessment_id}", done=done)


def _known(frame: ReviewFrame, about: str) -> ReviewLine:
    for line in frame.review.lines:
        if line.about == about:
            return line
    raise HTTPException(404)


def _line(
    visit: Visit,
    assessment_id: str,
    about: str,
    *,
    given: Posted | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    language = visit.language
    with visit.reading() as (db, who):
        desk = desk_of(db, who, assessment_id, language)
        frame = desk.frame
        line = _known(frame, about)
        change = desk.change_of(about)
        pieces = pieces_beside(db, who, frame, line.evidence, change=change)
        talk = threads(db, who, assessment_id, about=about) if not frame.review.blind else ()
    pieces = with_previews(pieces, language)
    examples = sentences(
        language,
        city=frame.review.assessment.city.language,
        document=pieces[0].letter.title if pieces else "",
    )
    if given is not None and one(given, "insert"):
        given = inserted(given, "reason", one(given, "insert"), examples)
    views = desk.views(language)
    place = next(i for i, view in enumerate(views) if view.line.about == about)
    own = frame.rubric.requirements.get(about)
    answer = _answer(frame, line, language)
    judged = requirements_of(frame.result).get(about)
    lines = {
        one.number: one for section in build_criteria(frame.context) for one in section.requirements
    }
    response = visit.show(
        "review_line.html.j2",
        status=status,
        frame=frame,
        view=line_view(frame, line, language, desk.opinions),
        own=own,
        answer=answer,
        told_line=lines.get(frame.context.numbers.get(about, "")),
        why=why(judged, frame.context, decided=not frame.review.blind) if judged else (),
        change=change_told(change, frame, language) if change is not None else None,
        untouched=desk.changed is not None and about in desk.changed.untouched,
        pieces=pieces,
        threads=talk,
        words=_choices(line, language),
        templates=examples,
        given=given,
        version=version(given) if given else desk.version_of(line),
        errors=errors,
        before=views[place - 1] if place else None,
        after=views[place + 1] if place + 1 < len(views) else None,
        next_open=next_open(views, about),
    )
    response.headers.update(FRAMES)
    return response


def _choices(line: ReviewLine, language: Language) -> list[tuple[str, str, str]]:
    """What can be decided otherwise than the machine: word, text, key."""
    keys = dict(zip(list(Word)[1:], "2345", strict=True))
    return [
        (word.value, language.say(WORDS[word]), key)
        for word, key in keys.items()
        if word.value != line.evidenced
        and (word is not Word.NOT_APPLICABLE or line.may_be_not_applicable)
    ]


def _answer(frame: ReviewFrame, line: ReviewLine, language: Language) -> Told:
    """What the team says, as the question asks it."""
    own = frame.rubric.requirements.get(line.about)
    if line.not_applicable is not None:
        text = language.text("Does not apply: {title}", title=line.not_applicable)
        return Told(text=text)
    if own is not None:
        return told(own.ask, line.answer, language)
    word = frame.context.cell(line.claimed)
    return Told(text=f"{word.mark} {word.word}")


def _conflict(visit: Visit, assessment_id: str, about: str, stale: Stale, form: Posted) -> Response:
    """Somebody decided meanwhile: both decisions, and the choice."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = review_frame(db, who, assessment_id, language)
    conflict = Conflict(
        headline=headline(stale.theirs.by, language),
        title=title_of(frame.rubric, about),
        action=visit.request.url.path,
        mine=said_told(stale.mine.value, language),
        theirs=said_told(stale.theirs.value, language),
        there=stale.theirs,
        kept=sent_again(form, {about: stale.theirs.version}),
        draft=about,
    )
    return show_conflict(visit, frame, conflict, around="review_frame.html.j2")
