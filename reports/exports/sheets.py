"""An assessment as tables: the sheets of a workbook, in the reader's language.

A cell is what it is (a number, a day, a verdict), so that whoever opens the table can sort, filter
and count; how it looks is not said here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assessment.plans import Schedule
from assessment.results import EvidenceEntry, Finding, Lens, Score
from reports import wording
from reports.exports.telling import Told, number_of, reasons_of, title_of
from reports.report import VerdictCell
from reports.sections.context import Context
from reports.sections.evidence import build_evidence
from reports.sections.expiries import expiry_line
from reports.sections.method import build_method
from reports.sections.summary import build_summary

Cell = str | int | float | date | VerdictCell | None


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, and how wide it is in characters."""

    head: str | date
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name. `notes` stand above it: each a name and what it says.

    A note that says nothing is a heading, one without a name a sentence.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()


def build_sheets(told: Told, schedule: Schedule | None) -> tuple[Sheet, ...]:
    """Every table of an assessment; with a `schedule`, actions have their weeks."""
    return (
        summary_sheet(told.context),
        criteria_sheet(told),
        requirements_sheet(told),
        evidence_sheet(told.context),
        actions_sheet(told, schedule),
        expiries_sheet(told.context),
    )


def summary_sheet(context: Context) -> Sheet:
    """Where the city stands under each lens, and what was judged by what."""
    language, assessment = context.language, context.assessment
    say, lenses = language.text, assessment.lenses
    summary = build_summary(context, ())
    scores = {
        Lens.CLAIMED: lenses.claimed,
        Lens.EVIDENCED: lenses.evidenced,
        Lens.CONFIRMED: lenses.confirmed,
    }
    head = say("Readiness report for {city}", city=assessment.submission.city)
    notes = [
        (head, ""),
        (summary.headline, ""),
        ("", f"{summary.distance} {summary.certainty}".strip()),
        ("", f"{context.rubric.title}. {context.rubric.status_note}"),
        *((entry.name, entry.text) for entry in build_method(context).identity),
    ]
    return Sheet(
        name=say("Summary"),
        notes=tuple(notes),
        columns=(
            Column(say("Whose word counts"), 34),
            Column(say("What it means"), 60),
            Column(say("Points for sure"), 12),
            Column(say("Possible points"), 12),
            Column(say("Of"), 8),
            Column(say("Level reached"), 16),
            Column(say("Level within reach"), 16),
        ),
        rows=tuple(_lens(context, lens, score) for lens, score in scores.items()),
    )


def _lens(context: Context, lens: Lens, score: Score) -> tuple[Cell, ...]:
    language = context.language
    titles = {tier.id: tier.title for tier in context.rubric.tiers.levels}
    reached, within = score.tier.reached, score.tier.within_reach
    return (
        wording.lens_word(lens, language),
        language.say(wording.LENS_MEANINGS[lens]),
        score.points.guaranteed,
        score.points.possible,
        score.total,
        titles[reached] if reached else None,
        titles[within] if within else None,
    )


def criteria_sheet(told: Told) -> Sheet:
    """Every criterion of the standard under the three lenses."""
    context, say = told.context, told.context.language.text
    practices = {c.id: p.title for p in context.rubric.practices for c in p.criteria}
    return Sheet(
        name=say("Criteria"),
        columns=(
            Column(say("Criterion"), 10),
            Column(say("Practice"), 26),
            Column(say("Title"), 54),
            Column(say("Points"), 8),
            Column(say("How it was judged"), 22),
            *_lens_columns(context),
            Column(say("Reasons"), 70),
        ),
        rows=tuple(
            (
                finding.id,
                practices[finding.id],
                title_of(told, finding),
                finding.points,
                say("Declared by the team") if finding.declared else say("From its requirements"),
                *_verdicts(context, finding),
                "\n".join(reasons_of(told, finding)),
            )
            for finding in context.assessment.criteria
        ),
    )


