"""Key figures that a team typed, beside those computed from its data, with the difference.

Nothing is judged here: figures may differ because of what was left out, or because they are about
another period. A figure is known by its id, which stands in the column `kpi` of a table.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from math import isclose
from typing import Literal

from assessment.checks.answers import as_date
from assessment.facts import KeyFigure
from assessment.results import ComparedFigure, TypedFigure
from assessment.submission import Evidence, Submission
from assessment.words import as_word

COLUMN = "kpi"
"""The column of a table that names the key figure of a row."""

MAX_TYPED = 4
"""Places where the same figure was typed that are compared; a table may hold it 1,000 times."""

_TOLERANCE = 0.01
"""How far, as a part of it, a typed value may be from the one worked out of its parts."""

ReadsAs = Literal["as_typed", "fraction", "worked_out", "unclear"]


def compare_figures(submission: Submission) -> tuple[ComparedFigure, ...]:
    """Every key figure of every dataset that was read, beside those of that name that were typed.

    A figure that could not be computed is told where somebody typed it.
    """
    datasets = [
        (entry, entry.facts.dataset.key_figures)
        for entry in sorted(submission.evidence or (), key=_by_id)
        if entry.facts is not None and entry.facts.dataset is not None and not entry.stated
    ]
    if not any(figures for _, figures in datasets):
        return ()
    typed: dict[str, list[TypedFigure]] = {}
    for name, figure in _typed(submission):
        typed.setdefault(name, []).append(figure)
    return tuple(
        compared(figure, found, evidence=entry.id)
        for entry, figures in datasets
        for figure in figures
        for found in _beside(figure, typed)
    )


def compared(figure: KeyFigure, typed: TypedFigure | None, *, evidence: str) -> ComparedFigure:
    """A computed figure beside a typed one; the difference is the typed one less the computed."""
    number, reads_as = read_typed(typed, figure.unit) if typed is not None else (None, None)
    both = number is not None and figure.value is not None
    same = None
    if typed is not None and typed.period_start is not None and figure.period_start is not None:
        ours = (figure.period_start, figure.period_end)
        same = (typed.period_start, typed.period_end) == ours
    return ComparedFigure(
        id=figure.id,
        evidence=evidence,
        unit=figure.unit,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        excluded={name: n for name, n in sorted(figure.excluded.items()) if n},
        period_start=figure.period_start,
        period_end=figure.period_end,
        missing=figure.missing,
        few=figure.few,
        typed=typed,
        reads_as=reads_as,
        difference=round(number - (figure.value or 0), 6) if both and number is not None else None,
        same_period=same,
    )


def read_typed(typed: TypedFigure, unit: str) -> tuple[float | None, ReadsAs | None]:
    """A typed figure as a number in `unit`, and how it was understood.

    0.25 may be a quarter of a percent, or 25 percent: only numerator and denominator can tell.
    """
    parts = _worked_out(typed, unit)
    if typed.value is None:
        return (parts, "worked_out") if parts is not None else (None, None)
    if unit != "percent" or not 0 < typed.value <= 1:
        return typed.value, "as_typed"
    if parts is not None and isclose(parts, typed.value, rel_tol=_TOLERANCE):
        return typed.value, "as_typed"
    if parts is not None and isclose(parts, 100 * typed.value, rel_tol=_TOLERANCE):
        return 100 * typed.value, "fraction"
    return None, "unclear"


def _worked_out(typed: TypedFigure, unit: str) -> float | None:
    if typed.numerator is None or not typed.denominator:
        return None
    return (100 if unit == "percent" else 1) * typed.numerator / typed.denominator


def _beside(
    figure: KeyFigure, typed: Mapping[str, list[TypedFigure]]
) -> list[TypedFigure] | list[None]:
    """What was typed of a figure; one that was computed stands alone where nothing was."""
    found = typed.get(figure.id, [])[:MAX_TYPED]
    return found or ([None] if figure.value is not None else [])


# --- what was typed -------------------------------------------------------------------------------


def _typed(submission: Submission) -> Iterator[tuple[str, TypedFigure]]:
    """Every row of a table that names a key figure: in answers, then in tables of evidence."""
    for name, answer in sorted(submission.answers.items()):
        fields = answer.items() if isinstance(answer, dict) else [("", answer)]
        for field, value in fields:
            if isinstance(value, tuple):
                yield from _in_table(value, f"{name}.{field}" if field else name)
    for entry in sorted(submission.evidence or (), key=_by_id):
        if entry.facts is not None and entry.facts.table is not None:
            yield from _in_table(entry.facts.table, entry.id)


def _in_table(table: tuple[object, ...], place: str) -> Iterator[tuple[str, TypedFigure]]:
    for number, row in enumerate(table, 1):
        cells = row if isinstance(row, dict) else {}
        name = cells.get(COLUMN)
        value, above, below = (_number(cells.get(n)) for n in ("value", "numerator", "denominator"))
        if not isinstance(name, str) or (value is None and None in (above, below)):
            continue  # a plan names the figure that it wants to move, and gives none
        figure = TypedFigure(
            looked_at=f"{place}[{number}]",
            value=value,
            unit=str(cells.get("unit") or "")[:40],
            numerator=above,
            denominator=below,
            period_start=_day(cells.get("period_start")),
            period_end=_day(cells.get("period_end")),
        )
        yield as_word(name), figure


def _number(cell: object) -> float | None:
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _day(cell: object) -> date | None:
    return None if cell in (None, "") else as_date(cell)


def _by_id(entry: Evidence) -> str:
    return entry.id
