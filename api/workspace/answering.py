"""Saves what people say: answers, declarations, justifications. Nothing that was said is lost.

Each save is a version of its own. Who saves says which version they have seen; if it is no longer
the last one, nothing is saved and both texts come back (`Stale`). Saving the same value again is no
conflict and no new version, so whoever got no answer may just try again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, insert, select, update

from api.accounts.actor import Actor
from api.db.audit import END_OF_STREAM, Head, assessment_stream, record
from api.db.prepared import Prepared
from api.db.session import Transaction
from api.db.tables import answer, assessment, person, revision
from api.errors import PersonRef, Said, Stale
from api.workspace.checking import checked
from api.workspace.finding import find_to_change
from api.workspace.found import Found
from api.workspace.opening import refuse_closed
from api.workspace.views import Part, Saved


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to save, and the version they have seen: 0 for "nothing was said yet".

    `version` `None` overwrites whatever there is: for imports, never for a form.
    """

    value: object
    version: int | None


def save_answer(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    name: str,
    value: object,
    *,
    version: int | None,
    part: Part = Part.ANSWERS,
) -> Saved:
    """Saves one answer; `None` or "" clears it. `InputError` says what is wrong with the value."""
    wish = {name: Wish(value, version)}
    return save_answers(db, who, assessment_id, wish, part=part)[0]


def save_answers(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    wishes: Mapping[str, Wish],
    *,
    part: Part = Part.ANSWERS,
) -> tuple[Saved, ...]:
    """Saves several answers, all or none; the first conflict is raised."""
    found = find_to_change(db, who, assessment_id)
    said = {name: wish.value for name, wish in wishes.items()}
    values = checked(found.known.rubric, part, said)
    typed = {name: Wish(values[name], wish.version) for name, wish in wishes.items()}
    return write_answers(db, who, found, part, typed)


_IT = (
    answer.c.assessment_id == bindparam("assessment"),
    answer.c.part == bindparam("part"),
    answer.c.name == bindparam("name"),
)
_NOW = Prepared(select(answer.c.value, answer.c.version, answer.c.at).where(*_IT))
_WHOSE = select(person.c.id, person.c.name).join(answer, answer.c.by == person.c.id).where(*_IT)
_FIRST = Prepared(insert(answer))
_NEXT = Prepared(
    update(answer)
    .where(
        answer.c.assessment_id == bindparam("of_assessment"),
        answer.c.part == bindparam("of_part"),
        answer.c.name == bindparam("of_name"),
        answer.c.version == bindparam("seen"),
    )
    .values(
        value=bindparam("value"),
        version=bindparam("version"),
        by=bindparam("by"),
        at=bindparam("at"),
    )
)
_REVISION = Prepared(insert(revision))
_GROWN = Prepared(
    update(assessment)
    .where(assessment.c.id == bindparam("of"))
    .values(
        version=assessment.c.version + 1, changed_at=bindparam("at"), changed_by=bindparam("by")
    )
    .returning(*END_OF_STREAM)
)


def write_answers(
    db: Transaction, who: Actor, found: Found, part: Part, wishes: Mapping[str, Wish]
) -> tuple[Saved, ...]:
    """Writes values that are checked already into an assessment that is kept from others."""
    number = found.version + 1
    saved: list[Saved] = []
    changes: list[Change] = []
    for name, wish in wishes.items():
        key = {"assessment": found.id, "part": part, "name": name}
        row = _NOW.first(db.sql, key)
        there = Said(row.value, row.version, at=row.at) if row is not None else Said(None, 0)
        if there.value == wish.value and type(there.value) is type(wish.value):
            at = there.at or db.now
            saved.append(Saved(name, there.version, at, found.version, changed=False))
            continue
        if wish.version not in (None, there.version):
            raise _stale(db, who, key, wish, there)
        change = Change(part, name, there.version + 1, there.value, wish.value)
        changes.append(change)
        saved.append(Saved(name, change.version, db.now, number, changed=True))
    if changes:
        for change in changes:
            _write(db, who, found.id, change)
        note(db, who, found, "saved", changes)
    return tuple(saved)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that says something else now, as which version of itself."""

    part: str
    name: str
    version: int
    old: object
    new: object


def note(db: Transaction, who: Actor, found: Found, action: str, changes: Sequence[Change]) -> None:
    """Notes changes for ever: in revisions, in the assessment's version, in the log.

    Every change comes by here, so here it is refused what a coach did not ask for (`Locked`).
    """
    for change in changes:
        refuse_closed(found, change.part, change.name, change.old, change.new)
    number = found.version + 1
    for change in changes:
        row = {
            "assessment_id": found.id,
            "number": number,
            "part": change.part,
            "name": change.name,
            "version": change.version,
            "by": who.id,
            "at": db.now,
            "old": change.old,
            "new": change.new,
        }
        _REVISION.run(db.sql, row)
    told = [[change.part, change.name, change.version, change.new] for change in changes]
    grow(db, who, found.id, action, told)


def grow(db: Transaction, who: Actor, assessment_id: str, action: str, about: object) -> None:
    """The assessment is another version now, and the log says why.

    Whoever comes here has found it "to change" or "to steer": an UPDATE that had to wait for the
    row itself would see the end of the log as it was before.
    """
    stream = assessment_stream(assessment_id)
    grown = {"of": assessment_id, "at": db.now, "by": who.id, "stream": stream}
    (end,) = _GROWN.all(db.sql, grown)
    record(db, stream, action, by=who.id, about=about, last=Head(end.seq, end.hash))


def _write(db: Transaction, who: Actor, assessment_id: str, change: Change) -> None:
    said = {"value": change.new, "version": change.version, "by": who.id, "at": db.now}
    if change.version == 1:
        key = {"assessment_id": assessment_id, "part": change.part, "name": change.name}
        _FIRST.run(db.sql, {**key, **said})
    else:
        of = {"of_assessment": assessment_id, "of_part": change.part, "of_name": change.name}
        _NEXT.run(db.sql, {**of, "seen": change.version - 1, **said})


def _stale(db: Transaction, who: Actor, key: Mapping[str, str], wish: Wish, there: Said) -> Stale:
    whose = db.sql.execute(_WHOSE, key).first()
    theirs = replace(there, by=PersonRef(whose.id, whose.name) if whose is not None else None)
    mine = Said(wish.value, wish.version or 0, who.person, db.now)
    return Stale(key["part"], key["name"], mine=mine, theirs=theirs)
