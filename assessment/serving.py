"""What one piece of evidence could prove: which requirements take it, and what it lacks."""

from collections.abc import Iterator
from datetime import date

import msgspec

from assessment.ready import prepare
from assessment.reasons import reasons_of
from assessment.results import Lens, Reason, Verdict
from assessment.sight import Sight, sight_of
from assessment.submission import Evidence
from rubrics.checks import AnyCheck, EvidenceCount, children
from rubrics.schema import Rubric


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """What a piece of evidence says about one requirement, as if it were all that was handed in.

    `reasons` say what it lacks, or what could not be seen.
    """

    criterion: str
    requirement: str
    title: str
    verdict: Verdict
    reasons: tuple[Reason, ...]


def find_servings(rubric: Rubric, entry: Evidence, *, on: date) -> tuple[Serving, ...]:
    """Every requirement whose proof takes evidence of this kind, in the rubric's order."""
    sight = Sight(on, evidence=(sight_of(entry, {}, on),))
    servings = []
    for ready in prepare(rubric).requirements:
        if entry.kind not in kinds_taken(ready.own.proof):
            continue
        _, trace = ready.proof(sight)
        servings.append(
            Serving(
                criterion=ready.criterion,
                requirement=ready.own.id,
                title=ready.own.title,
                verdict=trace.verdict,
                reasons=reasons_of(trace, Lens.EVIDENCED),
            )
        )
    return tuple(servings)


def kinds_taken(check: AnyCheck) -> frozenset[str]:
    """The kinds of evidence that a proof takes, wherever in it they stand."""
    return frozenset(_kinds(check))


def _kinds(check: AnyCheck) -> Iterator[str]:
    if isinstance(check, EvidenceCount):
        yield from check.evidence
    for _, group in children(check):
        for child in group:
            yield from _kinds(child)
