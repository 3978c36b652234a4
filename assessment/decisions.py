"""The confirmed lens: a coach's word above the machine's."""

from assessment.codes import Code
from assessment.logic import MET, NA, REVIEW, UNMET, UNSEEN, verdict
from assessment.results import Param, Trace
from assessment.submission import CoachDecision

States = tuple[int, int, int]
"""The states of one thing under the three lenses: claimed, evidenced, confirmed."""

DECIDED = {"met": MET, "not_met": UNMET, "needs_proof": UNSEEN, "not_applicable": NA}
"""The state of each word of a coach; `agree` takes over the evidenced one."""


def confirmed_by(decision: CoachDecision | None, evidenced: int) -> tuple[int, Trace | None]:
    """A coach's word stands above the machine's; without one, nothing good is confirmed yet.

    What the machine found unmet or open stays so; what it found met (or n/a) waits for a coach.
    """
    if decision is None:
        waits = evidenced & 7 in (MET, NA)
        return (evidenced | UNMET | REVIEW if waits else evidenced), None
    state = DECIDED.get(decision.verdict, evidenced)
    params: dict[str, Param] = {
        "verdict": decision.verdict,
        "by": decision.by,
        "reason": decision.reason,
    }
    trace = Trace("decision", verdict(state), Code.DECISION_MADE, params, decision.about)
    return state, trace
