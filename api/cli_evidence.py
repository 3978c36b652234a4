"""The commands about evidence: look at one piece by itself, list what will expire."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import (
    Day,
    Fetch,
    Lang,
    Language,
    RubricName,
    SubmissionName,
    TrustFacts,
    day_asked,
)


def evidence(
    name: Annotated[
        str,
        typer.Argument(metavar="FILE|URL", help="What to look at.", show_default=False),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="Look at it as this: dataset, data-map, journey-map, survey, kpi, plan, page, "
            "document … Without it, as what it seems to be.",
            show_default=False,
        ),
    ] = None,
    fetch: Fetch = False,
    columns: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What the columns of a table stand for: a YAML file of lines such as "
            "'Vendor Name: award.supplier'.",
            show_default=False,
        ),
    ] = None,
    save_columns: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write down what the columns seem to stand for, to be checked and used.",
            show_default=False,
        ),
    ] = None,
    rubric: Annotated[
        str, typer.Option(metavar="NAME|FOLDER", help="Whose requirements to compare it with.")
    ] = "wwc-2022",
    on: Day = None,
    lang: Language = Lang.EN,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE|-", help="Write what was seen as JSON.", show_default=False),
    ] = None,
) -> None:
    """Look at a piece of evidence: what is there, what it could prove, what is missing.

    Files are opened by a process of their own, with limits. An address is called only with
    `--fetch`, and only if it is public.

    For example:

        readiness evidence contracts.json

        readiness evidence contracts.csv --save-columns columns.yaml

        readiness evidence contracts.csv --columns columns.yaml --json -

        readiness evidence https://city.example/contracts --fetch --as page
    """
    from api.examining import columns_to_check, examine, read_columns, to_json
    from api.letter import letter
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        targets = [path for path in (json, save_columns) if path is not None]
        check_targets(targets, inputs=[Path(name), *([columns] if columns else [])])
        say = screen.language.text
        with screen.working(say("Looking at it …")):
            examined = examine(
                name,
                kind=kind,
                rubric=rubric,
                on=day_asked(on),
                fetch_on=day_asked(None) if fetch else None,
                columns=read_columns(columns) if columns is not None else None,
            )
        results: dict[Path, bytes] = {}
        if json is not None:
            results[json] = to_json(examined)
        if save_columns is not None:
            results[save_columns] = columns_to_check(examined.facts.columns).encode()
        write_all(results)
        if STANDARD_OUTPUT not in results:
            screen.show(*letter(examined, screen))
            for path in results:
                screen.show(line(say("Written: {file}", file=path), "dim"))


def expiring(
    submission: SubmissionName,
    before: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="List what no longer counts on this day; a year from now, if it is not given.",
            show_default=False,
        ),
    ] = None,
    rubric: RubricName = None,
    on: Day = None,
    lang: Language = Lang.EN,
    trust_facts: TrustFacts = False,
) -> None:
    """List what counts today and will be too old before a day.

    To see the verdicts of that day: `readiness score SUBMISSION --on DATE`.

    For example:

        readiness expiring city.yaml

        readiness expiring city.yaml --before 2026-06-30
    """
    from dateutil.relativedelta import relativedelta

    from api.letter import expiry_lines
    from api.services import in_language
    from api.services import score as judge
    from api.terminal import open_screen

    with open_screen(lang) as screen:
        day = day_asked(on)
        last = before.date() if before is not None else day + relativedelta(years=1)
        with screen.working(screen.language.text("Judging the submission …")):
            scored = judge(submission, rubric=rubric, on=day, trust_facts=trust_facts)
        words = in_language(scored.rubric, scored.folder, screen.language)
        screen.show(*expiry_lines(scored, words, screen, before=last))
