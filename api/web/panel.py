"""The live readiness panel: how many points are claimed and proven, how far to the target, why."""

from dataclasses import dataclass

from assessment.results import Assessment, Finding, Verdict
from reports.i18n import NN_, Language
from reports.report import Bar, VerdictCell
from reports.sections.context import Context, build_context
from reports.sections.summary import build_summary
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelLens:
    """One party's word: its name, what it means, its points."""

    name: str
    meaning: str
    bar: Bar
    points: str
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCriterion:
    """A criterion that we judge, and how much of it is proven."""

    code: str
    title: str
    cell: VerdictCell
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The whole panel, as sentences and bars."""

    headline: str
    distance: str
    bar: Bar
    lenses: tuple[PanelLens, ...]
    criteria: tuple[PanelCriterion, ...]
    declared: str
    notices: tuple[str, ...]


def panel_of(assessment: Assessment, rubric: Rubric, language: Language) -> Panel:
    """The panel of an assessment; `rubric` is in the same language."""
    context = build_context(assessment, rubric, language)
    summary = build_summary(context, ())
    return Panel(
        headline=summary.headline,
        distance=summary.distance,
        bar=summary.bar,
        lenses=tuple(
            PanelLens(
                name=lens.name,
                meaning=lens.meaning,
                bar=lens.bar,
                points=_points(lens.bar, language),
                tier=lens.tier,
            )
            for lens in summary.lenses[:2]
        ),
        criteria=tuple(_criterion(context, f) for f in assessment.criteria if not f.declared),
        declared=_declared(assessment, language),
        notices=summary.notices,
    )


def _points(bar: Bar, language: Language) -> str:
    if bar.possible == bar.guaranteed:
        return language.text("{n} of {total}", n=bar.guaranteed, total=bar.total)
    return language.text(
        "{guaranteed} to {possible} of {total}",
        guaranteed=bar.guaranteed,
        possible=bar.possible,
        total=bar.total,
    )


def _criterion(context: Context, finding: Finding) -> PanelCriterion:
    asked = [r for r in finding.requirements if r.evidenced is not Verdict.NOT_APPLICABLE]
    proven = sum(r.evidenced is Verdict.MET for r in asked)
    text = context.language.say(
        NN_(
            "{proven} of {n} requirement is proven",
            "{proven} of {n} requirements are proven",
            "n",
        ),
        proven=proven,
        n=len(asked),
    )
    line = context.line(finding)
    return PanelCriterion(code=line.code, title=line.title, cell=line.evidenced, text=text)


def _declared(assessment: Assessment, language: Language) -> str:
    """How many of the other criteria the team has declared."""
    declared = [f for f in assessment.criteria if f.declared]
    met = sum(f.claimed is Verdict.MET for f in declared)
    unknown = sum(f.claimed is Verdict.UNANSWERED for f in declared)
    text = language.text(
        "{met} of the {n} other criteria are declared met.", met=met, n=len(declared)
    )
    if not unknown:
        return text
    rest = language.say(
        NN_("{n} is still to be declared.", "{n} are still to be declared.", "n"), n=unknown
    )
    return f"{text} {rest}"
