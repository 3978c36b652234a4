"""The cases of `cases.yaml` hold: plans that a coach could dispute."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from assessment.planning import Team, calendar_of, plan
from assessment.plans import ActionPlan
from assessment.results import Lens
from rubrics.loader import load_sprint
from rubrics.schema import Rubric
from rubrics.text import read_text
from tests.builders import Data
from tests.submissions import DAY, perfect_submission, validated

FILE = Path(__file__).with_name("cases.yaml")
CASES = cast("list[Data]", read_text(FILE.read_bytes(), name=FILE.name).value)
KNOWN = {
    *("name", "target", "undone", "open", "unproven", "declared", "team", "on", "expect"),
    *("routes", "without"),
}


def ids(rubric: Rubric, words: Iterable[str]) -> set[str]:
    """Requirements by their ids, and all those of a criterion."""
    found: set[str] = set()
    for word in words:
        own = rubric.requirements.get(word)
        found |= {word} if own else {r.id for r in rubric.criterion(word).requirements}
    return found


def planned(rubric: Rubric, case: Data) -> ActionPlan:
    """The plan of the city that a case describes."""
    on = date.fromisoformat(case["on"]) if "on" in case else DAY
    data = cast("Any", perfect_submission(rubric, on=on))
    undone, unanswered = (ids(rubric, case.get(key, ())) for key in ("undone", "open"))
    unproven = ids(rubric, case.get("unproven", ())) | undone
    for name in undone | unanswered:
        del data["answers"][name]
    data["evidence"] = [e for e in data["evidence"] if not unproven & set(e["serves"])]
    data["declared"]["met"] = data["declared"]["met"][: case.get("declared", 41)]
    codes = [c.id for c in rubric.criteria if not c.assessed]
    data["declared"]["not_met"] = [c for c in codes if c not in data["declared"]["met"]]
    team = Team.model_validate(
        {**case.get("team", {}), "without_roles": case.get("without", []),
         "routes": case.get("routes", {})}
    )  # fmt: skip
    calendar = calendar_of(load_sprint("oct-2025"), team, on=on) if "team" in case else None
    return plan(
        rubric,
        validated(rubric, data),
        on=on,
        target=case["target"],
        lens=Lens.EVIDENCED,
        wishes=team.wishes(open_as_no=bool(undone)),
        calendar=calendar,
    )


def told(found: ActionPlan) -> Data:
    """What a case may expect."""
    schedule = found.schedule
    data: Data = {
        "reached": found.reached,
        "possible": found.possible,
        "effort": found.effort_days,
        "at_most": found.at_most_days,
        "questions": found.questions,
        "points_after": found.points_after,
        "actions": sorted(a.requirement for a in found.actions),
        "obstacles": sorted(o.code for o in found.obstacles),
        "flips": sorted(flip.requirement for flip in found.flips),
        "counts_on": found.counts_on.isoformat(),
    }
    if schedule is not None:
        data["in_time"] = schedule.in_time
        data["schedule_obstacles"] = sorted(o.code for o in schedule.obstacles)
        data["turns"] = {turn.criterion: turn.on.isoformat() for turn in schedule.turns}
    return data


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case_holds(wwc, case):
    expected = {k: sorted(v) if isinstance(v, list) else v for k, v in case["expect"].items()}

    found = told(planned(wwc, case))

    assert set(case) <= KNOWN
    assert {key: found[key] for key in expected} == expected
