"""Batches for staff: send many submissions, see how far they are, take the results."""

from typing import Annotated, Any, Literal

from fastapi import File, Form, Query, UploadFile
from fastapi import Path as InPath
from starlette.responses import Response

from api.downloads import confidential_file
from api.exceptions import INVALID, FaultError
from api.languages import language_asked
from api.rest.bodies import Id
from api.rest.describing import CREATING, READING, REMOVING, says
from api.rest.door import Door
from api.rest.evidence import FILE, Plain
from api.rest.once import IdempotencyKey, digest_of, keep, kept_answer, key_of
from api.rest.pages import After, Limit, Listed, page_of
from api.rest.replies import reply
from api.rest.routing import new_router
from api.workspace import batches
from api.workspace.batch_views import BatchIn, BatchRow, BatchView, ResultFile, take_upload
from api.workspace.stored import StoredQuery
from api.workspace.views import Status
from assessment.model import Day
from reports.i18n import Language, load_language
from rubrics.problems import Place, Problem

router = new_router("batches")

BATCH: dict[str, Any] = {
    "id": "01jdq2c6n7d0m3t8w4y5z6a7c0",
    "name": "march.zip",
    "query": None,
    "rubric": "wwc-2022",
    "on": "2026-03-09",
    "language": "es",
    "paper": "a4",
    "pdf": True,
    "state": "judging",
    "total": 412,
    "done": 180,
    "bad": 7,
    "per_minute": 55.0,
    "seconds_left": 253,
    "workers_seen": True,
    "may_resume": False,
    "summary": None,
    "problems": [],
    "by": {"id": "01jdq2c6n7d0m3t8w4y5z6a7b8", "name": "Sam Carter"},
    "created_at": "2026-03-09T10:42:00Z",
    "ended_at": None,
}
LOCATION = {"Location": "Where the batch is."}
First = Annotated[int, Query(ge=0, le=10_000_000, description="How many entries to leave out.")]
Name = Annotated[str, InPath(description="As it is listed: scores.csv, reports/000001-alta.pdf …")]


@router.post(
    "/batches",
    summary="Have many submissions scored",
    status_code=202,
    response_model=None,
    responses=says(BatchView, *CREATING, status=202, example=BATCH, headers=LOCATION),
)
def begin(
    door: Door,
    source: Annotated[
        Literal["file", "database"],
        Form(description="A file that you send, or the last submissions in this service."),
    ] = "file",
    file: Annotated[
        UploadFile | None, File(description="ZIP, XLSX, ODS, CSV, JSON Lines, Parquet, JSON, YAML.")
    ] = None,
    rubric: Annotated[Id, Plain, Form(description="What they are judged by.")] = "wwc-2022",
    cohort: Annotated[
        Annotated[Id, Plain] | None, Form(description="Of the database: a cohort of a sprint.")
    ] = None,
    status: Annotated[
        Status | None, Form(description="Of the database: how their assessments stand.")
    ] = None,
    on: Annotated[Day | None, Form(description="The day that counts; today, without it.")] = None,
    language: Annotated[
        Literal["en", "es", "pt"] | None,
        Form(description="Of errors and reports; that of Accept-Language, without it."),
    ] = None,
    paper: Annotated[Literal["a4", "letter"], Form()] = "a4",
    pdf: Annotated[bool, Form(description="The report of every submission as well.")] = False,
    trust_facts: Annotated[
        bool, Form(description="Facts in the submissions are of our own collectors.")
    ] = False,
    _key: IdempotencyKey = None,
) -> Response:
    """It is taken up at once by whichever worker is free; the answer says where to look for it.

    For staff of the programme alone. Sent again with its `Idempotency-Key`, it is begun once.
    """
    said = _language(door) if language is None else load_language(language)
    key, database = key_of(door), door.site.database
    query = StoredQuery(rubric=rubric, cohort=cohort, status=status)
    if file is None and source == "file":
        problem = Problem("key.missing", Place("body"), {"key": "file"})
        raise FaultError(INVALID, problems=[problem])
    who = door.who(counted="upload")
    with batches.new_folder(database, who) as folder:
        if file is not None and source == "file":
            limit, name = door.site.settings.max_batch_bytes, file.filename or ""
            given, sha256 = take_upload(file.file, folder, filename=name, limit=limit)
        else:
            with database.read() as db:
                given, sha256 = batches.write_query(db, who, query, folder), ""
        asked = BatchIn(
            given=given,
            rubric=rubric,
            on=on,
            language=said.code,
            paper=paper,
            pdf=pdf,
            trust_facts=trust_facts,
            query=query if source == "database" else None,
        )
        digest = digest_of(door, f"{sha256} {asked}")
        with door.writing() as (db, who):
            kept = kept_answer(db, who, key, digest) if key is not None else None
            if kept is not None:
                batches.remove_files(folder.path)
                return kept
            view = batches.begin_batch(db, who, folder, asked, language=said)
            where = {"Location": f"/api/v1/batches/{view.id}"}
            response = reply(view, status=202, headers=where)
            if key is not None:
                keep(db, who, key, digest, response)
            return response


