"""The evidence locker: files and links of an assessment, each looked at before it counts.

A file may be large and looking at it takes seconds, so no transaction is open meanwhile: first it
is asked whether it may be handed in, then it is taken and looked at, then all of it is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Text, bindparam, delete, func, insert, select, type_coerce, update

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.blobs import Blob
from api.db.columns import AnyRow
from api.db.session import Database, Transaction
from api.db.tables import blob, evidence, person, revision
from api.errors import AlreadyThere, NotThere, PersonRef, Said, Stale, TooLarge
from api.workspace.accepting import accepted, clean_name, id_from
from api.workspace.answering import Change, note
from api.workspace.checking import checked_evidence
from api.workspace.current import entry_of
from api.workspace.finding import find, find_open, find_to_change
from api.workspace.found import Found
from api.workspace.opening import refuse_closed
from api.workspace.seeing import Seen, keep, see
from api.workspace.views import EvidenceView
from assessment.submission import Evidence

Also = Callable[[Transaction, EvidenceView], None]
"""What else is to happen in the transaction that writes a piece of evidence."""

PART = "evidence"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """The file of a piece of evidence: where it lies, and as what it may be handed out."""

    path: Path
    filename: str
    media_type: str
    size: int
    sha256: str


def upload_evidence(
    database: Database,
    who: Actor,
    assessment_id: str,
    stream: BinaryIO,
    *,
    filename: str,
    also: Also | None = None,
    **said: object,
) -> EvidenceView:
    """Takes a file as evidence and has it looked at.

    `said` is what a submission file says of a piece: `kind`, `title`, `serves`, `dated`, `shows`,
    `columns`, `population`, `note`, `url`; without an `id` it gets one from the file's name. `also`
    is done in the same transaction.
    """
    name = clean_name(filename)
    with database.read() as db:
        found = find_open(db, who, assessment_id)
        room = _room(db, assessment_id)
        entry = _new(db, found, {"title": name, **said, "id": said.get("id") or id_from(name)})
    entry = entry.model_copy(update={"file": f"evidence/{entry.id}/{name}"})
    media_types: list[str] = []
    kept = database.blobs.put(
        stream,
        limit=min(database.settings.max_upload_bytes, room),
        accept=lambda path: media_types.append(accepted(path, name=name)),
    )
    seen = replace(see(database, entry, kept, name=name), media_type=media_types[0])
    return add(database, who, assessment_id, seen, also)


def add_link(
    database: Database,
    who: Actor,
    assessment_id: str,
    *,
    url: str,
    also: Also | None = None,
    **said: object,
) -> EvidenceView:
    """Takes an address as evidence; it is called only if it is public and the settings allow it."""
    with database.read() as db:
        found = find_open(db, who, assessment_id)
        name = str(said.get("title") or url.partition("://")[2])
        called = {"title": name[:500], **said, "id": said.get("id") or id_from(name)}
        entry = _new(db, found, {**called, "url": url})
    return add(database, who, assessment_id, see(database, entry, None), also)


def change_evidence(
    database: Database,
    who: Actor,
    assessment_id: str,
    evidence_id: str,
    *,
    version: int | None,
    **said: object,
) -> EvidenceView:
    """Says something else of a piece (`serves=[…]`); looks at it again where that may matter."""
    with database.read() as db:
        found = find_open(db, who, assessment_id)
        row = _row(db, assessment_id, evidence_id)
        old: dict[str, object] = dict(row.value)
        kept_file = {key: old.get(key) for key in ("id", "file")}
        entry = checked_evidence(found.known.rubric, {**old, **said, **kept_file})
        before = checked_evidence(found.known.rubric, old)
        content = _blob_of(db, row)
    again = any(getattr(entry, key) != getattr(before, key) for key in ("kind", "columns", "url"))
    name = Path(entry.file or "").name
    seen = see(database, entry, content, name=name) if again else Seen(entry, row.facts_key)
    with database.write() as db:
        found = find_to_change(db, who, assessment_id)
        row = _row(db, assessment_id, evidence_id)
        new = written(seen.entry)
        if new == row.value:
            return _shown(db, row)
        if version not in (None, row.version):
            mine = Said(new, version or 0, who.person, db.now)
            by = PersonRef(row.by, row.person)
            raise Stale(
                PART, evidence_id, mine=mine, theirs=Said(row.value, row.version, by, row.at)
            )
        keep(db, seen)
        values = {"value": new, "facts_key": seen.key, "version": row.version + 1}
        this = (evidence.c.assessment_id == assessment_id) & (evidence.c.name == evidence_id)
        changed = update(evidence).where(this).values(**values, by=who.id, at=db.now)
        db.sql.execute(changed)
        change = Change(
            PART, evidence_id, row.version + 1, _noted(row), {**new, "sha256": row.sha256}
        )
        note(db, who, found, "evidence.changed", [change])
        return _shown(db, _row(db, assessment_id, evidence_id))


def attach(
    database: Database,
    who: Actor,
    assessment_id: str,
    evidence_id: str,
    requirement: str,
    *,
    version: int | None,
) -> EvidenceView:
    """Lets a piece serve one more requirement; whatever others have attached stays."""
    more = partial(_more, requirement)
    return _serve(database, who, assessment_id, evidence_id, more, version=version)


def detach(
    database: Database,
    who: Actor,
    assessment_id: str,
    evidence_id: str,
    requirement: str,
    *,
    version: int | None,
) -> EvidenceView:
    """Lets a piece serve a requirement no longer; the piece itself stays."""
    less = partial(_less, requirement)
    return _serve(database, who, assessment_id, evidence_id, less, version=version)


def remove_evidence(
    db: Transaction, who: Actor, assessment_id: str, evidence_id: str, *, version: int | None
) -> None:
    """Takes a piece out of the assessment. Its content stays where a submission may name it."""
    found = find_to_change(db, who, assessment_id)
    row = _row(db, assessment_id, evidence_id)
    if version not in (None, row.version):
        theirs = Said(row.value, row.version, PersonRef(row.by, row.person), row.at)
        raise Stale(PART, evidence_id, mine=Said(None, version or 0, who.person), theirs=theirs)
    this = (evidence.c.assessment_id == assessment_id) & (evidence.c.name == evidence_id)
    db.sql.execute(delete(evidence).where(this))
    change = Change(PART, evidence_id, row.version + 1, _noted(row), None)
    note(db, who, found, "evidence.removed", [change])


def read_evidence(db: Transaction, who: Actor, assessment_id: str) -> tuple[EvidenceView, ...]:
    """Every piece of evidence with what was seen of it, by id."""
    find(db, who, assessment_id, Action.READ)
    rows = db.sql.execute(_ROWS.order_by(evidence.c.name), {"assessment": assessment_id}).all()
    return tuple(_shown(db, row) for row in rows)


def read_piece(db: Transaction, who: Actor, assessment_id: str, evidence_id: str) -> EvidenceView:
    """One piece of evidence."""
    find(db, who, assessment_id, Action.READ)
    return _shown(db, _row(db, assessment_id, evidence_id))


def open_file(db: Transaction, who: Actor, assessment_id: str, evidence_id: str) -> OpenFile:
    """The file of a piece; `NotThere` where it is a link alone."""
    find(db, who, assessment_id, Action.READ)
    row = _row(db, assessment_id, evidence_id)
    if row.sha256 is None:
        raise NotThere("file", evidence_id)
    path = db.blobs.path_of(row.sha256)
    if not path.is_file():  # somebody took it away behind our back: `readiness db check` says so
        raise NotThere("file", evidence_id)
    name = Path(row.value["file"]).name
    return OpenFile(path, name, row.media_type, path.stat().st_size, row.sha256)


def add(
    database: Database,
    who: Actor,
    assessment_id: str,
    seen: Seen,
    also: Also | None = None,
) -> EvidenceView:
    """Puts a piece that was looked at into the locker, as the next version of its name."""
    entry, content = seen.entry, seen.content
    with database.write() as db:
        found = find_to_change(db, who, assessment_id)
        if db.sql.execute(_ROW, {"assessment": assessment_id, "piece": entry.id}).first():
            raise AlreadyThere(PART, entry.id)  # somebody else's, in this moment
        keep(db, seen)
        key = {"assessment_id": assessment_id, "name": entry.id}
        sha256 = content.sha256 if content is not None else None
        past = select(func.max(revision.c.version)).where(
            revision.c.assessment_id == assessment_id,
            revision.c.part == PART,
            revision.c.name == entry.id,
        )
        version = (db.sql.execute(past).scalar() or 0) + 1
        row = {"value": written(entry), "sha256": sha256, "media_type": seen.media_type}
        made = {"facts_key": seen.key, "version": version, "by": who.id, "at": db.now}
        db.sql.execute(insert(evidence), {**key, **row, **made})
        change = Change(PART, entry.id, version, None, {**written(entry), "sha256": sha256})
        note(db, who, found, "evidence.added", [change])
        view = _shown(db, _row(db, assessment_id, entry.id))
        if also is not None:
            also(db, view)
        return view


def written(entry: Evidence) -> dict[str, Any]:
    """A piece as a submission file has it, without what was seen of it."""
    return entry.model_dump(mode="json", exclude_defaults=True, exclude={"facts", "stated"})


_ROWS = (
    select(
        evidence,
        type_coerce(evidence.c.value, Text).label("text"),
        person.c.name.label("person"),
    )
    .join(person, person.c.id == evidence.c.by)
    .where(evidence.c.assessment_id == bindparam("assessment"))
)
_ROW = _ROWS.where(evidence.c.name == bindparam("piece"))


def _row(db: Transaction, assessment_id: str, evidence_id: str) -> AnyRow:
    row = db.sql.execute(_ROW, {"assessment": assessment_id, "piece": evidence_id}).first()
    if row is None:
        raise NotThere("evidence", evidence_id)
    return row


def _shown(db: Transaction, row: AnyRow) -> EvidenceView:
    return EvidenceView(
        id=row.name,
        version=row.version,
        by=PersonRef(row.by, row.person),
        at=row.at,
        entry=entry_of(db, row.text, row.facts_key),
        sha256=row.sha256,
        media_type=row.media_type,
    )


def _noted(row: AnyRow) -> dict[str, object]:
    return {**row.value, "sha256": row.sha256}


def _new(db: Transaction, found: Found, said: Mapping[str, object]) -> Evidence:
    """What is said of a new piece, with an id that no other piece of the assessment has."""
    mine = select(evidence.c.name).where(evidence.c.assessment_id == found.id)
    taken = set(db.sql.execute(mine).scalars())
    name = base = str(said["id"])
    number = 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    told = {"received": db.now.date().isoformat(), **said, "id": name, "file": None}
    entry = checked_evidence(found.known.rubric, told)
    # Asked before a file is taken: nobody fills the disk with what is refused in the end.
    refuse_closed(found, PART, name, None, written(entry))
    return entry


def _room(db: Transaction, assessment_id: str) -> int:
    """How many bytes of evidence the assessment may still get."""
    own = select(evidence.c.sha256).where(evidence.c.assessment_id == assessment_id)
    used = db.sql.execute(select(func.sum(blob.c.size)).where(blob.c.sha256.in_(own))).scalar() or 0
    most = db.settings.max_city_mb * 1_000_000
    if used >= most:
        raise TooLarge(most)
    return int(most - used)


def _blob_of(db: Transaction, row: AnyRow) -> Blob | None:
    if row.sha256 is None:
        return None
    size = db.sql.execute(select(blob.c.size).where(blob.c.sha256 == row.sha256)).scalar_one()
    return Blob(row.sha256, size, db.blobs.path_of(row.sha256))


def _more(requirement: str, serves: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys([*serves, requirement]))


def _less(requirement: str, serves: tuple[str, ...]) -> list[str]:
    return [name for name in serves if name != requirement]


def _serve(
    database: Database,
    who: Actor,
    assessment_id: str,
    evidence_id: str,
    change: Callable[[tuple[str, ...]], list[str]],
    *,
    version: int | None,
) -> EvidenceView:
    """Changes what a piece serves; without a version, whatever it serves at the moment."""
    for _ in range(3):
        with database.read() as db:
            now = read_piece(db, who, assessment_id, evidence_id)
        seen = now.version if version is None else version
        serves = change(now.entry.serves)
        try:
            return change_evidence(
                database, who, assessment_id, evidence_id, version=seen, serves=serves
            )
        except Stale:
            if version is not None:
                raise
    raise Stale(PART, evidence_id, mine=Said(None, now.version), theirs=Said(None, now.version))
