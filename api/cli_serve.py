"""The command that opens the service: the pages and the API."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import Lang, Language


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen at.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The port to listen at.")] = 8000,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer; one for each core is good.")
    ] = 1,
    demo: Annotated[
        bool, typer.Option("--demo", help="Start the demo, whatever the environment says.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the data lie; READINESS_DATA_FOLDER, if it is not given.",
            show_default=False,
        ),
    ] = None,
    lang: Language = Lang.EN,
) -> None:
    """Open the pages and the API: the demo on this machine, or a real service by its settings.

    Without settings it is a demo with three sample people, reached from this machine alone. For
    anybody else it needs real settings (READINESS_SECRET, READINESS_BASE_URL …), and names what is
    missing. Ctrl+C ends it, after what is under way.

    For example:

        readiness serve

        readiness serve --port 9000 --workers 2

        READINESS_SECRET=… READINESS_BASE_URL=https://… readiness serve --host 0.0.0.0
    """
    from api.serving import run_service, settings_for
    from api.terminal import open_screen

    with open_screen(lang) as screen:
        settings = settings_for(host, demo=demo, data=data)
        run_service(settings, screen, host=host, port=port, workers=workers)
