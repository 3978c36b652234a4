"""Judging a requirement: the check on answers, the proof on evidence, and the coach above both."""

import msgspec

from assessment.codes import Code
from assessment.decisions import States, confirmed_by
from assessment.logic import MET, NA, UNMET, WORDS, at_least, gate
from assessment.ready import ReadyRequirement
from assessment.reasons import reasons_of
from assessment.results import (
    Lens,
    Param,
    Reason,
    RequirementResult,
    RequirementTrace,
    Trace,
    Verdict,
)
from assessment.sight import Sight
from assessment.submission import Submission
from assessment.view import View


class JudgedRequirement(msgspec.Struct, frozen=True):
    """A requirement's states under the three lenses, and what the result says of it."""

    states: States
    result: RequirementResult


def judge_requirement(ready: ReadyRequirement, view: View) -> JudgedRequirement:
    """The check on answers, the proof on evidence, and the coach above both."""
    own, submission = ready.own, view.submission
    handed_in = submission.evidence is not None
    evidence = view.serving.get(own.id, ()) if handed_in else None
    sight = Sight(view.on, submission.answers, evidence)
    check_state, check = ready.check(sight)
    proof_state, proof = ready.proof(sight)
    na_state, na = _not_applicable(ready, sight, submission)
    claimed = gate(check_state, not_applicable=na_state) if na else check_state
    evidenced = at_least(2, (check_state, proof_state))
    evidenced = gate(evidenced, not_applicable=na_state) if na else evidenced
    confirmed, decision = confirmed_by(view.decisions.get(own.id), evidenced)
    states = (claimed, evidenced, confirmed)
    reasons: tuple[Reason, ...] = ()
    if evidenced & 7 not in (MET, NA):
        claims = reasons_of(check, Lens.CLAIMED) if claimed & 7 != MET else ()
        reasons = (*claims, *reasons_of(proof, Lens.EVIDENCED))
    if decision is not None and WORDS[confirmed] != WORDS[evidenced]:
        reasons = (*reasons, Reason(decision.code, Lens.CONFIRMED, decision.params, own.id))
    result = RequirementResult(
        id=own.id,
        title=own.title,
        claimed=WORDS[claimed],
        evidenced=WORDS[evidenced],
        confirmed=WORDS[confirmed],
        reasons=reasons,
        flags=tuple([name for name, judge in ready.flags if judge(sight)[0] == UNMET]),
        evidence=tuple([piece.piece.entry.id for piece in evidence or ()]),
        trace=RequirementTrace(check, proof, na, decision),
    )
    return JudgedRequirement(states, result)


def _not_applicable(
    ready: ReadyRequirement, sight: Sight, submission: Submission
) -> tuple[int, Trace | None]:
    """Whether it applies: the team's justification, or the rubric's own condition on answers."""
    own = ready.own
    if own.id in submission.not_applicable:
        at = own.not_applicable.at if own.not_applicable else own.at
        params: dict[str, Param] = {"justification": submission.not_applicable[own.id]}
        code = Code.NOT_APPLICABLE_JUSTIFIED
        trace = Trace("not_applicable", Verdict.NOT_APPLICABLE, code, params, own.id, at)
        return MET, trace
    if ready.not_applicable_when is not None:
        state, condition = ready.not_applicable_when(sight)
        if state & 7 != MET:
            return state, condition
        code, word = Code.NOT_APPLICABLE_BY_CONDITION, Verdict.NOT_APPLICABLE
        return MET, Trace("not_applicable", word, code, {}, own.id, condition.at, (condition,))
    return UNMET, None
