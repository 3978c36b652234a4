"""What to do next, and what the team did: the plan, and the activity."""

from fastapi import APIRouter
from starlette.responses import Response

from api.accounts.cities import CityView
from api.review.reporting import scored_for_report
from api.services import Paper, Scored, tell
from api.slugs import slug
from api.web.activity import told_aside, told_events
from api.web.assessments import frame_of
from api.web.door import Visit, Visiting
from api.web.rendering import picture_of_weeks
from api.workspace.advising import scored, scored_submission
from api.workspace.judging_day import judging_day
from api.workspace.reading import history, read_assessment
from api.workspace.setting_aside import texts_set_aside
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
        result = scored(db, who, assessment_id, on=judging_day(db, assessment_id))
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
        city = read_assessment(db, who, assessment_id).city
        result = scored_for_report(db, who, assessment_id, on=None)
    return _report(visit, city, result)


@router.get("/assessments/{assessment_id}/submissions/{number}/report.pdf")
def report_of_submission(visit: Visiting, assessment_id: str, number: int) -> Response:
    """The report of a submission, as it was handed in."""
    with visit.reading() as (db, who):
        visit.site.rates.count("report", who.person.id)
        city = read_assessment(db, who, assessment_id).city
        result = scored_submission(db, who, assessment_id, number)
    return _report(visit, city, result, f"-{number}")


def _report(visit: Visit, city: CityView, result: Scored, suffix: str = "") -> Response:
    paper: Paper = "letter" if city.country in LETTER else "a4"
    pdf = visit.site.print_report(result, tell(result, visit.language), paper=paper)
    headers = {
        "Content-Disposition": f'attachment; filename="{slug(city.name)}{suffix}.pdf"',
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


@router.get("/assessments/{assessment_id}/activity/set-aside")
def set_aside(visit: Visiting, assessment_id: str, after: str = "") -> Response:
    """What somebody typed, and then let somebody else's text stay: nothing of it is lost."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language, section="/activity")
        page = texts_set_aside(db, who, assessment_id, after=after or None, limit=40)
    return visit.show(
        "set_aside.html.j2",
        frame=frame,
        texts=told_aside(page.items, frame.rubric, language),
        after=page.after,
    )
