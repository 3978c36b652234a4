"""Why a requirement has its verdict: every step of the judgement in words, to be opened. Pure."""

from dataclasses import dataclass

from assessment.results import RequirementResult, Trace
from reports import wording
from reports.i18n import Language
from reports.report import VerdictCell
from reports.sections.context import Context
from rubrics.schema import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what was asked, what was found, where the rubric asks it, what is below it."""

    cell: VerdictCell
    kind: str
    text: str
    at: str
    inner: tuple["Step", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The steps of one party's word, under its name."""

    name: str
    step: Step


def why(result: RequirementResult, context: Context, *, decided: bool) -> tuple[Why, ...]:
    """How answer, evidence and, where that is `decided`, the coach judged."""
    teller, say = _Teller(context), context.language.text
    own, trace = context.rubric.requirements[result.id], result.trace
    parts = (
        (say("Answer"), trace.check),
        (say("Proof"), trace.proof),
        (say("Whether it applies"), trace.not_applicable),
        (say("Coach"), trace.decision if decided else None),
    )
    return tuple(
        Why(name=name, step=teller.step(one, own)) for name, one in parts if one is not None
    )


class _Teller:
    """Says traces in one language, with evidence called by its title."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.language: Language = context.language
        self.titles = {name: ref.title for name, ref in context.evidence.items()}

    def step(self, trace: Trace, own: Requirement, *, inside: bool = False) -> Step:
        """A step with those under it; `inside` a piece of evidence its title is known."""
        sentence = wording.trace_sentence(
            trace,
            own,
            self.context.rubric,
            self.language,
            titles={} if inside else self.titles,
        )
        inside = inside or trace.kind == "entry"
        return Step(
            cell=self.context.cell(trace.verdict),
            kind=wording.kind_words(trace, self.language),
            text=sentence,
            at=trace.at,
            inner=tuple(self.step(child, own, inside=inside) for child in trace.children),
        )
