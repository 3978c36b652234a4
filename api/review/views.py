"""What the use cases of the review hand back: frozen, without anything of the database's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.errors import PersonRef
from api.workspace.submitting import SubmissionView
from api.workspace.talking import Comment, Decision
from api.workspace.views import AssessmentView
from assessment.progress import Progress
from assessment.results import Lenses, Reason, Verdict


class Word(StrEnum):
    """What a coach can say. `agree` takes the machine's verdict over, whatever it is."""

    AGREE = "agree"
    MET = "met"
    NOT_MET = "not_met"
    NEEDS_PROOF = "needs_proof"
    NOT_APPLICABLE = "not_applicable"


class LineState(StrEnum):
    """Where the decision about something stands.

    `changed`: it was decided, but the team has changed since what the decision rested on; it counts
    no longer, and is asked for again.
    """

    OPEN = "open"
    DECIDED = "decided"
    CHANGED = "changed"


class Order(StrEnum):
    """What the queue begins with; `risk`: whoever claims much and proves little."""

    RISK = "risk"
    AGE = "age"
    CITY = "city"
    COHORT = "cohort"


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What a coach asks the team to change: by requirement or criterion, and by when.

    `saw` tells, for each, what the coach saw: the verdict of the machine and the coach's word.
    `answered_by` is the submission that came after it; until then the request is open.
    """

    number: int
    submission: int
    asks: Mapping[str, str]
    saw: Mapping[str, "Saw"]
    due: date
    note: str
    by: PersonRef
    at: datetime
    answered_by: int | None


@dataclass(frozen=True, slots=True)
class Saw:
    """What a coach had in view when something was asked: the machine's verdict, and their own."""

    evidenced: Verdict
    verdict: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """The end of a review. `seal` is the SHA-256 of the submission, the decisions and the result.

    It stands in the log, chained to everything before it, and on the report.
    """

    submission: int
    submission_digest: str
    decisions: int
    result_digest: str
    seal: str
    note: str
    by: PersonRef
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionAhead:
    """A session of a sprint that is still to come, with the cities that bring something to it.

    `brings` names, for each assessment by its id, the next actions that the machine proposes.
    """

    sprint: str
    cohort: str
    number: int
    kinds: tuple[str, ...]
    on: date
    cities: tuple["Brings", ...]


@dataclass(frozen=True, slots=True)
class Brings:
    """What a city should bring to a session: what is asked of it first, then what pays most."""

    assessment: str
    city: str
    asked: tuple[str, ...]
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """The next session of an assessment's sprint."""

    number: int
    kinds: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A submission that waits for a coach, or for its team.

    Points are guaranteed ones, of `total`. `risk` is how many of the claimed ones are not proven.
    """

    assessment: AssessmentView
    submission: int
    submitted_at: datetime
    submitted_by: PersonRef
    waiting_days: int
    claimed: int
    evidenced: int
    total: int
    risk: int
    decided: int
    to_decide: int
    coaches: tuple[PersonRef, ...]
    due: date | None
    session: Session | None


@dataclass(frozen=True, slots=True)
class CoachLoad:
    """How much a coach has on the desk: assigned, and of these waiting for a coach now."""

    coach: PersonRef
    assigned: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """Claim, machine and coach side by side, of one requirement or declared criterion.

    `verified`: the machine knows a verdict from evidence that it looked at, so that "agree with the
    machine" takes it. `version` is the number of the last decision about it (0: there is none).
    `changed`: the team changed it since the submission before. `asked` is what the open request
    asks of it. `threads` are open ones that the reader may see. `evidence` are ids of pieces in the
    submission. `answer` is what stands in the submission, as plain JSON.
    """

    about: str
    criterion: str
    declared: bool
    claimed: Verdict
    evidenced: Verdict
    confirmed: Verdict
    reasons: tuple[Reason, ...]
    answer: object
    not_applicable: str | None
    may_be_not_applicable: bool
    evidence: tuple[str, ...]
    verified: bool
    decision: Decision | None
    state: LineState
    version: int
    changed: bool
    asked: str | None
    threads: int


@dataclass(frozen=True, slots=True)
class Review:
    """A submission under review. `lenses` are the scores with the decisions that count.

    `blind`: the reader is giving a second reading, and sees no decision of others until it is done.
    `before` is the submission before this one, which the coach knows already.
    """

    assessment: AssessmentView
    submission: SubmissionView
    before: int | None
    lines: tuple[ReviewLine, ...]
    lenses: Lenses
    decided: int
    to_decide: int
    agreeable: int
    coaches: tuple[PersonRef, ...]
    request: ChangeRequest | None
    signed: SignOff | None
    blind: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one requirement or criterion from one submission to the next.

    `evidence_added` and the others are ids of pieces that serve it. `asked` is what had been asked.
    """

    about: str
    criterion: str
    asked: str | None
    answer_before: object
    answer_after: object
    evidence_added: tuple[str, ...]
    evidence_changed: tuple[str, ...]
    evidence_removed: tuple[str, ...]
    claimed_before: Verdict
    claimed_after: Verdict
    evidenced_before: Verdict
    evidenced_after: Verdict


@dataclass(frozen=True, slots=True)
class Differences:
    """Only what changed between two submissions, and what was asked and did not change."""

    first: int
    second: int
    lines: tuple[Difference, ...]
    untouched: tuple[str, ...]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Replay:
    """Whether the stored submission and decisions give the stored result again, to the byte."""

    submission: int
    same: bool
    stored: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment and its replies; who settled it, if it is settled."""

    id: str
    about: str
    private: bool
    comments: tuple[Comment, ...]
    resolved: bool
    resolved_by: PersonRef | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a second reader says of one thing; it decides nothing."""

    about: str
    verdict: Word
    reason: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A second reading of a submission, blind until it is finished."""

    submission: int
    by: PersonRef
    started_at: datetime
    finished_at: datetime | None
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True, slots=True)
class RequirementAgreement:
    """How far two coaches agree about one requirement.

    `kappa` is `None` where chance alone would agree always: all cases have one and the same word.
    """

    about: str
    cases: int
    agreed: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two coaches who saw the same and judged otherwise: for the calibration meeting."""

    assessment: str
    city: str
    submission: int
    about: str
    machine: Verdict
    first: Verdict
    first_reason: str
    first_by: PersonRef
    second: Verdict
    second_reason: str
    second_by: PersonRef


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coaches agree, by requirement and over all of them."""

    rubric: str
    readings: int
    overall: RequirementAgreement
    requirements: tuple[RequirementAgreement, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class MachineDisagreement:
    """How often coaches judged a requirement otherwise than the machine: the rubric may be wrong.

    `turned` counts what became of the machine's verdicts: `met>not_met`. `reasons` are what the
    coaches wrote, the latest first, and at most ten.
    """

    about: str
    cases: int
    differ: int
    share: float
    turned: Mapping[str, int]
    reasons: tuple[str, ...]