def requirements_sheet(told: Told) -> Sheet:
    """Every requirement under the three lenses, with the reasons in words."""
    context, say = told.context, told.context.language.text
    return Sheet(
        name=say("Requirements"),
        columns=(
            Column(say("No."), 9),
            Column(say("Id"), 28),
            Column(say("Criterion"), 10),
            Column(say("Requirement"), 50),
            *_lens_columns(context),
            Column(say("Reasons"), 80),
            Column(say("To consider"), 40),
            Column(say("Evidence"), 12),
        ),
        rows=tuple(
            (
                number_of(told, result),
                result.id,
                finding.id,
                title_of(told, result),
                context.cell(result.claimed),
                context.cell(result.evidenced),
                context.cell(result.confirmed),
                "\n".join(reasons_of(told, result)),
                "\n".join(told.requirements[result.id].flags),
                ", ".join(ref.number or ref.title for ref in told.requirements[result.id].evidence),
            )
            for finding in context.assessment.criteria
            for result in finding.requirements
        ),
    )


def evidence_sheet(context: Context) -> Sheet:
    """The register of evidence."""
    say = context.language.text
    return Sheet(
        name=say("Evidence"),
        columns=(
            Column(say("No."), 7),
            Column(say("Title"), 42),
            Column(say("Kind"), 26),
            Column(say("File or address"), 40),
            Column(say("Dated"), 12),
            Column(say("Handed in"), 12),
            Column(say("What became of it"), 24),
            Column(say("Details"), 20),
            Column(say("Serves"), 30),
            Column(say("To look at"), 60),
            Column(say("SHA-256"), 68),
        ),
        rows=tuple(
            (
                line.number,
                line.title,
                line.kind,
                line.place,
                *_dates(entry),
                line.status,
                line.details,
                line.serves,
                "\n".join(line.warnings),
                line.sha256,
            )
            for line, entry in zip(
                build_evidence(context), context.assessment.evidence, strict=True
            )
        ),
    )


def actions_sheet(told: Told, schedule: Schedule | None) -> Sheet:
    """What to do, in order; with a `schedule`, when."""
    context, say = told.context, told.context.language.text
    slots = {(s.requirement, s.goal): s for s in schedule.slots} if schedule is not None else {}
    yes, no = say("yes"), say("no")
    rows: list[tuple[Cell, ...]] = []
    for action, line in zip(context.assessment.actions, told.actions, strict=True):
        slot = slots.get((action.requirement, action.goal))
        rows.append(
            (
                line.rank,
                line.number,
                line.goal,
                line.title,
                action.effort_days,
                action.weeks,
                line.roles,
                line.after,
                line.unlocks,
                yes if line.needed else no,
                slot.starts if slot is not None else None,
                slot.ends if slot is not None else None,
                slot.session if slot is not None else None,
                line.why,
                "\n".join(line.steps),
                line.proof,
            )
        )
    return Sheet(
        name=say("Actions"),
        columns=(
            Column(say("No."), 6),
            Column(say("Requirement"), 12),
            Column(say("What for"), 11),
            Column(say("Action"), 54),
            Column(say("Work in days"), 10),
            Column(say("Weeks"), 8),
            Column(say("Who"), 32),
            Column(say("After"), 16),
            Column(say("Unlocks"), 12),
            Column(say("Needed"), 9),
            Column(say("Starts"), 12),
            Column(say("Ends"), 12),
            Column(say("Session"), 9),
            Column(say("Why"), 50),
            Column(say("Steps"), 70),
            Column(say("What counts as proof"), 50),
        ),
        rows=tuple(rows),
    )


def expiries_sheet(context: Context) -> Sheet:
    """Everything that counts on the day and will be too old one day, the first to expire first."""
    say = context.language.text
    rows: list[tuple[Cell, ...]] = []
    for expiry in context.assessment.expiries:
        line = expiry_line(context, expiry)
        rows.append(
            (
                expiry.last_day,
                line.number,
                line.title,
                expiry.dated,
                line.window,
                line.about,
                line.turns,
            )
        )
    return Sheet(
        name=say("What expires"),
        columns=(
            Column(say("Last day"), 12),
            Column(say("Evidence"), 10),
            Column(say("Title"), 54),
            Column(say("Dated"), 12),
            Column(say("Counts for"), 16),
            Column(say("Counts towards"), 30),
            Column(say("No longer proven afterwards"), 30),
        ),
        rows=tuple(rows),
    )


def _lens_columns(context: Context) -> Iterable[Column]:
    return [Column(wording.lens_word(lens, context.language), 15) for lens in Lens]


def _verdicts(context: Context, finding: Finding) -> tuple[VerdictCell, ...]:
    return tuple(map(context.cell, (finding.claimed, finding.evidenced, finding.confirmed)))


def _dates(entry: EvidenceEntry) -> tuple[date | None, date | None]:
    return entry.dated, entry.received
