"""From assessments of one city to what has changed: what turned, what slipped, how points grew."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from assessment.codes import Code
from assessment.results import Assessment, Finding, Lens, RequirementResult, Verdict

SCHEMA_VERSION = "1"
"""Version of the progress's JSON; it changes when a reader of the old form could go wrong."""

_SETTLED = (Verdict.MET, Verdict.NOT_APPLICABLE)
_EXPIRED = (Code.DOCUMENT_TOO_OLD, Code.DATASET_TOO_OLD, Code.DATE_TOO_OLD)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion, or a requirement of one, whose verdict is another now.

    `expired` says that what was there has become too old.
    """

    id: str
    criterion: str
    before: Verdict
    after: Verdict
    expired: bool


class BurnUp(msgspec.Struct, frozen=True, kw_only=True):
    """One point of the chart: points and requirements that hold on a day."""

    on: date
    guaranteed: int
    possible: int
    total: int
    requirements_met: int
    requirements: int


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What has changed from the first assessment to the last, under one lens.

    `turned` holds what is met (or does not apply) now and was not, `slipped` the contrary, and
    `moved` what changed otherwise. `burn_up` has an entry for every assessment.
    """

    schema_version: str
    city: str
    lens: Lens
    turned: tuple[Change, ...]
    slipped: tuple[Change, ...]
    moved: tuple[Change, ...]
    burn_up: tuple[BurnUp, ...]


class NotComparableError(ValueError):
    """Assessments of several cities, or by several rubrics, were to be compared."""


def progress(assessments: Sequence[Assessment], *, lens: Lens = Lens.EVIDENCED) -> Progress:
    """What has changed over these assessments of one city by one rubric, the earliest first."""
    ordered = sorted(assessments, key=lambda one: one.on)
    if len({(one.rubric.id, one.submission.city) for one in ordered}) != 1:
        raise NotComparableError
    changed = list(changes(ordered[0], ordered[-1], lens))
    turned = [c for c in changed if c.after in _SETTLED and c.before not in _SETTLED]
    slipped = [c for c in changed if c.before in _SETTLED and c.after not in _SETTLED]
    return Progress(
        schema_version=SCHEMA_VERSION,
        city=ordered[0].submission.city,
        lens=lens,
        turned=tuple(turned),
        slipped=tuple(slipped),
        moved=tuple(c for c in changed if c not in turned and c not in slipped),
        burn_up=tuple(_burn_up(one, lens) for one in ordered),
    )


def changes(before: Assessment, after: Assessment, lens: Lens) -> Iterator[Change]:
    """Every criterion and requirement of both whose verdict is another, in their order."""
    old = {result.id: result for _, result in _results(before)}
    for code, new in _results(after):
        was = old.get(new.id)
        if was is None:
            continue
        then, now = _verdict(was, lens), _verdict(new, lens)
        if then is not now:
            reasons = new.reasons if isinstance(new, RequirementResult) else ()
            expired = any(reason.code in _EXPIRED for reason in reasons)
            yield Change(id=new.id, criterion=code, before=then, after=now, expired=expired)


def _results(of: Assessment) -> Iterator[tuple[str, Finding | RequirementResult]]:
    for finding in of.criteria:
        yield finding.id, finding
        for result in finding.requirements:
            yield finding.id, result


def _verdict(result: Finding | RequirementResult, lens: Lens) -> Verdict:
    verdict: Verdict = getattr(result, lens.value)
    return verdict


def _burn_up(of: Assessment, lens: Lens) -> BurnUp:
    score = {
        Lens.CLAIMED: of.lenses.claimed,
        Lens.EVIDENCED: of.lenses.evidenced,
        Lens.CONFIRMED: of.lenses.confirmed,
    }[lens]
    verdicts = [_verdict(r, lens) for finding in of.criteria for r in finding.requirements]
    return BurnUp(
        on=of.on,
        guaranteed=score.points.guaranteed,
        possible=score.points.possible,
        total=score.total,
        requirements_met=sum(verdict in _SETTLED for verdict in verdicts),
        requirements=len(verdicts),
    )
