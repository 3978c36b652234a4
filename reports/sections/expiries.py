"""What counts today and expires within a year, the first to expire first."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from assessment.expiry import expiring
from assessment.results import Expiry
from assessment.windows import end_of
from reports import labels
from reports.i18n import NN_
from reports.report import ExpiryLine
from reports.sections.context import Context

HORIZON = "1 year"
"""How far the report looks ahead from the day of the assessment."""


def build_expiries(context: Context) -> tuple[ExpiryLine, ...]:
    """Everything that will be too old before a year has passed."""
    found = expiring(context.assessment, before=_horizon(context))
    return tuple(expiry_line(context, expiry) for expiry in found)


def expiries_note(context: Context) -> str:
    """How to read the list; empty where nothing that counts ever expires."""
    assessment, language = context.assessment, context.language
    if not assessment.expiries:
        return ""
    horizon = _horizon(context)
    if not expiring(assessment, before=horizon):
        return language.text("Nothing that counts today expires before {day}.", day=horizon)
    return language.text(
        "Each line counts up to and including its last day, if nothing else changes. Renew it "
        "before, and hand in the new one. What expires from {day} on is not listed.",
        day=horizon,
    )


def expiry_line(context: Context, expiry: Expiry) -> ExpiryLine:
    """One thing that expires, in words."""
    language = context.language
    evidence = context.evidence.get(labels.owner_of(expiry.looked_at))
    return ExpiryLine(
        last_day=language.short_date(expiry.last_day),
        on=expiry.last_day,
        number=evidence.number if evidence is not None else "",
        title=_title(context, expiry),
        dated=language.short_date(expiry.dated),
        window=labels.span(expiry.window, language),
        about=_named(context, expiry.about),
        turns=_named(context, expiry.turns),
    )


def _horizon(context: Context) -> date:
    """The first day that the report no longer looks at."""
    last = end_of(HORIZON, context.assessment.on)
    return last if last == date.max else last + timedelta(days=1)


def _title(context: Context, expiry: Expiry) -> str:
    """The piece of evidence by its title, the answer by its requirement; and the field in it."""
    rubric, place = context.rubric, expiry.looked_at
    owner, field = labels.owner_of(place), labels.field_of(place)
    requirement = rubric.requirements.get(expiry.about[0])
    if owner in context.evidence:
        title = context.evidence[owner].title
    else:
        title = context.language.text(
            "Answer to {number}", number=context.numbers.get(owner, owner)
        )
    if field is None:
        return title
    return f"{title}: {labels.field_label(field, place, requirement, rubric)}"


def _named(context: Context, names: Iterable[str]) -> str:
    """Requirements by their numbers, criteria by their codes, many declared ones by how many."""
    numbers = [context.numbers[name] for name in names if name in context.numbers]
    codes = [name for name in names if name not in context.numbers]
    return ", ".join([*numbers, *_criteria(context, codes)])


def _criteria(context: Context, codes: list[str]) -> Iterator[str]:
    declared = [code for code in codes if not context.rubric.criterion(code).assessed]
    yield from (code for code in codes if code not in declared)
    if len(declared) > MAX_CODES:
        text = NN_("{n} declared criterion", "{n} declared criteria", "n")
        yield context.language.say(text, n=len(declared))
    else:
        yield from declared


MAX_CODES = 6
"""Declared criteria that are named; more are counted."""
