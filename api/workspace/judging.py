"""What the engine says of an assessment as it stands: computed once for each version and day."""

import hashlib
from dataclasses import dataclass
from datetime import date

import msgspec

from api.accounts.actor import Actor
from api.db.session import Transaction
from api.workspace.current import Current, current
from api.workspace.memory import Memory
from assessment.details import with_details
from assessment.engine import ENGINE_VERSION, assess
from assessment.results import Assessment


@dataclass(frozen=True, slots=True)
class Live:
    """The result as of now. `etag` is another one whenever the result may be."""

    version: int
    etag: str
    assessment: Assessment


_results: Memory[Assessment] = Memory(256)
_written: Memory[bytes] = Memory(64)


def live(db: Transaction, who: Actor, assessment_id: str, *, on: date) -> Live:
    """The result on a day, without plan and details; reading it again costs next to nothing."""
    now = current(db, who, assessment_id)
    return Live(now.found.version, etag_of(now, on), result_of(now, on))


def live_bytes(db: Transaction, who: Actor, assessment_id: str, *, on: date) -> tuple[str, bytes]:
    """The etag and the JSON of the same result."""
    now = current(db, who, assessment_id)
    etag = etag_of(now, on)
    return etag, _written.get(etag, lambda: msgspec.json.encode(result_of(now, on)))


def live_etag(db: Transaction, who: Actor, assessment_id: str, *, on: date) -> str:
    """The etag alone: whoever has it need not ask for more."""
    return etag_of(current(db, who, assessment_id), on)


def detailed(db: Transaction, who: Actor, assessment_id: str, *, on: date) -> Assessment:
    """The result with notes on the evidence, key figures beside each other, and expiries."""
    now = current(db, who, assessment_id)
    return with_details(now.found.known.rubric, now.submission, result_of(now, on))


def result_of(now: Current, on: date) -> Assessment:
    """The engine's word on a state."""
    rubric = now.found.known.rubric
    return _results.get((now.key, on), lambda: assess(rubric, now.submission, on=on))


def etag_of(now: Current, on: date) -> str:
    """A name for the result of a state on a day."""
    told = msgspec.json.encode([now.key, on, ENGINE_VERSION])
    return hashlib.sha256(told).hexdigest()[:32]
