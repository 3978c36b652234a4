"""A criterion: how its verdict came about, and what would change it."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.web.assessments import frame_of
from api.web.door import Visiting
from api.workspace.advising import what_would_change
from reports.sections.actions import lines_of
from reports.sections.context import build_context
from reports.sections.criteria import build_criteria

router = APIRouter(include_in_schema=False)


@router.get("/assessments/{assessment_id}/criteria/{code}")
def criterion(visit: Visiting, assessment_id: str, code: str) -> Response:
    """The rule with how much of it holds, and every requirement with its reasons."""
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language)
        if code not in {c.id for c in frame.rubric.assessed()}:
            raise HTTPException(404)
        visit.site.rates.count("plan", who.person.id)
        advice = what_would_change(db, who, assessment_id, code, on=frame.live.assessment.on)
    context = build_context(frame.live.assessment, frame.rubric, visit.language)
    section = next(s for s in build_criteria(context) if s.line.code == code)
    steps = lines_of(advice.actions, frame.rubric, context.numbers, visit.language)
    names = [own.id for own in frame.rubric.criterion(code).requirements]
    return visit.show(
        "criterion.html.j2",
        frame=frame,
        section=section,
        lines=list(zip(names, section.requirements, strict=True)),
        remedies={name: frame.rubric.requirements[name].remedy for name in names},
        possible=advice.possible,
        steps=[(a.requirement, line) for a, line in zip(advice.actions, steps, strict=True)],
    )
