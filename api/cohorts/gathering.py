"""Every city with its results, read out of what was handed in, and judged as of a day.

A submission never changes, so what was made of it on a day is kept by its number and that day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy import bindparam, select

from api.cohorts.choosing import CohortName, traits_of
from api.db.columns import AnyRow
from api.db.session import Transaction
from api.db.tables import assessment, city, submission
from api.impact import fit
from api.submissions import Written
from api.workspace.memory import Memory
from assessment.details import with_details
from assessment.engine import ENGINE_VERSION, assess
from assessment.members import Member, member_of
from assessment.results import Assessment
from assessment.submission import City, Submission
from assessment.validation import validate
from assessment.withholding import Traits, released
from rubrics.problems import InputError
from rubrics.schema import Rubric
from rubrics.text import Plain

WEEKS = 26
"""How far back the weeks of a cohort go: a sprint and what comes before and after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A city: its last result as of the day asked for, and each of its results as it was."""

    now: Member
    history: tuple[Member, ...]
    traits: Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All cities. `waiting` results are not told of yet; `unread` ones no longer fit the rubric."""

    entries: tuple[Entry, ...]
    results: int
    waiting: int
    unread: tuple[str, ...]


_ROWS = (
    select(
        submission.c.assessment_id,
        submission.c.number,
        submission.c.on,
        submission.c.rubric_digest,
        submission.c.engine_version,
        assessment.c.city_id,
        assessment.c.sprint,
        assessment.c.cohort,
        city.c.name,
        city.c.country,
        city.c.region,
        city.c.population,
        city.c.language,
    )
    .join(assessment, assessment.c.id == submission.c.assessment_id)
    .join(city, city.c.id == assessment.c.city_id)
    .where(submission.c.rubric == bindparam("rubric"), submission.c.on <= bindparam("day"))
    .order_by(submission.c.at, submission.c.assessment_id, submission.c.number)
)
_TEXT = select(submission.c.snapshot, submission.c.result).where(
    submission.c.assessment_id == bindparam("id"), submission.c.number == bindparam("nth")
)

_members: Memory[Member | None] = Memory(6_000)


def gather(
    db: Transaction,
    rubric: Rubric,
    *,
    on: date,
    min_group: int | None,
    unseen: frozenset[str] = frozenset(),
) -> Gathered:
    """Every city that has handed in up to a day.

    With `min_group`, results are told of only together with those of as many other cities. Of the
    assessments that are `unseen`, who looks is not to know what coaches decided.
    """
    rows: Sequence[AnyRow] = db.sql.execute(
        _ROWS, {"rubric": rubric.id, "day": on.isoformat()}
    ).all()
    told = len(rows)
    if min_group is not None:
        told = released([row.city_id for row in rows], min_group=min_group)
    by_city: dict[str, list[AnyRow]] = {}
    for row in rows[:told]:
        by_city.setdefault(row.city_id, []).append(row)
    entries: list[Entry] = []
    unread: list[str] = []
    for of_city in by_city.values():
        entry = _entry(db, rubric, of_city, on, unseen)
        if entry is None:
            unread.append(of_city[-1].name)
        else:
            entries.append(entry)
    return Gathered(
        entries=tuple(entries), results=told, waiting=len(rows) - told, unread=tuple(unread)
    )


def submissions_now(
    db: Transaction,
    rubric: Rubric,
    *,
    on: date,
    cohort: CohortName,
    unseen: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, bytes]]:
    """The last submission up to a day of every city of a cohort: its name, and its snapshot."""
    rows = db.sql.execute(_ROWS, {"rubric": rubric.id, "day": on.isoformat()}).all()
    for row in {row.city_id: row for row in rows}.values():
        if cohort.sprint in (None, row.sprint) and cohort.cohort in (None, row.cohort):
            text = db.sql.execute(_TEXT, {"id": row.assessment_id, "nth": row.number}).one()
            told = text.snapshot.encode()
            yield row.name, _undecided(told) if row.assessment_id in unseen else told


def _entry(
    db: Transaction, rubric: Rubric, rows: Sequence[AnyRow], on: date, unseen: frozenset[str]
) -> Entry | None:
    last = rows[-1]
    now = _member(db, rubric, last, on, unseen)
    if now is None:
        return None
    now = _of_city(now, last)
    oldest = on - timedelta(weeks=WEEKS)
    history = [
        _of_city(member, last, since=oldest)
        for row in rows
        if (row.sprint, row.cohort) == (last.sprint, last.cohort)
        and (row is last or row.on > oldest.isoformat())
        and (member := _member(db, rubric, row, date.fromisoformat(row.on), unseen)) is not None
    ]
    return Entry(
        now=now,
        history=tuple(sorted(history, key=lambda member: member.on)),
        traits=traits_of(rubric, now, sprint=last.sprint, cohort=last.cohort),
    )


def _of_city(member: Member, row: AnyRow, *, since: date = date.min) -> Member:
    """A result under what is known of its city today, which may have been put right since."""
    return msgspec.structs.replace(
        member,
        city=row.name,
        country=row.country,
        region=row.region,
        population=row.population,
        language=row.language,
        on=max(member.on, since),
    )


def _member(
    db: Transaction, rubric: Rubric, row: AnyRow, on: date, unseen: frozenset[str]
) -> Member | None:
    blind = row.assessment_id in unseen
    key = (row.assessment_id, row.number, on, rubric.digest, blind)
    return _members.get(key, lambda: _judged(db, rubric, row, on, blind=blind))


def _judged(
    db: Transaction, rubric: Rubric, row: AnyRow, on: date, *, blind: bool
) -> Member | None:
    """A submission in brief; `None` where it no longer fits the rubric at all."""
    text = db.sql.execute(_TEXT, {"id": row.assessment_id, "nth": row.number}).one()
    same = row.rubric_digest == rubric.digest
    as_then = row.engine_version == ENGINE_VERSION and row.on == on.isoformat()
    if same and as_then and not blind:
        judged = msgspec.json.decode(text.result, type=Assessment)
        return member_of(rubric, _of_nobody(rubric), judged)
    try:
        told = text.snapshot.encode()
        handed_in = read_snapshot(rubric, _undecided(told) if blind else told, same=same)
    except InputError:
        return None
    judged = with_details(rubric, handed_in, assess(rubric, handed_in, on=on))
    return member_of(rubric, handed_in, judged)


@cache
def _of_nobody(rubric: Rubric) -> Submission:
    """Where a result is there already, of the submission only its city counts: `_of_city` says."""
    return Submission(rubric=rubric.id, city=City(name="-", country="US"))


def _undecided(snapshot: bytes) -> bytes:
    """A submission without what coaches decided about earlier ones."""
    value: dict[str, Plain] = msgspec.json.decode(snapshot)
    return msgspec.json.encode({name: one for name, one in value.items() if name != "decisions"})


def read_snapshot(rubric: Rubric, snapshot: bytes, *, same: bool) -> Submission:
    """A submission out of the database; by another rubric, as far as this one knows it."""
    value: dict[str, Plain] = msgspec.json.decode(snapshot)
    if same:
        return validate(rubric, value, {})  # which also tells days from texts
    return fit(rubric, Written("", Path(), value, {}))[0]
