"""What people say to each other about an assessment, what coaches decide, what has happened."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.exceptions import KEY_REUSED
from api.rest.bodies import NewComment, NewDecision
from api.rest.describing import CHANGING, CREATING, READING, says
from api.rest.door import Door
from api.rest.once import IdempotencyKey, once
from api.rest.pages import After, Limit, Listed
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen
from api.review import deciding
from api.workspace import talking
from api.workspace.talking import Comment, Decision, Event

router = new_router("talk")

About = Annotated[
    str | None,
    Query(max_length=120, description="A requirement, a criterion, or a piece of evidence."),
]


@router.get(
    "/assessments/{assessment}/comments",
    summary="Comments",
    response_model=None,
    responses=says(Listed[Comment], *READING),
)
def list_comments(
    door: Door, assessment: str, about: About = None, after: After = None, limit: Limit = 50
) -> Response:
    """The oldest first. Private ones are for coaches and staff alone."""
    with door.reading() as (db, who):
        return reply(talking.comments(db, who, assessment, about=about, after=after, limit=limit))


@router.post(
    "/assessments/{assessment}/comments",
    summary="Write a comment",
    status_code=201,
    response_model=None,
    responses=says(Comment, *CREATING, status=201),
)
def write_comment(
    door: Door, assessment: str, body: NewComment, _key: IdempotencyKey = None
) -> Response:
    """A reply is about the same, and as private, as what it answers."""
    with door.writing() as (db, who):

        def create() -> Response:
            made = talking.write_comment(
                db,
                who,
                assessment,
                about=body.about,
                text=body.text,
                private=body.private,
                reply_to=body.reply_to,
            )
            return reply(made, status=201)

        return once(door, db, who, body, create)


@router.get(
    "/assessments/{assessment}/decisions",
    summary="Coaches' decisions",
    response_model=None,
    responses=says(Listed[Decision], *READING),
)
def list_decisions(door: Door, assessment: str, about: About = None) -> Response:
    """The newest first; of those about one thing the newest counts."""
    with door.reading() as (db, who):
        return reply(Listed(talking.decisions(db, who, assessment, about=about)))


@router.post(
    "/assessments/{assessment}/decisions",
    summary="Decide as a coach",
    openapi_extra=IF_MATCH,
    status_code=201,
    response_model=None,
    responses=says(Decision, *CHANGING, KEY_REUSED, status=201, headers=VERSION_TAG),
)
def decide(
    door: Door,
    assessment: str,
    body: NewDecision,
    _key: IdempotencyKey = None,
) -> Response:
    """It stands above the machine's verdict; where it differs, it needs a reason.

    `If-Match` names the last decision about the same that you have seen, by its number: "0" where
    there is none. Where another coach was faster, the answer is 412 with both.
    """
    version = version_seen(door)
    with door.writing() as (db, who):

        def create() -> Response:
            made = deciding.decide(
                db,
                who,
                assessment,
                about=body.about,
                verdict=body.verdict,
                reason=body.reason,
                version=version,
            )
            return reply(made, status=201, etag=tag(made.number))

        return once(door, db, who, body, create)


@router.get(
    "/assessments/{assessment}/activity",
    summary="What has happened",
    response_model=None,
    responses=says(Listed[Event], *READING),
)
def activity(door: Door, assessment: str, after: After = None, limit: Limit = 50) -> Response:
    """Who did what, the newest first."""
    with door.reading() as (db, who):
        return reply(talking.activity(db, who, assessment, after=after, limit=limit))
