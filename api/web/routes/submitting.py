"""Handing in: a look at what is unproven, the submission, earlier ones and the difference."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.accounts import Action
from api.accounts.rights import may
from api.errors import Locked, Stale, Unusable
from api.review.signing import reopen
from api.web.assessments import Frame, frame_of
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.reading import whole_number
from api.web.rendering import verdict_cell
from api.workspace.judging_day import judging_day
from api.workspace.submitting import (
    Checklist,
    checklist,
    difference,
    submissions,
    submit,
)
from api.workspace.views import Status
from assessment.progress import Change
from reports.i18n import Language
from rubrics.schema import Rubric

router = APIRouter(include_in_schema=False)

BASE = "/assessments/{assessment_id}"


@router.get(BASE + "/submit")
def look_before(visit: Visiting, assessment_id: str) -> Response:
    """What is unanswered and unproven; nothing of it keeps anybody from handing in."""
    return _checklist(visit, assessment_id)


@router.post(BASE + "/submit")
def hand_in(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Hands in exactly what was looked at."""
    if one(form, "sure") != "yes":
        text = visit.language.text("Tick the box to say that you mean it.")
        return _checklist(visit, assessment_id, errors={"sure": text}, status=422)
    version = whole_number(one(form, "version")) or 0
    try:
        with visit.writing() as (db, who):
            submit(db, who, assessment_id, version=version, on=judging_day(db, assessment_id))
    except Stale:
        text = visit.language.text("Somebody changed something meanwhile. Look at it once more.")
        return _checklist(visit, assessment_id, errors={"sure": text}, status=412)
    except Locked:
        return go(f"/assessments/{assessment_id}/submissions")
    return go(f"/assessments/{assessment_id}/submissions", done="submitted")


@router.post(BASE + "/reopen")
def open_again(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Lets the team go on, for a reason."""
    reason, seen = one(form, "reason"), whole_number(one(form, "version")) or 0
    try:
        with visit.writing() as (db, who):
            reopen(db, who, assessment_id, reason=reason, version=seen)
    except Stale:
        text = visit.language.text("Somebody changed something meanwhile. Look at it once more.")
        errors = {"reason": text}
        return _history(visit, assessment_id, reason=reason, errors=errors, status=412)
    except Unusable as error:
        errors = {"reason": sentence(error, visit.language)}
        words = {"reason": reason, "version": seen, "errors": errors}
        return _history(visit, assessment_id, status=422, **words)
    return go(f"/assessments/{assessment_id}", done="reopened")


@router.get(BASE + "/submissions")
def history(visit: Visiting, assessment_id: str) -> Response:
    """What was handed in, the latest first."""
    return _history(visit, assessment_id)


def _history(visit: Visit, assessment_id: str, *, status: int = 200, **words: object) -> Response:
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language, section="/submissions")
        handed_in = submissions(db, who, assessment_id)
        may_reopen = may(who, Action.REOPEN, city=frame.view.city.id)
    return visit.show(
        "submissions.html.j2",
        status=status,
        frame=frame,
        submissions=handed_in,
        may_reopen=may_reopen and frame.view.status != "open",
        **words,
    )


@router.get(BASE + "/submissions/{second}")
def compare(visit: Visiting, assessment_id: str, second: int) -> Response:
    """What changed from the submission before to this one."""
    if second < 2:
        raise HTTPException(404)
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language, section="/submissions")
        found = difference(db, who, assessment_id, second - 1, second)
    return visit.show(
        "difference.html.j2",
        frame=frame,
        numbers=(second - 1, second),
        growth=found.burn_up,
        turned=_lines(found.turned, frame.rubric, visit.language),
        slipped=_lines(found.slipped, frame.rubric, visit.language),
        moved=_lines(found.moved, frame.rubric, visit.language),
    )


def _lines(
    changes: tuple[Change, ...], rubric: Rubric, language: Language
) -> list[dict[str, object]]:
    """Changes with the titles and verdicts that people know."""
    titles = {c.id: c.title for c in rubric.criteria}
    return [
        {
            "code": change.criterion,
            "title": rubric.requirements[change.id].title
            if change.id in rubric.requirements
            else titles.get(change.id, change.id),
            "before": verdict_cell(change.before, language),
            "after": verdict_cell(change.after, language),
            "expired": change.expired,
        }
        for change in changes
    ]


def _checklist(
    visit: Visit, assessment_id: str, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language, section="/submit")
        found = checklist(db, who, assessment_id, on=judging_day(db, assessment_id))
        may_submit = may(who, Action.SUBMIT, city=frame.view.city.id)
    return visit.show(
        "submit.html.j2",
        status=status,
        frame=frame,
        checklist=found,
        groups=_groups(found, frame, visit.language),
        may_submit=may_submit and frame.view.status in (Status.OPEN, Status.CHANGES_REQUESTED),
        errors=errors,
    )


def _groups(
    found: Checklist, frame: Frame, language: Language
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What is worth a look: a heading, what it means, and where to go."""
    say, rubric = language.text, frame.rubric
    titles = {c.id: c.title for c in rubric.criteria}
    practice = {c.id: p.id for p in rubric.practices for c in p.criteria}

    def requirements(names: tuple[str, ...]) -> list[tuple[str, str]]:
        return [
            (f"{frame.base}/requirements/{n}", rubric.requirements[n].title)
            for n in names
            if n in rubric.requirements
        ]

    groups = [
        (
            say("Met by your answers, and not proven"),
            say("These points do not count until evidence shows them."),
            requirements(found.unproven),
        ),
        (
            say("Evidence that could not be looked at"),
            say("A coach has to look. Say where it can be found, or attach the file itself."),
            requirements(found.waiting),
        ),
        (
            say("Not answered yet"),
            say("An open question counts neither for nor against the city."),
            requirements(found.unanswered),
        ),
        (
            say("Not declared yet"),
            say("Criteria of which nobody said whether the city meets them."),
            [
                (f"{frame.base}/declarations/{practice[c]}", f"{c} · {titles[c]}")
                for c in found.undeclared
                if c in practice
            ],
        ),
    ]
    return [group for group in groups if group[2]]
