"""The whole standard by practice: what the team declares of the criteria that we do not assess."""

from assessment.results import Finding, Verdict
from reports.report import Bar, CriterionLine, PracticeLine
from reports.sections.context import Context
from rubrics.schema import Practice

_POSSIBLE = (Verdict.MET, Verdict.UNANSWERED, Verdict.NEEDS_REVIEW)


def build_practices(context: Context) -> tuple[PracticeLine, ...]:
    """Every practice with its points on the evidence, and its declared criteria."""
    findings = {finding.id: finding for finding in context.assessment.criteria}
    return tuple(_practice(context, p, findings) for p in context.rubric.practices)


def _practice(context: Context, practice: Practice, findings: dict[str, Finding]) -> PracticeLine:
    own = [findings[criterion.id] for criterion in practice.criteria]
    return PracticeLine(
        code=practice.id,
        title=practice.title,
        bar=_bar(context, own),
        groups=_groups(context, [finding for finding in own if finding.declared]),
        assessed=tuple(finding.id for finding in own if not finding.declared),
    )


def _groups(context: Context, declared: list[Finding]) -> tuple[tuple[CriterionLine, ...], ...]:
    """Criteria with the same three verdicts together, in the order of the first of each."""
    groups: dict[tuple[Verdict, Verdict, Verdict], list[CriterionLine]] = {}
    for finding in declared:
        verdicts = (finding.claimed, finding.evidenced, finding.confirmed)
        groups.setdefault(verdicts, []).append(context.line(finding))
    return tuple(tuple(lines) for lines in groups.values())


def _bar(context: Context, findings: list[Finding]) -> Bar:
    guaranteed = sum(f.points for f in findings if f.evidenced is Verdict.MET)
    possible = sum(f.points for f in findings if f.evidenced in _POSSIBLE)
    total = sum(f.points for f in findings)
    alt = context.language.text(
        "{guaranteed} for sure, {possible} possible, of {total}",
        guaranteed=guaranteed,
        possible=possible,
        total=total,
    )
    return Bar(guaranteed=guaranteed, possible=possible, total=total, alt=alt)
