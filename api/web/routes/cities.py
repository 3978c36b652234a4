"""A city's home: its assessments, its team, invitations by link, handing over the lead."""

from fastapi import APIRouter
from starlette.responses import Response

from api.accounts import Action, Actor, Role
from api.accounts.cities import cities, create_city, read_city
from api.accounts.invitations import Invited, invitations_of, invite, withdraw_invitation
from api.accounts.people import change_role, hand_over, people_of, remove_member
from api.accounts.rights import may, may_in_programme
from api.db import Transaction
from api.errors import AlreadyThere, Stale, Unusable
from api.services import DEFAULT_RUBRIC
from api.web.conflicts import version
from api.web.door import Form, Visit, Visiting, go, one, posted_choice
from api.web.faults import sentence
from api.web.reading import whole_number
from api.web.standard import own_rubric, sprint_of, sprints
from api.workspace.reading import assessments
from api.workspace.starting import start_assessment
from reports.i18n import N_, Language, Message
from rubrics.problems import InputError

router = APIRouter(include_in_schema=False)

ROLES: dict[Role, Message] = {
    Role.TEAM_MEMBER: N_("Team member"),
    Role.TEAM_LEAD: N_("Team lead"),
    Role.COACH: N_("Coach"),
    Role.STAFF: N_("Programme staff"),
}
"""What people are called by their role."""

_ASSIGNABLE = (Role.TEAM_MEMBER, Role.TEAM_LEAD)


@router.get("/cities")
def list_cities(visit: Visiting) -> Response:
    """The cities of somebody; whoever has a single one is taken there."""
    with visit.reading() as (db, who):
        found = cities(db, who, limit=200)
        may_add = not who.memberships or may_in_programme(who, Action.PROGRAMME)
    if len(found) == 1 and not may_add:
        return go(f"/cities/{found[0].id}")
    return visit.show("cities.html.j2", cities=found, may_add=may_add)


@router.get("/cities/new")
def new_city(visit: Visiting) -> Response:
    """The facts of a new city."""
    with visit.reading():
        return _new_city(visit, {})


@router.post("/cities/new")
def add_city(visit: Visiting, form: Form) -> Response:
    """Adds a city; somebody without one becomes its lead."""
    say = visit.language.text
    given = {key: one(form, key) for key in ("name", "country", "region", "population")}
    errors: dict[str, str] = {}
    people = whole_number(given["population"])
    if not given["name"]:
        errors["name"] = say("Write the name of the city.")
    if given["country"] not in own_rubric(DEFAULT_RUBRIC).eligibility.countries:
        errors["country"] = say("Choose the country of your city.")
    if people is None:
        errors["population"] = say("Write the number of people in digits, such as 87500.")
    if not errors:
        try:
            with visit.writing() as (db, who):
                made = create_city(
                    db,
                    who,
                    name=given["name"],
                    country=given["country"],
                    region=given["region"] or None,
                    population=people,
                    language=visit.language.code,
                )
            return go(f"/cities/{made.id}/new")
        except AlreadyThere:
            errors["name"] = say(
                "There is a city of this name already. Ask its team to invite you."
            )
        except InputError as error:
            errors["name"] = sentence(error, visit.language)
    visit.look()
    return _new_city(visit, given, errors=errors, status=422)


@router.get("/cities/{city_id}")
def city_home(visit: Visiting, city_id: str) -> Response:
    """Everything of a city."""
    with visit.reading() as (db, who):
        return _home(visit, db, who, city_id)


@router.post("/cities/{city_id}/invitations")
def send_invitation(visit: Visiting, city_id: str, form: Form) -> Response:
    """Makes the link of an invitation and shows it, once."""
    email, role = one(form, "email"), posted_choice(form, "role", _ASSIGNABLE)
    try:
        with visit.writing() as (db, who):
            made = invite(db, who, city_id, email=email, role=Role(role))
    except Unusable as error:
        errors = {"email": sentence(error, visit.language)}
        with visit.reading() as (db, who):
            return _home(visit, db, who, city_id, email=email, errors=errors, status=422)
    with visit.reading() as (db, who):
        return _home(visit, db, who, city_id, link=_link(visit, made), invited=email)


@router.post("/cities/{city_id}/invitations/{invitation_id}")
def withdraw(visit: Visiting, city_id: str, invitation_id: str) -> Response:
    """Ends an invitation."""
    with visit.writing() as (db, who):
        withdraw_invitation(db, who, city_id, invitation_id)
    return go(f"/cities/{city_id}", done="withdrawn")


