"""The command that writes forms to fill in: `readiness template`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Lang, Language


class Template(StrEnum):
    """What can be filled in: the forms of the rubric, a whole submission, or many in rows."""

    DATA_MAP = "data-map"
    JOURNEY_MAP = "journey-map"
    SURVEY = "survey"
    KPI = "kpi"
    PLAN = "plan"
    SUBMISSION = "submission"
    BATCH = "batch"


def template(
    name: Annotated[Template, typer.Argument(help="Which form.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE|-",
            help="Where it goes; its own name in this folder, if it is not given.",
            show_default=False,
        ),
    ] = None,
    lang: Language = Lang.EN,
    csv: Annotated[
        bool, typer.Option("--csv", help="A bare CSV header instead of a workbook.")
    ] = False,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SUBMISSION",
            help="Fill the workbook with what this submission says (for 'submission' only).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a form to fill in, as an Excel workbook in your language.

    It can be filled in with Excel or LibreOffice, and is read back as evidence, or, in the case of
    `submission`, scored like any other. `batch` has a row for each city. A file that is there
    already is never overwritten.

    For example:

        readiness template data-map --lang es -o mapa.xlsx

        readiness template plan --csv

        readiness template submission --lang pt --from city.yaml -o cidade.xlsx

        readiness template batch --lang es -o form.xlsx
    """
    from api.forms.templates import refuse_to_overwrite, template_bytes
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        target = out if out is not None else Path(f"{name}.{'csv' if csv else 'xlsx'}")
        refuse_to_overwrite(target)
        check_targets([target])
        content = template_bytes(name.value, language=lang.value, as_csv=csv, start=start)
        write_all({target: content})
        if target != STANDARD_OUTPUT:
            screen.show(line(screen.language.text("Written: {file}", file=target), "dim"))
