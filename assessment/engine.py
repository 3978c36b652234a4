"""assess(): from a rubric, a submission and a day to findings, score and the trace of it all.

Read `assess` from top to bottom: prepare the rubric, see the submission, judge every requirement,
apply the pass rules under each lens, count the points. Nothing here reads a file or a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from graphlib import TopologicalSorter

from assessment.codes import Code
from assessment.judge import Scope, judge_of
from assessment.logic import MET, NA, OPEN, REVIEW, UNMET, UNSEEN, at_least, gate, verdict
from assessment.reasons import reasons_of, rule_reasons
from assessment.results import (
    SCHEMA_VERSION,
    Assessment,
    Eligibility,
    EvidenceEntry,
    Finding,
    FindingTrace,
    Lens,
    Lenses,
    Literal,
    Param,
    Reason,
    RequirementResult,
    RequirementTrace,
    RubricRef,
    SubmissionRef,
    Trace,
    Verdict,
)
from assessment.scoring import score
from assessment.sight import Judge, Sight, Step, step
from assessment.submission import CoachDecision, Evidence, Submission
from rubrics.schema import Criterion, Requirement, Rubric

ENGINE_VERSION = "0.1.0"
"""Version of the engine; results of different versions may differ."""


def assess(rubric: Rubric, submission: Submission, *, on: date) -> Assessment:
    """The assessment of a submission (already checked by `validate`) on a day.

    The same rubric, submission, day and engine version give the same result to the byte.
    """
    ready = prepare(rubric)
    view = _view(ready, submission, on)
    judged = {r.own.id: _judge_requirement(r, view) for r in ready.requirements}
    findings = _judge_criteria(ready, view, judged)
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
        evidence=tuple(_entry(entry) for entry in view.evidence),
        actions=(),
    )


# --- the rubric, made ready once ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ReadyRequirement:
    own: Requirement
    criterion: str
    check: Judge
    proof: Judge
    not_applicable_when: Judge | None
    flags: tuple[tuple[str, Judge], ...]


@dataclass(frozen=True, slots=True)
class _ReadyCriterion:
    own: Criterion
    passes: Judge | None
    literal: Judge | None


@dataclass(frozen=True, slots=True)
class _Ready:
    requirements: tuple[_ReadyRequirement, ...]
    criteria: tuple[_ReadyCriterion, ...]
    declared_proof: Judge
    served_by: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=16)
def prepare(rubric: Rubric) -> _Ready:
    """The rubric's checks as functions, its criteria in the order of their prerequisites."""
    sorter = TopologicalSorter({c.id: c.prerequisites for c in rubric.criteria})
    criteria = []
    for code in sorter.static_order():
        criterion = rubric.criterion(code)
        passes, literal = criterion.passes, criterion.literal
        criteria.append(
            _ReadyCriterion(
                criterion,
                judge_of(passes.rule, Scope(), inherited=passes.at) if passes else None,
                judge_of(literal.rule, Scope(), inherited=literal.at) if literal else None,
            )
        )
    return _Ready(
        requirements=tuple(
            _ready_requirement(r, c.id) for c in rubric.criteria for r in c.requirements
        ),
        criteria=tuple(criteria),
        declared_proof=judge_of(rubric.declarations.proof, Scope()),
        served_by={c.id: tuple(r.id for r in c.requirements) for c in rubric.assessed()},
    )


def _ready_requirement(requirement: Requirement, criterion: str) -> _ReadyRequirement:
    scope = Scope(requirement.id)
    policy = requirement.not_applicable
    when = policy.when if policy is not None else None
    return _ReadyRequirement(
        own=requirement,
        criterion=criterion,
        check=judge_of(requirement.check, scope, inherited=requirement.at),
        proof=judge_of(requirement.proof, scope, inherited=requirement.at),
        not_applicable_when=judge_of(when, scope) if when is not None else None,
        flags=tuple((flag.id, judge_of(flag.unless, scope)) for flag in requirement.flags),
    )


