"""What a plan aims at: a level of certification, or criteria by their codes."""

from dataclasses import dataclass

from assessment.planning.circuit import Node
from assessment.planning.expressions import Expr
from assessment.scoring import points_for
from rubrics.schema import Rubric


class UnknownTargetError(LookupError):
    """A plan was asked for something that the rubric does not have."""

    def __init__(self, word: str, known: tuple[str, ...]) -> None:
        super().__init__(word)
        self.word = word
        self.known = known


@dataclass(frozen=True, slots=True)
class Target:
    """So many guaranteed points, and these criteria met (or not applicable); `name` says it."""

    name: str
    points: int = 0
    criteria: tuple[str, ...] = ()


def target_of(rubric: Rubric, words: str) -> Target:
    """The target that is written as `silver`, `rdc7`, `rdc7+rdc8` or `gold+rdc8`.

    `UnknownTargetError` names the word that is neither a level nor a criterion.
    """
    points, criteria = 0, []
    parts = [word.strip() for word in words.replace(",", "+").split("+")]
    levels = {tier.id: tier for tier in rubric.tiers.levels}
    codes = {criterion.id for criterion in rubric.criteria}
    for name in parts:
        if name.lower() in levels:
            tier = levels[name.lower()]
            points = max(points, points_for(tier, rubric.points, rubric.tiers))
        elif name.upper() in codes:
            criteria.append(name.upper())
        else:
            raise UnknownTargetError(name, (*levels, *sorted(codes)))
    return Target("+".join(parts).lower(), points, tuple(dict.fromkeys(criteria)))


def settled(node: Node) -> Expr:
    """When a criterion no longer stands in the way: met, or not applicable for sure."""
    return node.passes if node.applies is False else node.met
