"""The command that scores very many submissions at once, column by column."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Day, Lang, Language, RubricName, TrustFacts, day_asked


def score_columns(
    submissions: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Submissions as JSON Lines or Parquet, one a row.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="The Parquet file to write.", show_default=False
        ),
    ],
    rubric: RubricName = None,
    on: Day = None,
    lang: Language = Lang.EN,
    trust_facts: TrustFacts = False,
) -> None:
    """Score very many submissions at once: verdicts, points and reason codes, a row each.

    Rows that do not fit are listed with their reasons beside the result. No evidence is opened:
    facts must stand in the rows.

    For example:

        readiness score-columns submissions.jsonl --out scored.parquet

        readiness score-columns submissions.parquet --out scored.parquet --on 2025-11-03
    """
    from api.columns.scoring import score_columns as score
    from api.outputs import check_targets
    from api.services import DEFAULT_RUBRIC
    from api.terminal import line, open_screen
    from rubrics.loader import load_rubric, rubric_folder

    with open_screen(lang) as screen:
        say = screen.language.text
        check_targets([out], inputs=[submissions])
        chosen = load_rubric(rubric_folder(rubric or DEFAULT_RUBRIC))
        with screen.working(say("Scoring {file} …", file=submissions)):
            found = score(chosen, submissions, out, on=day_asked(on), trust_facts=trust_facts)
        screen.show(line(say("Rows that were scored: {count}", count=found.rows)))
        if found.errors is not None:
            count, file = found.bad, found.errors
            told = say("Rows that do not fit: {count}. See {file}.", count=count, file=file)
            screen.show(line(told, "yellow"))
        screen.show(line(say("Written: {file}", file=out), "dim"))
