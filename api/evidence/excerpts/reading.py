"""Reads excerpts by processes of their own, for pages that somebody is waiting for.

They are not those that look for facts, so that nobody waits behind a dataset of gigabytes. Each
file has a few seconds, and whoever would wait long for a process that is free is told so.
"""

import atexit
import os

from api.evidence.excerpts.excerpt import Excerpt
from api.evidence.files import Source
from api.evidence.worker.confinement import Limits
from api.evidence.worker.worker import Workers

TAKE = "api.evidence.excerpts.taking:take_excerpt"

SECONDS = 10
"""How long one file may take; a person waits for it."""

PROCESSES = 2

LIMITS = Limits(
    document_seconds=SECONDS,
    dataset_seconds=SECONDS,
    written_bytes=200_000_000,
    facts_bytes=4_000_000,
    readers=1,
)

_ours = Workers(PROCESSES, limits=LIMITS, look_at=TAKE)
atexit.register(_ours.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ours.forget)


def get_ready() -> None:
    """Starts a process in the background, so that it is there when the first file is opened."""
    _ours.start()


def read_excerpt(source: Source, *, wait: float = SECONDS) -> Excerpt:
    """The beginning of a file; `busy` where no process becomes free within `wait` seconds."""
    try:
        return _ours.excerpt(source, wait=wait)
    except TimeoutError:
        return Excerpt(status="busy")
