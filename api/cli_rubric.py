"""The commands for people who write rubrics: lint, show, schema, new-criterion."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Lang, Language

app = typer.Typer(
    help="Look at rubrics, and write them.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
)

Rubric = Annotated[
    str, typer.Argument(metavar="[RUBRIC]", help="A rubric of the library, or a folder.")
]


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
