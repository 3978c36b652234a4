"""Why a verdict is as it is, what would change it, and what to do next, by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from api.accounts.actor import Actor
from api.db.session import Transaction
from api.errors import NotThere, Unusable
from api.services import Scored
from api.teams import calendar_for, unknown
from api.workspace.checking import PATHS, typed
from api.workspace.current import Current, current
from api.workspace.judging import result_of
from api.workspace.submitting import read_submission
from api.workspace.views import Part
from assessment.details import with_details
from assessment.engine import assess
from assessment.planning import Calendar, Team, UnknownTargetError, agenda, plan
from assessment.plans import ActionPlan
from assessment.progress import Change, changes
from assessment.results import Action, Assessment, Finding, Lens, Lenses, RequirementResult
from assessment.submission import Submission
from assessment.validation import validate
from rubrics.loader import load_sprint
from rubrics.problems import InputError
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The scores as they are and as they would be, and every verdict that would be another."""

    before: Lenses
    after: Lenses
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What would change a verdict: the cheapest set of actions, none where it is met already.

    `possible` is false where nothing that the team can do would (a coach has to decide).
    """

    name: str
    possible: bool
    actions: tuple[Action, ...]


def explain(
    db: Transaction, who: Actor, assessment_id: str, name: str, *, on: date
) -> tuple[Finding, RequirementResult | None]:
    """A criterion, or a requirement within its criterion, with its reasons and its whole trace."""
    now = current(db, who, assessment_id)
    for finding in result_of(now, on).criteria:
        if finding.id == name.upper():
            return finding, None
        for result in finding.requirements:
            if result.id == name:
                return finding, result
    raise NotThere("requirement", name)


def what_if(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    said: Mapping[str, object],
    *,
    on: date,
    lens: Lens = Lens.CLAIMED,
) -> WhatIf:
    """What other answers (by requirement) and declarations (by criterion) would change.

    Nothing is saved. Answers alone change what is claimed; evidence they cannot replace.
    """
    now = current(db, who, assessment_id)
    before = result_of(now, on)
    after = assess(now.found.known.rubric, _with(now, said), on=on)
    return WhatIf(before.lenses, after.lenses, tuple(changes(before, after, lens)))


def what_would_change(
    db: Transaction, who: Actor, assessment_id: str, name: str, *, on: date
) -> Advice:
    """What would make a criterion, or a requirement, met and proven."""
    finding, result = explain(db, who, assessment_id, name, on=on)
    now = current(db, who, assessment_id)
    rubric = now.found.known.rubric
    if result is None:
        made = plan(rubric, now.submission, on=on, target=finding.id)
        return Advice(finding.id, made.possible or made.reached, made.actions)
    wanted = {result.id, *rubric.requirements[result.id].remedy.after}
    found = agenda(rubric, now.submission, on=on).actions
    own = tuple(action for action in found if action.requirement in wanted)
    met = result.evidenced in ("met", "not_applicable")
    return Advice(result.id, met or any(a.requirement == result.id for a in own), own)


def make_plan(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    on: date,
    target: str = "",
    lens: Lens = Lens.EVIDENCED,
    team: Team | None = None,
    alternatives: int = 0,
) -> ActionPlan:
    """The cheapest plan to a target, on the calendar of the assessment's sprint if it has one."""
    now = current(db, who, assessment_id)
    who_works = team or Team(cohort=now.cohort)
    try:
        return plan(
            now.found.known.rubric,
            now.submission,
            on=on,
            target=target,
            lens=lens,
            wishes=who_works.wishes(),
            others=min(alternatives, 5),
            calendar=sprint_calendar(now.sprint, who_works, on=on),
        )
    except UnknownTargetError as error:
        word = error.word or target
        raise unknown("target.unknown", word, list(error.known), place="target") from None


def scored(db: Transaction, who: Actor, assessment_id: str, *, on: date) -> Scored:
    """All that a report tells: the result with its details, the actions, and their calendar."""
    now = current(db, who, assessment_id)
    result = with_details(now.found.known.rubric, now.submission, result_of(now, on))
    return _told(now, now.submission, result, on)


def scored_submission(db: Transaction, who: Actor, assessment_id: str, number: int) -> Scored:
    """All that the report of a submission tells: its own result, as of its day.

    `Unusable` where the rubric reads otherwise by now: its words would not be those that judged.
    """
    handed_in = read_submission(db, who, assessment_id, number)
    view, now = handed_in.view, current(db, who, assessment_id)
    known = now.found.known
    if known.rubric.digest != view.rubric.digest:
        raise Unusable("rubric_changed")
    submission = validate(known.rubric, msgspec.json.decode(handed_in.snapshot), PATHS)
    result = msgspec.json.decode(handed_in.result, type=Assessment)
    return _told(now, submission, result, view.on)


def _told(now: Current, submission: Submission, result: Assessment, on: date) -> Scored:
    """A result with the actions that are left on its day, and their calendar."""
    known, team = now.found.known, Team(cohort=now.cohort)
    calendar = sprint_calendar(now.sprint, team, on=on)
    found = agenda(known.rubric, submission, on=on, calendar=calendar)
    return Scored(
        msgspec.structs.replace(result, actions=found.actions),
        known.rubric,
        known.folder,
        found.schedule,
        submission,
        team,
        calendar.sprint if calendar is not None else None,
    )


def sprint_calendar(sprint: str | None, team: Team, *, on: date) -> Calendar | None:
    """The weeks of a sprint that is still to come; one that is over plans nothing any more."""
    if sprint is None:
        return None
    try:
        last = max(load_sprint(sprint).sessions[-1].dates.values())
        return calendar_for(sprint, team, on=on) if on <= last else None
    except InputError:  # a sprint that the library no longer has
        return None


def _with(now: Current, said: Mapping[str, object]) -> Submission:
    """The submission as if this had been said as well."""
    rubric, old = now.found.known.rubric, now.submission
    codes = _declared_codes(rubric)
    answers = typed(rubric, Part.ANSWERS, {n: v for n, v in said.items() if n not in codes})
    words = typed(rubric, Part.DECLARED, {n: v for n, v in said.items() if n in codes})
    declared = old.declared.model_copy(
        update={
            word: tuple(
                [c for c in getattr(old.declared, word) if c not in words]
                + [c for c, given in words.items() if given == word]
            )
            for word in ("met", "not_met")
        }
    )
    kept = {name: getattr(old, name) for name in Submission.model_fields}
    left = {name: text for name, text in old.not_applicable.items() if name not in answers}
    # Made anew: a copy would bear the digest of the old one.
    return Submission.model_construct(
        **{
            **kept,
            "answers": {**old.answers, **answers},
            "declared": declared,
            "not_applicable": left,
        }
    )


def _declared_codes(rubric: Rubric) -> frozenset[str]:
    return frozenset(c.id for c in rubric.criteria if not c.assessed)
