"""Who is in the team of a city, and as what."""

from starlette.responses import Response

from api.accounts import people
from api.accounts.people import Member
from api.rest.bodies import HandOver, RoleChange
from api.rest.describing import CHANGING, READING, says
from api.rest.door import Door
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen

router = new_router("members")

MEMBER = {
    "person": {"id": "01jdq2c6n7d0m3t8w4y5z6a7b8", "name": "Lucía Torres"},
    "email": "lucia@puerto-claro.example",
    "role": "team_lead",
    "since": "2026-03-02T14:05:11Z",
    "last_seen": "2026-03-09T09:42:00Z",
    "version": 1,
}


@router.get(
    "/cities/{city}/members",
    summary="Who is in the team of a city",
    response_model=None,
    responses=says(Listed[Member], *READING, example={"items": [MEMBER], "after": None}),
)
def list_members(door: Door, city: str) -> Response:
    """With their roles; coaches and staff of the whole programme are not listed."""
    with door.reading() as (db, who):
        return reply({"items": people.people_of(db, who, city), "after": None})


@router.put(
    "/cities/{city}/members/{person}/role",
    summary="Change what somebody is in a city",
    openapi_extra=IF_MATCH,
    status_code=204,
    response_model=None,
    responses=says(None, *CHANGING, status=204, headers=VERSION_TAG),
)
def change_role(door: Door, city: str, person: str, body: RoleChange) -> Response:
    """A city keeps at least one lead. The list of members tells everybody's version."""
    version = version_seen(door)
    with door.writing() as (db, who):
        now = people.change_role(db, who, city, person, body.role, version=version)
    return Response(status_code=204, headers={"ETag": tag(now)})


@router.delete(
    "/cities/{city}/members/{person}",
    summary="Take somebody out of the team",
    openapi_extra=IF_MATCH,
    status_code=204,
    response_model=None,
    responses=says(None, *CHANGING, status=204),
)
def remove_member(door: Door, city: str, person: str) -> Response:
    """What they have said stays, under their name. A city keeps at least one lead."""
    version = version_seen(door)
    with door.writing() as (db, who):
        people.remove_member(db, who, city, person, version=version)
    return Response(status_code=204)


@router.post(
    "/cities/{city}/hand-over",
    summary="Hand the lead over",
    openapi_extra=IF_MATCH,
    status_code=204,
    response_model=None,
    responses=says(None, *CHANGING, status=204),
)
def hand_over(door: Door, city: str, body: HandOver) -> Response:
    """To a member of the team, whose version is in `If-Match`; you stay as one."""
    version = version_seen(door)
    with door.writing() as (db, who):
        people.hand_over(db, who, city, to=body.to, version=version)
    return Response(status_code=204)