@router.get(
    "/batches",
    summary="All batches",
    response_model=None,
    responses=says(Listed[BatchView], *READING, example={"items": [BATCH], "after": None}),
)
def list_batches(door: Door, after: After = None, limit: Limit = 50) -> Response:
    """The newest first."""
    with door.reading() as (db, who):
        found = batches.batches(db, who, language=_language(door), after=after, limit=limit + 1)
    return page_of(found, limit, name_of=lambda view: view.id)


@router.get(
    "/batches/{batch}",
    summary="A batch, and how far it is",
    response_model=None,
    responses=says(BatchView, *READING, example=BATCH),
)
def read_batch(door: Door, batch: str) -> Response:
    """`done` of `total` are judged, `bad` of these could not be; ask again every few seconds."""
    with door.reading() as (db, who):
        return reply(batches.read_batch(db, who, batch, language=_language(door)))


@router.post(
    "/batches/{batch}/cancel",
    summary="Stop a batch",
    response_model=None,
    responses=says(BatchView, *REMOVING, example=BATCH),
)
def cancel(door: Door, batch: str) -> Response:
    """What is judged stays, and it can be resumed."""
    with door.writing() as (db, who):
        return reply(batches.cancel_batch(db, who, batch, language=_language(door)))


@router.post(
    "/batches/{batch}/resume",
    summary="Go on with a batch",
    response_model=None,
    responses=says(BatchView, *REMOVING, example=BATCH),
)
def resume(door: Door, batch: str) -> Response:
    """One that was cancelled, or that failed for a reason of ours: nothing is judged twice."""
    with door.writing() as (db, who):
        return reply(batches.resume_batch(db, who, batch, language=_language(door)))


@router.get(
    "/batches/{batch}/bad-rows",
    summary="What could not be judged, and why",
    response_model=None,
    responses=says(Listed[BatchRow], *READING),
)
def bad_rows(door: Door, batch: str, first: First = 0, limit: Limit = 50) -> Response:
    """File, row, column, reason and mend, in your language; `after` is the next `first`."""
    with door.reading() as (db, who):
        found = batches.bad_rows(
            db, who, batch, language=_language(door), first=first, count=limit + 1
        )
    after = str(first + limit) if len(found) > limit else None
    return reply(Listed(found[:limit], after))


@router.get(
    "/batches/{batch}/files",
    summary="The files of the results",
    response_model=None,
    responses=says(
        Listed[ResultFile],
        *READING,
        example={"items": [{"name": "scores.csv", "size": 20_480}], "after": None},
    ),
)
def list_files(door: Door, batch: str) -> Response:
    """There are none before the batch is done."""
    with door.reading() as (db, who):
        return reply(Listed(batches.result_files(db, who, batch)))


@router.get(
    "/batches/{batch}/files/{file:path}",
    summary="A file of the results",
    response_model=None,
    responses=says(FILE, *READING, media="application/octet-stream"),
)
def download(door: Door, batch: str, file: Name) -> Response:
    """The same bytes that `readiness batch` writes; always as a file to be saved."""
    with door.reading() as (db, who):
        found = batches.open_result(db, who, batch, file)
    return confidential_file(found.path, found.filename)


@router.get(
    "/batches/{batch}/all.zip",
    summary="All files of the results",
    response_model=None,
    responses=says(FILE, *READING, media="application/octet-stream"),
)
def download_all(door: Door, batch: str) -> Response:
    """As one archive."""
    with door.reading(counted="report") as (db, who):
        found = batches.pack_results(db, who, batch)
    return confidential_file(found.path, found.filename)


@router.delete(
    "/batches/{batch}",
    summary="Remove a batch with its input and results",
    status_code=204,
    response_model=None,
    responses=says(None, *REMOVING, status=204),
)
def remove(door: Door, batch: str) -> Response:
    """One that somebody works on has to be cancelled first."""
    with door.writing() as (db, who):
        folder = batches.remove_batch(db, who, batch)
    batches.remove_files(folder)
    return Response(status_code=204)


def _language(door: Door) -> Language:
    return language_asked(door.headers.get("accept-language"))