@router.post("/cities/{city_id}/people/{person_id}")
def change_person(visit: Visiting, city_id: str, person_id: str, form: Form) -> Response:
    """Gives somebody another role, hands the lead over, or takes somebody out of the team."""
    what = one(form, "what")
    try:
        with visit.writing() as (db, who):
            if what == "hand-over":
                hand_over(db, who, city_id, to=person_id, version=version(form))
                done = "handed-over"
            elif what == "remove":
                remove_member(db, who, city_id, person_id, version=version(form))
                done = "left-out"
            else:
                role = posted_choice(form, "what", _ASSIGNABLE)
                change_role(db, who, city_id, person_id, Role(role), version=version(form))
                done = "saved"
    except Stale:
        text = visit.language.text("Somebody changed this role meanwhile. Look at it once more.")
        with visit.reading() as (db, who):
            return _home(visit, db, who, city_id, errors={"team": text}, status=412)
    except Unusable as error:
        errors = {"team": sentence(error, visit.language)}
        with visit.reading() as (db, who):
            return _home(visit, db, who, city_id, errors=errors, status=422)
    return go(f"/cities/{city_id}", done=done)


@router.get("/cities/{city_id}/new")
def new_assessment(visit: Visiting, city_id: str) -> Response:
    """The title of a new assessment and the sprint that it goes with."""
    with visit.reading() as (db, who):
        city = read_city(db, who, city_id)
    return visit.show("new_assessment.html.j2", city=city, cohorts=_cohorts(visit.language))


@router.post("/cities/{city_id}/new")
def start(visit: Visiting, city_id: str, form: Form) -> Response:
    """Starts an assessment."""
    sprint, _, cohort = one(form, "cohort").partition("/")
    known = sprint_of(sprint) if sprint in sprints() else None
    in_sprint = known is not None and cohort in known.cohorts
    try:
        with visit.writing() as (db, who):
            made = start_assessment(
                db,
                who,
                city_id=city_id,
                title=one(form, "title"),
                sprint=sprint if in_sprint else None,
                cohort=cohort if in_sprint else None,
            )
    except Unusable:
        text = visit.language.text("Write a title of up to 200 letters, such as the year.")
        with visit.reading() as (db, who):
            city = read_city(db, who, city_id)
        return visit.show(
            "new_assessment.html.j2",
            status=422,
            city=city,
            cohorts=_cohorts(visit.language),
            errors={"title": text},
        )
    return go(f"/assessments/{made.id}", done="started")


def _home(
    visit: Visit,
    db: Transaction,
    who: Actor,
    city_id: str,
    *,
    status: int = 200,
    **words: object,
) -> Response:
    language = visit.language
    may_invite = may(who, Action.PEOPLE, city=city_id)
    return visit.show(
        "city.html.j2",
        status=status,
        city=read_city(db, who, city_id),
        assessments=assessments(db, who, city_id=city_id).items,
        people=people_of(db, who, city_id),
        invitations=invitations_of(db, who, city_id) if may_invite else (),
        roles={role.value: language.say(word) for role, word in ROLES.items()},
        assignable=[(role.value, language.say(ROLES[role])) for role in _ASSIGNABLE],
        me=who.id,
        is_lead=who.memberships.get(city_id) is Role.TEAM_LEAD,
        may_invite=may_invite,
        may_start=may(who, Action.START, city=city_id),
        **words,
    )


def _link(visit: Visit, made: Invited) -> str:
    base = visit.site.settings.base_url or str(visit.request.base_url)
    return f"{base.rstrip('/')}/join/{made.secret}"


def _new_city(
    visit: Visit, given: dict[str, str], *, status: int = 200, **words: object
) -> Response:
    codes = own_rubric(DEFAULT_RUBRIC).eligibility.countries
    countries = sorted((visit.language.country(code), code) for code in codes)
    return visit.show("new_city.html.j2", status=status, given=given, countries=countries, **words)


def _cohorts(language: Language) -> list[tuple[str, str]]:
    """Every cohort of every sprint, the newest sprint first."""
    found = []
    for name in reversed(sprints()):
        sprint = sprint_of(name)
        if sprint is not None:
            for key, cohort in sprint.cohorts.items():
                day = language.date(sprint.sessions[0].dates[key])
                text = language.text(
                    "{sprint}, {cohort}, from {day}",
                    sprint=sprint.title,
                    cohort=cohort.title,
                    day=day,
                )
                found.append((f"{name}/{key}", text))
    return found
