"""Whose verdict is another under another edition of a rubric, why, and what must be asked anew."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from assessment.progress import Change, changes
from assessment.results import (
    Assessment,
    Finding,
    Lens,
    Reason,
    RequirementResult,
    RubricRef,
    Score,
    Verdict,
)
from rubrics.diff import ASKED, Difference, RubricPart

SCHEMA_VERSION = "1"
"""Version of the impact's JSON; it changes when a reader of the old form could go wrong."""

_SETTLED = (Verdict.MET, Verdict.NOT_APPLICABLE)


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion, or a requirement of one, whose verdict is another, and why.

    `because` are the differences between the editions that touch it, by their numbers in
    `Impact.differences`, from 0; a criterion also turns with its requirements. `reasons` are those
    of the new verdict.
    """

    id: str
    criterion: str
    before: Verdict
    after: Verdict
    because: tuple[int, ...]
    reasons: tuple[Reason, ...]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Points for sure and possible, out of how many, and the level that is reached."""

    guaranteed: int
    possible: int
    total: int
    level: str | None


class CityImpact(msgspec.Struct, frozen=True, kw_only=True):
    """What another edition does to one submission.

    `asked` are requirements that the city has to answer (again): they are new, are asked otherwise,
    or its answer no longer fits. `dropped` says where in the submission something stands that the
    new edition does not know.
    """

    name: str
    city: str
    before: Standing
    after: Standing
    flips: tuple[Flip, ...]
    asked: tuple[str, ...]
    dropped: tuple[str, ...]


class FlipCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many submissions turn to met, slip from it, or change otherwise."""

    id: str
    criterion: str
    turned: int
    slipped: int
    moved: int


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What changes from one edition to another, under one lens.

    `asked` are the requirements that everybody has to be asked (again).
    """

    schema_version: str
    old: RubricRef
    new: RubricRef
    lens: Lens
    differences: tuple[Difference, ...]
    asked: tuple[str, ...]
    counts: tuple[FlipCount, ...]
    cities: tuple[CityImpact, ...]


def impact_on(
    name: str,
    before: Assessment,
    after: Assessment,
    found: Sequence[Difference],
    *,
    lens: Lens,
    dropped: Sequence[tuple[str, str]] = (),
) -> CityImpact:
    """What another edition does to a submission that was judged by both.

    `dropped` are places that the new edition does not know, each with the id that it is about.
    """
    results: dict[str, Finding | RequirementResult] = {}
    for finding in after.criteria:
        results[finding.id] = finding
        results |= {result.id: result for result in finding.requirements}
    unfit = [about for _, about in dropped if about in results]
    return CityImpact(
        name=name,
        city=after.submission.city,
        before=_standing(before, lens),
        after=_standing(after, lens),
        flips=tuple(
            _flip(change, results[change.id], found, lens)
            for change in changes(before, after, lens)
        ),
        asked=tuple(dict.fromkeys([*asked_anew(found), *unfit])),
        dropped=tuple(place for place, _ in dropped),
    )


def impact_of(
    old: RubricRef,
    new: RubricRef,
    found: Sequence[Difference],
    cities: Sequence[CityImpact],
    *,
    lens: Lens,
) -> Impact:
    """The impact on all submissions."""
    return Impact(
        schema_version=SCHEMA_VERSION,
        old=old,
        new=new,
        lens=lens,
        differences=tuple(found),
        asked=tuple(asked_anew(found)),
        counts=tuple(_counts(cities)),
        cities=tuple(cities),
    )


def asked_anew(found: Sequence[Difference]) -> Iterator[str]:
    """The requirements that everybody has to be asked: new ones, and those asked otherwise."""
    names = dict.fromkeys(
        one.about
        for one in found
        if one.part in ASKED or (one.part is RubricPart.ADDED and one.about != one.criterion)
    )
    yield from names


def _standing(of: Assessment, lens: Lens) -> Standing:
    score: Score = getattr(of.lenses, lens.value)
    points = score.points
    return Standing(
        guaranteed=points.guaranteed,
        possible=points.possible,
        total=score.total,
        level=score.tier.reached,
    )


def _flip(
    change: Change,
    result: Finding | RequirementResult,
    found: Sequence[Difference],
    lens: Lens,
) -> Flip:
    counted = [Lens.CLAIMED, *([] if lens is Lens.CLAIMED else [Lens.EVIDENCED, Lens.CONFIRMED])]
    return Flip(
        id=change.id,
        criterion=change.criterion,
        before=change.before,
        after=change.after,
        because=tuple(i for i, one in enumerate(found) if one.about == change.id),
        reasons=tuple(reason for reason in result.reasons if reason.lens in counted),
    )


def _counts(cities: Sequence[CityImpact]) -> Iterator[FlipCount]:
    """The most frequent first."""
    found: Counter[tuple[str, str]] = Counter()
    ways: Counter[tuple[str, str]] = Counter()
    for flip in (flip for city in cities for flip in city.flips):
        found[flip.id, flip.criterion] += 1
        ways[flip.id, _way(flip)] += 1
    for (name, code), _ in sorted(found.items(), key=lambda entry: (-entry[1], entry[0])):
        yield FlipCount(
            id=name,
            criterion=code,
            turned=ways[name, "turned"],
            slipped=ways[name, "slipped"],
            moved=ways[name, "moved"],
        )


def _way(flip: Flip) -> str:
    was, now = flip.before in _SETTLED, flip.after in _SETTLED
    if was is now:
        return "moved"
    return "turned" if now else "slipped"
