"""Handing in: what is still unproven, the submission itself, and what was handed in before."""

from typing import Annotated

from fastapi import File, Query, UploadFile
from starlette.responses import Response

from api.languages import language_asked
from api.rest.bodies import Reopening
from api.rest.describing import CHANGING, READING, says
from api.rest.door import Door
from api.rest.once import IdempotencyKey, once
from api.rest.pages import Listed
from api.rest.replies import reply, reply_unless_known
from api.rest.results import OnDay, Whose
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, IF_NONE_MATCH, tag, version_seen
from api.review import signing
from api.workspace import exchanging, submitting
from api.workspace.exchanging import Imported
from api.workspace.judging_day import judging_day
from api.workspace.submitting import Checklist, SubmissionView
from assessment.progress import Progress
from assessment.results import Assessment, Lens
from assessment.submission import Submission

router = new_router("submissions")

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = {"type": "string", "format": "binary"}
YAML = "application/yaml"
YAML_FILE = {"description": "A submission file: `readiness schema submission`."}
FIXED_TAG = {"ETag": "Of what can never change."}
UNCHANGING = {"Cache-Control": "private, max-age=31536000, immutable"}
"""Nobody can change a submission; what may be kept is kept by its owner's browser alone."""


@router.get(
    "/assessments/{assessment}/checklist",
    summary="What is still unanswered and unproven",
    response_model=None,
    responses=says(Checklist, *READING),
)
def checklist(door: Door, assessment: str, on: OnDay = None) -> Response:
    """Before handing in; nothing in it keeps a team from doing so."""
    with door.reading() as (db, who):
        day = on or judging_day(db, assessment)
        return reply(submitting.checklist(db, who, assessment, on=day))


@router.post(
    "/assessments/{assessment}/submissions",
    summary="Hand in",
    openapi_extra=IF_MATCH,
    status_code=201,
    response_model=None,
    responses=says(SubmissionView, *CHANGING, status=201),
)
def submit(
    door: Door,
    assessment: str,
    on: OnDay = None,
    _key: IdempotencyKey = None,
) -> Response:
    """What is there at the version of the assessment in `If-Match`; from then on it is locked."""
    version = version_seen(door)
    with door.writing() as (db, who):

        def create() -> Response:
            day = on or judging_day(db, assessment)
            made = submitting.submit(db, who, assessment, version=version, on=day)
            where = {"Location": f"/api/v1/assessments/{assessment}/submissions/{made.number}"}
            return reply(made, status=201, headers=where)

        return once(door, db, who, None, create)


@router.get(
    "/assessments/{assessment}/submissions",
    summary="Everything that was handed in",
    response_model=None,
    responses=says(Listed[SubmissionView], *READING),
)
def list_submissions(door: Door, assessment: str) -> Response:
    """The newest first."""
    with door.reading() as (db, who):
        return reply(Listed(submitting.submissions(db, who, assessment)))


@router.get(
    "/assessments/{assessment}/submissions/{number}",
    summary="One submission, as it was handed in",
    openapi_extra=IF_NONE_MATCH,
    response_model=None,
    responses=says(Submission, *READING, headers=FIXED_TAG, unchanged=True),
)
def read_submission(door: Door, assessment: str, number: int) -> Response:
    """A submission file with what was seen of its evidence; it never changes."""
    with door.reading() as (db, who):
        found = submitting.read_submission(db, who, assessment, number)
    etag = tag(found.view.submission_digest)
    return reply_unless_known(door, found.snapshot, etag=etag, headers=UNCHANGING)


@router.get(
    "/assessments/{assessment}/submissions/{number}/result",
    summary="The result of a submission",
    openapi_extra=IF_NONE_MATCH,
    response_model=None,
    responses=says(Assessment, *READING, headers=FIXED_TAG, unchanged=True),
)
def read_result(door: Door, assessment: str, number: int) -> Response:
    """As it was judged on the day, by the rubric of the day; it never changes."""
    with door.reading() as (db, who):
        found = submitting.read_submission(db, who, assessment, number)
    view = found.view
    etag = tag(f"{view.submission_digest[:32]}-{view.rubric.digest[:16]}-{view.on}")
    return reply_unless_known(door, found.result, etag=etag, headers=UNCHANGING)


@router.get(
    "/assessments/{assessment}/difference",
    summary="What changed between two submissions",
    response_model=None,
    responses=says(Progress, *READING),
)
def difference(
    door: Door,
    assessment: str,
    first: Annotated[int, Query(ge=1, le=1_000_000)],
    second: Annotated[int, Query(ge=1, le=1_000_000)],
    lens: Whose = Lens.EVIDENCED,
) -> Response:
    """What turned and what slipped, and the points of both."""
    with door.reading() as (db, who):
        return reply(submitting.difference(db, who, assessment, first, second, lens=lens))


@router.post(
    "/assessments/{assessment}/reopen",
    summary="Open again what was submitted or signed off",
    openapi_extra=IF_MATCH,
    status_code=204,
    response_model=None,
    responses=says(None, *CHANGING, status=204),
)
def reopen(door: Door, assessment: str, body: Reopening) -> Response:
    """For coaches and staff; what was submitted, decided and signed stays as it is.

    `If-Match` is the ETag of the assessment, or of its review.
    """
    version = version_seen(door)
    with door.writing() as (db, who):
        signing.reopen(db, who, assessment, reason=body.reason, version=version, to=body.to)
    return Response(status_code=204)


@router.post(
    "/assessments/{assessment}/import",
    summary="Take in a filled-in workbook or submission file",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(Imported, *CHANGING),
)
def import_file(
    door: Door,
    assessment: str,
    file: Annotated[UploadFile, File(description="XLSX, ODS, YAML or JSON.")],
) -> Response:
    """What stands in it is saved over the version of the assessment that is in `If-Match`."""
    version, who = version_seen(door), door.who(counted="upload")
    name, database = file.filename or "submission", door.site.database
    return reply(
        exchanging.import_submission(
            database, who, assessment, file.file, filename=name, version=version
        )
    )


@router.get(
    "/assessments/{assessment}/submission.yaml",
    summary="The assessment as a submission file",
    response_model=None,
    responses=says(YAML_FILE, *READING, media=YAML),
)
def export_yaml(door: Door, assessment: str) -> Response:
    """As `readiness score` takes it."""
    with door.reading() as (db, who):
        told = exchanging.export_submission(db, who, assessment)
    return _attached(told, "submission.yaml", YAML)


@router.get(
    "/assessments/{assessment}/submission.xlsx",
    summary="The assessment as a workbook",
    response_model=None,
    responses=says(FILE, *READING, media=WORKBOOK),
)
def export_workbook(door: Door, assessment: str) -> Response:
    """To be filled in with Excel or LibreOffice, in the language of `Accept-Language`."""
    code = language_asked(door.headers.get("accept-language")).code
    with door.reading(counted="report") as (db, who):
        told = exchanging.export_workbook(db, who, assessment, language=code)
    return _attached(told, "submission.xlsx", WORKBOOK)


def _attached(content: bytes, name: str, media: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=media, headers={"Content-Disposition": disposition})
