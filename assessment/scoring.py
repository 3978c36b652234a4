"""From verdicts to points to tiers: guaranteed and possible, over all points of the standard."""

from bisect import bisect_left
from collections.abc import Iterable

from assessment.logic import MET
from assessment.results import Points, Score, TierReach
from rubrics.schema import Rubric, Tier, Tiers


def score(rubric: Rubric, states: Iterable[tuple[int, int]]) -> Score:
    """The score of criteria, each given as (points, state).

    A criterion that does not apply brings no point: the share is always over all points.
    """
    guaranteed = possible = 0
    for points, state in states:
        guaranteed += points if state & 7 == MET else 0
        possible += points if state & MET else 0
    total, tiers = rubric.points, rubric.tiers
    return Score(
        points=Points(guaranteed=guaranteed, possible=possible),
        total=total,
        percent=share(guaranteed, total, tiers),
        tier=TierReach(
            reached=tier_of(guaranteed, total, tiers), within_reach=tier_of(possible, total, tiers)
        ),
        to_silver=max(0, points_for(target_of(tiers), total, tiers) - guaranteed),
        cautions=tuple(c.points for c in tiers.cautions if c.points == guaranteed),
    )


def share(points: int, total: int, tiers: Tiers) -> float:
    """The share in percent as the rubric compares it with tiers: exact, or whole and half up."""
    if tiers.rounding == "whole_percent":
        return float((200 * points + total) // (2 * total))
    return 100 * points / total


def target_of(tiers: Tiers) -> Tier:
    """The tier that plans and headlines aim at."""
    return next(tier for tier in tiers.levels if tier.id == tiers.target)


def points_for(tier: Tier, total: int, tiers: Tiers) -> int:
    """The fewest points that reach a tier."""
    return bisect_left(
        range(total + 1), tier.min_percent, key=lambda points: share(points, total, tiers)
    )


def tier_of(points: int, total: int, tiers: Tiers) -> str | None:
    """The highest tier that so many points reach."""
    reached = [tier.id for tier in tiers.levels if share(points, total, tiers) >= tier.min_percent]
    return reached[-1] if reached else None
