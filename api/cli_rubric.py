"""The commands for people who write rubrics: lint, show, schema, new-criterion, impact."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Day, Lang, Language, LensName, Output, TrustFacts, Whose, day_asked

app = typer.Typer(
    help="Look at rubrics, and write them.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
)

Rubric = Annotated[
    str, typer.Argument(metavar="[RUBRIC]", help="A rubric of the library, or a folder.")
]


DATABASE = "db"
"""What stands for the database of the service, where a folder of submissions may stand."""


@app.callback()
def rubrics(context: typer.Context) -> None:
    """Look at rubrics, and write them."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def lint(rubric: Rubric = "wwc-2022", lang: Language = Lang.EN) -> None:
    """Find everything that is wrong with a rubric: rules, words in every language, cases.

    Every case is run. Each requirement needs a case that shows it met, not met, and open.

    For example:

        readiness rubric lint

        readiness rubric lint my-rubric/
    """
    from api.linting import lint as find_problems
    from api.pages import soundness
    from api.terminal import open_screen
    from rubrics.loader import rubric_folder

    with open_screen(lang) as screen:
        with screen.working(screen.language.text("Running every case …")):
            sound = find_problems(rubric_folder(rubric))
        screen.show(*soundness(sound, screen))


@app.command()
def show(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUBRIC] [CODE]",
            help="A code such as RDC7, or the id of a requirement; before it a rubric, "
            "if it is another than wwc-2022.",
            show_default=False,
        ),
    ] = None,
    lang: Language = Lang.EN,
) -> None:
    """Print a criterion as a page; without a code, the standard at a glance.

    For example:

        readiness rubric show

        readiness rubric show RDC7

        readiness rubric show my-rubric/ rdc7-awards --lang pt
    """
    from api.pages import pages
    from api.terminal import open_screen

    with open_screen(lang) as screen:
        screen.show(*pages(words or [], screen))


@app.command()
def schema(
    write: Annotated[
        bool, typer.Option("--write", help="Write it to rubrics/schema.json instead.")
    ] = False,
) -> None:
    """Print the JSON Schema that gives editors completion for rubrics.

    Editors find it by the first line of a rubric: `# yaml-language-server: $schema=…`.

    For example:

        readiness rubric schema > rubric.schema.json
    """
    from api.outputs import write_all
    from api.schemas import RUBRIC_SCHEMA, rubric_schema, to_text
    from api.terminal import line, open_screen

    with open_screen("en") as screen:
        text = to_text(rubric_schema())
        if write:
            write_all({RUBRIC_SCHEMA: text.encode()})
            screen.show(line(f"Written: {RUBRIC_SCHEMA}"))
        else:
            typer.echo(text, nl=False)


@app.command()
def new_criterion(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder of a rubric.", show_default=False)
    ],
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help="Its code: that of a practice and a number, such as RDC9.",
            show_default=False,
        ),
    ],
    lang: Language = Lang.EN,
) -> None:
    """Begin a criterion: its file, cases and words, sound at once, to be filled in.

    A code that is only declared so far gets its full depth. Nothing that is there is overwritten.

    For example:

        readiness rubric new-criterion my-rubric/ RDC9
    """
    from api.linting import lint as find_problems
    from api.outputs import write_all
    from api.pages import beginning, soundness
    from api.scaffold import scaffold
    from api.terminal import line, open_screen
    from rubrics.loader import rubric_folder

    with open_screen(lang) as screen:
        place = rubric_folder(str(folder))
        begun = scaffold(place, code.upper())
        for name in begun.files:
            (place / name).parent.mkdir(exist_ok=True)
        write_all({place / name: text.encode() for name, text in begun.files.items()})
        screen.show(*beginning(begun, place, screen))
        with screen.working(screen.language.text("Running every case …")):
            sound = find_problems(place)
        screen.show(line(), *soundness(sound, screen))


@app.command()
def impact(
    new: Annotated[
        str,
        typer.Argument(metavar="NEW", help="The folder of the other edition.", show_default=False),
    ],
    on_submissions: Annotated[
        str,
        typer.Option(
            "--on-submissions",
            metavar="FOLDER|db",
            help="Submissions, or a folder for each; 'db': the last one of every city in the "
            "service's database.",
            show_default=False,
        ),
    ],
    old: Annotated[
        str,
        typer.Option("--from", metavar="RUBRIC", help="The edition that they were written for."),
    ] = "wwc-2022",
    on: Day = None,
    lens: LensName = Whose.EVIDENCED,
    lang: Language = Lang.EN,
    json: Output = None,
    xlsx: Output = None,
    trust_facts: TrustFacts = False,
) -> None:
    """Show whose verdict flips under another edition of a rubric, why, and what to ask anew.

    Every submission is judged by both editions on the same day and the same evidence.

    For example:

        readiness rubric impact my-rubric/ --on-submissions submissions/

        readiness rubric impact my-rubric/ --on-submissions db --xlsx impact.xlsx
    """
    from api.impact import compare_editions, compare_snapshots
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.services import to_json
    from api.sheet_files import to_xlsx
    from api.showing_impact import impact_lines, problems_in_words, words_of
    from api.terminal import line, open_screen
    from assessment.results import Lens
    from reports.exports.impact import impact_sheets

    with open_screen(lang) as screen:
        say, day = screen.language.text, day_asked(on)
        check_targets([path for path in (json, xlsx) if path is not None])
        with screen.counting(say("Judging by both editions …")) as progress:
            if on_submissions == DATABASE:
                from api.cohorts.source import snapshots_in_database

                snapshots = snapshots_in_database(old, on=day)
                compared = compare_snapshots(
                    new, snapshots, old=old, on=day, lens=Lens(lens.value), progress=progress
                )
            else:
                compared = compare_editions(
                    new,
                    Path(on_submissions),
                    old=old,
                    on=day,
                    lens=Lens(lens.value),
                    trust_facts=trust_facts,
                    progress=progress,
                )
        results: dict[Path, bytes] = {}
        if json is not None:
            results[json] = to_json(compared.impact)
        if xlsx is not None:
            unread = tuple(
                (name, problems_in_words(error, screen)) for name, error in compared.unread
            )
            words = words_of(compared, screen)
            sheets = impact_sheets(compared.impact, compared.old, words, screen.language, unread)
            title = f"{compared.impact.old.edition} → {compared.impact.new.edition}"
            results[xlsx] = to_xlsx(sheets, screen.language, title=title, on=day)
        write_all(results)
        if STANDARD_OUTPUT not in results:
            screen.show(*impact_lines(compared, screen))
            for path in results:
                screen.show(line(say("Written: {file}", file=path), "dim"))
