"""with_details(): what a reader should know beside the verdicts, and that changes none of them.

Judging is done a thousand times where telling is done once, so this is a step of its own.
"""

from msgspec.structs import replace

from assessment.expiry import expiries_of
from assessment.key_figures import compare_figures
from assessment.notes import notes_of
from assessment.results import Assessment
from assessment.submission import Submission
from rubrics.schema import Rubric


def with_details(rubric: Rubric, submission: Submission, assessment: Assessment) -> Assessment:
    """The assessment with notes on its evidence, key figures beside each other, and expiries."""
    seen = {e.id: notes_of(e.facts) for e in submission.evidence or () if e.facts is not None}
    return replace(
        assessment,
        evidence=tuple(replace(e, notes=seen.get(e.id, ())) for e in assessment.evidence),
        key_figures=compare_figures(submission),
        expiries=expiries_of(rubric, assessment),
    )
