"""Batches for staff: a list, a form to begin one, a page that follows it to its results."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from api.accounts import Actor
from api.downloads import confidential_file
from api.errors import TooLarge, Unusable
from api.services import DEFAULT_RUBRIC
from api.web.batches import MAX_REPORTS, batch_shown, files_shown, place_shown
from api.web.door import Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.routes.locker import Brought, Sent
from api.workspace import batches
from api.workspace.batch_views import KINDS, BatchIn, BatchView, take_upload
from api.workspace.library import known_rubrics
from api.workspace.stored import StoredQuery
from api.workspace.views import Status
from reports.i18n import LANGUAGES
from rubrics.problems import InputError

router = APIRouter(include_in_schema=False)

LISTED = 100
ROWS = 50
"""Things that are wrong, on one page."""


@router.get("/batches")
def list_batches(visit: Visiting, after: str = "") -> Response:
    """All batches, the newest first."""
    with visit.reading() as (db, who):
        found = batches.batches(
            db, who, language=visit.language, after=after or None, limit=LISTED + 1
        )
    shown = [batch_shown(view, visit.language) for view in found[:LISTED]]
    more = found[LISTED - 1].id if len(found) > LISTED else ""
    return visit.show("batches.html.j2", batches=shown, more=more)


@router.get("/batches/new")
def new_batch(visit: Visiting) -> Response:
    """The form to begin one."""
    return _form(visit, {"language": visit.language.code, "source": "file", "paper": "a4"})


@router.post("/batches")
def begin(visit: Visiting, brought: Brought) -> Response:
    """Takes a file, or asks the database, and hands the work out."""
    fields, say = brought.fields, visit.language.text
    names = ("source", "rubric", "cohort", "status", "on", "language", "paper", "pdf")
    given = {name: one(fields, name) for name in names}
    with visit.reading() as (_, who):
        visit.site.rates.count("upload", who.person.id)
    errors: dict[str, str] = {}
    on = _day(given["on"])
    if given["on"] and on is None:
        errors["on"] = say("Write a day such as 2025-11-03.")
    if given["source"] != "database" and brought.file is None:
        errors["file"] = say("Choose the file that holds the submissions.")
    if not errors:
        try:
            view = _begin(visit, who, brought, given, on)
            return go(f"/batches/{view.id}", done="batch-begun")
        except (InputError, TooLarge, Unusable) as error:
            errors["source" if given["source"] == "database" else "file"] = sentence(
                error, visit.language
            )
    return _form(visit, given, errors=errors, status=422)


@router.get("/batches/{batch_id}")
def one_batch(visit: Visiting, batch_id: str, first: int = 0) -> Response:
    """How far it is; at the end its results, and what could not be judged."""
    language, first = visit.language, max(0, min(first, 10_000_000))
    with visit.reading() as (db, who):
        view = batches.read_batch(db, who, batch_id, language=language)
        files = batches.result_files(db, who, batch_id)
        rows = batches.bad_rows(db, who, batch_id, language=language, first=first, count=ROWS + 1)
    known, reports = files_shown(files, language)
    return visit.show(
        "batch.html.j2",
        batch=batch_shown(view, language),
        files=known,
        reports=reports[:MAX_REPORTS],
        more_reports=max(0, len(reports) - MAX_REPORTS),
        wrongs=[(place_shown(row, language), row) for row in rows[:ROWS]],
        problems=[(place_shown(row, language), row) for row in view.problems],
        first=first,
        earlier=max(0, first - ROWS) if first else None,
        later=first + ROWS if len(rows) > ROWS else None,
    )


@router.get("/batches/{batch_id}/state")
def state(visit: Visiting, batch_id: str) -> Response:
    """How far it is, for our script, which puts it in the place of what it showed before."""
    with visit.reading() as (db, who):
        view = batches.read_batch(db, who, batch_id, language=visit.language)
    return visit.show("parts/batch_state.html.j2", batch=batch_shown(view, visit.language))


@router.post("/batches/{batch_id}/cancel")
def cancel(visit: Visiting, batch_id: str) -> Response:
    """Stops it; what has ended meanwhile stays as it is."""
    try:
        with visit.writing() as (db, who):
            batches.cancel_batch(db, who, batch_id, language=visit.language)
    except Unusable:
        return go(f"/batches/{batch_id}")
    return go(f"/batches/{batch_id}", done="batch-cancelled")


@router.post("/batches/{batch_id}/resume")
def resume(visit: Visiting, batch_id: str) -> Response:
    """Goes on with it."""
    try:
        with visit.writing() as (db, who):
            batches.resume_batch(db, who, batch_id, language=visit.language)
    except Unusable:
        return go(f"/batches/{batch_id}")
    return go(f"/batches/{batch_id}", done="batch-resumed")


@router.post("/batches/{batch_id}/remove")
def remove(visit: Visiting, batch_id: str) -> Response:
    """Removes it with its input and results."""
    try:
        with visit.writing() as (db, who):
            folder = batches.remove_batch(db, who, batch_id)
    except Unusable:
        return go(f"/batches/{batch_id}")
    batches.remove_files(folder)
    return go("/batches", done="removed")


@router.get("/batches/{batch_id}/files/{name:path}")
def download(visit: Visiting, batch_id: str, name: str) -> Response:
    """A file of the results, to be saved."""
    with visit.reading() as (db, who):
        found = batches.open_result(db, who, batch_id, name)
    return confidential_file(found.path, found.filename)


@router.get("/batches/{batch_id}/all.zip")
def download_all(visit: Visiting, batch_id: str) -> Response:
    """All of them in one archive."""
    with visit.reading() as (db, who):
        found = batches.pack_results(db, who, batch_id)
    return confidential_file(found.path, found.filename)


def _begin(
    visit: Visit, who: Actor, brought: Sent, given: Mapping[str, str], on: date | None
) -> BatchView:
    database, limit = visit.site.database, visit.site.settings.max_batch_bytes
    rubric = given["rubric"] or DEFAULT_RUBRIC
    query = None
    with batches.new_folder(database, who) as folder:
        if given["source"] == "database":
            status = Status(given["status"]) if given["status"] in set(Status) else None
            query = StoredQuery(rubric=rubric, cohort=given["cohort"] or None, status=status)
            with database.read() as db:
                name = batches.write_query(db, who, query, folder)
        else:
            assert brought.file is not None  # noqa: S101 (it was asked before)
            sent = brought.file
            name, _ = take_upload(sent.file, folder, filename=sent.filename or "", limit=limit)
        asked = BatchIn(
            given=name,
            rubric=rubric,
            on=on,
            language=given["language"] if given["language"] in LANGUAGES else "en",
            paper="letter" if given["paper"] == "letter" else "a4",
            pdf=given["pdf"] == "yes",
            query=query,
        )
        with visit.writing() as (db, _):
            return batches.begin_batch(db, who, folder, asked, language=visit.language)


def _form(
    visit: Visit,
    given: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    with visit.reading() as (db, who):
        cohorts = batches.cohorts_known(db, who)
        today = db.now.date().isoformat()
    return visit.show(
        "new_batch.html.j2",
        status=status,
        given={"on": today, **given},
        errors=errors,
        cohorts=cohorts,
        rubrics=known_rubrics(),
        kinds=",".join(KINDS),
        limit=visit.site.settings.max_batch_mb,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
