"""What came of each submission of a batch: judged, or refused with everything that is wrong."""

import msgspec

from api.batches.plan import Wrong
from assessment.members import Member


class Judged(msgspec.Struct, frozen=True, tag="judged", tag_field="came", kw_only=True):
    """A submission that was judged; `row` is its line or row in the file, 0 if it has one alone.

    `wrong` says why it has no report, if it should have one.
    """

    number: int
    file: str
    row: int
    member: Member
    pdf: str | None = None
    wrong: tuple[Wrong, ...] = ()


class Refused(msgspec.Struct, frozen=True, tag="refused", tag_field="came", kw_only=True):
    """A submission that could not be judged."""

    number: int
    file: str
    row: int
    wrong: tuple[Wrong, ...]


Outcome = Judged | Refused

_DECODER: msgspec.json.Decoder[Judged | Refused] = msgspec.json.Decoder(Judged | Refused)


def to_line(outcome: Outcome) -> bytes:
    """One line of JSON."""
    return msgspec.json.encode(outcome) + b"\n"


def from_line(line: bytes) -> Outcome:
    """What a line of JSON says; `msgspec.DecodeError` where it is none of ours."""
    return _DECODER.decode(line)
