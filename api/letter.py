"""What `evidence` and `expiring` show: like a doctor's letter, what is there and what to do."""

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType
from rich.text import Text

from api.examining import Examined
from api.services import Scored, in_language
from api.terminal import STYLES, Screen, line, table
from assessment.expiry import expiring
from assessment.serving import Serving
from reports import wording
from reports.builder import build_report
from reports.report import EvidenceLine, FigureLine
from reports.sections.context import build_context
from reports.sections.expiries import expiry_line
from rubrics.schema import Rubric


def letter(examined: Examined, screen: Screen) -> Iterator[RenderableType]:
    """What was seen, what to look at, the key figures in it, and what it could prove."""
    rubric = in_language(examined.rubric, examined.folder, screen.language)
    report = build_report(examined.assessment, rubric, language=screen.language)
    (told,) = report.evidence
    yield from _seen(told, screen)
    if report.figures:
        yield line()
        yield from _figures(report.figures, screen)
    yield line()
    yield from _servings(examined.servings, rubric, screen)


def expiry_lines(
    scored: Scored, rubric: Rubric, screen: Screen, *, before: date
) -> Iterator[RenderableType]:
    """What counts on the day and no longer does on a later one, the first to expire first.

    `rubric` is the one it was judged by, in the language of the screen.
    """
    say, assessment = screen.language.text, scored.assessment
    context = build_context(assessment, rubric, screen.language)
    day = screen.language.date(before)
    yield line(f"{assessment.submission.city} · {screen.language.date(assessment.on)}", "bold")
    found = [expiry_line(context, expiry) for expiry in expiring(assessment, before=before)]
    if not found:
        yield line(say("Nothing that counts today expires before {day}.", day=day))
        return
    yield line(say("What counts today, and no longer on {day}:", day=day))
    yield line()
    yield table(
        (say("Counts until"), say("What"), say("Dated"), say("Counts for"), say("Then not proven")),
        [(e.last_day, e.title, e.dated, e.about, e.turns) for e in found],
        wide=1,
    )


def _seen(told: EvidenceLine, screen: Screen) -> Iterator[RenderableType]:
    say = screen.language.text
    yield line(told.title, "bold")
    yield line(say("Looked at as: {kind}", kind=told.kind))
    yield line(" · ".join(part for part in (told.status, told.details) if part))
    if told.sha256:
        yield line(f"SHA-256 {told.sha256}", "dim")
    if told.seen:
        yield line()
        yield line(say("What is there"), "bold")
        yield from (line(f"  {sentence}") for sentence in told.seen)
    if told.warnings:
        yield line()
        yield line(say("What to look at"), "bold")
        yield from (line(f"  {sentence}", "yellow") for sentence in told.warnings)


def _figures(figures: tuple[FigureLine, ...], screen: Screen) -> Iterator[RenderableType]:
    say = screen.language.text
    yield line(say("Key figures in these data"), "bold")
    yield table(
        (say("Figure"), say("Value"), say("From"), say("Period"), ""),
        [
            (f.name, f.computed.value, f.computed.parts, f.computed.period, " ".join(f.notes))
            for f in figures
        ],
        wide=4,
    )


def _servings(
    servings: tuple[Serving, ...], rubric: Rubric, screen: Screen
) -> Iterator[RenderableType]:
    """Requirement by requirement what it proves, then what is missing and for which of them."""
    say = screen.language.text
    if not servings:
        yield line(say("No requirement takes evidence of this kind."))
        return
    yield line(say("What it proves by itself"), "bold")
    missing: dict[str, list[str]] = {}
    for serving in servings:
        own = rubric.requirements[serving.requirement]
        mark = Text(f"  {wording.MARKS[serving.verdict]} ", STYLES[serving.verdict])
        word = wording.verdict_word(serving.verdict, screen.language)
        title = line(f"{serving.criterion} · {own.title} ({own.id})")
        yield mark.append(f"{word}: ").append_text(title)
        for reason in serving.reasons:
            sentence = wording.reason_sentence(reason, own, rubric, screen.language, titles={})
            missing.setdefault(sentence, []).append(own.id)
    if missing:
        yield line()
        yield line(say("What is missing, and for what"), "bold")
        for sentence, names in missing.items():
            yield line(f"  {sentence}").append(f" ({', '.join(names)})", "dim")
