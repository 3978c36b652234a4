"""Starts the service: whether it may be opened at an address, and the processes that answer."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.db import open_database
from api.demo_data import is_demo, make_demo
from api.errors import Unusable
from api.hardening.watching import SHARED_FOLDER
from api.logs import set_up_logs
from api.settings import LOOPBACK, Settings, load_settings
from api.terminal import Screen, line
from rubrics.problems import InputError, Place, Problem

APPLICATION = "api.serving:app_from_environment"
GRACE = 20
"""Seconds that requests under way have to end when the service is told to."""

KEEP_ALIVE = 15


def app_from_environment() -> FastAPI:
    """The application of a worker: its settings are those of its environment."""
    from api.app import create_app  # noqa: PLC0415 (whoever only starts workers needs none of it)

    settings = Settings()
    set_up_logs(settings.log_format)
    return create_app(settings)


def settings_for(host: str, *, demo: bool, data: Path | None) -> Settings:
    """The settings for an address, complete; `InputError` names what is missing for it.

    Where nothing at all is set, it is the demo: for this machine alone.
    """
    settings = load_settings()
    nothing_set = settings.secret is None and settings.base_url is None
    local = host in LOOPBACK
    if demo or (nothing_set and local):
        settings = settings.model_copy(update={"demo": True, "log_format": "text"})
    if data is not None:
        settings = settings.model_copy(update={"data_folder": data})
    missing = _missing(settings, local=local)
    if missing:
        params = {"host": host, "missing": ", ".join(missing)}
        raise InputError([Problem("serve.settings_missing", Place("--host"), params)])
    return settings


def run_service(settings: Settings, screen: Screen, *, host: str, port: int, workers: int) -> None:
    """Answers requests until it is told to end; a demo is set up first, where it is not yet."""
    say = screen.language.text
    if settings.demo:
        with screen.working(say("Setting up the demo …")):
            _set_up_demo(settings)
    else:
        _check_database(settings)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if settings.demo:
        screen.show(
            line(say("DEMO: anybody at this machine signs in without a password."), "bold red"),
            line(say("Use it to look around, never for real answers. What you save is kept in")),
            line(f"  {settings.data_folder}"),
            line(),
        )
    screen.show(line(say("Open {url} in a browser. Ctrl+C ends it.", url=url), "bold"))
    _hand_on(settings)
    from api.batches.service import workers_beside  # noqa: PLC0415 (whoever answers needs none of it)

    with _shared_figures(workers), workers_beside(settings, port=port):
        uvicorn.run(
            APPLICATION,
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=False,  # our own lines hold less: no addresses, no queries
            log_config=None,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
        )


def _missing(settings: Settings, *, local: bool) -> list[str]:
    """What stands between these settings and an address."""
    found = []
    if settings.demo:
        return [] if local else ["READINESS_DEMO=false"]
    if settings.secret is None:
        found.append("READINESS_SECRET")
    if settings.base_url is None:
        found.append("READINESS_BASE_URL")
    return found


def _set_up_demo(settings: Settings) -> None:
    database = open_database(settings)
    try:
        make_demo(database)
    except Unusable:
        params = {"folder": str(settings.data_folder)}
        raise InputError([Problem("serve.not_a_demo", Place("database"), params)]) from None
    finally:
        database.close()


def _check_database(settings: Settings) -> None:
    """A database that is there, of this version, and no demo's: else nobody can trust it."""
    with closing(open_database(settings)) as database:
        lacks = database.is_ready()
        if not lacks:
            with database.read() as db:
                if is_demo(db):
                    raise InputError([Problem("serve.is_a_demo", Place("database"), {})])
    if lacks:
        problems = [Problem("serve.not_ready", Place("database"), {"detail": one}) for one in lacks]
        raise InputError(problems)


def _hand_on(settings: Settings) -> None:
    """Workers are processes of their own and read the environment: it says what was decided."""
    os.environ["READINESS_DEMO"] = str(settings.demo).lower()
    os.environ["READINESS_LOG_FORMAT"] = settings.log_format
    os.environ["READINESS_DATA_FOLDER"] = str(settings.data_folder.absolute())
    os.environ["READINESS_BATCH_WORKERS"] = str(settings.batch_workers)


@contextmanager
def _shared_figures(workers: int) -> Iterator[None]:
    """A folder in which several workers keep their figures, so that /metrics tells of all."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="readiness-figures-") as folder:
        os.environ[SHARED_FOLDER] = folder
        yield
