"""Signing in and out, and accepting an invitation."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.accounts.sessions import SignedIn, sign_in, sign_in_as, sign_out
from api.demo_data import sign_in_demo
from api.errors import WrongCredentials
from api.hardening.sessions import give_cookie, take_cookie
from api.web.door import Form, Visit, Visiting, encrypted, go, local, one, remember_language
from reports.i18n import N_, Message

router = APIRouter(include_in_schema=False)

PERSONAS: dict[str, tuple[Message, Message]] = {
    "team_lead": (
        N_("I lead a city's team"),
        N_("Answer questions, attach evidence, invite others, submit."),
    ),
    "coach": (
        N_("I coach cities"),
        N_("Read what teams answered and proved, and decide."),
    ),
    "staff": (
        N_("I run the programme"),
        N_("See all cities, add cities, open assessments again."),
    ),
}
"""The three sample people of the demonstration."""


@router.get("/sign-in")
def show_sign_in(visit: Visiting, next: str = "/cities") -> Response:  # noqa: A002 (its name in the address)
    """The ways in that this place has."""
    return _show(visit, next)


@router.post("/sign-in")
def try_sign_in(visit: Visiting, form: Form) -> Response:
    """Opens a session by e-mail and password, or for a sample person of the demonstration."""
    where = local(one(form, "next"), "/cities")
    persona = one(form, "persona")
    if persona in PERSONAS and visit.site.settings.demo:
        with visit.site.database.write() as db:
            return _begin(visit, sign_in_demo(db, persona, old=visit.cookie), where)
    email, password = one(form, "email"), one(form, "password")
    try:
        session = sign_in(
            visit.site.database,
            email=email,
            password=password,
            address=visit.address,
            old=visit.cookie,
        )
    except WrongCredentials:
        text = visit.language.text("The address and the password do not go together. Try again.")
        return _show(visit, where, email=email, errors={"email": text}, status=401)
    return _begin(visit, session, where)


@router.post("/sign-out")
def leave(visit: Visiting) -> Response:
    """Ends the session of this browser."""
    if visit.cookie is not None:
        with visit.site.database.write() as db:
            sign_out(db, visit.cookie)
    response = go("/", done="signed-out")
    take_cookie(response, visit.site.settings)
    return response


def begin_as(visit: Visit, person: str, where: str) -> Response:
    """A session for somebody whom we know by other means, such as an invitation."""
    with visit.site.database.write() as db:
        return _begin(visit, sign_in_as(db, person, old=visit.cookie), where)


def _begin(visit: Visit, session: SignedIn, where: str) -> Response:
    """Hands out the cookie. Without a choice made in this browser, the person's language holds.

    Sample people lend their name alone: whoever tries the demonstration keeps their own language.
    """
    response = RedirectResponse(where, status_code=303)
    give_cookie(response, session.cookie, visit.site.settings)
    if visit.chosen_language is None:
        own = session.actor.language
        code = visit.language.code if visit.site.settings.demo else own
        remember_language(response, code, encrypted=encrypted(visit))
    return response


def _show(visit: Visit, where: str, *, status: int = 200, **words: object) -> Response:
    settings = visit.site.settings
    language = visit.language
    personas = [(k, language.say(a), language.say(b)) for k, (a, b) in PERSONAS.items()]
    return visit.show(
        "sign_in.html.j2",
        status=status,
        next=local(where, "/cities"),
        personas=personas if settings.demo else (),
        provider=settings.oidc_name if settings.oidc_issuer else "",
        **words,
    )
