"""The review of an assessment: read it, decide all at once, ask for changes, sign it off."""

from typing import Annotated

from fastapi import Query
from starlette.responses import FileResponse, Response

from api.evidence.excerpts.excerpt import Excerpt
from api.exceptions import KEY_REUSED, NOT_FOUND, UNAVAILABLE, FaultError
from api.hardening.headers import SANDBOX
from api.rest.bodies import NewRequest, NewSignOff
from api.rest.describing import CHANGING, READING, says
from api.rest.door import Door
from api.rest.evidence import EXCERPT
from api.rest.once import IdempotencyKey, once
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.reports import FILE, InLanguage, OfKind, OnPaper, attached, language_of
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen
from api.review import deciding, differing, reading, reporting, requesting, signing
from api.review.views import ChangeRequest, Differences, Replay, Review, SignOff
from api.services import tell
from api.workspace.excerpts import excerpt_of
from api.workspace.talking import Decision
from assessment.results import Assessment

router = new_router("review")

Number = Annotated[
    int | None,
    Query(ge=1, le=1_000_000, description="The submission; without it, the last one."),
]

REQUEST = {
    "number": 1,
    "submission": 1,
    "asks": {"rdc7-awards": "Publish June to October as well."},
    "saw": {"rdc7-awards": {"evidenced": "not_met", "verdict": None, "reason": ""}},
    "due": "2026-04-01",
    "note": "",
    "by": {"id": "01jdq2c6n7d0m3t8w4y5z6a7b8", "name": "Marta Rojas"},
    "at": "2026-03-09T10:42:00Z",
    "answered_by": None,
}


@router.get(
    "/assessments/{assessment}/review",
    summary="Claim, machine and coach side by side",
    response_model=None,
    responses=says(Review, *READING, headers=VERSION_TAG),
)
def read_review(door: Door, assessment: str, number: Number = None) -> Response:
    """Every requirement and declared criterion of a submission, for coaches and staff.

    The ETag is the assessment's version: send it back when you ask for changes or sign off.
    """
    with door.reading() as (db, who):
        found = reading.read_review(db, who, assessment, number)
    return reply(found, etag=tag(found.assessment.version))


@router.get(
    "/assessments/{assessment}/review/result",
    summary="The result of a submission, with the coaches' decisions",
    response_model=None,
    responses=says(Assessment, *READING),
)
def review_result(door: Door, assessment: str, number: Number = None) -> Response:
    """Every reason and the whole trace, as of the day of the submission."""
    with door.reading() as (db, who):
        return reply(reading.review_result(db, who, assessment, number))


@router.get(
    "/assessments/{assessment}/review/evidence/{piece}/file",
    summary="The file of a piece as it was handed in",
    response_model=None,
    responses=says(FILE, *READING, media="application/octet-stream"),
)
def submitted_file(door: Door, assessment: str, piece: str, number: Number = None) -> Response:
    """Whatever the team has done with it since. Always as a file to be saved."""
    with door.reading() as (db, who):
        found = reading.open_submitted_file(db, who, assessment, number, piece)
    headers = {
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "private, no-cache",
        "ETag": tag(found.sha256),
    }
    return FileResponse(
        found.path,
        filename=found.filename,
        media_type="application/octet-stream",
        headers=headers,
        content_disposition_type="attachment",
    )


@router.get(
    "/assessments/{assessment}/review/evidence/{piece}/excerpt",
    summary="The beginning of a file as it was handed in, as tables or text",
    response_model=None,
    responses=says(Excerpt, *READING, example=EXCERPT),
)
def submitted_excerpt(door: Door, assessment: str, piece: str, number: Number = None) -> Response:
    """At most 50 rows and 20 columns of each table; `status` says why there are none."""
    with door.reading(counted="report") as (db, who):
        found = reading.open_submitted_file(db, who, assessment, number, piece)
    return reply(excerpt_of(found))


@router.post(
    "/assessments/{assessment}/review/agree",
    summary="Agree with the machine where the evidence is verified",
    openapi_extra=IF_MATCH,
    status_code=201,
    response_model=None,
    responses=says(Listed[Decision], *CHANGING, KEY_REUSED, status=201),
)
def agree(door: Door, assessment: str, _key: IdempotencyKey = None) -> Response:
    """Wherever it knows from evidence that it saw, and nobody has decided: all, or nothing.

    `If-Match` is the review's ETag.
    """
    version = version_seen(door)
    with door.writing() as (db, who):

        def create() -> Response:
            made = deciding.agree_with_machine(db, who, assessment, version=version)
            return reply(Listed(made), status=201)

        return once(door, db, who, None, create)


