"""What every section is built from: the assessment, the rubric, the language, and the numbering."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.results import Assessment, Finding, Reason, RequirementResult, Verdict
from reports import wording
from reports.i18n import NN_, Language
from reports.report import CriterionLine, EvidenceRef, VerdictCell
from rubrics.schema import Requirement, Rubric

SHORT_DIGEST = 8
"""How much of a fingerprint stands beside a title; the register has it whole."""


@dataclass(frozen=True, slots=True)
class Context:
    """An assessment about to be told. `numbers` are those of requirements (`RDC7.3`) by id."""

    assessment: Assessment
    rubric: Rubric
    language: Language
    numbers: Mapping[str, str]
    evidence: Mapping[str, EvidenceRef]

    def sentence(self, reason: Reason, requirement: Requirement | None = None) -> str:
        """A reason in words, with evidence called by its title."""
        titles = {name: ref.title for name, ref in self.evidence.items()}
        return wording.reason_sentence(
            reason, requirement, self.rubric, self.language, titles=titles
        )

    def cell(self, verdict: Verdict) -> VerdictCell:
        """A verdict as it is shown."""
        return VerdictCell(
            verdict=verdict.value,
            word=wording.verdict_word(verdict, self.language),
            mark=wording.MARKS[verdict],
        )

    def line(self, finding: Finding) -> CriterionLine:
        """A criterion in one line."""
        return CriterionLine(
            code=finding.id,
            title=self.rubric.criterion(finding.id).title,
            proven=self.proven(finding),
            claimed=self.cell(finding.claimed),
            evidenced=self.cell(finding.evidenced),
            confirmed=self.cell(finding.confirmed),
        )

    def proven(self, finding: Finding) -> str:
        """How many of the requirements that apply are proven; empty for a declared criterion."""
        applied = [r for r in finding.requirements if r.evidenced is not Verdict.NOT_APPLICABLE]
        if not applied:
            return ""
        met = sum(r.evidenced is Verdict.MET for r in applied)
        text = NN_("{met} of {n} requirement proven", "{met} of {n} requirements proven", "n")
        return self.language.say(text, met=met, n=len(applied))


def build_context(assessment: Assessment, rubric: Rubric, language: Language) -> Context:
    """The context of an assessment: requirements numbered by criterion, evidence from E1 on."""
    return Context(
        assessment=assessment,
        rubric=rubric,
        language=language,
        numbers={
            requirement.id: f"{criterion.id}.{number}"
            for criterion in rubric.criteria
            for number, requirement in enumerate(criterion.requirements, 1)
        },
        evidence={
            entry.id: EvidenceRef(
                number=f"E{number}",
                title=entry.title or entry.id,
                dated=language.short_date(entry.dated) if entry.dated else "",
                digest=(entry.sha256 or "")[:SHORT_DIGEST],
            )
            for number, entry in enumerate(assessment.evidence, 1)
        },
    )


def requirements_of(assessment: Assessment) -> dict[str, RequirementResult]:
    """Every judged requirement by its id."""
    return {r.id: r for finding in assessment.criteria for r in finding.requirements}
