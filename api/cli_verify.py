"""The commands about reports that have left the house: check one, sign one."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Lang, Language

MAX_REPORT = 200_000_000

NOT_THE_SAME = 3
"""How the command ends where a report was checked and is not what it should be."""

ReportFile = Annotated[
    Path, typer.Argument(metavar="REPORT", help="A report, as PDF.", show_default=False)
]
KeyFile = Annotated[
    Path,
    typer.Option(
        "--key",
        metavar="FILE",
        help="PKCS#12, or PEM with key and certificate. Its passphrase is read from "
        "READINESS_KEY_PASSPHRASE.",
        show_default=False,
    ),
]


def verify(
    report: ReportFile,
    rubric: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FOLDER",
            help="Judge by this rubric; without it, by the one that the report names.",
            show_default=False,
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A certificate, in PEM, whose signature to believe.",
            show_default=False,
        ),
    ] = None,
    lang: Language = Lang.EN,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE|-", help="Write what was found as JSON.", show_default=False),
    ] = None,
) -> None:
    """Check a report: judge what it carries again, and compare result and pages.

    Says whether it comes out the same, which verdicts are different, or what was changed in the
    file after it was made. Ends with 0 when it is the same, else with 3.

    For example:

        readiness verify report.pdf

        readiness verify report.pdf --trust programme.pem

        readiness verify report.pdf --rubric wwc-2022 --json - | jq .outcome
    """
    from api.outputs import STANDARD_OUTPUT, check_targets, write_all
    from api.sealing import read_file
    from api.services import to_json
    from api.showing_verification import verification_lines
    from api.terminal import open_screen
    from api.verifying.confined import verify as check
    from rubrics.loader import rubric_folder

    with open_screen(lang) as screen:
        if json is not None:
            check_targets([json], inputs=[report])
        judged_by = rubric_folder(rubric) if rubric is not None else None
        pdf = read_file(report, most=MAX_REPORT)
        roots = read_file(trust, most=1_000_000) if trust is not None else None
        with screen.working(screen.language.text("Checking the report …")):
            found = check(pdf, name=str(report), rubric=judged_by, trust=roots)
        if json is not None:
            write_all({json: to_json(found)})
        if json != STANDARD_OUTPUT:
            screen.show(*verification_lines(found, screen))
    if found.outcome != "same" or (found.seal is not None and found.seal.trusted is False):
        raise typer.Exit(NOT_THE_SAME)


def sign(
    report: ReportFile,
    key: KeyFile,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where the signed report goes; without it, it takes the place of the other.",
            show_default=False,
        ),
    ] = None,
    lang: Language = Lang.EN,
) -> None:
    """Sign a report with the key of a programme, so that others can tell who stands behind it.

    The report stays PDF/A-3a. `readiness verify --trust` checks the signature.

    For example:

        readiness sign report.pdf --key programme.p12

        readiness sign report.pdf --key programme.pem --out signed.pdf
    """
    from api.outputs import check_targets, write_all
    from api.sealing import read_file, signed
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        target = out if out is not None else report
        check_targets([target], inputs=[key])
        pdf = read_file(report, most=MAX_REPORT)
        write_all({target: signed(pdf, name=str(report), key=key)})
        screen.show(line(screen.language.text("Signed: {file}", file=target), "dim"))
