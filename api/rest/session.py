"""Signing in and out, and what somebody says of themselves."""

import msgspec
from starlette.responses import Response

from api import demo_data
from api.accounts import people, sessions
from api.accounts.actor import Actor, Role
from api.accounts.rights import ALLOWED
from api.errors import PersonRef
from api.exceptions import NOT_FOUND, FaultError
from api.hardening.sessions import give_cookie, take_cookie
from api.rest.bodies import DemoSignIn, MeChange, PasswordChange, SignIn
from api.rest.describing import CHANGING, READING, REMOVING, SENDING, SIGNING_IN, says
from api.rest.door import Door
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen

router = new_router("session")


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in; `memberships` has the role by city, or by `programme`: all."""

    person: PersonRef
    language: str
    memberships: dict[str, Role]
    rights: tuple[str, ...]


EXAMPLE = {
    "person": {"id": "01jdq2c6n7d0m3t8w4y5z6a7b8", "name": "Lucía Torres"},
    "language": "es",
    "memberships": {"01jdq2c6n7d0m3t8w4y5z6a7b9": "team_lead"},
    "rights": ["comment", "read", "submit", "write"],
}


@router.post(
    "/session",
    summary="Sign in with a password",
    response_model=None,
    responses=says(Me, *SIGNING_IN, example=EXAMPLE, headers={"Set-Cookie": "The session."}),
)
def sign_in(door: Door, body: SignIn) -> Response:
    """Answers with a session cookie, for browsers. Programs use a token instead: see `/tokens`."""
    signed_in = sessions.sign_in(
        door.site.database,
        email=body.email,
        password=body.password,
        address=door.address,
        old=door.cookie,
    )
    return _with_cookie(door, signed_in)


@router.post(
    "/session/demo",
    summary="Sign in as one of the sample people (demo only)",
    response_model=None,
    responses=says(Me, *SIGNING_IN, example=EXAMPLE, headers={"Set-Cookie": "The session."}),
)
def sign_in_demo(door: Door, body: DemoSignIn) -> Response:
    """Without a password; where the service is not a demo, this is not there."""
    if not door.site.settings.demo:
        raise FaultError(NOT_FOUND)
    with door.site.database.write() as db:
        signed_in = demo_data.sign_in_demo(db, body.persona, old=door.cookie)
    return _with_cookie(door, signed_in)


@router.get(
    "/session",
    summary="Who am I?",
    response_model=None,
    responses=says(Me, *READING, example=EXAMPLE, headers=VERSION_TAG),
)
def who_am_i(door: Door) -> Response:
    """Whoever the cookie or the token stands for; the ETag is that of name and language."""
    with door.reading() as (db, who):
        return reply(me(who), etag=tag(people.read_profile(db, who).version))


@router.patch(
    "/session",
    summary="Change your own name or language",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(Me, *CHANGING, example=EXAMPLE, headers=VERSION_TAG),
)
def change_me(door: Door, body: MeChange) -> Response:
    """What is left out stays."""
    version = version_seen(door)
    with door.writing(people_only=True) as (db, who):
        now = people.set_profile(db, who, name=body.name, language=body.language, version=version)
    with door.reading() as (_, who):
        return reply(me(who), etag=tag(now.version))


@router.put(
    "/session/password",
    summary="Change your own password",
    status_code=204,
    response_model=None,
    responses=says(None, *SENDING, *SIGNING_IN, status=204),
)
def change_password(door: Door, body: PasswordChange) -> Response:
    """Ends every other session of yours."""
    door.count_stranger("sign-in")
    people.change_password(
        door.site.database, door.who(people_only=True), old=body.old, new=body.new
    )
    return Response(status_code=204)


@router.delete(
    "/session",
    summary="Sign out",
    status_code=204,
    response_model=None,
    responses=says(None, *REMOVING, status=204),
)
def sign_out(door: Door, everywhere: bool = False) -> Response:
    """Ends this session, or all of yours."""
    with door.writing(people_only=True) as (db, who):
        if everywhere:
            sessions.sign_out_everywhere(db, who)
        elif door.cookie is not None:
            sessions.sign_out(db, door.cookie)
    response = Response(status_code=204)
    take_cookie(response, door.site.settings)
    return response


def _with_cookie(door: Door, signed_in: sessions.SignedIn) -> Response:
    response = reply(me(signed_in.actor))
    give_cookie(response, signed_in.cookie, door.site.settings)
    return response


def me(who: Actor) -> Me:
    """What somebody is told of themselves."""
    roles = frozenset(who.memberships.values())
    rights = {action.value for action, allowed in ALLOWED.items() if allowed & roles}
    if who.token is not None:
        rights &= who.token.rights
    return Me(
        person=who.person,
        language=who.language,
        memberships=dict(who.memberships),
        rights=tuple(sorted(rights)),
    )
