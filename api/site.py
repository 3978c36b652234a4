"""What one running service holds: its settings, its secret, its limits, its figures."""

import os
import secrets
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from api.db import Database, open_database
from api.dossier import dossier
from api.exceptions import UNAVAILABLE, FaultError
from api.hardening.rates import Rates
from api.hardening.watching import Figures
from api.printing import Job, Printers
from api.services import Paper, Scored
from api.settings import Settings
from assessment.results import Assessment
from reports.edition import Edition
from reports.renderer import Attachment, ReportError
from rubrics.problems import Place, Problem

OWN_SECRET = "demo-secret"  # noqa: S105 (the name of a file)
"""Where the demo keeps a secret of its own, so that all its workers have the same."""

WAITING = 4
"""Reports that one process prints or keeps waiting: each holds a thread meanwhile."""

RATES_FILE = "rates.sqlite"


@dataclass(frozen=True, slots=True)
class Site:
    """One service. Routes and pages find it as `request.app.state.site`."""

    settings: Settings
    secret: bytes
    database: Database
    rates: Rates
    figures: Figures = field(default_factory=Figures)
    printers: Printers = field(default_factory=partial(Printers, 1))
    queue: threading.Semaphore = field(default_factory=partial(threading.Semaphore, WAITING))

    def print_report(
        self, scored: Scored, report: Edition, *, paper: Paper, since: Assessment | None = None
    ) -> bytes:
        """A city's report as PDF, with what it was made from inside."""
        attachments = dossier(scored, report, paper=paper, since=since)
        return self.print_edition(report, paper=paper, attachments=attachments)

    def print_edition(
        self, report: Edition, *, paper: Paper = "a4", attachments: tuple[Attachment, ...] = ()
    ) -> bytes:
        """Any report as PDF, by a process with limits; 503 where enough others wait already."""
        if not self.queue.acquire(blocking=False):
            raise FaultError(UNAVAILABLE, headers={"Retry-After": "20"})
        try:
            return self.printers.print(Job(report=report, paper=paper, attachments=attachments))
        except ReportError as error:
            problem = Problem(error.code, Place("report"), error.params)
            raise FaultError(UNAVAILABLE, problems=[problem]) from None
        finally:
            self.queue.release()

    def lacks(self) -> list[str]:
        """What is missing before we can work; empty when nothing is."""
        return self.database.is_ready()

    def close(self) -> None:
        """Gives back what it holds."""
        self.printers.close()
        self.database.close()


def open_site(settings: Settings) -> Site:
    """Opens a service by these settings."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    rates = Rates(
        settings.data_folder / RATES_FILE,
        sign_ins=settings.sign_ins_per_minute,
        requests=settings.requests_per_minute,
    )
    return Site(settings, _secret(settings), open_database(settings), rates)


def _secret(settings: Settings) -> bytes:
    """The secret that is set; the demo makes one for itself."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    if not settings.demo:
        raise ValueError("READINESS_SECRET is not set: 32 characters or more that nobody can guess")
    return _kept(settings.data_folder / OWN_SECRET)


def _kept(file: Path) -> bytes:
    """What lies in a file that only we can read; whichever worker comes first makes it, whole."""
    if not file.exists():
        descriptor, made = tempfile.mkstemp(dir=file.parent)  # nobody else may read it
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_hex(32).encode())
        with suppress(FileExistsError):
            os.link(made, file)
        Path(made).unlink()
    return file.read_bytes()
