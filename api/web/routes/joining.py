"""Accepting an invitation by its link, with a new account or one that is there already."""

from fastapi import APIRouter
from starlette.responses import Response

from api.accounts.invitations import accept_invitation, accept_invitation_as, read_invitation
from api.errors import AlreadyThere, ServiceError, Unusable
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.routes.cities import ROLES
from api.web.routes.signing import begin_as

router = APIRouter(include_in_schema=False)


@router.get("/join/{secret}")
def show_invitation(visit: Visiting, secret: str) -> Response:
    """Who invites to what."""
    visit.look()
    return _show(visit, secret)


@router.post("/join/{secret}")
def accept(visit: Visiting, secret: str, form: Form) -> Response:
    """Joins: as whoever is signed in, else with a new account."""
    if visit.look() is not None:
        with visit.writing() as (db, who):
            accept_invitation_as(db, who, secret)
        return go("/cities")
    name, password = one(form, "name"), one(form, "password")
    visit.site.rates.count("sign-in", f"address {visit.address}")
    try:
        person = accept_invitation(
            visit.site.database,
            secret,
            name=name,
            password=password,
            language=visit.language.code,
        )
    except AlreadyThere:
        return go(f"/sign-in?next=/join/{secret}")
    except Unusable as error:
        field = "password" if error.reason == "weak_password" else "name"
        errors = {field: sentence(error, visit.language)}
        return _show(visit, secret, name=name, errors=errors, status=422)
    return begin_as(visit, person, "/cities")


def _show(visit: Visit, secret: str, *, status: int = 200, **words: object) -> Response:
    try:
        with visit.site.database.read() as db:
            invitation = read_invitation(db, secret)
    except ServiceError as error:
        return visit.show("join.html.j2", status=404, gone=sentence(error, visit.language))
    role = visit.language.say(ROLES[invitation.role])
    return visit.show(
        "join.html.j2", status=status, invitation=invitation, role=role, secret=secret, **words
    )
