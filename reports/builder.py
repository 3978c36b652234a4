"""From an assessment and its (translated) rubric to all that a report says, of whatever kind."""

from typing import Literal, assert_never

from assessment.plans import Schedule
from assessment.results import Assessment
from assessment.submission import Submission
from reports.i18n import N_, Language, Message
from reports.report import Report
from reports.sections.actions import actions_note, build_actions
from reports.sections.answers import build_answers
from reports.sections.calendar import build_calendar
from reports.sections.context import build_context
from reports.sections.criteria import build_criteria
from reports.sections.evidence import build_evidence
from reports.sections.expiries import build_expiries, expiries_note
from reports.sections.figures import build_figures
from reports.sections.method import build_method
from reports.sections.practices import build_practices
from reports.sections.session import build_session
from reports.sections.summary import build_summary
from reports.sections.weeks import week_bars, weeks_note, weeks_title
from reports.session import SessionSheet
from reports.signed import Signed
from rubrics.schema import Rubric

CityKind = Literal["report", "summary", "session"]
"""The kinds of report about one city."""

_STATUSES: dict[str, Message] = {
    "official": N_("Self-assessment"),
    "unofficial": N_("Unofficial self-assessment"),
    "draft": N_("Self-assessment by a draft rubric"),
}


def build(
    kind: CityKind,
    assessment: Assessment,
    rubric: Rubric,
    *,
    language: Language,
    schedule: Schedule | None = None,
    submission: Submission | None = None,
    since: Assessment | None = None,
    signed: Signed | None = None,
) -> Report | SessionSheet:
    """A report about one city, of any kind; only a session sheet looks back at `since`.

    Where the `submission` is at hand, a report tells its answers as well. `signed` says that a
    coach has signed it off. `NotComparableError` says that `since` is about
    another city or by another rubric.
    """
    match kind:
        case "report" | "summary":
            return build_report(
                assessment,
                rubric,
                language=language,
                schedule=schedule,
                kind=kind,
                submission=submission,
                signed=signed,
            )
        case "session":
            report = build_report(
                assessment, rubric, language=language, schedule=schedule, signed=signed
            )
            context = build_context(assessment, rubric, language)
            return build_session(context, report, since=since, schedule=schedule)
        case _:
            assert_never(kind)


def build_report(
    assessment: Assessment,
    rubric: Rubric,
    *,
    language: Language,
    schedule: Schedule | None = None,
    kind: Literal["report", "summary"] = "report",
    submission: Submission | None = None,
    signed: Signed | None = None,
) -> Report:
    """The report of an assessment; `rubric` is the one it was judged by, in the same language.

    With a `schedule`, its actions stand on the calendar of a sprint as well; with the `submission`,
    its answers stand in it. A `summary` holds the
    same, and is printed on two pages.
    """
    context = build_context(assessment, rubric, language)
    city = assessment.submission.city
    bars = week_bars(context, schedule)
    actions = build_actions(context, bars)
    return Report(
        kind=kind,
        language=language.code,
        title=language.text("Readiness report for {city}", city=city),
        city=city,
        standard=rubric.title,
        day=language.date(assessment.on),
        on=assessment.on,
        status=_status(rubric, signed, language),
        summary=build_summary(context, actions),
        criteria=build_criteria(context),
        actions=actions,
        actions_note=actions_note(context),
        weeks_title=weeks_title(bars, schedule, language),
        weeks_note=weeks_note(context, schedule),
        calendar=build_calendar(schedule, rubric, language) if schedule is not None else None,
        practices=build_practices(context),
        evidence=build_evidence(context),
        answers=build_answers(context, submission) if submission is not None else None,
        figures=build_figures(context),
        expiries=build_expiries(context),
        expiries_note=expiries_note(context),
        method=build_method(context, signed),
    )


def _status(rubric: Rubric, signed: Signed | None, language: Language) -> str:
    """What it is, for every page of it; a coach's word makes more of it than a self-assessment."""
    status = language.say(_STATUSES[rubric.status])
    if signed is None:
        return status
    said = language.text("signed off by {by} on {day}", by=signed.by, day=signed.on)
    return f"{status}, {said}"
