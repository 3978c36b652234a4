"""The commands about the service's database: upgrade, backup, restore, check."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Lang, Language

app = typer.Typer(
    help="Look after the database of the service; READINESS_… settings say which one it is.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
)


@app.callback()
def database(context: typer.Context) -> None:
    """Look after the database of the service; READINESS_… settings say which one it is."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def upgrade(lang: Language = Lang.EN) -> None:
    """Bring the database to the tables of this version; a new one gets all of them.

    Make a backup first.

    For example:

        readiness db upgrade

        READINESS_DATABASE_URL=postgresql://me@localhost/readiness readiness db upgrade
    """
    from api.db.session import open_database
    from api.db.upgrading import newest
    from api.db.upgrading import upgrade as bring_up
    from api.settings import load_settings
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        opened = open_database(load_settings())
        bring_up(opened.engine)
        opened.close()
        say = screen.language.text
        screen.show(line(say("The database is up to date ({version}).", version=newest())))


@app.command()
def backup(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that is not there yet, .tar.gz.")
    ],
    lang: Language = Lang.EN,
) -> None:
    """Write the database and all evidence to one file, while people go on working.

    With it go the SHA-256 of every file and the heads of the log. PostgreSQL needs pg_dump.

    For example:

        readiness db backup friday.tar.gz
    """
    from api.db.backing_up import back_up
    from api.db.session import open_database
    from api.settings import load_settings
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        say = screen.language.text
        opened = open_database(load_settings())
        with screen.working(say("Writing the backup …")):
            made = back_up(opened, target)
        opened.close()
        count = len(made.files) - 1
        screen.show(
            line(say("Written: {file}", file=target)),
            line(say("Pieces of evidence: {n}", n=count), "dim"),
        )


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also in the place of a database that is not empty.")
    ] = False,
    lang: Language = Lang.EN,
) -> None:
    """Put a backup in the place of an empty database. Stop the service first.

    Every file is compared with its SHA-256, and the log with its heads, before anything changes.

    For example:

        readiness db restore friday.tar.gz

        readiness db restore friday.tar.gz --replace
    """
    from api.db.backing_up import restore as put_back
    from api.settings import load_settings
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        say = screen.language.text
        with screen.working(say("Checking the backup …")):
            made = put_back(load_settings(), source, replace=replace)
        screen.show(line(say("The backup of {at} is in place.", at=made.made_at)))


@app.command()
def staff(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose account it is.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="How others see them.")],
    lang: Language = Lang.EN,
) -> None:
    """Let the first person of the programme's staff in; they invite everybody else.

    The password is asked for, or read from the first line of standard input.

    For example:

        readiness db staff sam@example.org --name "Sam Carter"
    """
    import sys

    from api.accounts.passwords import SHORTEST
    from api.accounts.people import add_staff
    from api.db.session import open_database
    from api.errors import Unusable
    from api.settings import load_settings
    from api.terminal import line, open_screen
    from rubrics.problems import InputError, Place, Problem

    with open_screen(lang) as screen:
        say = screen.language.text
        if sys.stdin.isatty():
            password = typer.prompt(say("Password"), hide_input=True, confirmation_prompt=True)
        else:
            password = sys.stdin.readline().rstrip("\n")
        opened = open_database(load_settings())
        try:
            add_staff(opened, email=email, name=name, password=password, language=lang.value)
        except Unusable as error:
            params = {"shortest": SHORTEST}
            raise InputError([Problem(f"account.{error.reason}", Place(email), params)]) from None
        finally:
            opened.close()
        screen.show(line(say("{name} can sign in now, as staff.", name=name)))


@app.command()
def check(
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A backup: the log must still contain all that it had then.",
            show_default=False,
        ),
    ] = None,
    lang: Language = Lang.EN,
) -> None:
    """Find out whether the database is whole: tables, log, contents of the evidence.

    The log is chained: a line that was changed or taken away is found. Whoever can write the
    database could chain it anew, so compare it with the heads in a backup now and then.

    For example:

        readiness db check

        readiness db check --against friday.tar.gz
    """
    from api.db.archive import read_manifest
    from api.db.checks import find_damage
    from api.db.session import open_database
    from api.settings import load_settings
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        say = screen.language.text
        known = read_manifest(against).known_heads() if against is not None else None
        opened = open_database(load_settings())
        with screen.working(say("Checking the database …")):
            wrong = find_damage(opened, known=known)
        opened.close()
        if not wrong:
            screen.show(line(say("The database is whole.")))
            return
        screen.show(*(line(what, "red") for what in wrong))
        raise typer.Exit(2)
