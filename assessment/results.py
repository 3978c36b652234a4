"""What an assessment says: verdicts, reasons, traces, findings, scores. No prose.

These structs are the public, versioned JSON of `readiness score --json`; `msgspec` writes them in
the order of their fields, so that the same assessment is the same bytes everywhere.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal as OneOf

import msgspec

SCHEMA_VERSION = "1"
"""Version of the result's JSON; it changes when a reader of the old form could go wrong."""

Param = str | int | float | bool | tuple[str, ...] | None
"""A parameter of a reason; dates are ISO 8601 text."""


class Verdict(StrEnum):
    """What can be said of anything that is judged (W3C EARL has the same five outcomes)."""

    MET = "met"
    NOT_MET = "not_met"
    UNANSWERED = "unanswered"
    NEEDS_REVIEW = "needs_review"
    NOT_APPLICABLE = "not_applicable"


class Lens(StrEnum):
    """Whose word counts: the team's, the evidence's, a coach's."""

    CLAIMED = "claimed"
    EVIDENCED = "evidenced"
    CONFIRMED = "confirmed"


class Trace(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One step of the judgement, with the steps under it.

    `kind` is the check's key in YAML (`all_of`, `min`, …) or `requirement`, `entry` (one piece of
    evidence) and `decision`; `code` and `params` are the reason in code; `looked_at` the answer
    (`rdc7-awards-published`, `rdc8-survey.responses`) or evidence id it looked at; `at` the line of
    the rubric that asked for it, `criteria/rdc7.yaml:40`.
    """

    kind: str
    verdict: Verdict
    code: str
    params: Mapping[str, Param] = {}
    looked_at: str = ""
    at: str = ""
    children: tuple["Trace", ...] = ()


class Reason(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Why a verdict is not (yet) met: a code and its parameters; wording belongs to `reports`."""

    code: str
    lens: Lens
    params: Mapping[str, Param] = {}
    looked_at: str = ""
    at: str = ""


