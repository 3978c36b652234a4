"""What a cohort report says: many cities at once, for the staff of a programme."""

from dataclasses import dataclass
from datetime import date

from reports.edition import Kind
from reports.report import Bar, Entry, Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class DotStrip:
    """Cities as dots over their points: pairs of points and cities; `alt` says it in words."""

    total: int
    proven: tuple[tuple[int, int], ...]
    possible: tuple[tuple[int, int], ...]
    ticks: tuple[Tick, ...]
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadBar:
    """Quartiles of some cities on a scale from 0; `text` is what stands beside the picture."""

    lower: float
    median: float
    upper: float
    total: float
    ticks: tuple[Tick, ...]
    alt: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandLine:
    """A level: how many cities have proven it or could, and their exact points."""

    name: str
    span: str
    proven: str
    proven_points: str
    possible: str
    possible_points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearLine:
    """A criterion: how many cities are one or two requirements from it, and which."""

    criterion: str
    title: str
    one: int
    two: int
    cities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HardLine:
    """A requirement: how many cities have proven it, how many say they meet it, why not."""

    number: str
    title: str
    bar: Bar
    proven: str
    claimed: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiringLine:
    """Something that cities lose unless they renew it."""

    number: str
    title: str
    cities: str
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiringCity:
    """Something of one city that counts up to a day."""

    city: str
    last_day: str
    turns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A group of cities, or a week: how many, where they stand."""

    name: str
    cities: str
    points: SpreadBar
    possible: str
    requirements: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSection:
    """Groups by one property; `note` says why there are none."""

    title: str
    groups: tuple[GroupLine, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CityLine:
    """A city by name, where names are told."""

    name: str
    place: str
    bar: Bar
    tier: str
    missing: str
    met: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortReport:
    """Everything that a cohort report tells, in one language.

    Without names, `cities` and all that names one is empty; where too few cities are in it, nothing
    but `notices` is told.
    """

    kind: Kind = "cohort"
    language: str
    title: str
    standard: str
    day: str
    on: date
    status: str
    confidential: str
    count: int
    headline: str
    notices: tuple[str, ...]
    strip: DotStrip | None
    bands: tuple[BandLine, ...]
    lenses: tuple[GroupLine, ...]
    near: tuple[NearLine, ...]
    hardest: tuple[HardLine, ...]
    expiring_note: str
    expiring: tuple[ExpiringLine, ...]
    expiring_cities: tuple[ExpiringCity, ...]
    comparisons: tuple[ComparisonSection, ...]
    weeks: tuple[GroupLine, ...]
    cities: tuple[CityLine, ...]
    method: tuple[str, ...]
    identity: tuple[Entry, ...]