# --- the submission in view -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    submission: Submission
    on: date
    evidence: tuple[Evidence, ...]
    serving: Mapping[str, Sequence[Evidence]]
    decisions: Mapping[str, CoachDecision]
    declared_proof: Judge


def _view(ready: _Ready, submission: Submission, on: date) -> _View:
    """The submission's evidence by the requirement it serves, in an order that no file decides."""
    evidence = tuple(sorted(submission.evidence or (), key=lambda entry: entry.id))
    serving: dict[str, list[Evidence]] = {}
    for entry in evidence:
        names = {name for word in entry.serves for name in ready.served_by.get(word, (word,))}
        for name in names:
            serving.setdefault(name, []).append(entry)
    decisions = {decision.about: decision for decision in submission.decisions}
    return _View(submission, on, evidence, serving, decisions, ready.declared_proof)


def _entry(entry: Evidence) -> EvidenceEntry:
    facts = entry.facts
    return EvidenceEntry(
        id=entry.id,
        kind=entry.kind,
        title=entry.title,
        serves=tuple(sorted(entry.serves)),
        file=entry.file,
        url=entry.url,
        dated=(facts.dated if facts else None) or entry.dated,
        status=facts.status if facts else "not_checked",
        stated=entry.stated,
        sha256=facts.sha256 if facts else None,
        format=facts.format if facts else None,
        size=facts.size if facts else None,
    )


# --- requirements ---------------------------------------------------------------------------------

States = tuple[int, int, int]
"""Claimed, evidenced, confirmed."""


@dataclass(frozen=True, slots=True)
class _JudgedRequirement:
    states: States
    result: RequirementResult


def _judge_requirement(ready: _ReadyRequirement, view: _View) -> _JudgedRequirement:
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
    confirmed, decision = _confirmed(view.decisions.get(own.id), evidenced)
    states = (claimed, evidenced, confirmed)
    reasons: tuple[Reason, ...] = ()
    if evidenced & 7 not in (MET, NA):
        claims = reasons_of(check, Lens.CLAIMED) if claimed & 7 != MET else ()
        reasons = (*claims, *reasons_of(proof, Lens.EVIDENCED))
    if decision is not None and verdict(confirmed) != verdict(evidenced):
        reasons = (*reasons, Reason(decision.code, Lens.CONFIRMED, decision.params, own.id))
    result = RequirementResult(
        id=own.id,
        title=own.title,
        claimed=verdict(claimed),
        evidenced=verdict(evidenced),
        confirmed=verdict(confirmed),
        reasons=reasons,
        flags=tuple(name for name, judge in ready.flags if judge(sight)[0] & 7 == UNMET),
        evidence=tuple(entry.id for entry in evidence or ()),
        trace=RequirementTrace(check, proof, na, decision),
    )
    return _JudgedRequirement(states, result)


