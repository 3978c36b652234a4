"""What a coach's session sheet says: one page about one city, for a talk between two people."""

from dataclasses import dataclass
from datetime import date

from reports.edition import Kind
from reports.report import Summary, VerdictCell


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A criterion or requirement whose verdict is another than the last time."""

    number: str
    title: str
    before: VerdictCell
    after: VerdictCell
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """Something open: a question without an answer, or evidence that a person must look at."""

    number: str
    title: str
    cell: VerdictCell
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSheet:
    """Everything that a session sheet tells, in one language.

    `since` says what the last result was, or that there is none; `bring_note` which session comes
    next, or that no sprint was given.
    """

    kind: Kind = "session"
    language: str
    title: str
    city: str
    standard: str
    day: str
    on: date
    status: str
    summary: Summary
    since: str
    changes: tuple[ChangeLine, ...]
    more_changes: str
    waiting: str
    questions: tuple[QuestionLine, ...]
    more_questions: str
    bring_note: str
    bring: tuple[str, ...]
