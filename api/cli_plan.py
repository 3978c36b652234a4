"""The commands `readiness plan` and `readiness progress`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import (
    Day,
    Lang,
    Language,
    LensName,
    Output,
    RubricName,
    SprintName,
    SubmissionName,
    TeamFile,
    TrustFacts,
    Whose,
    day_asked,
)


def plan(
    submission: SubmissionName,
    rubric: RubricName = None,
    on: Day = None,
    lang: Language = Lang.EN,
    target: Annotated[
        str,
        typer.Option(
            metavar="TARGET",
            help="A level or criteria, such as gold or rdc7+rdc8; Silver, if it is not given.",
            show_default=False,
        ),
    ] = "",
    lens: LensName = Whose.EVIDENCED,
    sprint: SprintName = None,
    cohort: Annotated[
        str | None,
        typer.Option(help="The cohort of the sprint, such as es.", show_default=False),
    ] = None,
    team: TeamFile = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE|REQUIREMENT",
            help="Plan without this role or requirement; may be given again.",
            show_default=False,
        ),
    ] = None,
    route: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CRITERION=ROUTE",
            help="Use this route, such as RDC8=B; may be given again.",
            show_default=False,
        ),
    ] = None,
    open_as_no: Annotated[
        bool, typer.Option("--open-as-no", help="Plan as if open questions were answered with no.")
    ] = False,
    alternatives: Annotated[
        int, typer.Option(min=0, max=20, help="How many other ways to show.")
    ] = 0,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUESTION=ANSWER",
            help="Show today's plan beside the one with this answer; may be given again.",
            show_default=False,
        ),
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="Show the plan of this day beside the one of --on.",
            show_default=False,
        ),
    ] = None,
    json: Output = None,
    ics: Output = None,
    csv: Output = None,
    xlsx: Output = None,
    trust_facts: TrustFacts = False,
) -> None:
    """Find the least that a city must do, who does it, and when.

    The plan is the cheapest there is, and proven to be. An open question is an action too: it costs
    nothing, and may save work.

    For example:

        readiness plan city.yaml

        readiness plan city.yaml --target rdc7+rdc8 --sprint oct-2025 --ics plan.ics

        readiness plan city.yaml --alternatives 3 --without finance_official --route RDC8=B

        readiness plan city.yaml --what-if rdc7-awards=90 --on 2026-03-01
    """
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.plan_files import to_csv, to_ics, to_xlsx
    from api.plans import Wanted, compare, make_plan
    from api.services import to_json
    from api.showing_plan import comparison_lines, plan_lines, told_of
    from api.terminal import line, open_screen
    from assessment.results import Lens

    wanted = Wanted(
        target=target,
        lens=Lens(lens.value),
        sprint=sprint,
        cohort=cohort,
        team=team,
        without=tuple(without or ()),
        routes=tuple(route or ()),
        open_as_no=open_as_no,
        alternatives=alternatives,
    )
    with open_screen(lang) as screen:
        say = screen.language.text
        targets = {
            path: kind
            for kind, path in (("json", json), ("ics", ics), ("csv", csv), ("xlsx", xlsx))
            if path is not None
        }
        read = [] if submission == "-" else [Path(submission)]
        check_targets(
            [path for path in (json, ics, csv, xlsx) if path is not None],
            inputs=[*read, *([team] if team is not None else [])],
        )
        day = day_asked(on)
        with screen.working(say("Planning …")):
            if what_if or today is not None:
                compared = compare(
                    submission,
                    wanted,
                    what_if or [],
                    rubric=rubric,
                    today=day_asked(today),
                    on=day,
                    trust_facts=trust_facts,
                )
                planned = compared.then
            else:
                compared = None
                planned = make_plan(
                    submission, wanted, rubric=rubric, on=day, trust_facts=trust_facts
                )
        told, words = told_of(planned, screen)
        city = planned.assessment.submission.city
        results: dict[Path, bytes] = {}
        for path, kind in targets.items():
            match kind:
                case "json":
                    results[path] = to_json(planned.plan if compared is None else compared.told)
                case "ics":
                    results[path] = to_ics(planned.plan, words, screen.language, city=city)
                case "csv":
                    results[path] = to_csv(planned.plan, told, screen.language)
                case _:
                    results[path] = to_xlsx(planned.plan, told, words, screen.language)
        write_all(results)
        if STANDARD_OUTPUT not in results:
            if compared is not None:
                screen.show(*comparison_lines(compared, screen))
            else:
                screen.show(*plan_lines(told, screen))
            for path in results:
                screen.show(line(say("Written: {file}", file=path), "dim"))


def progress(
    results: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULT...",
            help="Two or more results of readiness score --json.",
            show_default=False,
        ),
    ],
    rubric: RubricName = None,
    lang: Language = Lang.EN,
    lens: LensName = Whose.EVIDENCED,
    json: Output = None,
) -> None:
    """Show what turned and what slipped between assessments of one city.

    For example:

        readiness score city.yaml --on 2025-10-06 --json october.json

        readiness progress october.json december.json

        readiness progress october.json december.json --json - | jq .burn_up
    """
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.plans import read_progress
    from api.services import DEFAULT_RUBRIC, in_language, to_json
    from api.showing_plan import progress_lines
    from api.terminal import open_screen
    from assessment.results import Lens
    from rubrics.loader import load_rubric, rubric_folder

    with open_screen(lang) as screen:
        check_targets([json] if json is not None else [], inputs=results)
        found = read_progress(results, Lens(lens.value))
        written = {json: to_json(found)} if json is not None else {}
        write_all(written)
        if STANDARD_OUTPUT not in written:
            folder = rubric_folder(rubric or DEFAULT_RUBRIC)
            words = in_language(load_rubric(folder), folder, screen.language)
            screen.show(*progress_lines(found, words, screen))
