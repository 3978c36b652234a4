"""The criteria that we assess: the rule, and every requirement with verdicts and reasons."""

from collections.abc import Iterable, Iterator

from assessment.results import Finding, Lens, Reason, RequirementResult, Trace, Verdict
from reports import wording
from reports.i18n import NN_, Language
from reports.report import (
    CriterionSection,
    EvidenceRef,
    LiteralReading,
    ReasonLine,
    RequirementLine,
    RuleLine,
)
from reports.sections.context import Context
from rubrics import checks

MAX_REASONS = 8
"""Reasons shown for one requirement; a table of many faulty rows would fill pages."""

MAX_EVIDENCE = 12
"""Pieces of evidence named with one requirement; the register says of each what it serves."""

_ALTERNATIVES = {"evidence": "kinds", "licence": "accepted", "format": "accepted"}
"""The parameter that names alternatives, by the noun of the code."""


def build_criteria(context: Context) -> tuple[CriterionSection, ...]:
    """A section for every criterion that is assessed from its requirements."""
    return tuple(_section(context, f) for f in context.assessment.criteria if not f.declared)


def _section(context: Context, finding: Finding) -> CriterionSection:
    criterion = context.rubric.criterion(finding.id)
    passes = criterion.passes
    label = context.language.text("Strong") if finding.label == "strong" else finding.label or ""
    return CriterionSection(
        line=context.line(finding),
        statement=criterion.statement,
        label=label,
        rule=tuple(_rule(context, finding.trace.evidenced)),
        rule_note=(passes.note or "") if passes else "",
        reasons=_own_reasons(context, finding),
        coach=_coach(context, finding.trace.confirmed),
        literal=_literal(context, finding),
        requirements=tuple(_requirement(context, r) for r in finding.requirements),
    )


def _own_reasons(context: Context, finding: Finding) -> tuple[str, ...]:
    """Reasons of the criterion itself; groups of requirements stand in the rule already."""
    return tuple(
        context.sentence(reason)
        for reason in finding.reasons
        if not reason.code.startswith(("group.", "routes.not", "routes.open", "routes.unseen"))
    )


def _literal(context: Context, finding: Finding) -> LiteralReading | None:
    literal, criterion = finding.literal, context.rubric.criterion(finding.id)
    if literal is None or criterion.literal is None:
        return None
    return LiteralReading(
        note=criterion.literal.note or "",
        claimed=context.cell(literal.claimed),
        evidenced=context.cell(literal.evidenced),
        confirmed=context.cell(literal.confirmed),
    )


# --- the rule, from the trace of the verdict ------------------------------------------------------


def _rule(context: Context, trace: Trace) -> Iterator[RuleLine]:
    """What the rule asks for, one line for each of its parts, with what holds so far."""
    alone = [child for child in trace.children if child.kind == "requirement"]
    rest = [child for child in trace.children if child.kind != "requirement"]
    match trace.kind:
        case "all_of":
            if alone:
                yield _all_line(context, alone)
            for child in rest:
                yield from _rule(context, child)
        case "routes":
            yield RuleLine(
                text=context.language.say(
                    NN_("At least {n} complete route", "At least {n} complete routes", "n"),
                    n=_number(trace, "asked"),
                ),
                state=context.language.all_of(_names(trace.params.get("met"))),
                cell=context.cell(trace.verdict),
            )
            for child in rest:
                yield _group_line(context, child)
        case "any_of" | "at_least":
            yield _group_line(context, trace)
        case "prerequisites":
            yield RuleLine(text=_said(context, trace), state="", cell=context.cell(trace.verdict))
            for child in rest:
                yield from _rule(context, child)
        case _:
            yield RuleLine(text=_said(context, trace), state="", cell=context.cell(trace.verdict))


def _all_line(context: Context, requirements: list[Trace]) -> RuleLine:
    return RuleLine(
        text=context.language.text("All of {numbers}", numbers=_numbers(context, requirements)),
        state=_holding(context, requirements),
        cell=context.cell(_together(t.verdict for t in requirements)),
    )


def _group_line(context: Context, trace: Trace) -> RuleLine:
    language = context.language
    text = language.text(
        "At least {n} of {numbers}",
        n=_number(trace, "asked"),
        numbers=_numbers(context, trace.children),
    )
    kind, _, name = trace.kind.partition(" ")
    if kind == "route":
        text = language.text("Route {name}: {text}", name=name, text=text)
    return RuleLine(
        text=text,
        state=_holding(context, trace.children),
        cell=context.cell(trace.verdict),
    )


