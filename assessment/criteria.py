"""Judging criteria: pass rules over requirements, declarations, prerequisites, literal readings."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from assessment.codes import Code
from assessment.decisions import States, confirmed_by
from assessment.logic import MET, NA, OPEN, UNMET, WORDS, at_least, gate
from assessment.ready import Ready
from assessment.reasons import rule_reasons
from assessment.requirements import JudgedRequirement
from assessment.results import (
    Finding,
    FindingTrace,
    Lens,
    Literal,
    Param,
    RequirementResult,
    Trace,
)
from assessment.sight import Judge, Sight, Step, step
from assessment.view import View
from rubrics.schema import Criterion


class JudgedCriterion(msgspec.Struct, frozen=True):
    """A criterion's states under the three lenses, and what the result says of it."""

    points: int
    states: States
    finding: Finding


def judge_criteria(
    ready: Ready, view: View, judged: Mapping[str, JudgedRequirement]
) -> dict[str, JudgedCriterion]:
    """Every criterion, prerequisites first."""
    done: dict[str, JudgedCriterion] = {}
    by_lens = tuple(
        Sight(view.on, states={name: j.states[i] for name, j in judged.items()}) for i in range(3)
    )
    said = declarations(view, ready.declared_proof)
    for criterion in ready.criteria:
        own = criterion.own
        if criterion.passes is None:
            steps = _declared(own, view, said)
        else:
            claimed, evidenced, confirmed = map(criterion.passes, by_lens)
            confirmed = _with_decision(view, own.id, confirmed, evidenced[0])
            steps = (claimed, evidenced, confirmed)
        if own.prerequisites:
            steps = tuple(
                _behind_prerequisites(own, s, {c: done[c].states[i] for c in own.prerequisites})
                for i, s in enumerate(steps)
            )
        literal = _literal(criterion.literal, by_lens)
        results = tuple([judged[r.id].result for r in own.requirements])
        done[own.id] = _finding(own, steps, literal, results)
    return done


def _finding(
    own: Criterion,
    steps: tuple[Step, ...],
    literal: Literal | None,
    results: tuple[RequirementResult, ...],
) -> JudgedCriterion:
    (claimed, claimed_trace), (evidenced, evidenced_trace), (confirmed, confirmed_trace) = steps
    finding = Finding(
        id=own.id,
        title=own.title,
        declared=not own.assessed,
        points=own.points,
        claimed=WORDS[claimed],
        evidenced=WORDS[evidenced],
        confirmed=WORDS[confirmed],
        literal=literal,
        label="strong" if evidenced & 7 == MET and _is_strong(evidenced_trace) else None,
        reasons=() if evidenced & 7 == MET else rule_reasons(evidenced_trace, Lens.EVIDENCED),
        requirements=results,
        trace=FindingTrace(
            claimed=claimed_trace, evidenced=evidenced_trace, confirmed=confirmed_trace
        ),
    )
    return JudgedCriterion(own.points, (claimed, evidenced, confirmed), finding)


def _with_decision(view: View, code: str, judged: Step, evidenced: int) -> Step:
    """The confirmed verdict of a criterion: a coach's word on the criterion itself comes first."""
    decision = view.decisions.get(code)
    if decision is None:
        return judged
    state, trace = confirmed_by(decision, evidenced)
    assert trace is not None  # noqa: S101 (a decision always leaves a trace)
    return state, trace


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the team declares: a state and code for each criterion, and the proof of them all."""

    said: Mapping[str, tuple[int, Code]]
    params: Mapping[str, Param]
    proof: Step


def declarations(view: View, official: Judge) -> Declarations:
    """What the team declares of criteria, and the state of the proof that it names."""
    declared = view.submission.declared
    said = dict.fromkeys(declared.not_met, (UNMET, Code.DECLARED_NOT_MET))
    said |= dict.fromkeys(declared.met, (MET, Code.DECLARED_MET))
    params: dict[str, Param] = {}
    if declared.assessed_on is not None:
        params["assessed_on"] = declared.assessed_on.isoformat()
    named = tuple([s for s in view.evidence if s.piece.entry.id == declared.evidence])
    handed_in = view.submission.evidence is not None
    proof = official(Sight(view.on, evidence=named if handed_in else None))
    return Declarations(said, params, proof)


_UNKNOWN = (OPEN, Code.DECLARED_UNKNOWN)


def _declared(own: Criterion, view: View, declarations: Declarations) -> tuple[Step, ...]:
    """A criterion that the team declares: believed, proven by the official result, seen."""
    state, code = declarations.said.get(own.id, _UNKNOWN)
    params, (proof_state, proof) = declarations.params, declarations.proof
    claimed = step("declared", state, code, params, own.id, own.at)
    evidenced = claimed
    if state != UNMET:
        both = at_least(2, (state, proof_state))
        if state == MET or both != state:  # of what nobody declared, a missing proof is no news
            evidenced = step("declared", both, code, params, own.id, own.at, (proof,))
    confirmed, trace = confirmed_by(view.decisions.get(own.id), evidenced[0])
    if trace is None:
        if confirmed == evidenced[0]:  # what is missing is not a coach
            return claimed, evidenced, evidenced
        missing = Code.DECISION_MISSING
        return claimed, evidenced, step("declared", confirmed, missing, {}, own.id, own.at)
    return claimed, evidenced, (confirmed, trace)


def _behind_prerequisites(own: Criterion, judged: Step, before: Mapping[str, int]) -> Step:
    state = gate(judged[0], prerequisites=before.values())
    failing = tuple(code for code, s in before.items() if not s & (MET | NA))
    waiting = tuple(code for code, s in before.items() if s & UNMET)
    if failing:
        code, criteria = Code.PREREQUISITE_NOT_MET, failing
    elif waiting:
        code, criteria = Code.PREREQUISITE_OPEN, waiting
    else:
        code, criteria = Code.PREREQUISITES_MET, tuple(before)
    return step("prerequisites", state, code, {"criteria": criteria}, own.id, own.at, (judged[1],))


def _literal(rule: Judge | None, by_lens: tuple[Sight, ...]) -> Literal | None:
    if rule is None:
        return None
    claimed, evidenced, confirmed = (WORDS[rule(sight)[0]] for sight in by_lens)
    return Literal(claimed=claimed, evidenced=evidenced, confirmed=confirmed)


def _is_strong(trace: Trace) -> bool:
    return bool(trace.params.get("strong")) or any(_is_strong(child) for child in trace.children)
