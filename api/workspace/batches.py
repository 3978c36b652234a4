"""What staff do with batches: begin, watch, cancel, resume, read the results, remove.

Nothing is judged here: what is asked for is written down, and the workers of the service do it.
Batches hold what cities have confided to the programme, so nobody else learns that there are any.
"""

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import insert, select, update

from api.accounts.actor import Actor
from api.accounts.rights import Action, require_in_programme
from api.batches.hosted import BatchState, HostedAsk, HostedFolder, Summary, begin
from api.batches.outcome import told_of
from api.batches.plan import Options, Wrong
from api.db.audit import city_stream, record
from api.db.columns import AnyRow, new_id
from api.db.session import Database, Transaction
from api.db.tables import PROGRAMME, assessment, batch, person
from api.errors import NotThere, PersonRef, Unusable
from api.workspace.batch_views import (
    ACTIVE,
    BatchIn,
    BatchRow,
    BatchView,
    FoundFile,
    ResultFile,
)
from api.workspace.library import rubric_named
from api.workspace.stored import StoredQuery, write_stored
from reports.i18n import Language

SECONDS = 900.0
"""How long one submission may take."""

_ALL = select(batch, person.c.name.label("person")).join(person, person.c.id == batch.c.by)


@contextmanager
def new_folder(database: Database, who: Actor) -> Iterator[HostedFolder]:
    """A folder for the input of a batch that is to be begun; it goes where that does not succeed.

    With `begin_batch` the batch exists.
    """
    require_in_programme(who, Action.PROGRAMME)
    folder = HostedFolder(database.settings.batches_folder / new_id())
    folder.given.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    except BaseException:
        remove_files(folder.path)
        raise


def begin_batch(
    db: Transaction, who: Actor, folder: HostedFolder, asked: BatchIn, *, language: Language
) -> BatchView:
    """Writes down a batch whose input lies in its folder; a worker takes it up."""
    require_in_programme(who, Action.PROGRAMME)
    known = rubric_named(asked.rubric)
    options = Options(
        on=asked.on or db.now.date(),
        language=asked.language,
        paper=asked.paper,
        pdf=asked.pdf,
        trust_facts=asked.trust_facts or asked.query is not None,
    )
    name = folder.path.name
    ask = HostedAsk(
        run=name,
        given=asked.given,
        rubric=str(known.folder),
        options=options,
        seconds=SECONDS,
    )
    begin(folder, ask)
    query = asked.query.told() if asked.query is not None else None
    row = {
        "id": name,
        "name": asked.given,
        "query": query,
        "rubric": known.rubric.id,
        "on": options.on.isoformat(),
        **{key: getattr(options, key) for key in ("language", "paper", "pdf")},
        "state": BatchState.WAITING,
        "settled": True,
        "done": 0,
        "bad": 0,
        "by": who.id,
        "created_at": db.now,
    }
    db.sql.execute(insert(batch), row)
    about = {"batch": name, "name": asked.given, "query": query}
    record(db, city_stream(PROGRAMME), "batch.begun", by=who.id, about=about)
    return read_batch(db, who, name, language=language)


def write_query(db: Transaction, who: Actor, query: StoredQuery, folder: HostedFolder) -> str:
    """Puts the submissions of the database into the folder; how they are called there."""
    require_in_programme(who, Action.PROGRAMME)
    target = folder.given / "submissions"
    target.mkdir()
    if not write_stored(db, query, target):
        raise Unusable("nothing_submitted")
    return target.name


def batches(
    db: Transaction, who: Actor, *, language: Language, after: str | None = None, limit: int = 50
) -> tuple[BatchView, ...]:
    """The batches, the newest first, behind the id `after`."""
    require_in_programme(who, Action.PROGRAMME)
    query = _ALL.where(batch.c.state != BatchState.REMOVED)
    if after is not None:
        query = query.where(batch.c.id < after)
    rows = db.sql.execute(query.order_by(batch.c.id.desc()).limit(limit))
    return tuple(_view(db, row, language) for row in rows)


def read_batch(db: Transaction, who: Actor, name: str, *, language: Language) -> BatchView:
    """A batch, and how far it is."""
    return _view(db, _found(db, who, name), language)


def cancel_batch(db: Transaction, who: Actor, name: str, *, language: Language) -> BatchView:
    """Stops a batch; what is judged stays, and it can be resumed."""
    row = _found(db, who, name)
    if row.state not in (*ACTIVE, BatchState.CANCELLED):
        raise Unusable("batch_over")
    if row.state != BatchState.CANCELLED:
        values = {"state": BatchState.CANCELLED, "settled": False, "ended_at": db.now}
        _change(db, who, row, "batch.cancelled", {**values, "rate": None})
    return read_batch(db, who, name, language=language)


def resume_batch(db: Transaction, who: Actor, name: str, *, language: Language) -> BatchView:
    """Goes on with a batch that was cancelled, or that failed for a reason of ours."""
    row = _found(db, who, name)
    if not _may_resume(row) and row.state not in ACTIVE:
        raise Unusable("batch_over")
    if row.state not in ACTIVE:
        values = {"state": BatchState.WAITING, "settled": True, "ended_at": None, "wrong": None}
        _change(db, who, row, "batch.resumed", values)
    return read_batch(db, who, name, language=language)


