"""Who may come in: invitations by link for people, tokens for programs."""

import msgspec
from starlette.responses import Response

from api.accounts import invitations, sessions, tokens
from api.accounts.invitations import InvitationEntry, InvitationView, Invited
from api.accounts.tokens import TokenView
from api.exceptions import CONFLICT
from api.hardening.sessions import give_cookie
from api.rest.bodies import Acceptance, NewInvitation, NewToken, Secret
from api.rest.describing import CREATING, READING, REMOVING, SENDING, SIGNING_IN, says
from api.rest.door import AtDoor
from api.rest.once import IdempotencyKey, once
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.session import EXAMPLE, Me, me

router = new_router("access")


class NewTokenMade(msgspec.Struct, frozen=True, kw_only=True):
    """A token; `secret` is shown this once, and kept by nobody but you."""

    token: TokenView
    secret: str


TOKEN = {
    "id": "01jdq2c6n7d0m3t8w4y5z6a7c0",
    "name": "Nightly import",
    "city": "01jdq2c6n7d0m3t8w4y5z6a7b9",
    "rights": ["read", "write"],
    "created_at": "2026-03-02T14:05:11Z",
    "expires_at": "2026-05-31T14:05:11Z",
    "used_at": None,
}


@router.get(
    "/cities/{city}/invitations",
    summary="Invitations that nobody has used yet",
    response_model=None,
    responses=says(Listed[InvitationEntry], *READING),
)
def list_invitations(door: AtDoor, city: str) -> Response:
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
def invite(door: AtDoor, city: str, body: NewInvitation, _key: IdempotencyKey = None) -> Response:
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
def withdraw_invitation(door: AtDoor, city: str, invitation: str) -> Response:
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
def read_invitation(door: AtDoor, body: Secret) -> Response:
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
def accept_invitation(door: AtDoor, body: Acceptance) -> Response:
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
def join(door: AtDoor, body: Secret) -> Response:
    """For somebody who is signed in already."""
    with door.writing(counted="sign-in") as (db, who):
        invitations.accept_invitation_as(db, who, body.secret)
    return Response(status_code=204)


@router.get(
    "/tokens",
    summary="Your tokens",
    response_model=None,
    responses=says(Listed[TokenView], *READING, example={"items": [TOKEN], "after": None}),
)
def list_tokens(door: AtDoor) -> Response:
    """Without their secrets."""
    with door.reading() as (db, who):
        return reply({"items": tokens.tokens_of(db, who), "after": None})


@router.post(
    "/tokens",
    summary="Make a token for a program",
    status_code=201,
    response_model=None,
    responses=says(
        NewTokenMade, *CREATING, status=201, example={"token": TOKEN, "secret": "rdy_01jdq…_…"}
    ),
)
def create_token(door: AtDoor, body: NewToken) -> Response:
    """It can do what its rights say, in its city, and never more than you can.

    There is no idempotency key here: an answer with a secret is not kept.
    """
    with door.writing(counted="sign-in") as (db, who):
        view, secret = tokens.create_token(
            db,
            who,
            city_id=body.city,
            name=body.name,
            rights=frozenset(body.rights),
            days=body.days,
        )
        return reply(NewTokenMade(token=view, secret=secret), status=201)


@router.delete(
    "/tokens/{token}",
    summary="Revoke a token",
    status_code=204,
    response_model=None,
    responses=says(None, *REMOVING, status=204),
)
def revoke_token(door: AtDoor, token: str) -> Response:
    """It stops working at once."""
    with door.writing() as (db, who):
        tokens.revoke_token(db, who, token)
    return Response(status_code=204)
