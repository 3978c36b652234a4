"""What exports say in words: titles, reasons and actions, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.results import RequirementResult
from reports.exports.parts import Judged
from reports.report import ActionLine, CriterionSection, RequirementLine
from reports.sections.actions import lines_of
from reports.sections.context import Context
from reports.sections.criteria import build_criteria


@dataclass(frozen=True, slots=True)
class Told:
    """An assessment in words: what is assessed in depth, by its id, and what to do, in order."""

    context: Context
    criteria: Mapping[str, CriterionSection]
    requirements: Mapping[str, RequirementLine]
    actions: tuple[ActionLine, ...]


def told_of(context: Context) -> Told:
    """The words of an assessment."""
    sections = build_criteria(context)
    names = {number: name for name, number in context.numbers.items()}
    lines = [line for section in sections for line in section.requirements]
    assessment, rubric = context.assessment, context.rubric
    return Told(
        context=context,
        criteria={section.line.code: section for section in sections},
        requirements={names[line.number]: line for line in lines},
        actions=lines_of(assessment.actions, rubric, context.numbers, context.language),
    )


def title_of(told: Told, one: Judged) -> str:
    """The met condition of a requirement or criterion, as a fact."""
    rubric = told.context.rubric
    if isinstance(one, RequirementResult):
        return rubric.requirements[one.id].title
    return rubric.criterion(one.id).title


def number_of(told: Told, one: Judged) -> str:
    """`RDC7.3` for a requirement, the code of a criterion."""
    return told.context.numbers.get(one.id, one.id)


def reasons_of(told: Told, one: Judged) -> tuple[str, ...]:
    """Why it is not (yet) met, sentence by sentence; what a coach said stands last."""
    context = told.context
    if isinstance(one, RequirementResult):
        line = told.requirements[one.id]
        said = [f"{r.about}: {r.text}" if r.about else r.text for r in line.reasons]
        coach = line.coach
    elif one.declared:
        said, coach = [context.sentence(reason) for reason in one.reasons], ""
    else:
        section = told.criteria[one.id]
        said, coach = [f"{rule.text}: {rule.state or rule.cell.word}" for rule in section.rule], ""
        said += section.reasons
        coach = section.coach
    if coach:
        said.append(coach)
    return tuple(dict.fromkeys(said))
