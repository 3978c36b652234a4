"""What is told of a plan, as plain values: every sentence is written, nothing is laid out."""

from dataclasses import dataclass

from reports.report import ActionLine, CalendarSection


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWay:
    """Another way to the same target: what it takes, how it differs, who carries it."""

    effort: str
    change: str
    roles: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTold:
    """A plan in words. `otherwise` is what it takes if open questions are answered with no."""

    title: str
    headline: str
    notes: tuple[str, ...]
    actions: tuple[ActionLine, ...]
    otherwise_note: str
    otherwise: tuple[ActionLine, ...]
    roles: str
    flips: tuple[str, ...]
    others: tuple[OtherWay, ...]
    routes: tuple[str, ...]
    calendar: CalendarSection | None
