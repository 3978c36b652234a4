"""The beginning of a file of the locker, for pages and programs; each file is read once."""

from api.evidence.excerpts.excerpt import Excerpt
from api.evidence.excerpts.reading import SECONDS, read_excerpt
from api.evidence.files import Source
from api.workspace.locker import OpenFile
from api.workspace.memory import Memory

_kept: Memory[Excerpt] = Memory(64)


class _BusyError(Exception):
    """Nobody was free to read it; the next who asks may be luckier."""


def excerpt_of(file: OpenFile, *, wait: float = SECONDS) -> Excerpt:
    """The beginning of a file that somebody may open; `busy` where that would take long to begin.

    No transaction should be open meanwhile. What was read is kept by the digest of the file, for
    nothing else can change it; so is that it cost a process all its time, or its life.
    """
    source = Source(file.path, file.filename, file.size, file.sha256)

    def read() -> Excerpt:
        found = read_excerpt(source, wait=wait)
        if found.status == "busy":
            raise _BusyError
        return found

    try:
        return _kept.get((file.sha256, file.filename), read)
    except _BusyError:
        return Excerpt(status="busy")