def _holding(context: Context, requirements: Iterable[Trace]) -> str:
    verdicts = [t.verdict for t in requirements if t.verdict is not Verdict.NOT_APPLICABLE]
    met = sum(1 for v in verdicts if v is Verdict.MET)
    return context.language.text("{met} of {of}", met=met, of=len(verdicts))


def _together(verdicts: Iterable[Verdict]) -> Verdict:
    """The word for "all of these"."""
    found = set(verdicts) - {Verdict.MET}
    for verdict in (Verdict.NOT_MET, Verdict.UNANSWERED, Verdict.NEEDS_REVIEW):
        if verdict in found:
            return verdict
    return Verdict.MET


def _numbers(context: Context, traces: Iterable[Trace]) -> str:
    """`1, 4 and 5` for requirements of the criterion at hand; other steps by their sentence."""
    names = [
        context.numbers.get(t.looked_at, "").partition(".")[2] or _said(context, t) for t in traces
    ]
    return context.language.all_of(names)


def _said(context: Context, trace: Trace) -> str:
    return wording.trace_sentence(trace, None, context.rubric, context.language)


def _number(trace: Trace, name: str) -> int:
    value = trace.params.get(name)
    return value if isinstance(value, int) else 0


def _names(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


# --- requirements ---------------------------------------------------------------------------------


def _requirement(context: Context, result: RequirementResult) -> RequirementLine:
    own = context.rubric.requirements[result.id]
    flags = {flag.id: flag.text for flag in own.flags}
    return RequirementLine(
        number=context.numbers[result.id],
        title=own.title,
        claimed=context.cell(result.claimed),
        evidenced=context.cell(result.evidenced),
        confirmed=context.cell(result.confirmed),
        reasons=_reasons(context, result),
        flags=tuple(flags[name] for name in result.flags if name in flags),
        coach=_coach(context, result.trace.decision),
        evidence=tuple(
            context.evidence.get(name, EvidenceRef(number="", title=name))
            for name in result.evidence[:MAX_EVIDENCE]
        ),
        more_evidence=_more_evidence(len(result.evidence) - MAX_EVIDENCE, context.language),
    )


def _more_evidence(count: int, language: Language) -> str:
    if count <= 0:
        return ""
    text = NN_(
        "and {n} more piece in the list of evidence",
        "and {n} more pieces in the list of evidence",
        "n",
    )
    return language.say(text, n=count)


def _reasons(context: Context, result: RequirementResult) -> tuple[ReasonLine, ...]:
    """The reasons of answer and proof; the coach's word stands by itself."""
    own, language = context.rubric.requirements[result.id], context.language
    told = [reason for reason in result.reasons if reason.lens is not Lens.CONFIRMED]
    told = _alternatives_together(told, any_kind=isinstance(own.proof, checks.AnyOf))
    every = [
        ReasonLine(about=_about(context, reason), text=context.sentence(reason, own))
        for reason in told
    ]
    lines = list(dict.fromkeys(every))
    rest = len(lines) - MAX_REASONS
    if rest > 0:
        text = language.say(NN_("and {n} more reason", "and {n} more reasons", "n"), n=rest)
        lines = [*lines[:MAX_REASONS], ReasonLine(about="", text=text)]
    if result.trace.not_applicable is not None and (
        result.trace.not_applicable.verdict is Verdict.NOT_APPLICABLE
    ):
        lines.append(ReasonLine(about="", text=_said(context, result.trace.not_applicable)))
    return tuple(lines)


def _alternatives_together(reasons: list[Reason], *, any_kind: bool) -> list[Reason]:
    """Where one of several things would do, one reason that names them all.

    Kinds of evidence are alternatives where the proof says so (`any_kind`) or where they overlap;
    licences and formats are, where they are asked of the same piece.
    """
    found: list[Reason] = []
    for reason in reasons:
        name = _ALTERNATIVES.get(reason.code.partition(".")[0], "")
        words = _names(reason.params.get(name))
        for i, other in enumerate(found):
            known = _names(other.params.get(name))
            same = (other.code, other.looked_at) == (reason.code, reason.looked_at)
            overlap = any_kind or bool(set(known) & set(words)) or name != "kinds"
            if same and words and known and overlap:
                params = {**other.params, name: tuple(dict.fromkeys((*known, *words)))}
                found[i] = Reason(other.code, other.lens, params, other.looked_at, other.at)
                break
        else:
            found.append(reason)
    return found


def _about(context: Context, reason: Reason) -> str:
    if reason.lens is Lens.CLAIMED:
        return context.language.text("Answer")
    return context.language.text("Proof")


def _coach(context: Context, trace: Trace | None) -> str:
    """A coach's decision in words, where there is one."""
    if trace is None or trace.kind != "decision":
        return ""
    return _said(context, trace).strip()  # whoever agrees may have left out the reason
