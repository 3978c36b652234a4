"""The page of a requirement: answer it, with or without our script, together with others."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.errors import Said
from api.review.threads import threads
from api.review.views import Thread
from api.web.assessments import Frame, frame_of
from api.web.conflicts import (
    Conflict,
    choice_in,
    differing,
    headline,
    sent_again,
    show_conflict,
    version,
)
from api.web.door import Form, Visit, Visiting, go, one
from api.web.fields import Field, errors_of, field_of
from api.web.reading import Posted, Read, read_answer
from api.web.rendering import clock, render_text
from api.web.requirement import RequirementView, line_of, requirement_view
from api.web.standard import examples, rubric_in, sprint_of
from api.workspace.answering import Wish, save_answers
from api.workspace.merging import Both, put_together
from api.workspace.reading import read_answers, read_assessment
from api.workspace.views import Part, Saved
from reports.answers import Told, told
from rubrics.schema import Requirement, Rubric

router = APIRouter(include_in_schema=False)

NOTHING = Said(None, 0)
"""What stands where nobody has said anything yet."""

PATH = "/assessments/{assessment_id}/requirements/{name}"


@router.get(PATH)
def requirement(visit: Visiting, assessment_id: str, name: str, rows: int = 1) -> Response:
    """The question with the answer that is stored."""
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language)
        own = _known(frame.rubric, name)
        talk = threads(db, who, assessment_id, about=name)
        said = read_answers(db, who, assessment_id, names=(name,)).get(name, NOTHING)
        left_out = read_answers(
            db, who, assessment_id, part=Part.NOT_APPLICABLE, names=(name,)
        ).get(name, NOTHING)
    more = min(max(rows, 1), 20)
    field = field_of(own.ask, said.value, visit.language, more_rows=more)
    return _show(visit, frame, name, field=field, said=said, left_out=left_out, talk=talk)


@router.post(PATH)
def answer(visit: Visiting, assessment_id: str, name: str, form: Form) -> Response:
    """Keeps an answer; says what is wrong with it, or who was faster."""
    language = visit.language
    with visit.reading() as (db, who):
        view = read_assessment(db, who, assessment_id)
    rubric, base = rubric_in(view.rubric.id, language), f"/assessments/{view.id}"
    own = _known(rubric, name)
    read = read_answer(rubric, own, form, language)
    if read.errors:
        return _not_sound(visit, view.id, own, read, version(form))
    kept = _keep(visit, view.id, own, form, part=Part.ANSWERS, value=read.value)
    if isinstance(kept, Response):
        return kept
    if visit.by_script:
        return _saved(visit, assessment_id, name, kept)
    target = f"{base}/requirements/{name}"
    if one(form, "more"):
        return go(target, done="saved", fragment=one(form, "more"))
    if one(form, "next"):
        onward = one(form, "next")
        return go(f"{base}/requirements/{onward if onward in rubric.requirements else name}")
    return go(target, done="saved")


@router.post(PATH + "/not-applicable")
def not_applicable(visit: Visiting, assessment_id: str, name: str, form: Form) -> Response:
    """Marks a requirement as one that does not apply, with the reason; no reason takes it back."""
    reason = one(form, "reason") or None
    language = visit.language
    with visit.reading() as (db, who):
        view = read_assessment(db, who, assessment_id)
    own = _known(rubric_in(view.rubric.id, language), name)
    kept = _keep(visit, view.id, own, form, part=Part.NOT_APPLICABLE, value=reason)
    if isinstance(kept, Response):
        return kept
    return go(f"/assessments/{view.id}/requirements/{name}", done="saved")


def _known(rubric: Rubric, name: str) -> Requirement:
    found = rubric.requirements.get(name)
    if found is None:
        raise HTTPException(404)
    return found


def _keep(
    visit: Visit, assessment_id: str, own: Requirement, form: Posted, *, part: Part, value: object
) -> Saved | Response:
    """Saves a value, put together with what others said meanwhile; or asks what is to stay.

    Our script is told of anything that others changed, for it shows what was typed and no more.
    """
    wishes = {own.id: Wish(value, version(form))}
    with visit.writing() as (db, who):
        together = put_together(db, who, assessment_id, part, wishes, choice=choice_in(form))
        theirs = together.moved.get(own.id)
        if not (together.both or (visit.by_script and theirs is not None)):
            saved = save_answers(db, who, assessment_id, together.wishes, part=part)
            return saved[0] if saved else Saved(own.id, 0, db.now, 0, changed=False)
    if visit.by_script:
        by = theirs.by if theirs is not None else together.both[0].there.by
        return JSONResponse({"conflict": headline(by, visit.language)}, status_code=412)
    return _conflict(visit, assessment_id, own, form, part=part, both=together.both[0])


def _view(visit: Visit, frame: Frame, name: str) -> RequirementView:
    return requirement_view(
        frame.live.assessment,
        frame.rubric,
        visit.language,
        name,
        example=examples(frame.view.rubric.id, visit.language).get(name),
        sprint=sprint_of(frame.view.sprint),
        cohort=frame.view.cohort,
    )


def _show(
    visit: Visit,
    frame: Frame,
    name: str,
    *,
    field: Field,
    said: Said,
    left_out: Said = NOTHING,
    talk: Sequence[Thread] = (),
    status: int = 200,
) -> Response:
    view = _view(visit, frame, name)
    return visit.show(
        "requirement.html.j2",
        status=status,
        frame=frame,
        view=view,
        field=field,
        answer=told(view.own.ask, said.value, visit.language),
        said=said,
        left_out=left_out,
        threads=talk,
        errors=tuple(errors_of(field)),
    )


def _not_sound(
    visit: Visit, assessment_id: str, own: Requirement, read: Read, version: int
) -> Response:
    """What was typed, with a sentence at every field that cannot be kept."""
    if visit.by_script:
        return JSONResponse({"errors": dict(read.errors)}, status_code=422)
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language)
    field = field_of(own.ask, read.value, visit.language, errors=read.errors)
    return _show(visit, frame, own.id, field=field, said=Said(None, version), status=422)


def _saved(visit: Visit, assessment_id: str, name: str, kept: Saved) -> Response:
    """What our script shows after a save: when, and how everything stands now."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language)
    line = line_of(frame.live.assessment, frame.rubric, language, name)
    return JSONResponse(
        {
            "versions": {"version": kept.version},
            "at": kept.at.isoformat(),
            "saved": language.text("Saved {time}", time=clock(kept.at, language)),
            "panel": render_text(visit.page, "parts/panel.html.j2", frame=frame),
            "verdict": render_text(visit.page, "parts/verdict.html.j2", line=line),
        }
    )


def _conflict(
    visit: Visit, assessment_id: str, own: Requirement, form: Posted, *, part: Part, both: Both
) -> Response:
    """Both texts side by side, and the choice. Nothing is lost, whichever is taken."""
    language = visit.language
    with visit.reading() as (db, actor):
        frame = frame_of(db, actor, assessment_id, language)
    reason = part is Part.NOT_APPLICABLE
    nothing = language.text("Not answered yet")
    mine, theirs = differing(
        *(
            Told(text=str(side or nothing)) if reason else told(own.ask, side, language)
            for side in (both.merged.mine, both.merged.theirs)
        )
    )
    path = f"{frame.base}/requirements/{own.id}"
    conflict = Conflict(
        headline=headline(both.there.by, language),
        title=own.title,
        action=f"{path}/not-applicable" if reason else path,
        mine=mine,
        theirs=theirs,
        there=both.there,
        kept=sent_again(form, {own.id: both.there.version}),
    )
    return show_conflict(visit, frame, conflict)
