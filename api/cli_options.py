"""The arguments and options that more than one command takes."""

import os
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """The languages of reports and of everything that a command says."""

    EN = "en"
    ES = "es"
    PT = "pt"


class ReportKind(StrEnum):
    """The kinds of report about a city."""

    REPORT = "report"
    SUMMARY = "summary"
    SESSION = "session"


class PaperSize(StrEnum):
    """The papers that reports are laid out for."""

    A4 = "a4"
    LETTER = "letter"


class PublicSchema(StrEnum):
    """The formats that others may read and write."""

    SUBMISSION = "submission"
    RESULT = "result"
    PLAN = "plan"
    WHAT_IF = "what-if"
    PROGRESS = "progress"
    OPENAPI = "openapi"
    IMPACT = "impact"


class Whose(StrEnum):
    """Whose word counts: the lenses."""

    CLAIMED = "claimed"
    EVIDENCED = "evidenced"
    CONFIRMED = "confirmed"


SubmissionName = Annotated[
    str,
    typer.Argument(
        metavar="SUBMISSION",
        help="The city's answers and evidence: a YAML or JSON file, or - for standard input.",
        show_default=False,
    ),
]
RubricName = Annotated[
    str | None,
    typer.Option(
        "--rubric",
        metavar="NAME|FOLDER",
        help="Judge by this rubric instead of the one that the submission names.",
        show_default=False,
    ),
]
Day = Annotated[
    datetime | None,
    typer.Option(
        "--on",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="Judge as of this day, such as 2025-11-03; today, if it is not given.",
        show_default=False,
    ),
]
SprintName = Annotated[
    str | None,
    typer.Option(
        "--sprint",
        metavar="NAME|FILE",
        help="Put the plan on the calendar of this sprint, such as oct-2025.",
        show_default=False,
    ),
]
TeamFile = Annotated[
    Path | None,
    typer.Option(
        "--team",
        metavar="FILE",
        help="Who is there, and for how many days a week.",
        show_default=False,
    ),
]
TrustFacts = Annotated[
    bool,
    typer.Option(
        "--trust-facts",
        help="Believe facts that stand in the submission: our own collectors wrote them.",
    ),
]
Fetch = Annotated[
    bool,
    typer.Option("--fetch", help="Call the addresses that are named; without it, none is called."),
]
Language = Annotated[
    Lang, typer.Option("--lang", help="Language of the report and of what is shown.")
]

LensName = Annotated[
    Whose,
    typer.Option(
        "--lens",
        metavar="claimed|evidenced|confirmed",
        help="Whose word counts: the team's, the evidence's, a coach's.",
    ),
]
Output = Annotated[Path | None, typer.Option(metavar="FILE|-", show_default=False)]


def day_asked(on: datetime | None) -> date:
    """The day asked for; without one, this is the only place that looks at a calendar.

    SOURCE_DATE_EPOCH stands for the clock of whoever wants the same bytes twice.
    """
    if on is not None:
        return on.date()
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now().astimezone().date()
