"""A piece of evidence that somebody changed or removed while somebody else was typing about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import bindparam, select

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.blobs import Blob
from api.db.session import Database, Transaction
from api.db.tables import blob, person, revision
from api.errors import NotThere, PersonRef, Said
from api.workspace.accepting import accepted
from api.workspace.checking import checked_evidence
from api.workspace.finding import find, find_open
from api.workspace.locker import PART, add, read_piece, written
from api.workspace.merging import Merged, merge, value_at
from api.workspace.seeing import see
from api.workspace.views import EvidenceView


@dataclass(frozen=True, slots=True)
class BothOfPiece:
    """What two people say of a piece, put together; `there` is what stands now."""

    merged: Merged
    there: Said


def put_piece_together(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    piece_id: str,
    said: Mapping[str, object],
    *,
    version: int,
) -> BothOfPiece:
    """What a form says of a piece, together with what others said since the version it shows."""
    then = value_at(db, who, assessment_id, PART, piece_id, version=version) or {}
    view = read_piece(db, who, assessment_id, piece_id)
    now = written(view.entry)
    merged = merge(*(_parts(side, said) for side in (then, said, now)))
    whole = Merged(_whole(merged.mine, said), _whole(merged.theirs, said), merged.conflicts)
    return BothOfPiece(whole, Said(now, view.version, view.by, view.at))


def removed_piece(db: Transaction, who: Actor, assessment_id: str, piece_id: str) -> Said:
    """The piece as it was when somebody removed it, who that was and when; `NotThere` else."""
    find(db, who, assessment_id, Action.READ)
    key = {"assessment": assessment_id, "part": PART, "name": piece_id}
    row = db.sql.execute(_LAST, key).first()
    if row is None or row.new is not None:
        raise NotThere("evidence", piece_id)
    return Said(row.old, row.version, PersonRef(row.by, row.person), row.at)


def restore_evidence(
    database: Database, who: Actor, assessment_id: str, piece_id: str, said: Mapping[str, object]
) -> EvidenceView:
    """Brings a removed piece back, with its file and with what is said of it now."""
    with database.read() as db:
        found = find_open(db, who, assessment_id)
        old = removed_piece(db, who, assessment_id, piece_id).value
        told = dict(old) if isinstance(old, Mapping) else {}
        sha256 = told.pop("sha256", None)
        kept_file = {key: told.get(key) for key in ("id", "file")}
        entry = checked_evidence(found.known.rubric, {**told, **said, **kept_file})
        content = _content(db, str(sha256)) if sha256 is not None else None
    name = Path(entry.file or "").name
    seen = see(database, entry, content, name=name)
    media_type = accepted(content.path, name=name) if content is not None else None
    return add(database, who, assessment_id, replace(seen, media_type=media_type))


_LAST = (
    select(revision, person.c.name.label("person"))
    .join(person, person.c.id == revision.c.by)
    .where(
        revision.c.assessment_id == bindparam("assessment"),
        revision.c.part == bindparam("part"),
        revision.c.name == bindparam("name"),
    )
    .order_by(revision.c.version.desc())
    .limit(1)
)


def _content(db: Transaction, sha256: str) -> Blob:
    path = db.blobs.path_of(sha256)
    size = db.sql.execute(select(blob.c.size).where(blob.c.sha256 == sha256)).scalar()
    if size is None or not path.is_file():
        raise NotThere("file", sha256)
    return Blob(sha256, size, path)


def _parts(side: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    """The fields of a form as one side has them; of a list each entry counts by itself."""
    found: dict[str, object] = {}
    for name in said:
        value = side.get(name) or None
        found[name] = dict.fromkeys(value, True) if isinstance(value, list | tuple) else value
    return found


def _whole(merged: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    """The fields as they are saved; what is blank is said, so that it is taken back."""
    found = {name: merged.get(name) for name in said}
    if isinstance(serves := found.get("serves"), Mapping):
        found["serves"] = list(serves)
    return found
