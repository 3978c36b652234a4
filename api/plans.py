"""Plans from files: a submission, a team and a sprint become a plan, and what-ifs beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

from api.editions import read_result
from api.services import rubric_for
from api.submissions import Written, read_submission, read_written
from api.teams import calendar_for, known_team, read_team, unknown
from assessment.engine import assess
from assessment.planning import Team, UnknownTargetError, plan
from assessment.plans import SCHEMA_VERSION, ActionPlan, Comparison
from assessment.progress import Change, NotComparableError, Progress, changes, progress
from assessment.results import Assessment, Lens
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric
from rubrics.text import Plain, read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a plan, as it was typed."""

    target: str = ""
    lens: Lens = Lens.EVIDENCED
    sprint: str | None = None
    cohort: str | None = None
    team: Path | None = None
    without: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    open_as_no: bool = False
    alternatives: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the assessment it starts from, the rubric and its folder."""

    plan: ActionPlan
    assessment: Assessment
    rubric: Rubric
    folder: Path


@dataclass(frozen=True, slots=True)
class Compared:
    """Today's plan beside another one, and what changed between the two."""

    today: Planned
    then: Planned
    changes: tuple[Change, ...]

    @property
    def told(self) -> Comparison:
        """Both plans and the changes, as they are written for other programs."""
        return Comparison(
            schema_version=SCHEMA_VERSION,
            today=self.today.plan,
            then=self.then.plan,
            changes=self.changes,
        )


def make_plan(
    name: str,
    wanted: Wanted,
    *,
    rubric: str | None = None,
    on: date,
    trust_facts: bool = False,
) -> Planned:
    """The plan for the submission in the file `name` as of a day."""
    return _plan(read_written(name), wanted, rubric=rubric, on=on, trust_facts=trust_facts)


def compare(
    name: str,
    wanted: Wanted,
    changed: Sequence[str],
    *,
    rubric: str | None = None,
    today: date,
    on: date,
    trust_facts: bool = False,
) -> Compared:
    """Today's plan, and the one with these answers (`rdc7-awards=90`) on another day."""
    written = read_written(name)
    now = _plan(written, wanted, rubric=rubric, on=today, trust_facts=trust_facts)
    other = with_changes(now.rubric, written, changed)
    then = _plan(other, wanted, rubric=rubric, on=on, trust_facts=trust_facts)
    found = tuple(changes(now.assessment, then.assessment, wanted.lens))
    return Compared(now, then, found)


def _plan(
    written: Written, wanted: Wanted, *, rubric: str | None, on: date, trust_facts: bool
) -> Planned:
    loaded, folder = rubric_for(written, rubric)
    submission = read_submission(loaded, written, trust_facts=trust_facts)
    team = _team(loaded, wanted)
    try:
        made = plan(
            loaded,
            submission,
            on=on,
            target=wanted.target,
            lens=wanted.lens,
            wishes=team.wishes(open_as_no=wanted.open_as_no),
            others=wanted.alternatives,
            calendar=calendar_for(wanted.sprint, team, on=on),
        )
    except UnknownTargetError as error:
        raise unknown("target.unknown", error.word or wanted.target, list(error.known)) from None
    return Planned(made, assess(loaded, submission, on=on), loaded, folder)


def _team(rubric: Rubric, wanted: Wanted) -> Team:
    """The team of the file with what was typed besides; every word must be one of the rubric."""
    team = read_team(wanted.team)
    routes = [text.partition("=") for text in wanted.routes]
    typed = {code.strip().upper(): route.strip() for code, _, route in routes}
    asked = team.model_copy(
        update={
            "without": (*team.without, *wanted.without),
            "routes": {**team.routes, **typed},
            "cohort": wanted.cohort or team.cohort,
        }
    )
    return known_team(rubric, asked)


# --- what if --------------------------------------------------------------------------------------


def with_changes(rubric: Rubric, written: Written, changed: Sequence[str]) -> Written:
    """The submission with other answers, as if it had been written so; nothing is saved.

    `rdc7-awards=90` answers a question, `rdc8-survey.responses=40` a field of one, `DM3=met`
    declares a criterion.
    """
    value = dict(written.value)
    answers = dict(cast("dict[str, Plain]", value.get("answers") or {}))
    declared = dict(cast("dict[str, Plain]", value.get("declared") or {}))
    for text in changed:
        name, sign, said = text.partition("=")
        if not sign or not name.strip():
            raise InputError([Problem("change.unreadable", Place(text), {"got": text})])
        answer = read_yaml(said, name=text).value
        question, _, field = name.strip().partition(".")
        if question in {c.id for c in rubric.criteria if not c.assessed}:
            if answer not in ("met", "not_met", None):
                raise InputError([Problem("change.unreadable", Place(text), {"got": text})])
            _declare(declared, question, answer)
        elif field:
            own = answers.get(question)
            answers[question] = {**(own if isinstance(own, dict) else {}), field: answer}
        else:
            answers[question] = answer
    value["answers"] = answers
    if declared:
        value["declared"] = declared
    return replace(written, value=value, places={(): Place(" ".join(changed))})


def _declare(declared: dict[str, Plain], code: str, word: Plain) -> None:
    for key in ("met", "not_met"):
        codes = cast("list[Plain]", declared.get(key) or [])
        declared[key] = [other for other in codes if other != code] + [code] * (key == word)


# --- progress -------------------------------------------------------------------------------------


def read_progress(paths: Sequence[Path], lens: Lens) -> Progress:
    """What changed over results that `readiness score --json` wrote."""
    found = [read_result(path) for path in paths]
    try:
        return progress(found, lens=lens)
    except NotComparableError:
        raise InputError([Problem("result.other_city", Place(str(paths[-1])), {})]) from None
