"""The task list of an assessment, and the live panel by itself."""

from fastapi import APIRouter
from starlette.responses import Response

from api.web.assessments import frame_of
from api.web.door import Visiting
from api.web.rendering import render_text
from api.web.tasks import tasks_of
from api.workspace.reading import read_answers
from api.workspace.views import Part

router = APIRouter(include_in_schema=False)


@router.get("/assessments/{assessment_id}")
def task_list(visit: Visiting, assessment_id: str) -> Response:
    """Everything that is to be done, by practice, with what is done and by whom."""
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language)
        answers = read_answers(db, who, assessment_id)
        declared = read_answers(db, who, assessment_id, part=Part.DECLARED)
    practices = tasks_of(
        frame.live.assessment,
        frame.rubric,
        visit.language,
        base=frame.base,
        answers=answers,
        declared=declared,
        flagged=frame.flagged or (),
    )
    return visit.show("tasks.html.j2", frame=frame, practices=practices)


@router.get("/assessments/{assessment_id}/panel")
def panel(visit: Visiting, assessment_id: str) -> Response:
    """The panel alone, for our script; unchanged it is a 304 and nobody judges anything."""
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language)
    etag = f'"{frame.live.etag.strip(chr(34))}-{visit.language.code}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if visit.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    text = render_text(visit.page, "parts/panel.html.j2", frame=frame)
    return Response(text, media_type="text/html", headers=headers)
