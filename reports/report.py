"""What a report says, as plain values: every sentence is written, nothing is laid out.

The builder fills it, the renderer prints it; it knows no HTML, so that another edition (a web page,
another PDF engine) can be made from the same values.
"""

from dataclasses import dataclass
from datetime import date

from reports.answers import AnswerSection
from reports.edition import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCell:
    """A verdict as it is shown: a word and a sign, so that nothing rests on colour alone."""

    verdict: str
    word: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A level on a bar."""

    at: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Points for sure, points that are possible, out of a total; `alt` says it in words."""

    guaranteed: int
    possible: int
    total: int
    alt: str
    ticks: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LensLine:
    """The score when one party's word counts."""

    name: str
    meaning: str
    bar: Bar
    tier: str
    to_target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """A criterion in one line, under the three lenses; `proven` counts its requirements."""

    code: str
    title: str
    proven: str
    claimed: VerdictCell
    evidenced: VerdictCell
    confirmed: VerdictCell


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBar:
    """An action among the weeks of a plan: its weeks by their index, and the same in words.

    What is done `at_once`, such as an answer, takes no time in its week. There are `weeks` in all;
    `showtime` is the index after the last one before it. `days` are the `dates` without years.
    """

    title: str
    who: str
    first: int
    last: int
    at_once: bool
    weeks: int
    showtime: int
    alt: str
    dates: str
    days: str
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """One thing to do: what, why, who, how long, after what, and when if that is known.

    `roles` are the `owner`, who is named first, and the `others`.
    """

    rank: int
    number: str
    goal: str
    goal_meaning: str
    title: str
    why: str
    steps: tuple[str, ...]
    proof: str
    effort: str
    weeks: str
    roles: str
    owner: str
    others: str
    activity: str
    after: str
    unlocks: str
    needed: bool
    bar: WeekBar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSection:
    """A plan on a sprint's calendar."""

    title: str
    headline: str
    notes: tuple[str, ...]
    bars: tuple[WeekBar, ...]
    sessions: tuple[tuple[str, str], ...]
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The first page: are we ready, how sure is that, what next."""

    headline: str
    distance: str
    certainty: str
    bar: Bar
    lenses: tuple[LensLine, ...]
    criteria: tuple[CriterionLine, ...]
    next_actions: tuple[ActionLine, ...]
    more_actions: str
    nothing_left: tuple[str, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One line of a pass rule: what is asked for, how much of it holds."""

    text: str
    state: str
    cell: VerdictCell


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """Why something is not (yet) met; `about` says whether answer, proof or coach."""

    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRef:
    """A pointer into the evidence register; `digest` is the beginning of its SHA-256."""

    number: str
    title: str
    dated: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementLine:
    """A requirement under the three lenses, with its reasons and what was looked at."""

    number: str
    title: str
    claimed: VerdictCell
    evidenced: VerdictCell
    confirmed: VerdictCell
    reasons: tuple[ReasonLine, ...]
    flags: tuple[str, ...]
    coach: str
    evidence: tuple[EvidenceRef, ...]
    more_evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralReading:
    """The verdict under the minimal reading of the statement, shown beside the full one."""

    note: str
    claimed: VerdictCell
    evidenced: VerdictCell
    confirmed: VerdictCell


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSection:
    """One criterion that we assess from its requirements, whole."""

    line: CriterionLine
    statement: str
    label: str
    rule: tuple[RuleLine, ...]
    rule_note: str
    reasons: tuple[str, ...]
    coach: str
    literal: LiteralReading | None
    requirements: tuple[RequirementLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeLine:
    """A practice of the standard: its points, and its declared criteria.

    Those with the same three verdicts stand together in `groups`.
    """

    code: str
    title: str
    bar: Bar
    groups: tuple[tuple[CriterionLine, ...], ...]
    assessed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One piece of evidence in the register."""

    number: str
    title: str
    kind: str
    place: str
    dated: str
    received: str
    status: str
    serves: str
    sha256: str
    details: str
    warnings: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCell:
    """A key figure as somebody gave it: its value, what it was made of, for which period, where."""

    value: str
    parts: str
    period: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """A key figure as it was typed, beside the one computed from the data."""

    name: str
    typed: FigureCell
    computed: FigureCell
    difference: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryLine:
    """Something that counts today, and the last day on which it counts."""

    last_day: str
    on: date
    number: str
    title: str
    dated: str
    window: str
    about: str
    turns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """What a requirement rests on."""

    number: str
    title: str
    sources: str
    thresholds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name and what it means or holds."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How it was judged, what it rests on, and how it can be checked."""

    status_note: str
    paragraphs: tuple[str, ...]
    lenses: tuple[Entry, ...]
    verdicts: tuple[tuple[VerdictCell, str], ...]
    tiers: tuple[Entry, ...]
    tiers_note: str
    eligibility: str
    unscored: tuple[Entry, ...]
    declarations: str
    sources: tuple[SourceLine, ...]
    references: tuple[Entry, ...]
    identity: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a report tells, in one language; a summary tells less of the same."""

    kind: Kind = "report"
    language: str
    title: str
    city: str
    standard: str
    day: str
    on: date
    status: str
    summary: Summary
    criteria: tuple[CriterionSection, ...]
    actions: tuple[ActionLine, ...]
    actions_note: str
    weeks_title: str
    weeks_note: str
    calendar: CalendarSection | None
    practices: tuple[PracticeLine, ...]
    evidence: tuple[EvidenceLine, ...]
    answers: AnswerSection | None
    figures: tuple[FigureLine, ...]
    expiries: tuple[ExpiryLine, ...]
    expiries_note: str
    method: Method
