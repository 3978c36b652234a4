"""Invitations by link: how people come into the team of a city."""

from starlette.responses import Response

from api.accounts import invitations, sessions
from api.accounts.invitations import InvitationView, Invited
from api.exceptions import CONFLICT
from api.hardening.sessions import give_cookie
from api.rest.bodies import Acceptance, NewInvitation, Secret
from api.rest.describing import CREATING, READING, REMOVING, SENDING, SIGNING_IN, says
from api.rest.door import Door
from api.rest.once import IdempotencyKey, once
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.session import EXAMPLE, Me, me

router = new_router("invitations")


@router.get(
    "/cities/{city}/invitations",
    summary="Invitations that nobody has used yet",
    response_model=None,
    responses=says(Listed[InvitationView], *READING),
)
def list_invitations(door: Door, city: str) -> Response:
    """Without their links: these were shown once."""
    with door.reading() as (db, who):
        return reply({"items": invitations.invitations_of(db, who, city), "after": None})


@router.post(
    "/cities/{city}/invitations",
    summary="Invite somebody to the team",
    status_code=201,
    response_model=None,
    responses=says(Invited, *CREATING, status=201),
)
def invite(door: Door, city: str, body: NewInvitation, _key: IdempotencyKey = None) -> Response:
    """Answers with the secret of the link `/join/{secret}`: hand it on, it works once."""
    with door.writing() as (db, who):

        def create() -> Response:
            made = invitations.invite(db, who, city, email=body.email, role=body.role)
            return reply(made, status=201)

        return once(door, db, who, body, create)


@router.delete(
    "/cities/{city}/invitations/{invitation}",
    summary="Withdraw an invitation",
    status_code=204,
    response_model=None,
    responses=says(None, *REMOVING, status=204),
)
def withdraw_invitation(door: Door, city: str, invitation: str) -> Response:
    """Its link stops working."""
    with door.writing() as (db, who):
        invitations.withdraw_invitation(db, who, city, invitation)
    return Response(status_code=204)


@router.post(
    "/invitations/read",
    summary="What an invitation is for",
    response_model=None,
    responses=says(InvitationView, *SIGNING_IN),
)
def read_invitation(door: Door, body: Secret) -> Response:
    """For whoever has its link; the secret stands in the body, so that no log holds it."""
    door.count_stranger("sign-in")
    with door.site.database.read() as db:
        return reply(invitations.read_invitation(db, body.secret))


@router.post(
    "/invitations/accept",
    summary="Join by an invitation, as somebody new",
    response_model=None,
    responses=says(
        Me, *SIGNING_IN, CONFLICT, example=EXAMPLE, headers={"Set-Cookie": "The session."}
    ),
)
def accept_invitation(door: Door, body: Acceptance) -> Response:
    """Sets a password and signs in."""
    door.count_stranger("sign-in")
    person = invitations.accept_invitation(
        door.site.database,
        body.secret,
        name=body.name,
        password=body.password,
        language=body.language,
    )
    with door.site.database.write() as db:
        signed_in = sessions.sign_in_as(db, person, old=door.cookie)
    response = reply(me(signed_in.actor))
    give_cookie(response, signed_in.cookie, door.site.settings)
    return response


@router.post(
    "/invitations/join",
    summary="Join by an invitation, as who you are",
    status_code=204,
    response_model=None,
    responses=says(None, *SENDING, CONFLICT, status=204),
)
def join(door: Door, body: Secret) -> Response:
    """For somebody who is signed in already."""
    with door.writing(counted="sign-in", people_only=True) as (db, who):
        invitations.accept_invitation_as(db, who, body.secret)
    return Response(status_code=204)