class RequirementTrace(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How a requirement was judged: the check on answers, the proof on evidence, the coach."""

    check: Trace
    proof: Trace
    not_applicable: Trace | None = None
    decision: Trace | None = None


class RequirementResult(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement under the three lenses. `evidence` lists the ids that were looked at."""

    id: str
    title: str
    claimed: Verdict
    evidenced: Verdict
    confirmed: Verdict
    reasons: tuple[Reason, ...]
    flags: tuple[str, ...]
    evidence: tuple[str, ...]
    trace: RequirementTrace


class Literal(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts of a criterion under its literal, minimal reading."""

    claimed: Verdict
    evidenced: Verdict
    confirmed: Verdict


class FindingTrace(msgspec.Struct, frozen=True, kw_only=True):
    """How a criterion's verdict follows from its requirements, under each lens."""

    claimed: Trace
    evidenced: Trace
    confirmed: Trace


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion under the three lenses.

    `declared` says that the team declared it and that we did not judge it in depth. `label` is
    `strong` where the rubric says so. `reasons` are the criterion's own (prerequisites, routes,
    declarations); those of its requirements stand with them.
    """

    id: str
    title: str
    declared: bool
    points: int
    claimed: Verdict
    evidenced: Verdict
    confirmed: Verdict
    literal: Literal | None
    label: str | None
    reasons: tuple[Reason, ...]
    requirements: tuple[RequirementResult, ...]
    trace: FindingTrace


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """Points for sure (unknown counts as not met) and at best (unknown counts as met)."""

    guaranteed: int
    possible: int


class TierReach(msgspec.Struct, frozen=True, kw_only=True):
    """The highest tier of the guaranteed and of the possible points; `None` below the lowest."""

    reached: str | None
    within_reach: str | None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Points and tiers under one lens.

    `percent` is the guaranteed share of all points, rounded as the rubric says. `to_silver` is how
    many guaranteed points the rubric's target tier (Silver) still needs; 0 once it is reached.
    `cautions` are the numbers of the rubric's cautions that apply.
    """

    points: Points
    total: int
    percent: float
    tier: TierReach
    to_silver: int
    cautions: tuple[int, ...]


class Lenses(msgspec.Struct, frozen=True, kw_only=True):
    """The score under each lens."""

    claimed: Score
    evidenced: Score
    confirmed: Score


class RubricRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which rubric judged."""

    id: str
    edition: str
    digest: str
    status: str


class SubmissionRef(msgspec.Struct, frozen=True, kw_only=True):
    """What was judged."""

    digest: str
    city: str


class Eligibility(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the city may apply; it changes no point."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something seen in a piece of evidence that changes no verdict, but is good to know.

    A `warning` asks somebody to do something.
    """

    code: str
    kind: OneOf["seen", "warning"]
    params: Mapping[str, Param] = {}


class EvidenceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of evidence as it was judged: what the team said of it and what was seen of it.

    `dated` is the day from which it holds, `received` the day on which it was handed in.
    """

    id: str
    kind: str
    title: str
    serves: tuple[str, ...]
    file: str | None
    url: str | None
    dated: date | None
    status: str
    stated: bool
    sha256: str | None
    format: str | None
    size: int | None
    received: date | None = None
    notes: tuple[Note, ...] = ()


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that counts on the day of the assessment, and the last day on which it counts.

    `looked_at` is the piece of evidence or the answer that holds the date `dated`, which counts for
    `window`. `about` are the requirements, or the declared criteria, that it counts for; `turns`
    those of them, and of their criteria, that are proven until then and not a day longer if nothing
    else changes.
    """

    last_day: date
    looked_at: str
    dated: date
    window: str
    about: tuple[str, ...]
    turns: tuple[str, ...]


class TypedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A key figure as somebody typed it: in an answer or in the table of a piece of evidence.

    `looked_at` is its row. `value` is as it was typed; where only numerator and denominator are
    given, it is `None`.
    """

    looked_at: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    period_start: date | None
    period_end: date | None


class ComparedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A key figure as it was computed from a dataset, beside the one that was typed, if any.

    `missing` says why it was not computed. `reads_as` says how the typed one was understood:
    `as_typed`, as a `fraction` (0.25 for 25 percent), or `worked_out` from numerator and
    denominator; `unclear` where it could be a fraction or not. `difference` is the typed one less
    the computed one, in `unit`; `None` where there is nothing to compare.
    """

    id: str
    evidence: str
    unit: str
    value: float | None
    numerator: float | None
    denominator: float | None
    excluded: Mapping[str, int]
    period_start: date | None
    period_end: date | None
    missing: str | None
    few: bool
    typed: TypedFigure | None
    reads_as: OneOf["as_typed", "fraction", "worked_out", "unclear"] | None
    difference: float | None
    same_period: bool | None


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: the remedy of a requirement that is unmet or unproven.

    `requirement` is its id; the code of a criterion that is to be declared or confirmed; or
    `declared`, the official result that proves all declared ones.

    `goal` says what it is for: `answer` (answer the question), `do` (meet the requirement, or mend
    what the evidence shows to be wrong), `prove` (it is claimed, hand in what proves it), `show`
    (evidence is there that could not be looked at), `confirm` (a coach has to decide).
    `unlocks` are the criteria that still fail and that it helps; `effort_days` and `weeks` are 0
    for `answer` and `confirm`. `rank` starts at 1; `after` holds the requirements whose actions
    come first.
    """

    rank: int
    requirement: str
    criterion: str
    goal: str
    title: str
    effort_days: float
    weeks: int
    roles: tuple[str, ...]
    activity: tuple[str, ...]
    after: tuple[str, ...]
    unlocks: tuple[str, ...]
    needed: bool


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """All findings of a submission on a day, by one rubric, with the score and what to do next."""

    schema_version: str
    rubric: RubricRef
    submission: SubmissionRef
    on: date
    engine_version: str
    eligibility: Eligibility
    lenses: Lenses
    criteria: tuple[Finding, ...]
    evidence: tuple[EvidenceEntry, ...]
    actions: tuple[Action, ...]
    key_figures: tuple[ComparedFigure, ...] = ()
    expiries: tuple[Expiry, ...] = ()