@router.get(
    "/assessments/{assessment}/review/differences",
    summary="Only what the team changed",
    response_model=None,
    responses=says(Differences, *READING),
)
def differences(
    door: Door,
    assessment: str,
    first: Number = None,
    second: Number = None,
) -> Response:
    """From one submission to another; without numbers, to the last from the one before."""
    with door.reading() as (db, who):
        return reply(differing.differences(db, who, assessment, first=first, second=second))


@router.get(
    "/assessments/{assessment}/review/replay",
    summary="Whether what is stored gives the stored result",
    response_model=None,
    responses=says(Replay, *READING),
)
def replay(door: Door, assessment: str, number: Number = None) -> Response:
    """Judges the submission with the decisions again, and compares every byte."""
    with door.reading(counted="report") as (db, who):
        return reply(signing.replay(db, who, assessment, number))


@router.get(
    "/assessments/{assessment}/review/report.pdf",
    summary="The report with the coaches' decisions, or the sheet for a session",
    response_model=None,
    responses=says(FILE, *READING, UNAVAILABLE, media="application/pdf"),
)
def review_pdf(
    door: Door,
    assessment: str,
    number: Number = None,
    language: InLanguage = None,
    paper: OnPaper = "a4",
    kind: OfKind = "report",
) -> Response:
    """Of a submission on its own day; a session sheet looks back at the submission before it."""
    spoken = language_of(door, language)
    with door.reading(counted="report") as (db, who):
        scored = reporting.scored_review(db, who, assessment, number)
        since = None
        if kind == "session":
            since = reporting.previous_result(db, who, assessment, number)
    report = tell(scored, spoken, kind=kind, since=since)
    pdf = door.site.print_report(scored, report, paper=paper, since=since)
    return attached(pdf, f"{kind}.pdf", "application/pdf", spoken)


@router.get(
    "/assessments/{assessment}/change-requests",
    summary="What coaches asked the team to change",
    response_model=None,
    responses=says(Listed[ChangeRequest], *READING),
)
def list_requests(door: Door, assessment: str) -> Response:
    """The newest first. Where the assessment's status is changes_requested, it is open."""
    with door.reading() as (db, who):
        return reply(Listed(requesting.requests(db, who, assessment)))


@router.post(
    "/assessments/{assessment}/change-requests",
    summary="Ask the team for changes",
    openapi_extra=IF_MATCH,
    status_code=201,
    response_model=None,
    responses=says(ChangeRequest, *CHANGING, KEY_REUSED, status=201, example=REQUEST),
)
def request_changes(
    door: Door,
    assessment: str,
    body: NewRequest,
    _key: IdempotencyKey = None,
) -> Response:
    """Only what is asked of is open to the team then. `If-Match` is the review's ETag."""
    version = version_seen(door)
    with door.writing() as (db, who):

        def create() -> Response:
            made = requesting.request_changes(
                db,
                who,
                assessment,
                asks=body.asks,
                due=body.due,
                note=body.note,
                version=version,
            )
            return reply(made, status=201)

        return once(door, db, who, body, create)


@router.get(
    "/assessments/{assessment}/sign-off",
    summary="The end of the review",
    response_model=None,
    responses=says(SignOff, *READING),
)
def read_sign_off(door: Door, assessment: str) -> Response:
    """With its hash, by which the log knows it; 404 as long as nobody has signed off."""
    with door.reading() as (db, who):
        found = signing.read_sign_off(db, who, assessment)
    if found is None:
        raise FaultError(NOT_FOUND)
    return reply(found)


@router.post(
    "/assessments/{assessment}/sign-off",
    summary="End the review",
    openapi_extra=IF_MATCH,
    status_code=201,
    response_model=None,
    responses=says(SignOff, *CHANGING, KEY_REUSED, status=201),
)
def sign_off(
    door: Door,
    assessment: str,
    body: NewSignOff,
    _key: IdempotencyKey = None,
) -> Response:
    """Once nothing waits for a decision. `If-Match` is the review's ETag."""
    version = version_seen(door)
    with door.writing() as (db, who):

        def create() -> Response:
            made = signing.sign_off(db, who, assessment, version=version, note=body.note)
            return reply(made, status=201)

        return once(door, db, who, body, create)
