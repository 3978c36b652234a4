"""Plans from files: a submission, a team and a sprint become a plan, and what-ifs beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

import msgspec
from pydantic import ValidationError

from api.services import rubric_for
from api.submissions import Written, read_submission, read_written
from assessment.engine import assess
from assessment.model import known_keys
from assessment.planning import (
    Calendar,
    Team,
    UnknownCohortError,
    UnknownTargetError,
    calendar_of,
    plan,
)
from assessment.plans import ActionPlan
from assessment.progress import Change, NotComparableError, Progress, changes, progress
from assessment.results import Assessment, Lens
from rubrics import checks
from rubrics.loader import load_sprint
from rubrics.problems import InputError, Place, Problem, problems_from, suggestion
from rubrics.schema import Rubric
from rubrics.text import Plain, read_mapping, read_yaml


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


def read_calendar(sprint: str | None, team: Path | None, *, on: date) -> Calendar | None:
    """The weeks of the sprint that is asked for, if one is, for the team in a file."""
    return _calendar(sprint, read_team(team), on=on)


def _calendar(name: str | None, team: Team, *, on: date) -> Calendar | None:
    if name is None:
        return None
    sprint = load_sprint(name)
    try:
        return calendar_of(sprint, team, on=on)
    except UnknownCohortError as error:
        raise _unknown("cohort.unknown", str(error), list(sprint.cohorts)) from None


def read_team(path: Path | None) -> Team:
    """The team in a file; without a file, one that the sprint's own assumptions hold for."""
    if path is None:
        return Team()
    try:
        raw = path.read_bytes()
    except OSError as error:
        params = {"file": str(path), "detail": error.strerror or type(error).__name__}
        raise InputError([Problem("file.not_readable", Place(str(path)), params)]) from None
    value, places = read_mapping(raw, name=str(path))
    try:
        return Team.model_validate(value)
    except ValidationError as error:
        raise InputError(problems_from(error, places, known_keys=known_keys())) from None


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
            calendar=_calendar(wanted.sprint, team, on=on),
        )
    except UnknownTargetError as error:
        raise _unknown("target.unknown", error.word, list(error.known)) from None
    return Planned(made, assess(loaded, submission, on=on), loaded, folder)


def _team(rubric: Rubric, wanted: Wanted) -> Team:
    """The team of the file with what was typed besides; every word must be one of the rubric."""
    team = read_team(wanted.team)
    roles, names = rubric.vocabulary.roles, rubric.requirements
    words = (*team.without_roles, *team.without, *wanted.without)
    routes = {**team.routes, **dict(_route(rubric, route) for route in wanted.routes)}
    for word in (*words, *(person.role for person in team.people)):
        if word not in roles and word not in names:
            raise _unknown("wish.unknown", word, [*roles, *names])
    for code, route in routes.items():
        _known_route(rubric, code, route)
    return team.model_copy(
        update={
            "without_roles": tuple(word for word in words if word in roles),
            "without": tuple(word for word in words if word in names),
            "routes": routes,
            "cohort": wanted.cohort or team.cohort,
        }
    )


def _route(rubric: Rubric, text: str) -> tuple[str, str]:
    code, _, route = text.partition("=")
    _known_route(rubric, code.strip().upper(), route.strip())
    return code.strip().upper(), route.strip()


def _known_route(rubric: Rubric, code: str, route: str) -> None:
    known = [
        f"{criterion.id}={name}"
        for criterion in rubric.assessed()
        if criterion.passes is not None
        for name in _routes_in(criterion.passes.rule)
    ]
    if f"{code}={route}" not in known:
        raise _unknown("wish.route_unknown", f"{code}={route}", known)


def _routes_in(rule: checks.Check) -> list[str]:
    if isinstance(rule, checks.Routes):
        return list(rule.routes)
    return [
        name for _, group in checks.children(rule) for child in group for name in _routes_in(child)
    ]


def _unknown(code: str, word: str, known: Sequence[str]) -> InputError:
    params = {"id": word, "known": ", ".join(known), "suggestion": suggestion(word, known)}
    return InputError([Problem(code, Place(word), params)])


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
            _declare(declared, question, str(answer))
        elif field:
            own = answers.get(question)
            answers[question] = {**(own if isinstance(own, dict) else {}), field: answer}
        else:
            answers[question] = answer
    value["answers"] = answers
    if declared:
        value["declared"] = declared
    return replace(written, value=value, places={})


def _declare(declared: dict[str, Plain], code: str, word: str) -> None:
    for key in ("met", "not_met"):
        codes = cast("list[Plain]", declared.get(key) or [])
        declared[key] = [other for other in codes if other != code] + [code] * (key == word)


# --- progress -------------------------------------------------------------------------------------


def read_progress(paths: Sequence[Path], lens: Lens) -> Progress:
    """What changed over results that `readiness score --json` wrote."""
    found: list[Assessment] = []
    for path in paths:
        try:
            raw = path.read_bytes()
            found.append(msgspec.json.decode(raw, type=Assessment))
        except OSError as error:
            params = {"file": str(path), "detail": error.strerror or type(error).__name__}
            raise InputError([Problem("file.not_readable", Place(str(path)), params)]) from None
        except (msgspec.DecodeError, RecursionError) as error:
            params = {"detail": str(error)}
            raise InputError([Problem("result.unreadable", Place(str(path)), params)]) from None
    try:
        return progress(found, lens=lens)
    except NotComparableError:
        raise InputError([Problem("result.other_city", Place(str(paths[-1])), {})]) from None
