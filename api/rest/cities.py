"""Cities that take part."""

from starlette.responses import Response

from api.accounts import cities
from api.accounts.cities import CityView
from api.rest.bodies import CityChange, NewCity
from api.rest.describing import CHANGING, CREATING, READING, says
from api.rest.door import Door
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


@router.get(
    "/cities",
    summary="The cities that you may look into",
    response_model=None,
    responses=says(Listed[CityView], *READING, example={"items": [CITY], "after": None}),
)
def list_cities(door: Door, after: After = None, limit: Limit = 50) -> Response:
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
def create_city(door: Door, body: NewCity, _key: IdempotencyKey = None) -> Response:
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
def read_city(door: Door, city: str) -> Response:
    """Its name, country and population."""
    with door.reading() as (db, who):
        found = cities.read_city(db, who, city)
    return reply(found, etag=tag(found.version))


@router.patch(
    "/cities/{city}",
    summary="Change what is said of a city",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(CityView, *CHANGING, example=CITY, headers=VERSION_TAG),
)
def change_city(door: Door, city: str, body: CityChange) -> Response:
    """What is left out stays."""
    version = version_seen(door)
    with door.writing() as (db, who):
        facts = body.model_dump(exclude_unset=True)
        found = cities.change_city(db, who, city, version=version, **facts)
    return reply(found, etag=tag(found.version))
