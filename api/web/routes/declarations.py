"""The criteria that a team declares, practice by practice, and what the declarations rest on."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.errors import Said, Stale
from api.web.assessments import Frame, frame_of
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.reading import Posted
from api.web.rendering import clock, render_text
from api.web.standard import rubric_in
from api.workspace.answering import Wish, save_answers
from api.workspace.reading import read_answers, read_assessment
from api.workspace.views import Part, Saved
from reports.i18n import Language
from rubrics.problems import InputError
from rubrics.schema import Practice, Rubric

router = APIRouter(include_in_schema=False)

NOTHING = Said(None, 0)
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
                if not c.assessed
            }
            saved = list(save_answers(db, who, assessment_id, wishes, part=Part.DECLARED))
            about = {
                name: Wish(one(form, name) or None, version_in(form, name))
                for name in ("assessed_on", "official_result")
                if name in form
            }
            if about:
                saved += save_answers(db, who, assessment_id, about, part=Part.ABOUT)
    except Stale as stale:
        text = _stale_text(stale, language)
        if visit.by_script:
            return JSONResponse({"conflict": text}, status_code=412)
        given = {name: one(form, name) for name in form}
        return _show(visit, assessment_id, code, status=412, errors={stale.name: text}, given=given)
    except InputError as error:
        text = sentence(error, language)
        if visit.by_script:
            return JSONResponse({"errors": {"assessed_on": text}}, status_code=422)
        return _show(visit, assessment_id, code, status=422, errors={"assessed_on": text})
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
    given: Mapping[str, str] | None = None,
) -> Response:
    """The form; after a conflict with what was chosen, beside the version that is there now."""
    with visit.reading() as (db, who):
        frame: Frame = frame_of(db, who, assessment_id, visit.language)
        practice = _known(frame.rubric, code)
        said = read_answers(db, who, assessment_id, part=Part.DECLARED)
        about = read_answers(db, who, assessment_id, part=Part.ABOUT)
    evidence = frame.live.assessment.evidence
    return visit.show(
        "declarations.html.j2",
        status=status,
        frame=frame,
        practice=practice,
        criteria=[c for c in practice.criteria if not c.assessed],
        said={c.id: said.get(c.id, NOTHING) for c in practice.criteria},
        about={n: about.get(n, NOTHING) for n in ("assessed_on", "official_result")},
        results=[e for e in evidence if e.kind == "official_result"],
        errors=errors,
        given=given,
    )


def _stale_text(stale: Stale, language: Language) -> str:
    who = stale.theirs.by.name if stale.theirs.by is not None else language.text("Somebody")
    return language.text(
        "{name}: {who} changed this while you were typing. Compare, and save again.",
        name=stale.name,
        who=who,
    )


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
