"""Key figures: what the team typed beside what was computed from its data, with the difference."""

from dataclasses import replace
from datetime import date

from assessment.results import ComparedFigure, TypedFigure
from reports import labels
from reports.i18n import N_, NN_, Language, Message
from reports.report import FigureCell, FigureLine
from reports.sections.context import Context

_UNITS: dict[str, Message] = {
    "bids": NN_("{n} bid", "{n} bids", "n"),
    "days": NN_("{n} day", "{n} days", "n"),
}
_POINTS = NN_("{n} percentage point", "{n} percentage points", "n")
_READ_AS: dict[str, Message] = {
    "fraction": N_("The typed value is read as a fraction: {value}."),
    "worked_out": N_("Worked out from numerator and denominator: {value}."),
    "unclear": N_(
        "The typed value could be a percentage or a fraction, so it is not compared. Add numerator "
        "and denominator."
    ),
}


def build_figures(context: Context) -> tuple[FigureLine, ...]:
    """Every key figure that was computed, or typed and could not be computed.

    What was typed alike in several places is told once, with all of them.
    """
    told: dict[FigureLine, list[str]] = {}
    for figure in context.assessment.key_figures:
        line = _line(context, figure)
        alike = replace(line, typed=replace(line.typed, place=""))
        told.setdefault(alike, []).append(line.typed.place)
    return tuple(
        replace(line, typed=replace(line.typed, place="; ".join(filter(None, places))))
        for line, places in told.items()
    )


def _line(context: Context, figure: ComparedFigure) -> FigureLine:
    language = context.language
    nothing = FigureCell(value="", parts="", period="", place="")
    name = labels.label(labels.FIGURES, figure.id, language)
    return FigureLine(
        name=name[:1].upper() + name[1:],
        typed=_typed(context, figure.typed, figure.unit) if figure.typed is not None else nothing,
        computed=_computed(context, figure),
        difference=_difference(figure, language),
        notes=tuple(_notes(figure, language)),
    )


def _typed(context: Context, typed: TypedFigure, unit: str) -> FigureCell:
    """A figure as it was typed, whatever it may mean."""
    language = context.language
    value = language.number(typed.value) if typed.value is not None else ""
    owner, row = labels.owner_of(typed.looked_at), labels.row_of(typed.looked_at)
    evidence = context.evidence.get(owner)
    place = evidence.number if evidence is not None else context.numbers.get(owner, owner)
    return FigureCell(
        value=f"{value} {typed.unit}".strip(),
        parts=_parts(typed.numerator, typed.denominator, unit, language),
        period=_period(typed.period_start, typed.period_end, language),
        place=language.text("{place}, row {row}", place=place, row=row),
    )


def _computed(context: Context, figure: ComparedFigure) -> FigureCell:
    language = context.language
    evidence = context.evidence.get(figure.evidence)
    value = _value(figure.value, figure.unit, language) if figure.value is not None else ""
    if figure.value is None:
        why = labels.label(labels.NOT_COMPUTED, figure.missing or "no_cases", language)
        value = language.text("not computed: {why}", why=why)
    return FigureCell(
        value=value,
        parts=_parts(figure.numerator, figure.denominator, figure.unit, language),
        period=_period(figure.period_start, figure.period_end, language),
        place=evidence.number if evidence is not None else figure.evidence,
    )


def _value(number: float, unit: str, language: Language) -> str:
    if unit == "percent":
        return language.percent(number)
    return language.say(_UNITS[unit], n=round(number, 2))


def _difference(figure: ComparedFigure, language: Language) -> str:
    if figure.difference is None:
        return ""
    number = round(figure.difference, 1 if figure.unit == "percent" else 2)
    if not number:
        return language.text("none")
    unit = _POINTS if figure.unit == "percent" else _UNITS[figure.unit]
    said = language.say(unit, n=abs(number))
    return f"{'+' if number > 0 else '−'}{said}"  # noqa: RUF001 (a minus sign is meant)


def _notes(figure: ComparedFigure, language: Language) -> list[str]:
    notes = []
    if figure.reads_as in _READ_AS:
        value = ""
        if figure.difference is not None and figure.value is not None:
            value = _value(figure.value + figure.difference, figure.unit, language)
        notes.append(language.say(_READ_AS[figure.reads_as], value=value))
    if figure.same_period is False:
        notes.append(language.text("The two are about different periods."))
    if figure.few:
        notes.append(
            language.text("Fewer than ten procurements stand behind it; one more changes it a lot.")
        )
    if figure.excluded:
        parts = [
            f"{labels.label(labels.EXCLUDED, name, language)} {language.number(n)}"
            for name, n in figure.excluded.items()
        ]
        notes.append(language.text("Left out: {parts}.", parts=", ".join(parts)))
    return notes


def _parts(
    numerator: float | None, denominator: float | None, unit: str, language: Language
) -> str:
    """`12 of 48` for a share; 48 bids in 12 tenders are no part of them: `48 ÷ 12`."""
    if numerator is None or denominator is None:
        return ""
    above, below = language.number(numerator), language.number(denominator)
    if unit != "percent":
        return f"{above} ÷ {below}"
    return language.text("{numerator} of {denominator}", numerator=above, denominator=below)


def _period(start: date | None, end: date | None, language: Language) -> str:
    if start is None or end is None:
        return ""
    first, last = language.short_date(start), language.short_date(end)
    return language.text("{first} to {last}", first=first, last=last)
