"""What to do next, and what the team did: the plan, and the activity."""

from fastapi import APIRouter
from starlette.responses import Response

from api.review.reporting import scored_for_report
from api.services import Paper, tell
from api.slugs import slug
from api.web.activity import told_events
from api.web.assessments import frame_of
from api.web.door import Visiting, today
from api.web.rendering import picture_of_weeks
from api.workspace.advising import scored
from api.workspace.reading import history, read_assessment
from reports.sections.actions import actions_note, build_actions
from reports.sections.calendar import build_calendar
from reports.sections.context import build_context
from reports.sections.expiries import build_expiries
from reports.sections.weeks import week_bars, weeks_title

router = APIRouter(include_in_schema=False)

LETTER = ("US", "CA", "MX", "PR", "CO", "CL", "VE")
"""Countries that print on letter paper; the others print on A4."""


@router.get("/assessments/{assessment_id}/plan")
def plan(visit: Visiting, assessment_id: str) -> Response:
    """The actions that are left, on the sprint's calendar if there is one."""
    language = visit.language
    with visit.reading() as (db, who):
        visit.site.rates.count("plan", who.person.id)
        frame = frame_of(db, who, assessment_id, language, section="/plan")
        result = scored(db, who, assessment_id, on=today(db))
    context = build_context(result.assessment, frame.rubric, language)
    schedule = result.schedule
    calendar = build_calendar(schedule, frame.rubric, language) if schedule is not None else None
    bars = week_bars(context, schedule)
    about = [action.requirement for action in result.assessment.actions]
    return visit.show(
        "plan.html.j2",
        frame=frame,
        actions=list(zip(about, build_actions(context, bars), strict=True)),
        note=actions_note(context),
        calendar=calendar,
        weeks_title=weeks_title(bars, schedule, language),
        weeks=[picture_of_weeks(bar) for bar in calendar.bars] if calendar else [],
        expiries=build_expiries(context),
    )


@router.get("/assessments/{assessment_id}/report.pdf")
def report(visit: Visiting, assessment_id: str) -> Response:
    """The report of how it stands now, or of what was signed off, in the reader's language."""
    with visit.reading() as (db, who):
        visit.site.rates.count("report", who.person.id)
        view = read_assessment(db, who, assessment_id)
        result = scored_for_report(db, who, assessment_id, on=None)
    name = f"{slug(view.city.name)}.pdf"
    paper: Paper = "letter" if view.city.country in LETTER else "a4"
    told = tell(result, visit.language)
    pdf = visit.site.print_report(result, told, paper=paper)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get("/assessments/{assessment_id}/activity")
def activity(visit: Visiting, assessment_id: str, after: str = "") -> Response:
    """Who changed what, the latest first, with the old and the new text."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language, section="/activity")
        page = history(db, who, assessment_id, after=after or None, limit=40)
    return visit.show(
        "activity.html.j2",
        frame=frame,
        events=told_events(page.items, frame.rubric, language),
        after=page.after,
    )
