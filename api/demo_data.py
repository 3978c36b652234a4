"""The demo's database: three sample people and the three example cities of the library.

It is made only in a database that is empty or marked as a demo, so that nobody can walk into a real
one as a sample person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import insert, select

from api.accounts.actor import Actor, Role
from api.accounts.cities import create_city
from api.accounts.people import join
from api.accounts.sessions import SignedIn, sign_in_as
from api.db.columns import new_id
from api.db.session import Database, Transaction
from api.db.tables import PROGRAMME, assessment, city, marker, person
from api.db.upgrading import upgrade
from api.errors import NotThere, PersonRef, Unusable
from api.examples import DAY, SUBMISSIONS
from api.submissions import read_written
from api.workspace.exchanging import import_written
from api.workspace.starting import start_assessment
from api.workspace.submitting import submit

MARK = "demo"


@dataclass(frozen=True, slots=True)
class Persona:
    """A sample person: what they are, and where."""

    id: str
    name: str
    language: str
    role: Role


PERSONAS = (
    Persona("team_lead", "Ana Souza", "pt", Role.TEAM_LEAD),
    Persona("coach", "Marta Rojas", "es", Role.COACH),
    Persona("staff", "Sam Carter", "en", Role.STAFF),
)
"""The team lead belongs to the first city; coach and staff to the programme."""

FIRST = "rio-verde"
"""The city that the team lead works for: it nearly reaches Silver, so there is something to do."""

HANDED_IN = "springfield-falls"
"""The city that has submitted: it claims much and proves little, so a coach has something to do."""

LANGUAGE_OF = {"BR": "pt", "US": "en"}


def is_demo(db: Transaction) -> bool:
    """Whether a database was made for the demo."""
    found = db.sql.execute(select(marker.c.value).where(marker.c.name == MARK)).scalar()
    return found is not None


def make_demo(database: Database) -> None:
    """Brings the database to the tables of this version, and puts in what is not there yet.

    `Unusable` if it holds something that is no demo.
    """
    upgrade(database.engine)
    with database.write() as db:
        if not is_demo(db):
            if db.sql.execute(select(person.c.id)).first() is not None:
                raise Unusable("not_a_demo")
            db.sql.execute(insert(marker), {"name": MARK, "value": "yes"})
        actors = {persona.id: _person(db, persona) for persona in PERSONAS}
    # The addresses in the examples are made up: nobody is to be called.
    quiet = database.settings.model_copy(update={"fetch_links": False})
    offline = Database(database.engine, quiet, clock=database.clock)
    for folder in sorted(path.parent for path in SUBMISSIONS.glob("*/submission.yaml")):
        _make_city(offline, folder, actors)


def _make_city(database: Database, folder: Path, actors: Mapping[str, Actor]) -> None:
    """An example city with its assessment, unless it is finished already."""
    given = read_written(str(folder / "submission.yaml"))
    done = f"{MARK}/{folder.name}"
    facts = cast("Mapping[str, Any]", given.value["city"])
    with database.write() as db:
        if db.sql.execute(select(marker.c.value).where(marker.c.name == done)).first():
            return
        this = (
            select(assessment.c.id, assessment.c.city_id)
            .join(city)
            .where(city.c.name == facts["name"])
        )
        found = db.sql.execute(this).first()  # half of it, if somebody ended us here
        if found is None:
            language = LANGUAGE_OF.get(facts["country"], "es")
            made = create_city(db, actors["staff"], **facts, language=language)
            lead = _lead(db, actors, folder.name, made.id)
            title = f"{facts['name']} 2025"
            name = start_assessment(db, lead, city_id=made.id, title=title).id
        else:
            name, lead = found.id, _lead(db, actors, folder.name, found.city_id)
    import_written(database, lead, name, given, files=folder)
    with database.write() as db:
        if folder.name == HANDED_IN:
            submit(db, lead, name, version=None, on=DAY)
        db.sql.execute(insert(marker), {"name": done, "value": name})


def sign_in_demo(db: Transaction, persona: str, *, old: str | None = None) -> SignedIn:
    """Signs in as a sample person; `NotThere` unless this is a demo's database."""
    found = db.sql.execute(select(person.c.id).where(person.c.persona == persona)).scalar()
    if found is None or not db.settings.demo or not is_demo(db):
        raise NotThere("persona", persona)
    return sign_in_as(db, found, old=old)


def _person(db: Transaction, persona: Persona) -> Actor:
    found = db.sql.execute(select(person.c.id).where(person.c.persona == persona.id)).scalar()
    scope = PROGRAMME if persona.role in (Role.COACH, Role.STAFF) else ""
    if found is None:
        found = new_id()
        row = {"id": found, "email": f"{persona.id}@demo.invalid", "name": persona.name}
        row |= {"language": persona.language, "persona": persona.id}
        db.sql.execute(insert(person), {**row, "created_at": db.now})
        if scope:
            join(db, found, scope, persona.role)
    memberships = {scope: persona.role} if scope else {}
    return Actor(PersonRef(found, persona.name), persona.language, memberships)


def _lead(db: Transaction, actors: Mapping[str, Actor], folder: str, city_id: str) -> Actor:
    """Who fills in a city's assessment: the sample lead in the first city, else a stand-in."""
    who = actors["team_lead"]
    if folder != FIRST:
        name = folder.replace("-", " ").title()
        who = _person(db, Persona(f"lead-{folder}"[:20], name, "es", Role.TEAM_LEAD))
    join(db, who.id, city_id, Role.TEAM_LEAD)
    return Actor(who.person, who.language, {city_id: Role.TEAM_LEAD})
