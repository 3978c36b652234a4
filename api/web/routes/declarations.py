"""The criteria that a team declares, practice by practice, and what the declarations rest on."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.errors import Said, Stale
from api.web.assessments import Frame, frame_of
from api.web.conflicts import Conflict, headline, kept_of, show_conflict
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.reading import Posted
from api.web.rendering import clock, moment_text, render_text
from api.web.saying import Told, day_text
from api.web.standard import rubric_in
from api.workspace.answering import Wish, save_answers
from api.workspace.reading import read_answers, read_assessment
from api.workspace.views import Part, Saved
from assessment.results import EvidenceEntry
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
            wishes = {
                c.id: Wish(one(form, c.id) or None, version_in(form, c.id))
                for c in practice.criteria
                if not c.assessed and c.id in form  # what is closed is not sent
            }
            saved = list(save_answers(db, who, assessment_id, wishes, part=Part.DECLARED))
            about = {
                name: Wish(one(form, name) or None, version_in(form, name))
                for name in ABOUT
                if name in form
            }
            if about:
                saved += save_answers(db, who, assessment_id, about, part=Part.ABOUT)
    except Stale as stale:
        if visit.by_script:
            text = headline(stale.theirs.by, language)
            return JSONResponse({"conflict": text}, status_code=412)
        return _conflict(visit, assessment_id, code, stale, form)
    except InputError as error:
        text = sentence(error, language)
        if visit.by_script:
            return JSONResponse({"errors": {"assessed_on": text}}, status_code=422)
        errors = {"assessed_on": text}
        return _show(visit, assessment_id, code, status=422, errors=errors, given=form)
    if visit.by_script:
        return _saved(visit, assessment_id, saved)
    return go(f"/assessments/{assessment_id}/declarations/{code}", done="saved")


def version_in(form: Posted, name: str) -> int:
    """The version of one of several things that somebody had before their eyes."""
    text = one(form, f"version.{name}")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


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
            name: replace(there, value=one(given, name) or None, version=version_in(given, name))
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


def _conflict(visit: Visit, assessment_id: str, code: str, stale: Stale, form: Posted) -> Response:
    """All that others changed meanwhile, beside what was chosen; the rest is saved with either."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language)
        practice = _known(frame.rubric, code)
        there = {
            **read_answers(db, who, assessment_id, part=Part.DECLARED),
            **read_answers(db, who, assessment_id, part=Part.ABOUT),
        }
    labels = {c.id: f"{c.id} {c.title}" for c in practice.criteria if not c.assessed}
    labels["assessed_on"] = language.text("Day of the last official result")
    labels["official_result"] = language.text("The evidence that holds it")
    said = {name: there.get(name, NOTHING) for name in labels if name in form}
    now = {
        name: now
        for name, now in said.items()
        if name == stale.name
        or (version_in(form, name) != now.version and one(form, name) != str(now.value or ""))
    }
    versions = [
        (f"version.{name}", str(now[name].version if name in now else version_in(form, name)))
        for name in said
    ]
    mine = [
        Told(label=labels[name], text=_word(one(form, name), name, frame, language)) for name in now
    ]
    theirs = [
        Told(
            label=labels[name],
            text=_word(str(one_said.value or ""), name, frame, language),
            note="" if one_said.at == stale.theirs.at else _by(one_said, language),
        )
        for name, one_said in now.items()
    ]
    path = f"{frame.base}/declarations/{code}"
    conflict = Conflict(
        title=practice.title,
        action=path,
        back=path,
        mine=Told(parts=tuple(mine)),
        theirs=Told(parts=tuple(theirs)),
        there=stale.theirs,
        kept=kept_of(form),
        versions=versions,
        instead=[
            *kept_of(form, without=now),
            *((name, str(said.value or "")) for name, said in now.items()),
        ],
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


def _saved(visit: Visit, assessment_id: str, saved: list[Saved]) -> Response:
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language)
    at = max(one.at for one in saved)
    return JSONResponse(
        {
            "versions": {f"version.{one.name}": one.version for one in saved},
            "at": at.isoformat(),
            "saved": language.text("Saved {time}", time=clock(at, language)),
            "panel": render_text(visit.page, "parts/panel.html.j2", frame=frame),
        }
    )
