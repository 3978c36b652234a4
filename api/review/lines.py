"""The lines of a review: what the team claims, what the machine says, what a coach decided."""

from typing import cast

import msgspec

from api.review.reviewed import Reviewed, confirmed, machine_of, names_of
from api.review.views import LineState, ReviewLine
from assessment.basis import is_declared, pieces_for
from assessment.results import Assessment, Finding, RequirementResult, Verdict

KNOWN = (Verdict.MET, Verdict.NOT_MET)
"""What the machine can know by evidence; that something does not apply is somebody's word."""

ASKING = (Verdict.MET, Verdict.NOT_APPLICABLE, Verdict.NEEDS_REVIEW)
"""Verdicts that wait for a coach. What is unmet or unanswered stays so without one."""


def lines_of(reviewed: Reviewed) -> tuple[ReviewLine, ...]:
    """The lines of a review alone, without what others say of them."""
    found = judged_of(confirmed(reviewed))
    return tuple(
        line_of(reviewed, name, *found[name], changed=False, asked=None, threads=0)
        for name in names_of(reviewed.rubric)
    )


def judged_of(
    result: Assessment,
) -> dict[str, tuple[Finding, Finding | RequirementResult]]:
    """Every requirement, with its criterion, and every criterion, by name."""
    found: dict[str, tuple[Finding, Finding | RequirementResult]] = {}
    for finding in result.criteria:
        found |= {one.id: (finding, one) for one in finding.requirements}
        found[finding.id] = (finding, finding)
    return found


def line_of(
    reviewed: Reviewed,
    name: str,
    finding: Finding,
    judged: Finding | RequirementResult,
    *,
    changed: bool,
    asked: str | None,
    threads: int,
) -> ReviewLine:
    """One line of a review."""
    submission, rubric = reviewed.handed_in, reviewed.rubric
    pieces = pieces_for(rubric, submission, name)
    looked_at = any(one.facts is not None and one.facts.status == "seen" for one in pieces)
    word = reviewed.words.get(name)
    requirement = rubric.requirements.get(name)
    return ReviewLine(
        about=name,
        criterion=finding.id,
        declared=is_declared(rubric, name),
        claimed=judged.claimed,
        evidenced=judged.evidenced,
        confirmed=judged.confirmed,
        reasons=judged.reasons,
        answer=said(reviewed, name),
        not_applicable=submission.not_applicable.get(name),
        may_be_not_applicable=requirement is not None and requirement.not_applicable is not None,
        evidence=tuple(one.id for one in pieces),
        verified=judged.evidenced in KNOWN and looked_at,
        decision=word if word is not None and word.verdict is not None else None,
        state=reviewed.state(name),
        version=word.number if word is not None else 0,
        changed=changed,
        asked=asked,
        threads=threads,
    )


def said(reviewed: Reviewed, name: str) -> object:
    """What the team says of something, as plain JSON; a declared criterion is met or not_met."""
    submission = reviewed.handed_in
    for word in ("met", "not_met"):
        if name in getattr(submission.declared, word):
            return word
    return cast("object", msgspec.to_builtins(submission.answers.get(name), enc_hook=str))


def waits(line: ReviewLine) -> bool:
    """Whether a review is not done before somebody decides about this."""
    return line.state is not LineState.DECIDED and (
        line.evidenced in ASKING or line.state is LineState.CHANGED
    )


def agreeable(line: ReviewLine) -> bool:
    """Whether "agree with the machine where the evidence is verified" takes it."""
    return line.verified and line.state is not LineState.DECIDED


def machine_verdicts(reviewed: Reviewed) -> dict[str, Verdict]:
    """What the machine says on the evidence, by requirement and criterion."""
    return {name: one.evidenced for name, (_, one) in judged_of(machine_of(reviewed)).items()}
