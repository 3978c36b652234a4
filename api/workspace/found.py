"""An assessment that was found: what every use case needs to know of it."""

from dataclasses import dataclass

from api.workspace.library import Known


@dataclass(frozen=True, slots=True)
class Found:
    """An assessment that somebody may do something with.

    `flagged` is what may be changed where a coach asks for changes; `None`: everything may.
    """

    id: str
    city_id: str
    status: str
    version: int
    known: Known
    flagged: frozenset[str] | None = None
