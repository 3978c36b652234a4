"""Where a city stands, as bits: what a plan starts from, and what is left of it when it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assessment.criteria import declarations, judge_criteria
from assessment.decisions import States
from assessment.logic import OPEN
from assessment.ready import prepare
from assessment.requirements import judge_requirement
from assessment.results import RequirementResult
from assessment.submission import CoachDecision, Submission
from assessment.view import view_of
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True)
class Situation:
    """The states of a submission on a day.

    `requirements` and `criteria` hold the states under the three lenses, `declared` what the team
    says of the criteria that are not assessed in depth, `proof` the state of what proves those.
    """

    on: date
    results: Mapping[str, RequirementResult]
    requirements: Mapping[str, States]
    criteria: Mapping[str, States]
    declared: Mapping[str, int]
    proof: int
    decisions: Mapping[str, CoachDecision]


def situation(rubric: Rubric, submission: Submission, *, on: date) -> Situation:
    """Where a submission stands on a day, judged as `assess` judges it."""
    ready = prepare(rubric)
    view = view_of(ready, submission, on)
    judged = {r.own.id: judge_requirement(r, view) for r in ready.requirements}
    findings = judge_criteria(ready, view, judged)
    said = declarations(view, ready.declared_proof)
    return Situation(
        on=on,
        results={name: j.result for name, j in judged.items()},
        requirements={name: j.states for name, j in judged.items()},
        criteria={code: c.states for code, c in findings.items()},
        declared={c.id: said.said.get(c.id, (OPEN,))[0] for c in rubric.criteria if not c.assessed},
        proof=said.proof[0],
        decisions=view.decisions,
    )
