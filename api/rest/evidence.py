"""The evidence locker: files and addresses, what was seen of them, and what they serve."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Body as FromBody
from fastapi import File, Form, UploadFile
from pydantic import AfterValidator, Field, Json
from starlette.responses import FileResponse, Response

from api.db import Transaction
from api.evidence.excerpts.excerpt import Excerpt
from api.hardening.headers import SANDBOX
from api.rest.bodies import EvidenceChange, Id, Name, NewLink
from api.rest.describing import CHANGING, CREATING, READING, says
from api.rest.door import Door
from api.rest.once import IdempotencyKey, content_of, digest_of, keep, kept_answer, key_of
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.routing import new_router, without_nul
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen
from api.workspace import locker
from api.workspace.excerpts import excerpt_of
from api.workspace.views import EvidenceView
from assessment.model import Day

router = new_router("evidence")

Plain = AfterValidator(without_nul)
Serves = Annotated[
    list[Annotated[Id, Plain]],
    Form(max_length=200, description="The requirements, or whole criteria, that it proves."),
]
Titled = Annotated[Name, Plain]
Noted = Annotated[str, Field(max_length=4_000), Plain]
Named = Annotated[Json[dict[str, str]], Field(max_length=500)]

FILE = {
    "type": "string",
    "format": "binary",
    "description": "The file as it was handed in.",
}

EXCERPT = {
    "status": "seen",
    "format": "xlsx",
    "tables": [
        {
            "name": "Awards 2025",
            "heads": ["Number", "Vendor", "Amount"],
            "rows": [["A-1", "Verde SpA", "51870000"], ["A-2", "Norte Ltda.", "1200000"]],
            "rows_in_all": 2,
            "columns_in_all": 3,
        }
    ],
    "tables_in_all": 1,
}


@router.get(
    "/assessments/{assessment}/evidence",
    summary="All the evidence",
    response_model=None,
    responses=says(Listed[EvidenceView], *READING),
)
def list_evidence(door: Door, assessment: str) -> Response:
    """Each piece with what was seen of it, and what it serves."""
    with door.reading() as (db, who):
        return reply(Listed(locker.read_evidence(db, who, assessment)))


@router.post(
    "/assessments/{assessment}/evidence",
    summary="Hand in a file",
    status_code=201,
    response_model=None,
    responses=says(EvidenceView, *CREATING, status=201, headers=VERSION_TAG),
)
def upload(
    door: Door,
    assessment: str,
    file: Annotated[UploadFile, File(description="The file itself.")],
    kind: Annotated[Id, Plain, Form(description="What it is, such as dataset or policy.")],
    title: Annotated[Titled | None, Form()] = None,
    serves: Serves = [],  # noqa: B006 (FastAPI copies it)
    dated: Annotated[Day | None, Form(description="The day from which it holds.")] = None,
    note: Annotated[Noted | None, Form()] = None,
    shows: Annotated[
        Named | None,
        Form(description='Where what is found in it, as JSON: {"approving_body": "page 3"}.'),
    ] = None,
    columns: Annotated[
        Named | None,
        Form(description='What columns stand for, as JSON: {"Vendor": "award.supplier"}.'),
    ] = None,
    _key: IdempotencyKey = None,
) -> Response:
    """It is opened by a process of its own, never believed; the answer says what was seen."""
    said: dict[str, object] = {"kind": kind, "serves": serves}
    optional: dict[str, object] = {"title": title, "note": note, "shows": shows}
    optional |= {"columns": columns, "dated": dated and dated.isoformat()}
    said |= {name: value for name, value in optional.items() if value is not None}
    name = file.filename or ""

    def create(also: locker.Also) -> EvidenceView:
        who = door.who(counted="upload")
        database = door.site.database
        return locker.upload_evidence(
            database, who, assessment, file.file, filename=name, also=also, **said
        )

    # Two files of one name and size are two requests: what is in them tells them apart.
    content = content_of(file) if key_of(door) is not None else ""
    return _once(door, assessment, f"{name} {content} {said}", create)


@router.post(
    "/assessments/{assessment}/links",
    summary="Hand in an address",
    status_code=201,
    response_model=None,
    responses=says(EvidenceView, *CREATING, status=201, headers=VERSION_TAG),
)
def add_link(door: Door, assessment: str, body: NewLink, _key: IdempotencyKey = None) -> Response:
    """It is called only if it is public; what cannot be looked at needs a review."""

    def create(also: locker.Also) -> EvidenceView:
        who = door.who(counted="upload")
        said = body.model_dump(mode="json", exclude_none=True)
        return locker.add_link(door.site.database, who, assessment, also=also, **said)

    return _once(door, assessment, body.model_dump_json(), create)


@router.get(
    "/assessments/{assessment}/evidence/{piece}",
    summary="One piece of evidence",
    response_model=None,
    responses=says(EvidenceView, *READING, headers=VERSION_TAG),
)
def read_piece(door: Door, assessment: str, piece: str) -> Response:
    """With what was seen of it."""
    with door.reading() as (db, who):
        found = locker.read_piece(db, who, assessment, piece)
    return reply(found, etag=tag(found.version))


@router.patch(
    "/assessments/{assessment}/evidence/{piece}",
    summary="Say something else of a piece",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(EvidenceView, *CHANGING, headers=VERSION_TAG),
)
def change_piece(
    door: Door,
    assessment: str,
    piece: str,
    body: Annotated[EvidenceChange, FromBody()],
) -> Response:
    """What is left out stays; it is looked at again where that may matter."""
    version = version_seen(door)
    said = body.model_dump(mode="json", exclude_unset=True)
    who = door.who(counted="upload")
    found = locker.change_evidence(
        door.site.database, who, assessment, piece, version=version, **said
    )
    return reply(found, etag=tag(found.version))


@router.delete(
    "/assessments/{assessment}/evidence/{piece}",
    summary="Take a piece of evidence back",
    openapi_extra=IF_MATCH,
    status_code=204,
    response_model=None,
    responses=says(None, *CHANGING, status=204),
)
def remove_piece(door: Door, assessment: str, piece: str) -> Response:
    """The history keeps that it was there."""
    version = version_seen(door)
    with door.writing() as (db, who):
        locker.remove_evidence(db, who, assessment, piece, version=version)
    return Response(status_code=204)


@router.put(
    "/assessments/{assessment}/evidence/{piece}/serves/{requirement}",
    summary="Let a piece serve a requirement as well",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(EvidenceView, *CHANGING, headers=VERSION_TAG),
)
def attach(door: Door, assessment: str, piece: str, requirement: str) -> Response:
    """Whatever others have attached stays."""
    version, who = version_seen(door), door.who()
    database = door.site.database
    found = locker.attach(database, who, assessment, piece, requirement, version=version)
    return reply(found, etag=tag(found.version))


@router.delete(
    "/assessments/{assessment}/evidence/{piece}/serves/{requirement}",
    summary="Let a piece serve a requirement no longer",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(EvidenceView, *CHANGING, headers=VERSION_TAG),
)
def detach(door: Door, assessment: str, piece: str, requirement: str) -> Response:
    """The piece itself stays."""
    version, who = version_seen(door), door.who()
    database = door.site.database
    found = locker.detach(database, who, assessment, piece, requirement, version=version)
    return reply(found, etag=tag(found.version))


@router.get(
    "/assessments/{assessment}/evidence/{piece}/file",
    summary="The file of a piece of evidence",
    response_model=None,
    responses=says(FILE, *READING, media="application/octet-stream"),
)
def download(door: Door, assessment: str, piece: str) -> Response:
    """Always as a file to be saved, never as a page: nothing in it runs here."""
    with door.reading() as (db, who):
        found = locker.open_file(db, who, assessment, piece)
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
    "/assessments/{assessment}/evidence/{piece}/excerpt",
    summary="The beginning of a file, as tables or text",
    response_model=None,
    responses=says(Excerpt, *READING, example=EXCERPT),
)
def excerpt(door: Door, assessment: str, piece: str) -> Response:
    """As a coach sees it: at most 50 rows and 20 columns; `status` says why there are none."""
    with door.reading(counted="report") as (db, who):
        found = locker.open_file(db, who, assessment, piece)
    return reply(excerpt_of(found))


def _once(
    door: Door, assessment: str, said: str, create: Callable[[locker.Also], EvidenceView]
) -> Response:
    """A creation that takes long: its answer is kept in the transaction that writes it down."""
    key = key_of(door)
    digest = digest_of(door, said)
    if key is not None:
        with door.reading() as (db, who):
            kept = kept_answer(db, who, key, digest)
        if kept is not None:
            return kept
    found: list[Response] = []

    def also(db: Transaction, view: EvidenceView) -> None:
        where = f"/api/v1/assessments/{assessment}/evidence/{view.id}"
        headers = {"Location": where}
        found.append(reply(view, status=201, etag=tag(view.version), headers=headers))
        if key is not None:
            keep(db, who, key, digest, found[0])

    create(also)
    return found[0]
