"""The commands for many submissions at once: `readiness batch` and `readiness worker`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Day, Lang, Language, PaperSize, RubricName, TrustFacts, day_asked

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="READINESS_DATABASE",
        help="Hand out the work through this PostgreSQL, postgresql://…, to `readiness worker`.",
        show_default=False,
        show_envvar=True,
    ),
]


def batch(
    given: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT",
            help="A folder or ZIP of submissions, JSON Lines, a table with one in each row, or db: "
            "for those in the service's database.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FOLDER", help="Where the results go.", show_default=False
        ),
    ],
    on: Day = None,
    rubric: RubricName = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write the report of every submission as well.")
    ] = False,
    lang: Language = Lang.EN,
    paper: Annotated[PaperSize, typer.Option(help="Paper of the reports.")] = PaperSize.A4,
    workers: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=64,
            help="Processes that work on it; one per core, or none with --database.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a batch that was ended before it was done.")
    ] = False,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            "--earlier",
            metavar="FOLDER",
            help="Results of an earlier batch, to tell the weeks between; may be given repeatedly.",
            show_default=False,
        ),
    ] = None,
    trust_facts: TrustFacts = False,
    timeout: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="How long one submission may take.")
    ] = 900.0,
    database: Database = None,
) -> None:
    """Score many submissions at once, and write tables, a workbook and reports.

    Each is checked by itself: what cannot be read is named in errors.csv with its row and the mend,
    and the others are scored. Whatever ends the command, `--resume` goes on where it was.

    For example:

        readiness batch submissions --out results --on 2025-11-03

        readiness batch cities.xlsx --out results --pdf --lang es

        readiness batch submissions.zip --out results --resume

        readiness batch submissions --out december --earlier october --earlier november

        readiness batch db:cohort=es,status=submitted --out results
    """
    import os

    import msgspec

    from api.batches.plan import Options
    from api.batches.planning import Asked
    from api.batches.running import is_finished, run_batch
    from api.batches.showing import batch_lines, watching
    from api.batches.stored import take_stored
    from api.services import DEFAULT_RUBRIC
    from api.terminal import line, open_screen
    from api.workspace.stored import PREFIX
    from rubrics.loader import rubric_folder

    with open_screen(lang) as screen:
        say = screen.language.text
        if resume and is_finished(out):
            screen.show(line(say("This batch is done: its results lie in {folder}.", folder=out)))
            return
        options = Options(
            on=day_asked(on),
            language=lang.value,
            paper=paper.value,
            pdf=pdf,
            trust_facts=trust_facts,
        )
        stored = str(given).startswith(PREFIX)
        if stored:
            given = take_stored(str(given), out, resume=resume)
            options = msgspec.structs.replace(options, trust_facts=True)
        cores = 0 if database else os.cpu_count() or 1
        asked = Asked(
            given=given,
            out=out,
            rubric=rubric_folder(rubric or DEFAULT_RUBRIC),
            options=options,
            seconds=timeout,
            workers=cores if workers is None else workers,
            resume=resume,
            earlier=tuple(earlier or ()),
            on_given=on is not None,
            database=database,
        )
        try:
            with watching(screen) as watch:
                ran = run_batch(asked, watch)
        except KeyboardInterrupt:
            screen.show(line(say("Stopped. Add --resume to the same command to go on."), "yellow"))
            raise typer.Exit(130) from None
        screen.show(*batch_lines(ran, out, screen))


def worker(
    database: Database = None,
    service: Annotated[
        bool,
        typer.Option(
            "--service",
            help="Work on the batches of the service; READINESS_… settings say which one it is.",
        ),
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(
            help="What this worker is called; no two at a time may share a name.",
            show_default=False,
        ),
    ] = None,
    lang: Language = Lang.EN,
) -> None:
    """Work on batches that others hand out through a database, until it is ended.

    Any number of workers may do so, on any machine that sees the folders of input and results (of
    a service, its data folder) under the same paths. Start one for each core.

    For example:

        readiness worker --database postgresql://localhost/readiness --name worker-1

        READINESS_DATABASE_URL=postgresql://localhost/readiness readiness worker --service
    """
    import os
    import signal
    import socket
    import threading

    from sqlalchemy.exc import SQLAlchemyError

    from api.batches.service import run_service_worker
    from api.jobs.engine import Databases
    from api.jobs.worker import run_worker
    from api.settings import load_settings
    from api.terminal import line, open_screen
    from rubrics.problems import InputError, Place, Problem

    with open_screen(lang) as screen:
        say = screen.language.text
        if database is None and not service:
            raise InputError([Problem("database.missing", Place("--database"))])
        called = name or f"{socket.gethostname()}-{os.getpid()}"
        until = threading.Event()
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, lambda *_: until.set())
        screen.show(line(say("{name} waits for work. End it with Ctrl-C.", name=called), "dim"))
        try:
            if service or database is None:
                run_service_worker(load_settings(), called, until=until)
            else:
                run_worker(Databases.at(database), called, until=until)
        except SQLAlchemyError as error:
            params = {"detail": type(error).__name__}
            raise InputError(
                [Problem("database.unreachable", Place("--database"), params)]
            ) from None