def remove_batch(db: Transaction, who: Actor, name: str) -> Path:
    """Nobody sees the batch any more; the folder that is to be removed after the transaction."""
    row = _found(db, who, name)
    if row.state in ACTIVE:
        raise Unusable("batch_active")
    _change(db, who, row, "batch.removed", {"state": BatchState.REMOVED, "settled": False})
    return _folder(db, name).path


def remove_files(folder: Path) -> None:
    """Removes all that lies in a batch's folder, now and not when a worker comes by."""
    shutil.rmtree(folder, ignore_errors=True)


def bad_rows(
    db: Transaction, who: Actor, name: str, *, language: Language, first: int, count: int
) -> tuple[BatchRow, ...]:
    """What is wrong with submissions of a batch that is done, from the entry `first` on."""
    _found(db, who, name)
    found = _folder(db, name).bad_rows(first=first, count=count)
    return tuple(_row(one.wrong, language, number=one.number) for one in found)


def result_files(db: Transaction, who: Actor, name: str) -> tuple[ResultFile, ...]:
    """The files of the results, in order; none before the batch is done."""
    row = _found(db, who, name)
    if row.state != BatchState.DONE:
        return ()
    return _files(_folder(db, name).out)


def open_result(db: Transaction, who: Actor, name: str, file: str) -> FoundFile:
    """Where one of them lies. Only what is listed can be asked for: no name leads elsewhere."""
    listed = {one.name for one in result_files(db, who, name)}
    if file not in listed:
        raise NotThere("file", file)
    return FoundFile(_folder(db, name).out / file, file.rpartition("/")[2])


def pack_results(db: Transaction, who: Actor, name: str) -> FoundFile:
    """All files of the results in one archive, which is made when somebody asks for it first."""
    files = result_files(db, who, name)
    if not files:
        raise NotThere("file", "all.zip")
    folder = _folder(db, name)
    target = folder.path / "all.zip"
    if not target.exists():
        part = folder.path / f".all.{new_id()}.part"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for one in files:
                archive.write(folder.out / one.name, one.name)
        part.replace(target)
    return FoundFile(target, f"batch-{name}.zip")


def cohorts_known(db: Transaction, who: Actor) -> tuple[str, ...]:
    """The cohorts that some assessment is in."""
    require_in_programme(who, Action.PROGRAMME)
    query = select(assessment.c.cohort).distinct().where(assessment.c.cohort.is_not(None))
    return tuple(db.sql.execute(query.order_by(assessment.c.cohort)).scalars())


def _found(db: Transaction, who: Actor, name: str) -> AnyRow:
    require_in_programme(who, Action.PROGRAMME)
    row = db.sql.execute(_ALL.where(batch.c.id == name)).first()
    if row is None or row.state == BatchState.REMOVED:
        raise NotThere("batch", name)
    return row


def _change(
    db: Transaction, who: Actor, row: AnyRow, action: str, values: dict[str, object]
) -> None:
    """Changes what is still as it was seen: a worker may have been faster."""
    this = update(batch).where(batch.c.id == row.id, batch.c.state == row.state)
    if not db.sql.execute(this.values(**values)).rowcount:
        raise Unusable("batch_over")
    record(db, city_stream(PROGRAMME), action, by=who.id, about={"batch": row.id})


def _folder(db: Transaction, name: str) -> HostedFolder:
    return HostedFolder(db.settings.batches_folder / name)


def _files(out: Path) -> tuple[ResultFile, ...]:
    found = sorted(path for path in out.rglob("*") if path.is_file() and not path.is_symlink())
    names = [(path.relative_to(out), path) for path in found]
    return tuple(
        ResultFile(name=name.as_posix(), size=path.stat().st_size)
        for name, path in names
        if not any(part.startswith(".") for part in name.parts)
    )


def _may_resume(row: AnyRow) -> bool:
    """What cannot be read will not be read a second time; all else may go better then."""
    failed = row.state == BatchState.FAILED and (
        row.total is not None or _codes(row.wrong) <= {"batch.failed"}
    )
    return row.state == BatchState.CANCELLED or failed


def _codes(wrong: Sequence[dict[str, str]] | None) -> set[str]:
    return {one["code"] for one in wrong or ()}


def _view(db: Transaction, row: AnyRow, language: Language) -> BatchView:
    left = None
    if row.state == BatchState.JUDGING and row.rate and row.total is not None:
        left = round((row.total - row.done) / row.rate)
    seen = row.seen_at or row.created_at
    wrong = [msgspec.convert(one, Wrong) for one in row.wrong or ()]
    return BatchView(
        id=row.id,
        name=row.name,
        query=row.query,
        rubric=row.rubric,
        on=row.on,
        language=row.language,
        paper=row.paper,
        pdf=row.pdf,
        state=BatchState(row.state),
        total=row.total,
        done=row.done,
        bad=row.bad,
        per_minute=round(row.rate * 60, 1) if row.rate else None,
        seconds_left=left,
        workers_seen=row.state not in ACTIVE or (db.now - seen).total_seconds() < 15,
        may_resume=_may_resume(row),
        summary=msgspec.convert(row.summary, Summary) if row.summary is not None else None,
        problems=tuple(_row(one, language) for one in wrong),
        by=PersonRef(row.by, row.person),
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def _row(wrong: Wrong, language: Language, *, number: int | None = None) -> BatchRow:
    reason, mend = told_of(wrong, language)
    return BatchRow(
        number=number,
        file=wrong.file,
        row=wrong.row or None,
        column=wrong.column,
        reason=reason,
        mend=mend,
        code=wrong.code,
    )
