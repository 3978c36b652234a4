"""The command line `readiness`: thin commands over plain functions, and how they end.

0 is a result, be it a city that fails; 2 is something that cannot be read or written, with its
place and the mend; 1 is a fault of ours. Commands import what they need when they run, so that
`--help` answers at once.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from api import (
    cli_batch,
    cli_columns,
    cli_db,
    cli_evidence,
    cli_export,
    cli_plan,
    cli_review,
    cli_rubric,
    cli_score,
    cli_serve,
    cli_template,
    cli_verify,
)
from api.cli_options import (
    Lang,
    Language,
    PublicSchema,
)

app = typer.Typer(
    name="readiness",
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_rubric.app, name="rubric")
app.add_typer(cli_db.app, name="db")
app.add_typer(cli_review.app, name="review")


@app.callback(invoke_without_command=True)
def readiness(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and end.")] = False,
) -> None:
    """Is a city ready for What Works Cities Certification? Why, and what should it do next?

    Start with `readiness demo`.
    """
    if version:
        from assessment.engine import ENGINE_VERSION

        typer.echo(f"readiness {ENGINE_VERSION}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command()(cli_score.score)
app.command()(cli_score.explain)
app.command()(cli_export.export)
app.command()(cli_columns.score_columns)
app.command()(cli_plan.plan)
app.command()(cli_plan.progress)


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the reports go; made if it is not there.")
    ] = Path("out"),
    lang: Language = Lang.EN,
) -> None:
    """Score three example cities and write their reports.

    One reaches Silver with RDC7 and RDC8, one nearly does, one is a beginner. Their submissions
    come with the program: copy one to begin with your own.

    For example:

        readiness demo

        readiness demo --lang es --out reports-in-spanish
    """
    from api.demo import run_demo
    from api.terminal import open_screen

    with open_screen(lang) as screen:
        run_demo(out, screen)


@app.command()
def schema(
    name: Annotated[
        PublicSchema,
        typer.Argument(
            metavar="submission|result|plan|what-if|progress|impact|openapi", help="Which format."
        ),
    ],
) -> None:
    """Print the JSON Schema of a public format, or the OpenAPI document of the API.

    For example:

        readiness schema submission > submission.schema.json

        readiness schema result

        readiness schema openapi
    """
    from api import schemas

    made = {
        PublicSchema.SUBMISSION: schemas.submission_schema,
        PublicSchema.RESULT: schemas.result_schema,
        PublicSchema.PLAN: schemas.plan_schema,
        PublicSchema.WHAT_IF: schemas.what_if_schema,
        PublicSchema.PROGRESS: schemas.progress_schema,
        PublicSchema.IMPACT: schemas.impact_schema,
        PublicSchema.OPENAPI: schemas.openapi_document,
    }
    typer.echo(schemas.to_text(made[name]()), nl=False)


app.command()(cli_evidence.evidence)
app.command()(cli_evidence.expiring)
app.command()(cli_template.template)
app.command()(cli_serve.serve)
app.command()(cli_verify.verify)
app.command()(cli_verify.sign)
app.command()(cli_batch.batch)
app.command()(cli_batch.worker)


YOUNG = 100_000
"""Objects that come to be before Python looks for those that nobody can reach: most commands have
ended by then, and a service lives for months."""


def main() -> None:
    """Runs the command line. A fault of ours is said in one line as well, and ends with 1."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell (`>&-`): nobody wants to hear us
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            # A terminal that cannot show a sign shall not keep us from telling the rest.
            stream.reconfigure(errors="replace")
    gc.set_threshold(YOUNG)
    try:
        app()
    except SystemExit as end:
        _finish_output()
        if end.code == 1:  # our commands never end so: Typer and rich do when nobody reads on
            sys.exit(0)
        raise
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename or 'standard output'}", 2)
    except Exception as error:
        if os.environ.get("READINESS_TRACE"):
            raise
        _fail(
            f"Something went wrong that is not your fault: {type(error).__name__}: {error}\n"
            "Please report it. With READINESS_TRACE=1 before the command you see where.",
            1,
        )


def _finish_output() -> None:
    """Brings out what is still held back, while we can still say why it does not go."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # Python would try again when it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(0)  # whoever read our lines has seen enough
        _fail(f"Standard output cannot be written: {error.strerror}", 2)


def _fail(message: str, status: int) -> None:
    print(f"readiness: {message}", file=sys.stderr)  # noqa: T201 (this is what a command says)
    sys.exit(status)


if __name__ == "__main__":
    main()
