"""A rubric made ready for judging: its checks as functions, once per rubric."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter

from assessment.judge import Scope, judge_of
from assessment.sight import Judge
from rubrics.schema import Criterion, Requirement, Rubric


@dataclass(frozen=True, slots=True)
class ReadyRequirement:
    """A requirement with its checks as functions."""

    own: Requirement
    criterion: str
    check: Judge
    proof: Judge
    not_applicable_when: Judge | None
    flags: tuple[tuple[str, Judge], ...]


@dataclass(frozen=True, slots=True)
class ReadyCriterion:
    """A criterion with its pass rule and literal reading as functions; `None` where declared."""

    own: Criterion
    passes: Judge | None
    literal: Judge | None


@dataclass(frozen=True, slots=True)
class Ready:
    """A rubric made ready: requirements in order, criteria behind their prerequisites.

    `served_by` maps a criterion to its requirements, for evidence that serves all of them.
    """

    requirements: tuple[ReadyRequirement, ...]
    criteria: tuple[ReadyCriterion, ...]
    declared_proof: Judge
    served_by: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=16)
def prepare(rubric: Rubric) -> Ready:
    """The rubric's checks as functions, its criteria in the order of their prerequisites."""
    criteria = []
    for criterion in in_order(rubric):
        passes, literal = criterion.passes, criterion.literal
        criteria.append(
            ReadyCriterion(
                criterion,
                judge_of(passes.rule, Scope(), inherited=passes.at) if passes else None,
                judge_of(literal.rule, Scope(), inherited=literal.at) if literal else None,
            )
        )
    return Ready(
        requirements=tuple(
            _ready_requirement(r, c.id) for c in rubric.criteria for r in c.requirements
        ),
        criteria=tuple(criteria),
        declared_proof=judge_of(rubric.declarations.proof, Scope()),
        served_by={c.id: tuple(r.id for r in c.requirements) for c in rubric.assessed()},
    )


def in_order(rubric: Rubric) -> list[Criterion]:
    """The criteria, each behind its prerequisites."""
    sorter = TopologicalSorter({c.id: c.prerequisites for c in rubric.criteria})
    return [rubric.criterion(code) for code in sorter.static_order()]


def _ready_requirement(requirement: Requirement, criterion: str) -> ReadyRequirement:
    scope = Scope(requirement.id)
    policy = requirement.not_applicable
    when = policy.when if policy is not None else None
    return ReadyRequirement(
        own=requirement,
        criterion=criterion,
        check=judge_of(requirement.check, scope, inherited=requirement.at),
        proof=judge_of(requirement.proof, scope, inherited=requirement.at),
        not_applicable_when=judge_of(when, scope) if when is not None else None,
        flags=tuple((flag.id, judge_of(flag.unless, scope)) for flag in requirement.flags),
    )
