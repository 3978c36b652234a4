"""Who reviews an assessment, what they talk about, and second readings of it."""

from typing import Annotated

import msgspec
from fastapi import Path, Query
from starlette.responses import Response

from api.errors import PersonRef
from api.exceptions import CONFLICT, NOT_FOUND, FaultError
from api.rest.bodies import NewOpinion
from api.rest.describing import CHANGING, CREATING, READING, REMOVING, SENDING, says
from api.rest.door import Door
from api.rest.once import IdempotencyKey, once
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen
from api.review import assigning, second, threads
from api.review.views import Opinion, Reading, Thread

router = new_router("review")

About = Annotated[str, Path(description="A requirement, or the code of a criterion.")]


class Coaches(msgspec.Struct, frozen=True):
    """Who reviews an assessment, and who could."""

    assigned: tuple[PersonRef, ...]
    possible: tuple[PersonRef, ...]


@router.get(
    "/assessments/{assessment}/coaches",
    summary="Who reviews it, and who could",
    response_model=None,
    responses=says(Coaches, *READING),
)
def coaches(door: Door, assessment: str) -> Response:
    """The coaches of the city and of the programme."""
    with door.reading() as (db, who):
        possible = assigning.coaches_for(db, who, assessment)
        return reply(Coaches(assigning.assigned(db, assessment), possible))


@router.put(
    "/assessments/{assessment}/coaches/{person}",
    summary="Give the review to a coach",
    response_model=None,
    responses=says(Listed[PersonRef], *SENDING, CONFLICT),
)
def assign(door: Door, assessment: str, person: str) -> Response:
    """One assessment may have several; they hear of it by e-mail."""
    with door.writing() as (db, who):
        return reply(Listed(assigning.assign(db, who, assessment, person)))


@router.delete(
    "/assessments/{assessment}/coaches/{person}",
    summary="Take the review from a coach",
    response_model=None,
    responses=says(Listed[PersonRef], *REMOVING),
)
def unassign(door: Door, assessment: str, person: str) -> Response:
    """What they have decided stays."""
    with door.writing() as (db, who):
        return reply(Listed(assigning.unassign(db, who, assessment, person)))


@router.get(
    "/assessments/{assessment}/threads",
    summary="Conversations: comments with their replies",
    response_model=None,
    responses=says(Listed[Thread], *READING),
)
def list_threads(
    door: Door,
    assessment: str,
    about: Annotated[str | None, Query(max_length=120)] = None,
    resolved: Annotated[bool | None, Query(description="Only settled ones, or open ones.")] = None,
) -> Response:
    """The oldest first. Private ones are for coaches and staff alone."""
    with door.reading() as (db, who):
        return reply(Listed(threads.threads(db, who, assessment, about=about, resolved=resolved)))


@router.put(
    "/assessments/{assessment}/threads/{comment}/resolution",
    summary="Settle a conversation",
    response_model=None,
    responses=says(Thread, *SENDING, CONFLICT),
)
def resolve(door: Door, assessment: str, comment: str) -> Response:
    """By the comment that began it. Whoever replies later opens it again."""
    with door.writing() as (db, who):
        return reply(threads.resolve(db, who, assessment, comment, resolved=True))


@router.delete(
    "/assessments/{assessment}/threads/{comment}/resolution",
    summary="Open a conversation again",
    response_model=None,
    responses=says(Thread, *REMOVING),
)
def unresolve(door: Door, assessment: str, comment: str) -> Response:
    """By the comment that began it."""
    with door.writing() as (db, who):
        return reply(threads.resolve(db, who, assessment, comment, resolved=False))


@router.get(
    "/assessments/{assessment}/second-reading",
    summary="Your own second reading",
    response_model=None,
    responses=says(Reading, *READING),
)
def read_reading(door: Door, assessment: str) -> Response:
    """Of the last submission; 404 if you have not begun one. Nobody else sees it."""
    with door.reading() as (db, who):
        found = second.read_reading(db, who, assessment)
    if found is None:
        raise FaultError(NOT_FOUND)
    return reply(found)


@router.post(
    "/assessments/{assessment}/second-reading",
    summary="Begin a second reading",
    status_code=201,
    response_model=None,
    responses=says(Reading, *CREATING, status=201),
)
def start_reading(door: Door, assessment: str, _key: IdempotencyKey = None) -> Response:
    """Until you finish it you see no decisions of others here, and decide nothing."""
    with door.writing() as (db, who):

        def create() -> Response:
            return reply(second.start_reading(db, who, assessment), status=201)

        return once(door, db, who, None, create)


@router.put(
    "/assessments/{assessment}/second-reading/opinions/{about}",
    summary="Say what you think, in a second reading",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(Opinion, *CHANGING, headers=VERSION_TAG),
)
def give_opinion(door: Door, assessment: str, about: About, body: NewOpinion) -> Response:
    """It decides nothing. `If-Match` is the version that you have seen: "0" at first."""
    version = version_seen(door)
    with door.writing() as (db, who):
        found = second.give_opinion(
            db,
            who,
            assessment,
            about=about,
            verdict=body.verdict,
            reason=body.reason,
            version=version,
        )
    return reply(found, etag=tag(found.version))


@router.post(
    "/assessments/{assessment}/second-reading/finish",
    summary="Finish your second reading",
    response_model=None,
    responses=says(Reading, *SENDING, CONFLICT),
)
def finish_reading(door: Door, assessment: str) -> Response:
    """From then on it counts for calibration, and you see what was decided."""
    with door.writing() as (db, who):
        return reply(second.finish_reading(db, who, assessment))
