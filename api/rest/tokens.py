"""Tokens for programs: made and revoked by people, never by another token."""

import msgspec
from starlette.responses import Response

from api.accounts import tokens
from api.accounts.tokens import TokenView
from api.rest.bodies import NewToken
from api.rest.describing import READING, REMOVING, SENDING, says
from api.rest.door import Door
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.routing import new_router

router = new_router("tokens")


class NewTokenMade(msgspec.Struct, frozen=True, kw_only=True):
    """A token; `secret` is shown this once, and kept by nobody but you."""

    token: TokenView
    secret: str


TOKEN = {
    "id": "01jdq2c6n7d0m3t8w4y5z6a7c0",
    "name": "Nightly import",
    "city_id": "01jdq2c6n7d0m3t8w4y5z6a7b9",
    "rights": ["read", "write"],
    "created_at": "2026-03-02T14:05:11Z",
    "expires_at": "2026-05-31T14:05:11Z",
    "used_at": None,
    "revoked_at": None,
}


@router.get(
    "/tokens",
    summary="Your tokens",
    response_model=None,
    responses=says(Listed[TokenView], *READING, example={"items": [TOKEN], "after": None}),
)
def list_tokens(door: Door) -> Response:
    """Without their secrets."""
    with door.reading(people_only=True) as (db, who):
        return reply({"items": tokens.tokens_of(db, who), "after": None})


@router.post(
    "/tokens",
    summary="Make a token for a program",
    status_code=201,
    response_model=None,
    responses=says(
        NewTokenMade, *SENDING, status=201, example={"token": TOKEN, "secret": "rdy_01jdq…_…"}
    ),
)
def create_token(door: Door, body: NewToken) -> Response:
    """It can do what its rights say, in its city, and never more than you can.

    There is no idempotency key here: an answer with a secret is not kept.
    """
    with door.writing(counted="sign-in", people_only=True) as (db, who):
        view, secret = tokens.create_token(
            db,
            who,
            city_id=body.city,
            name=body.name,
            rights=body.rights,
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
def revoke_token(door: Door, token: str) -> Response:
    """It stops working at once."""
    with door.writing(people_only=True) as (db, who):
        tokens.revoke_token(db, who, token)
    return Response(status_code=204)
