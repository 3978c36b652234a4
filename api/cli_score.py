"""The commands `readiness score` and `explain`."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import (
    Day,
    Fetch,
    Lang,
    Language,
    PaperSize,
    ReportKind,
    RubricName,
    SprintName,
    SubmissionName,
    TeamFile,
    TrustFacts,
    day_asked,
)


def score(
    submission: SubmissionName,
    rubric: RubricName = None,
    on: Day = None,
    lang: Language = Lang.EN,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE|-", help="Write the whole result as JSON.", show_default=False),
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report.", show_default=False)
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the report as a page.", show_default=False),
    ] = None,
    kind: Annotated[
        ReportKind,
        typer.Option(help="The report, two pages of it, or a page for the talk with a coach."),
    ] = ReportKind.REPORT,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="RESULT",
            help="What --json wrote the last time: a session sheet tells what has changed.",
            show_default=False,
        ),
    ] = None,
    paper: Annotated[PaperSize, typer.Option(help="Paper of the report.")] = PaperSize.A4,
    sign: Annotated[
        Path | None,
        typer.Option(
            metavar="KEY",
            help="Sign the PDF with the key in this file, as 'readiness sign' does.",
            show_default=False,
        ),
    ] = None,
    sprint: SprintName = None,
    team: TeamFile = None,
    trust_facts: TrustFacts = False,
    fetch: Fetch = False,
) -> None:
    """Judge a city's submission and show where it stands.

    A city that fails is a result (exit status 0). A submission that cannot be read ends with 2 and
    says where and what to mend; nothing is written then.

    For example:

        readiness score city.yaml

        readiness score city.yaml --on 2025-11-03 --pdf report.pdf --paper letter --lang es

        readiness score city.yaml --sprint oct-2025 --pdf report.pdf

        readiness score city.yaml --kind summary --pdf summary.pdf

        readiness score city.yaml --kind session --since october.json --pdf sheet.pdf

        readiness score city.yaml --pdf report.pdf --sign programme.p12

        readiness score city.yaml --json - | jq .lenses.evidenced

        readiness score city.yaml --fetch
    """
    from api.editions import edition_of, read_result
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.services import Format, render, tell
    from api.services import score as judge
    from api.showing import score_lines
    from api.teams import calendar_for, read_team
    from api.terminal import line, open_screen

    if sign is not None and pdf is None:
        raise typer.BadParameter("it goes with --pdf", param_hint="--sign")
    if since is not None and kind is not ReportKind.SESSION:
        raise typer.BadParameter("it goes with --kind session", param_hint="--since")
    with open_screen(lang) as screen, ExitStack() as open_things:
        asked: list[tuple[Format, Path | None]] = [("json", json), ("html", html), ("pdf", pdf)]
        targets = {form: path for form, path in asked if path is not None}
        read = [] if submission == "-" else [Path(submission)]
        read += [path for path in (since, sign) if path is not None]
        check_targets(list(targets.values()), inputs=read)
        printers = None
        if pdf is not None:
            from api.printing import Printers

            printers = open_things.enter_context(Printers(1, rehearsed=False))
            printers.start()  # it gets ready while we judge
        say = screen.language.text
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
            report = tell(scored, screen.language)
            edition = edition_of(scored, screen.language, kind=kind.value, since=since)
        results: dict[Path, bytes] = {}
        if targets:
            with screen.working(say("Writing the report …")):
                earlier = read_result(since) if since is not None else None
                results = render(
                    scored,
                    edition,
                    targets,
                    paper=paper.value,
                    since=earlier,
                    key=sign,
                    printers=printers,
                )
        write_all(results)
        if STANDARD_OUTPUT not in results:
            screen.show(*score_lines(report, screen))
            for path in results:
                screen.show(line(say("Written: {file}", file=path), "dim"))


def explain(
    submission: SubmissionName,
    criterion: Annotated[
        str, typer.Argument(metavar="CRITERION", help="A code, such as RDC7.", show_default=False)
    ],
    requirement: Annotated[
        str | None,
        typer.Argument(
            metavar="[REQUIREMENT]", help="An id, such as rdc7-awards.", show_default=False
        ),
    ] = None,
    rubric: RubricName = None,
    on: Day = None,
    lang: Language = Lang.EN,
    trust_facts: TrustFacts = False,
) -> None:
    """Show why a criterion has its verdict, down to the line of the rubric.

    For example:

        readiness explain city.yaml RDC7

        readiness explain city.yaml RDC7 rdc7-awards --on 2025-11-03
    """
    from api.services import find, in_language
    from api.services import score as judge
    from api.showing import explanation
    from api.terminal import open_screen

    with open_screen(lang) as screen:
        with screen.working(screen.language.text("Judging the submission …")):
            scored = judge(submission, rubric=rubric, on=day_asked(on), trust_facts=trust_facts)
        finding, names = find(scored.assessment, criterion, requirement)
        words = in_language(scored.rubric, scored.folder, screen.language)
        screen.show(*explanation(scored, words, finding, names, screen))