def _not_applicable(
    ready: _ReadyRequirement, sight: Sight, submission: Submission
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


def _confirmed(decision: CoachDecision | None, evidenced: int) -> tuple[int, Trace | None]:
    """A coach's word stands above the machine's; without one, nothing good is confirmed yet.

    What the machine found unmet or open stays so; what it found met (or n/a) waits for a coach.
    """
    if decision is None:
        waits = evidenced & 7 in (MET, NA)
        return (evidenced | UNMET | REVIEW if waits else evidenced), None
    state = {
        "agree": evidenced,
        "met": MET,
        "not_met": UNMET,
        "needs_proof": UNSEEN,
        "not_applicable": NA,
    }[decision.verdict]
    params: dict[str, Param] = {
        "verdict": decision.verdict,
        "by": decision.by,
        "reason": decision.reason,
    }
    trace = Trace("decision", verdict(state), Code.DECISION_MADE, params, decision.about)
    return state, trace


# --- criteria -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _JudgedCriterion:
    points: int
    states: States
    finding: Finding


def _judge_criteria(
    ready: _Ready, view: _View, judged: Mapping[str, _JudgedRequirement]
) -> dict[str, _JudgedCriterion]:
    """Every criterion, prerequisites first."""
    done: dict[str, _JudgedCriterion] = {}
    by_lens = tuple({name: j.states[i] for name, j in judged.items()} for i in range(3))
    for criterion in ready.criteria:
        own = criterion.own
        if criterion.passes is None:
            steps = _declared(own, view)
        else:
            claimed, evidenced, confirmed = (
                criterion.passes(Sight(view.on, states=states)) for states in by_lens
            )
            confirmed = _with_decision(view, own.id, confirmed, evidenced[0])
            steps = (claimed, evidenced, confirmed)
        if own.prerequisites:
            steps = tuple(
                _behind_prerequisites(own, s, {c: done[c].states[i] for c in own.prerequisites})
                for i, s in enumerate(steps)
            )
        literal = _literal(criterion.literal, by_lens, view.on)
        results = tuple(judged[r.id].result for r in own.requirements)
        done[own.id] = _finding(own, steps, literal, results)
    return done


def _finding(
    own: Criterion,
    steps: tuple[Step, ...],
    literal: Literal | None,
    results: tuple[RequirementResult, ...],
) -> _JudgedCriterion:
    (claimed, claimed_trace), (evidenced, evidenced_trace), (confirmed, confirmed_trace) = steps
    finding = Finding(
        id=own.id,
        title=own.title,
        declared=not own.assessed,
        points=own.points,
        claimed=verdict(claimed),
        evidenced=verdict(evidenced),
        confirmed=verdict(confirmed),
        literal=literal,
        label="strong" if evidenced & 7 == MET and _is_strong(evidenced_trace) else None,
        reasons=() if evidenced & 7 == MET else rule_reasons(evidenced_trace, Lens.EVIDENCED),
        requirements=results,
        trace=FindingTrace(
            claimed=claimed_trace, evidenced=evidenced_trace, confirmed=confirmed_trace
        ),
    )
    return _JudgedCriterion(own.points, (claimed, evidenced, confirmed), finding)


def _with_decision(view: _View, code: str, judged: Step, evidenced: int) -> Step:
    """The confirmed verdict of a criterion: a coach's word on the criterion itself comes first."""
    decision = view.decisions.get(code)
    if decision is None:
        return judged
    state, trace = _confirmed(decision, evidenced)
    assert trace is not None  # noqa: S101 (a decision always leaves a trace)
    return state, trace


def _declared(own: Criterion, view: _View) -> tuple[Step, ...]:
    """A criterion that the team declares: believed, proven by the official result, seen."""
    declared = view.submission.declared
    state, code = OPEN, Code.DECLARED_UNKNOWN
    if own.id in declared.met:
        state, code = MET, Code.DECLARED_MET
    elif own.id in declared.not_met:
        state, code = UNMET, Code.DECLARED_NOT_MET
    params: dict[str, Param] = {}
    if declared.assessed_on is not None:
        params["assessed_on"] = declared.assessed_on.isoformat()
    claimed = step("declared", state, code, params, own.id, own.at)
    evidenced = claimed
    if state != UNMET:
        named = tuple(e for e in view.evidence if e.id == declared.evidence)
        handed_in = view.submission.evidence is not None
        sight = Sight(view.on, evidence=named if handed_in else None)
        proof_state, proof = view.declared_proof(sight)
        both = at_least(2, (state, proof_state))
        if state == MET or both != state:  # of what nobody declared, a missing proof is no news
            evidenced = step("declared", both, code, params, own.id, own.at, (proof,))
    confirmed, trace = _confirmed(view.decisions.get(own.id), evidenced[0])
    if trace is None:
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


def _literal(
    rule: Judge | None, by_lens: tuple[Mapping[str, int], ...], on: date
) -> Literal | None:
    if rule is None:
        return None
    claimed, evidenced, confirmed = (verdict(rule(Sight(on, states=s))[0]) for s in by_lens)
    return Literal(claimed=claimed, evidenced=evidenced, confirmed=confirmed)


def _is_strong(trace: Trace) -> bool:
    return bool(trace.params.get("strong")) or any(_is_strong(child) for child in trace.children)


# --- eligibility ----------------------------------------------------------------------------------


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
