"""An assessment in brief: what a cohort has to know of each city, and no more of it.

A full assessment holds every step of its trace; a cohort holds hundreds of them. So each is reduced
to points, verdicts, reason codes and expiries, with how far the city is from each criterion.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations

import msgspec

from assessment.logic import MET, NA, STATES
from assessment.ready import prepare
from assessment.results import Assessment, Expiry, Lens, Lenses, RequirementResult, Verdict
from assessment.sight import Judge, Sight
from assessment.submission import City, Submission
from rubrics.schema import Rubric

MAX_STEPS = 2
"""How many requirements a city may lack to be near a criterion."""

_HOLDS = (Verdict.MET, Verdict.NOT_APPLICABLE)


class RequirementLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A requirement under the three lenses; `reasons` are codes with whose word they are about."""

    id: str
    criterion: str
    claimed: Verdict
    evidenced: Verdict
    confirmed: Verdict
    reasons: tuple[tuple[Lens, str], ...]

    def under(self, lens: Lens) -> Verdict:
        """The verdict under a lens."""
        verdict: Verdict = getattr(self, lens.value)
        return verdict


class CriterionLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A criterion under the three lenses."""

    id: str
    declared: bool
    claimed: Verdict
    evidenced: Verdict
    confirmed: Verdict
    label: str | None = None

    def under(self, lens: Lens) -> Verdict:
        """The verdict under a lens."""
        verdict: Verdict = getattr(self, lens.value)
        return verdict


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion that one or two more evidenced requirements would bring.

    Each of `ways` would do by itself; all have the same number of requirements.
    """

    criterion: str
    ways: tuple[tuple[str, ...], ...]

    @property
    def steps(self) -> int:
        """How many requirements are lacking."""
        return len(self.ways[0])


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One city's result on one day, as far as its cohort needs it.

    `language` is that of the city, as somebody told; the submission itself does not say it.
    """

    city: str
    country: str
    region: str | None
    population: int | None
    language: str | None
    on: date
    digest: str
    eligibility: Verdict
    lenses: Lenses
    criteria: tuple[CriterionLine, ...]
    requirements: tuple[RequirementLine, ...]
    near: tuple[Near, ...]
    expiries: tuple[Expiry, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells the city from all others; results of several days share it."""
        return self.country, self.region or "", self.city


def member_of(
    rubric: Rubric, submission: Submission, assessment: Assessment, *, language: str | None = None
) -> Member:
    """What a cohort has to know of an assessment; its expiries are those of `with_details`."""
    city: City = submission.city
    lines = tuple(
        _line(finding.id, result)
        for finding in assessment.criteria
        for result in finding.requirements
    )
    criteria = tuple(
        CriterionLine(
            id=finding.id,
            declared=finding.declared,
            claimed=finding.claimed,
            evidenced=finding.evidenced,
            confirmed=finding.confirmed,
            label=finding.label,
        )
        for finding in assessment.criteria
    )
    return Member(
        city=city.name,
        country=city.country,
        region=city.region,
        population=city.population,
        language=language,
        on=assessment.on,
        digest=assessment.submission.digest,
        eligibility=assessment.eligibility.verdict,
        lenses=assessment.lenses,
        criteria=criteria,
        requirements=lines,
        near=tuple(nearest(rubric, criteria, lines, on=assessment.on)),
        expiries=assessment.expiries,
    )


def nearest(
    rubric: Rubric,
    criteria: Iterable[CriterionLine],
    requirements: Iterable[RequirementLine],
    *,
    on: date,
) -> Iterator[Near]:
    """Every assessed criterion that is not evidenced yet and that few requirements would bring.

    A criterion that waits for another one is not near: no requirement of its own brings it.
    """
    evidenced = {criterion.id: criterion.evidenced for criterion in criteria}
    by_criterion: dict[str, dict[str, int]] = {}
    for line in requirements:
        by_criterion.setdefault(line.criterion, {})[line.id] = STATES[line.evidenced]
    for criterion in prepare(rubric).criteria:
        own = criterion.own
        if criterion.passes is None or evidenced[own.id] in _HOLDS:
            continue
        if all(evidenced[code] in _HOLDS for code in own.prerequisites):
            ways = tuple(_ways(criterion.passes, by_criterion[own.id], on))
            if ways:
                yield Near(criterion=own.id, ways=ways)


def _ways(rule: Judge, states: Mapping[str, int], on: date) -> Iterator[tuple[str, ...]]:
    """The smallest sets of requirements, up to two, that would bring the rule about."""
    lacking = [name for name, state in states.items() if state not in (MET, NA)]
    for steps in range(1, MAX_STEPS + 1):
        found = False
        for names in combinations(lacking, steps):
            sight = Sight(on, states={**states, **dict.fromkeys(names, MET)})
            if rule(sight)[0] & 7 == MET:
                found = True
                yield names
        if found:
            return


def _line(criterion: str, result: RequirementResult) -> RequirementLine:
    return RequirementLine(
        id=result.id,
        criterion=criterion,
        claimed=result.claimed,
        evidenced=result.evidenced,
        confirmed=result.confirmed,
        reasons=tuple(dict.fromkeys((reason.lens, reason.code) for reason in result.reasons)),
    )
