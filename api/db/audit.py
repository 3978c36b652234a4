"""The log of who did what, chained by hash: a line that is changed later no longer fits the next.

There is a stream for each assessment, each city and the programme. Whoever can write the database
could write a whole chain anew; so the last hash of each stream, its head, is also kept elsewhere:
in every backup, and in every submission.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy import text as statement

from api.db.columns import to_json
from api.db.prepared import Prepared
from api.db.session import Transaction
from api.db.tables import audit

START = "0" * 64
"""What the first line of a stream is chained to."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a stream: its number and its hash."""

    seq: int
    hash: str


_OF_ASSESSMENT = "assessment/"


def assessment_stream(assessment_id: str) -> str:
    """The stream of an assessment."""
    return f"{_OF_ASSESSMENT}{assessment_id}"


def city_stream(scope: str) -> str:
    """The stream of a city, or of the programme."""
    return f"city/{scope}"


_LAST = (
    select(audit.c.seq, audit.c.hash)
    .where(audit.c.stream == bindparam("stream"))
    .order_by(audit.c.seq.desc())
    .limit(1)
)
_HEAD = Prepared(_LAST)
END_OF_STREAM = tuple(
    _LAST.with_only_columns(column).scalar_subquery().label(column.name)
    for column in _LAST.selected_columns
)
"""`seq` and `hash` of the last line of `:stream`, for a statement that tells them on its way."""

_LOCK = Prepared(statement("SELECT pg_advisory_xact_lock(hashtextextended(:stream, 0))"))
_APPEND = Prepared(insert(audit))


def record(
    db: Transaction,
    stream: str,
    action: str,
    *,
    by: str | None,
    about: object,
    last: Head | None = None,
) -> Head:
    """Writes a line at the end of a stream, in the transaction of what it tells.

    A stream has one writer at a time. That of an assessment is the one who has found it "to change"
    or "to steer" (`api/workspace/finding.py`), and nobody else may write there. `last` is the last
    line, for whoever has seen it since.
    """
    if last is None:
        if db.sql.dialect.name == "postgresql" and not stream.startswith(_OF_ASSESSMENT):
            # A statement of its own, for the next one must see what it waited for.
            _LOCK.run(db.sql, {"stream": stream})
        last = head(db.sql, stream)
    seq = last.seq + 1
    digest = chained(last.hash, stream, seq, [db.now.isoformat(), by, action, about])
    line = {"stream": stream, "seq": seq, "at": db.now, "by": by, "action": action}
    _APPEND.run(db.sql, {**line, "about": about, "hash": digest})
    return Head(seq, digest)


def head(sql: Connection, stream: str) -> Head:
    """The last line of a stream."""
    row = _HEAD.first(sql, {"stream": stream})
    return Head(row.seq, row.hash) if row is not None else Head(0, START)


def heads(sql: Connection) -> dict[str, Head]:
    """The last line of every stream."""
    last = statement(
        "SELECT a.stream, a.seq, a.hash FROM audit a JOIN "
        "(SELECT stream, MAX(seq) AS seq FROM audit GROUP BY stream) b "
        "ON a.stream = b.stream AND a.seq = b.seq ORDER BY a.stream"
    )
    return {row.stream: Head(row.seq, row.hash) for row in sql.execute(last)}


def broken(sql: Connection, *, known: dict[str, Head] | None = None) -> Iterator[str]:
    """What is wrong with the chains: nothing, if no line was changed, left out or taken away.

    `known` are heads that were kept elsewhere: a stream must still go through each of them.
    """
    rest = dict(known or {})
    stream, seq, last = "", 0, START
    lines = select(audit).order_by(audit.c.stream, audit.c.seq)
    for row in sql.execute(lines, execution_options={"yield_per": 1_000}):
        if row.stream != stream:
            stream, seq, last = row.stream, 0, START
        seq += 1
        if row.seq != seq:
            yield f"{stream}: line {seq} is missing"
            seq = row.seq
        told = [row.at.isoformat(), row.by, row.action, row.about]
        digest = chained(last, stream, seq, told)
        if digest != row.hash:
            yield f"{stream}: line {seq} was changed"
        last = row.hash
        wanted = rest.get(stream)
        if wanted is not None and wanted.seq == seq:
            del rest[stream]
            if wanted.hash != row.hash:
                yield f"{stream}: line {seq} is not the one that was kept elsewhere"
    yield from (f"{stream}: ends before line {one.seq}" for stream, one in rest.items() if one.seq)


def chained(last: str, stream: str, seq: int, told: list[object]) -> str:
    """The hash of a line and of everything before it."""
    return hashlib.sha256(to_json([last, stream, seq, *told]).encode()).hexdigest()
