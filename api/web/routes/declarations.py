"""The criteria that a team declares, practice by practice, and what the declarations rest on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.errors import Said
from api.web.assessments import Frame, frame_of
from api.web.conflicts import (
    Conflict,
    choice_in,
    headline,
    sent_again,
    show_conflict,
    version,
)
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.reading import Posted
from api.web.rendering import clock, moment_text, render_text
from api.web.standard import rubric_in
from api.workspace.answering import Wish, save_answers
from api.workspace.merging import Both, put_together
from api.workspace.reading import read_answers, read_assessment
from api.workspace.views import Part, Saved
from assessment.results import EvidenceEntry
from reports.answers import Told, day_text
from reports.i18n import Language
from rubrics.problems import InputError
from rubrics.schema import Practice, Rubric

router = APIRouter(include_in_schema=False)

NOTHING = Said(None, 0)
ABOUT = ("assessed_on", "official_result")
"""What the declarations of all practices rest on."""

PATH = "/assessments/{assessment_id}/declarations/{code}"


@router.get(PATH)
def declarations(visit: Visiting, assessment_id: str, code: str) -> Response:
    """The criteria of a practice with what is declared of each."""
    return _show(visit, assessment_id, code)


@router.post(PATH)
def declare(visit: Visiting, assessment_id: str, code: str, form: Form) -> Response:
    """Keeps what is declared of a whole practice."""
    language = visit.language
    try:
        with visit.writing() as (db, who):
            view = read_assessment(db, who, assessment_id)
            practice = _known(rubric_in(view.rubric.id, language), code)
            names = {
                # What is closed, or of a criterion that is judged, is not sent.
                Part.DECLARED: [c.id for c in practice.criteria if c.id in form],
                Part.ABOUT: [name for name in ABOUT if name in form],
            }
            chosen = choice_in(form)
            parts = {
                part: put_together(db, who, assessment_id, part, _wishes(own, form), choice=chosen)
                for part, own in names.items()
            }
            both = [one for together in parts.values() for one in together.both]
            saved = [
                one
                for part, together in parts.items()
                if not both
                for one in save_answers(db, who, assessment_id, together.wishes, part=part)
            ]
            at = db.now
    except InputError as error:
        text = sentence(error, language)
        if visit.by_script:
            return JSONResponse({"errors": {"assessed_on": text}}, status_code=422)
        errors = {"assessed_on": text}
        return _show(visit, assessment_id, code, status=422, errors=errors, given=form)
    if both and visit.by_script:
        text = headline(both[0].there.by, language)
        return JSONResponse({"conflict": text}, status_code=412)
    if both:
        return _conflict(visit, assessment_id, code, both, form)
    if visit.by_script:
        moved = {name: there for one in parts.values() for name, there in one.moved.items()}
        return _saved(visit, assessment_id, saved, moved, at)
    return go(f"/assessments/{assessment_id}/declarations/{code}", done="saved")


def _wishes(names: Iterable[str], form: Posted) -> dict[str, Wish]:
    """What a form says of each, with the version that its sender saw."""
    return {name: Wish(one(form, name) or None, version(form, f"version.{name}")) for name in names}


def _known(rubric: Rubric, code: str) -> Practice:
    for practice in rubric.practices:
        if practice.id == code:
            return practice
    raise HTTPException(404)


def _show(
    visit: Visit,
    assessment_id: str,
    code: str,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    given: Posted | None = None,
) -> Response:
    """The form; where it could not be kept, with what was chosen and the versions of then."""
    with visit.reading() as (db, who):
        frame: Frame = frame_of(db, who, assessment_id, visit.language)
        practice = _known(frame.rubric, code)
        said = read_answers(db, who, assessment_id, part=Part.DECLARED)
        about = read_answers(db, who, assessment_id, part=Part.ABOUT)
    shown = {c.id: said.get(c.id, NOTHING) for c in practice.criteria}
    shown |= {name: about.get(name, NOTHING) for name in ABOUT}
    if given is not None:
        shown = {
            name: replace(
                there, value=one(given, name) or None, version=version(given, f"version.{name}")
            )
            for name, there in shown.items()
        }
    return visit.show(
        "declarations.html.j2",
        status=status,
        frame=frame,
        practice=practice,
        criteria=[c for c in practice.criteria if not c.assessed],
        said=shown,
        results=_results(frame),
        errors=errors,
    )


def _results(frame: Frame) -> list[EvidenceEntry]:
    return [e for e in frame.live.assessment.evidence if e.kind == "official_result"]


def _conflict(
    visit: Visit, assessment_id: str, code: str, both: Sequence[Both], form: Posted
) -> Response:
    """What both chose, each otherwise; everything else is saved with either."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language)
    practice = _known(frame.rubric, code)
    labels = {c.id: f"{c.id} {c.title}" for c in practice.criteria}
    labels["assessed_on"] = language.text("Day of the last official result")
    labels["official_result"] = language.text("The evidence that holds it")
    mine, theirs = (
        Told(
            parts=tuple(
                Told(
                    label=labels[own.name],
                    text=_word(str(getattr(own.merged, side) or ""), own.name, frame, language),
                    note=_by(own.there, language) if side == "theirs" and len(both) > 1 else "",
                )
                for own in both
            )
        )
        for side in ("mine", "theirs")
    )
    conflict = Conflict(
        headline=headline(both[0].there.by, language),
        title=practice.title,
        action=f"{frame.base}/declarations/{code}",
        mine=mine,
        theirs=theirs,
        there=both[0].there,
        kept=sent_again(form, {own.name: own.there.version for own in both}),
    )
    return show_conflict(visit, frame, conflict)


def _word(value: str, name: str, frame: Frame, language: Language) -> str:
    """What is declared, in words."""
    if name == "official_result":
        titles = {piece.id: piece.title for piece in _results(frame)}
        return titles.get(value, value) or language.text("Nothing is said here")
    if name == "assessed_on":
        return day_text(value, language) or language.text("Nothing is said here")
    words = {"met": language.text("Met"), "not_met": language.text("Not met")}
    return words.get(value, language.text("We do not know"))


def _by(said: Said, language: Language) -> str:
    """Whose it is, and since when."""
    name = said.by.name if said.by is not None else language.text("Somebody")
    return f"{name}, {moment_text(said.at, language).striptags()}" if said.at is not None else name


def _saved(
    visit: Visit,
    assessment_id: str,
    saved: Sequence[Saved],
    moved: Mapping[str, Said],
    at: datetime,
) -> Response:
    """What our script shows after a save; `others` is what it is to show of what others chose."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language)
    versions = {one.name: one.version for one in saved}
    versions |= {name: there.version for name, there in moved.items()}
    return JSONResponse(
        {
            "versions": {f"version.{name}": number for name, number in versions.items()},
            "others": {name: str(there.value or "") for name, there in moved.items()},
            "at": at.isoformat(),
            "saved": language.text("Saved {time}", time=clock(at, language)),
            "panel": render_text(visit.page, "parts/panel.html.j2", frame=frame),
        }
    )
