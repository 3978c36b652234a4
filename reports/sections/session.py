"""The session sheet: where a city stands, what turned, what is open, what to bring next."""

from collections.abc import Iterator

from assessment.plans import Schedule, SessionLine
from assessment.progress import Change, progress
from assessment.results import Assessment, Lens, RequirementResult, Verdict
from reports.i18n import NN_, Language
from reports.report import Report
from reports.sections.actions import action_title
from reports.sections.context import Context, requirements_of
from reports.session import ChangeLine, QuestionLine, SessionSheet

SHOWN_CHANGES = 5
SHOWN_QUESTIONS = 5
SHOWN_TO_BRING = 4
"""How many of each one page holds; of more, only the number is told."""

_OPEN = (Verdict.NEEDS_REVIEW, Verdict.UNANSWERED)
"""What a coach can settle first, then what the team has to answer."""


def build_session(
    context: Context, report: Report, *, since: Assessment | None, schedule: Schedule | None
) -> SessionSheet:
    """The sheet of an assessment; `since` is the result of the last time."""
    language = context.language
    changed = _changes(context, since)
    questions = list(_questions(context))
    next_session = _next(schedule, context.assessment) if schedule is not None else None
    return SessionSheet(
        language=language.code,
        title=language.text("Session sheet for {city}", city=report.city),
        city=report.city,
        standard=report.standard,
        day=report.day,
        on=report.on,
        status=report.status,
        summary=report.summary,
        since=_since(context, since, len(changed)),
        changes=tuple(changed[:SHOWN_CHANGES]),
        more_changes=_more_changes(len(changed) - SHOWN_CHANGES, language),
        waiting=_waiting(context),
        questions=tuple(questions[:SHOWN_QUESTIONS]),
        more_questions=_more_questions(len(questions) - SHOWN_QUESTIONS, language),
        bring_note=_bring_note(context, schedule, next_session),
        bring=_bring(context, schedule, next_session),
    )


# --- since the last time --------------------------------------------------------------------------


def _since(context: Context, since: Assessment | None, changed: int) -> str:
    language = context.language
    if since is None:
        return language.text("No earlier result was given, so nothing is compared.")
    then, now = since.lenses.evidenced.points, context.assessment.lenses.evidenced.points
    points = language.text(
        "Since {day}: {before} points proven then, {after} now.",
        day=since.on,
        before=then.guaranteed,
        after=now.guaranteed,
    )
    if changed:
        return points
    return f"{points} {language.text('No verdict has changed.')}"


def _changes(context: Context, since: Assessment | None) -> list[ChangeLine]:
    """What turned, then what slipped, then what changed otherwise; criteria before requirements."""
    if since is None:
        return []
    found = progress([since, context.assessment], lens=Lens.EVIDENCED)
    return [
        _change(context, change)
        for changes in (found.turned, found.slipped, found.moved)
        for change in sorted(changes, key=lambda one: one.id != one.criterion)
    ]


def _more_changes(count: int, language: Language) -> str:
    if count <= 0:
        return ""
    return language.say(
        NN_(
            "{n} more verdict has changed than this page shows.",
            "{n} more verdicts have changed than this page shows.",
            "n",
        ),
        n=count,
    )


def _change(context: Context, change: Change) -> ChangeLine:
    own = context.rubric.requirements.get(change.id)
    title = own.title if own is not None else context.rubric.criterion(change.id).title
    return ChangeLine(
        number=context.numbers.get(change.id, change.id),
        title=title,
        before=context.cell(change.before),
        after=context.cell(change.after),
        note=context.language.text("too old by now") if change.expired else "",
    )


# --- what is open ---------------------------------------------------------------------------------


def _questions(context: Context) -> Iterator[QuestionLine]:
    results = requirements_of(context.assessment)
    for verdict in _OPEN:
        for result in results.values():
            if result.evidenced is verdict or (
                verdict is Verdict.UNANSWERED
                and result.claimed is verdict
                and result.evidenced is not Verdict.NEEDS_REVIEW
            ):
                yield _question(context, result)


def _question(context: Context, result: RequirementResult) -> QuestionLine:
    """An open requirement: its question where it lacks an answer, else why it cannot be judged."""
    own = context.rubric.requirements[result.id]
    unanswered = result.claimed is Verdict.UNANSWERED
    told = [r for r in result.reasons if r.lens is Lens.EVIDENCED] or list(result.reasons)
    text = own.ask.text if unanswered or not told else context.sentence(told[0], own)
    return QuestionLine(
        number=context.numbers[result.id],
        title=own.title,
        cell=context.cell(Verdict.UNANSWERED if unanswered else result.evidenced),
        text=text,
    )


def _more_questions(count: int, language: Language) -> str:
    if count <= 0:
        return ""
    return language.text("{n} more in the report.", n=count)


def _waiting(context: Context) -> str:
    """How many requirements are proven and lack only a coach's word."""
    count = sum(
        result.evidenced is Verdict.MET and result.confirmed is Verdict.NEEDS_REVIEW
        for result in requirements_of(context.assessment).values()
    )
    if not count:
        return ""
    return context.language.say(
        NN_(
            "{n} requirement is proven and waits for a coach's decision.",
            "{n} requirements are proven and wait for a coach's decision.",
            "n",
        ),
        n=count,
    )


# --- the next session -----------------------------------------------------------------------------


def _next(schedule: Schedule, assessment: Assessment) -> SessionLine | None:
    """The first session that is still to come, as of the day of the assessment."""
    return next((s for s in schedule.sessions if s.on >= assessment.on), None)


def _bring_note(context: Context, schedule: Schedule | None, coming: SessionLine | None) -> str:
    language = context.language
    if schedule is None:
        return language.text("No sprint was given: agree on what comes first.")
    if coming is None:
        return language.text("All sessions of this sprint are over.")
    activities = context.rubric.vocabulary.activities
    return language.text(
        "Session {n}, {day}: {kinds}",
        n=coming.number,
        day=language.short_date(coming.on),
        kinds=language.all_of(activities.get(kind, kind) for kind in coming.kinds),
    )


def _bring(
    context: Context, schedule: Schedule | None, coming: SessionLine | None
) -> tuple[str, ...]:
    """What the plan brings to the next session; else what is under way by then."""
    if schedule is None or coming is None:
        return ()
    goals = {slot.requirement: slot.goal for slot in schedule.slots}
    names = list(coming.actions)
    if not names:
        names = [s.requirement for s in schedule.slots if s.starts <= coming.on <= s.ends]
    return tuple(
        action_title(name, goals[name], context.rubric, context.language)
        for name in names[:SHOWN_TO_BRING]
    )
