"""The command `readiness export`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import (
    Day,
    Fetch,
    Lang,
    Language,
    RubricName,
    SprintName,
    SubmissionName,
    TeamFile,
    TrustFacts,
    day_asked,
)
from api.export_kinds import Kind


def export(
    submission: SubmissionName,
    to: Annotated[
        Kind,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="One of: " + ", ".join(kind.value for kind in Kind) + ".",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE|-", help="Where it goes.", show_default=False),
    ],
    rubric: RubricName = None,
    on: Day = None,
    lang: Language = Lang.EN,
    sprint: SprintName = None,
    team: TeamFile = None,
    trust_facts: TrustFacts = False,
    fetch: Fetch = False,
) -> None:
    """Judge a submission and hand the result to another program.

    `xlsx` is a workbook with everything, `csv` its table of requirements, `csv-actions` that of
    actions; `json` our own format. For auditors: OSCAL assessment results and plan of action; for
    linked data: the EU's CCCEV and the W3C's EARL.

    For example:

        readiness export city.yaml --to xlsx --lang es -o resultado.xlsx

        readiness export city.yaml --to oscal-poam --sprint oct-2025 -o poam.json

        readiness export city.yaml --to earl --on 2025-11-03 -o - | jq .
    """
    from api.exports import export as exported
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.services import score as judge
    from api.teams import calendar_for, read_team
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        say = screen.language.text
        check_targets([output], inputs=[] if submission == "-" else [Path(submission)])
        with screen.working(say("Judging the submission …")):
            day, who = day_asked(on), read_team(team)
            scored = judge(
                submission,
                rubric=rubric,
                on=day,
                trust_facts=trust_facts,
                fetch_on=day_asked(None) if fetch else None,
                team=who,
                calendar=calendar_for(sprint, who, on=day),
            )
            made = exported(scored, to, screen.language)
        write_all({output: made.content})
        if output != STANDARD_OUTPUT:
            screen.show(line(say("Written: {file}", file=output), "dim"))
