"""Calls the addresses that pieces of evidence name, and keeps the answers while they are needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from api.evidence.collector import PAGES, max_bytes_of
from api.evidence.links.guard import PUBLIC_ONLY, Allowance
from api.evidence.links.links import Fetched, fetch_all
from assessment.submission import Evidence

Progress = Callable[[int, int], None]
"""Hears how many of all addresses have answered."""


@contextmanager
def fetched_for(
    entries: Sequence[Evidence],
    *,
    on: date | None,
    progress: Progress | None = None,
    allowance: Allowance = PUBLIC_ONLY,
) -> Iterator[Mapping[str, Fetched]]:
    """What the address of each piece of evidence answers, by the id of the piece.

    Without a day nothing is called. Of a page, and of an address that only goes with a file, the
    beginning is enough; what else an address answers lies in a file until the context ends.
    """
    urls = {entry.id: entry.url for entry in entries if entry.url is not None}
    if on is None or not urls:
        yield {}
        return
    with TemporaryDirectory(prefix="readiness-fetched-") as folder:
        files = {
            entry.url: (Path(folder) / str(number), max_bytes_of(entry.kind, fetched=True))
            for number, entry in enumerate(entries)
            if entry.url is not None and entry.file is None and entry.kind not in PAGES
        }
        found = fetch_all(
            list(urls.values()), on=on, files=files, progress=progress, allowance=allowance
        )
        yield dict(zip(urls, found, strict=True))
