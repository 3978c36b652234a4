"""Teams from files, and what they set, held against a sprint and a rubric."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from assessment.model import known_keys
from assessment.planning import Calendar, Team, UnknownCohortError, calendar_of
from rubrics import checks
from rubrics.loader import load_sprint
from rubrics.problems import InputError, Place, Problem, problems_from, suggestion
from rubrics.schema import Rubric
from rubrics.text import read_mapping

LONG_AGO = 2 * 366
"""After so many days nothing is planned on a sprint any more."""


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


def calendar_for(sprint: str | None, team: Team, *, on: date) -> Calendar | None:
    """The weeks of the sprint that is asked for, if one is, for a team."""
    if sprint is None:
        return None
    loaded = load_sprint(sprint)
    last = max(loaded.sessions[-1].dates.values())
    if (on - last).days > LONG_AGO:
        params = {"id": loaded.id, "last": last.isoformat()}
        raise InputError([Problem("sprint.long_ago", Place(sprint), params)])
    try:
        return calendar_of(loaded, team, on=on)
    except UnknownCohortError as error:
        raise unknown("cohort.unknown", str(error), list(loaded.cohorts)) from None


def known_team(rubric: Rubric, team: Team) -> Team:
    """The same team; `InputError` names a role, requirement or route that the rubric has not.

    What it does without may be named as a role or as a requirement, wherever it stands.
    """
    roles, names = rubric.vocabulary.roles, rubric.requirements
    words = (*team.without_roles, *team.without)
    for word in words:
        if word not in roles and word not in names:
            raise unknown("wish.unknown", word, [*roles, *names])
    for person in team.people:
        if person.role not in roles:
            raise unknown("role.unknown", person.role, list(roles))
    for code, route in team.routes.items():
        known = _routes_of(rubric)
        if f"{code}={route}" not in known:
            raise unknown("wish.route_unknown", f"{code}={route}", known)
    return team.model_copy(
        update={
            "without_roles": tuple(word for word in words if word in roles),
            "without": tuple(word for word in words if word in names),
        }
    )


def unknown(code: str, word: str, known: Sequence[str], *, place: str | None = None) -> InputError:
    """Somebody named what there is not: at `place`; on a command line the word is place enough."""
    params = {"id": word, "known": ", ".join(known), "suggestion": suggestion(word, known)}
    return InputError([Problem(code, Place(place or word), params)])


def _routes_of(rubric: Rubric) -> list[str]:
    return [
        f"{criterion.id}={name}"
        for criterion in rubric.assessed()
        if criterion.passes is not None
        for name in _routes_in(criterion.passes.rule)
    ]


def _routes_in(rule: checks.Check) -> list[str]:
    if isinstance(rule, checks.Routes):
        return list(rule.routes)
    return [
        name for _, group in checks.children(rule) for child in group for name in _routes_in(child)
    ]
