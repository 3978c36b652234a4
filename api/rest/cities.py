"""Cities, and who is in their teams."""

from starlette.responses import Response

from api.accounts import cities, people
from api.accounts.cities import CityView
from api.accounts.people import Member
from api.rest.bodies import CityChange, HandOver, NewCity, RoleChange
from api.rest.describing import CHANGING, CREATING, READING, REMOVING, SENDING, says
from api.rest.door import AtDoor
from api.rest.once import IdempotencyKey, once
from api.rest.pages import After, Limit, Listed, page_of
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen

router = new_router("cities")

CITY = {
    "id": "01jdq2c6n7d0m3t8w4y5z6a7b9",
    "name": "Puerto Claro",
    "country": "CO",
    "region": None,
    "population": 412000,
    "language": "es",
    "version": 1,
    "created_at": "2026-03-02T14:05:11Z",
}
MEMBER = {
    "person": {"id": "01jdq2c6n7d0m3t8w4y5z6a7b8", "name": "Lucía Torres"},
    "email": "lucia@puerto-claro.example",
    "role": "team_lead",
    "since": "2026-03-02T14:05:11Z",
    "last_seen": "2026-03-09T09:42:00Z",
}


@router.get(
    "/cities",
    summary="The cities that you may look into",
    response_model=None,
    responses=says(Listed[CityView], *READING, example={"items": [CITY], "after": None}),
)
def list_cities(door: AtDoor, after: After = None, limit: Limit = 50) -> Response:
    """The oldest first."""
    with door.reading() as (db, who):
        found = cities.cities(db, who, after=after, limit=limit + 1)
    return page_of(found, limit, name_of=lambda city: city.id)


@router.post(
    "/cities",
    summary="Take a city in",
    status_code=201,
    response_model=None,
    responses=says(CityView, *CREATING, status=201, example=CITY),
)
def create_city(door: AtDoor, body: NewCity, _key: IdempotencyKey = None) -> Response:
    """Staff may take in any; somebody without a city becomes the lead of their own."""
    with door.writing() as (db, who):

        def create() -> Response:
            made = cities.create_city(db, who, **body.model_dump())
            where = {"Location": f"/api/v1/cities/{made.id}"}
            return reply(made, status=201, etag=tag(made.version), headers=where)

        return once(door, db, who, body, create)


@router.get(
    "/cities/{city}",
    summary="One city",
    response_model=None,
    responses=says(CityView, *READING, example=CITY, headers=VERSION_TAG),
)
def read_city(door: AtDoor, city: str) -> Response:
    """Its name, country and population."""
    with door.reading() as (db, who):
        found = cities.read_city(db, who, city)
    return reply(found, etag=tag(found.version))


@router.patch(
    "/cities/{city}",
    summary="Change what is said of a city",
    response_model=None,
    responses=says(CityView, *CHANGING, example=CITY, headers=VERSION_TAG),
)
def change_city(door: AtDoor, city: str, body: CityChange, _match: IF_MATCH = None) -> Response:
    """What is left out stays."""
    version = version_seen(door.request)
    with door.writing() as (db, who):
        facts = body.model_dump(exclude_unset=True)
        found = cities.change_city(db, who, city, version=version, **facts)
    return reply(found, etag=tag(found.version))


@router.get(
    "/cities/{city}/members",
    summary="Who is in the team of a city",
    response_model=None,
    responses=says(Listed[Member], *READING, example={"items": [MEMBER], "after": None}),
)
def list_members(door: AtDoor, city: str) -> Response:
    """With their roles; coaches and staff of the whole programme are not listed."""
    with door.reading() as (db, who):
        return reply({"items": people.people_of(db, who, city), "after": None})


@router.put(
    "/cities/{city}/members/{person}/role",
    summary="Change what somebody is in a city",
    status_code=204,
    response_model=None,
    responses=says(None, *SENDING, status=204),
)
def change_role(door: AtDoor, city: str, person: str, body: RoleChange) -> Response:
    """A city keeps at least one lead."""
    with door.writing() as (db, who):
        people.change_role(db, who, city, person, body.role)
    return Response(status_code=204)


@router.delete(
    "/cities/{city}/members/{person}",
    summary="Take somebody out of the team",
    status_code=204,
    response_model=None,
    responses=says(None, *REMOVING, status=204),
)
def remove_member(door: AtDoor, city: str, person: str) -> Response:
    """What they have said stays, under their name. A city keeps at least one lead."""
    with door.writing() as (db, who):
        people.remove_member(db, who, city, person)
    return Response(status_code=204)


@router.post(
    "/cities/{city}/hand-over",
    summary="Hand the lead over",
    status_code=204,
    response_model=None,
    responses=says(None, *SENDING, status=204),
)
def hand_over(door: AtDoor, city: str, body: HandOver) -> Response:
    """To a member of the team; you stay as one."""
    with door.writing() as (db, who):
        people.hand_over(db, who, city, to=body.to)
    return Response(status_code=204)
