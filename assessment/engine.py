"""assess(): from a rubric, a submission and a day to findings, score and the trace of it all.

Read `assess` from top to bottom: prepare the rubric, see the submission, judge every requirement,
apply the pass rules under each lens, count the points. Nothing here reads a file or a clock.
"""

from datetime import date

from assessment.codes import Code
from assessment.criteria import judge_criteria
from assessment.ready import prepare
from assessment.requirements import judge_requirement
from assessment.results import (
    SCHEMA_VERSION,
    Assessment,
    Eligibility,
    Lens,
    Lenses,
    Param,
    Reason,
    RubricRef,
    SubmissionRef,
    Verdict,
)
from assessment.scoring import score
from assessment.submission import Submission
from assessment.view import register_entry, view_of
from rubrics.schema import Rubric

ENGINE_VERSION = "0.1.0"
"""Version of the engine; results of different versions may differ."""


def assess(rubric: Rubric, submission: Submission, *, on: date) -> Assessment:
    """The assessment of a submission (already checked by `validate`) on a day.

    The same rubric, submission, day and engine version give the same result to the byte.
    """
    ready = prepare(rubric)
    view = view_of(ready, submission, on)
    judged = {r.own.id: judge_requirement(r, view) for r in ready.requirements}
    findings = judge_criteria(ready, view, judged)
    in_order = [findings[criterion.id] for criterion in rubric.criteria]
    return Assessment(
        schema_version=SCHEMA_VERSION,
        rubric=RubricRef(
            id=rubric.id, edition=rubric.edition, digest=rubric.digest, status=rubric.status
        ),
        submission=SubmissionRef(digest=submission.digest, city=submission.city.name),
        on=on,
        engine_version=ENGINE_VERSION,
        eligibility=_eligibility(rubric, submission),
        lenses=Lenses(
            claimed=score(rubric, [(c.points, c.states[0]) for c in in_order]),
            evidenced=score(rubric, [(c.points, c.states[1]) for c in in_order]),
            confirmed=score(rubric, [(c.points, c.states[2]) for c in in_order]),
        ),
        criteria=tuple(c.finding for c in in_order),
        evidence=tuple([register_entry(sight.piece) for sight in view.evidence]),
        actions=(),
    )


def _eligibility(rubric: Rubric, submission: Submission) -> Eligibility:
    """Whether the city may apply at all; it changes no verdict."""
    rule, city = rubric.eligibility, submission.city
    params: dict[str, Param]
    if city.country not in rule.countries:
        code, params = Code.ELIGIBILITY_COUNTRY_OUTSIDE, {"country": city.country}
        state = Verdict.NOT_MET
    elif city.population is None:
        code, params = Code.ELIGIBILITY_POPULATION_MISSING, {"min": rule.min_population}
        state = Verdict.UNANSWERED
    elif city.population < rule.min_population:
        code = Code.ELIGIBILITY_TOO_SMALL
        params = {"population": city.population, "min": rule.min_population}
        state = Verdict.NOT_MET
    else:
        return Eligibility(verdict=Verdict.MET, reasons=())
    reason = Reason(code, Lens.CLAIMED, params, "city", rule.at)
    return Eligibility(verdict=state, reasons=(reason,))
