"""Cities: who takes part. Staff sets them up, or whoever starts as a city's first team lead."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.accounts.actor import Actor, Role
from api.accounts.rights import Action, may_in_programme, require
from api.db.audit import city_stream, record
from api.db.columns import AnyRow, new_id
from api.db.session import Transaction
from api.db.tables import city, membership
from api.errors import AlreadyThere, NotAllowed, NotThere, Said, Stale
from assessment.model import known_keys
from assessment.submission import City
from rubrics.problems import InputError, Place, problems_from

LANGUAGES = ("en", "es", "pt")


@dataclass(frozen=True, slots=True)
class CityView:
    """A city that takes part."""

    id: str
    name: str
    country: str
    region: str | None
    population: int | None
    language: str
    version: int
    created_at: datetime

    @property
    def facts(self) -> City:
        """The city as a submission has it."""
        return City(
            name=self.name, country=self.country, region=self.region, population=self.population
        )


def create_city(
    db: Transaction,
    who: Actor,
    *,
    name: str,
    country: str,
    population: int | None = None,
    region: str | None = None,
    language: str = "en",
) -> CityView:
    """A new city. Staff may make any; somebody without a city becomes the lead of their own."""
    by_staff = may_in_programme(who, Action.PROGRAMME)
    if not by_staff and (who.memberships or who.token is not None):
        raise NotAllowed(Action.PROGRAMME)
    facts = _checked(name=name, country=country, region=region, population=population)
    row = {"id": new_id(), "key": _key(facts), **facts.model_dump(), "language": language}
    row |= {"version": 1, "created_at": db.now}
    try:
        db.sql.execute(insert(city), row)
    except IntegrityError:
        raise AlreadyThere("city", facts.name) from None
    if not by_staff:
        joined = {"scope": row["id"], "city_id": row["id"], "role": Role.TEAM_LEAD}
        db.sql.execute(insert(membership), {**joined, "person_id": who.id, "since": db.now})
    record(db, city_stream(str(row["id"])), "city.created", by=who.id, about=facts.model_dump())
    return _found(db, str(row["id"]))


def read_city(db: Transaction, who: Actor, city_id: str) -> CityView:
    """The city of this id."""
    require(who, Action.READ, city=city_id, what="city", name=city_id)
    return _found(db, city_id)


def cities(
    db: Transaction, who: Actor, *, after: str | None = None, limit: int = 50
) -> tuple[CityView, ...]:
    """The cities that somebody may look into, the oldest first, behind the id `after`."""
    query = select(city).order_by(city.c.id).limit(limit)
    if who.cities is not None:
        query = query.where(city.c.id.in_(who.cities))
    if after is not None:
        query = query.where(city.c.id > after)
    return tuple(city_view(row) for row in db.sql.execute(query))


def change_city(
    db: Transaction, who: Actor, city_id: str, *, version: int, **facts: str | int | None
) -> CityView:
    """The city with other facts (`population=…`); `Stale` if somebody else was faster."""
    require(who, Action.CITY, city=city_id, what="city", name=city_id)
    old = _found(db, city_id)
    language = facts.pop("language", old.language)
    new = _checked(**{**old.facts.model_dump(), **facts})
    values = {**new.model_dump(), "key": _key(new), "language": language, "version": version + 1}
    same = (city.c.id == city_id) & (city.c.version == version)
    try:
        done = db.sql.execute(update(city).where(same).values(**values))
    except IntegrityError:
        raise AlreadyThere("city", new.name) from None
    if not done.rowcount:
        theirs = Said(old.facts.model_dump(), old.version)
        raise Stale("city", city_id, mine=Said(new.model_dump(), version), theirs=theirs)
    record(db, city_stream(city_id), "city.changed", by=who.id, about=new.model_dump())
    return _found(db, city_id)


def city_view(row: AnyRow) -> CityView:
    """A row of the table as a view."""
    return CityView(
        id=row.id,
        name=row.name,
        country=row.country,
        region=row.region,
        population=row.population,
        language=row.language,
        version=row.version,
        created_at=row.created_at,
    )


def _by_id(city_id: str) -> Select[Any]:
    return select(city).where(city.c.id == city_id)


def _found(db: Transaction, city_id: str) -> CityView:
    row = db.sql.execute(_by_id(city_id)).first()
    if row is None:
        raise NotThere("city", city_id)
    return city_view(row)


def _checked(**facts: Any) -> City:  # noqa: ANN401 (whatever was sent; it is checked here)
    try:
        return City.model_validate(facts)
    except ValidationError as error:
        places: dict[tuple[str | int, ...], Place] = {
            (key,): Place(f"city.{key}") for key in City.model_fields
        }
        raise InputError(problems_from(error, places, known_keys=known_keys())) from None


def _key(facts: City) -> str:
    return "|".join((facts.country, facts.region or "", facts.name)).casefold()[:600]
