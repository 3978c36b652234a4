"""What somebody sets for themselves: name, language, password, devices, tokens of the API."""

from fastapi import APIRouter
from starlette.responses import Response

from api.accounts import Action, Actor
from api.accounts.cities import cities
from api.accounts.people import change_password, read_profile, set_profile
from api.accounts.sessions import sign_out_everywhere
from api.accounts.tokens import create_token, revoke_token, tokens_of
from api.db import Transaction
from api.errors import Stale, Unusable, WrongCredentials
from api.hardening.sessions import take_cookie
from api.web.conflicts import version
from api.web.door import Form, Visit, Visiting, encrypted, go, one, remember_language
from api.web.faults import sentence
from reports.i18n import LANGUAGES

router = APIRouter(include_in_schema=False)

TOKEN_DAYS = 90
_READING = frozenset({Action.READ})
_WRITING = frozenset({Action.READ, Action.WRITE})


@router.get("/account")
def account(visit: Visiting) -> Response:
    """Everything that somebody can set."""
    with visit.reading() as (db, who):
        return _show(visit, db, who)


@router.post("/account")
def save(visit: Visiting, form: Form) -> Response:
    """Keeps name and language; the language holds in this browser at once."""
    name, language = one(form, "name"), one(form, "language")
    try:
        with visit.writing() as (db, who):
            set_profile(db, who, name=name, language=language, version=version(form))
    except Stale:
        with visit.reading() as (db, who):
            text = visit.language.text("This was changed on another device. Look, and save again.")
            return _show(visit, db, who, errors={"name": text}, typed=name, status=412)
    except Unusable as error:
        with visit.reading() as (db, who):
            errors = {"name": sentence(error, visit.language)}
            return _show(visit, db, who, errors=errors, status=422)
    response = go("/account", done="saved")
    if language in LANGUAGES:
        remember_language(response, language, encrypted=encrypted(visit))
    return response


@router.post("/account/password")
def password(visit: Visiting, form: Form) -> Response:
    """Another password; everybody who knew the old one is out."""
    with visit.reading() as (_, who):
        visit.site.rates.count("sign-in", who.person.id)
    try:
        change_password(visit.site.database, who, old=one(form, "old"), new=one(form, "new"))
    except (Unusable, WrongCredentials) as error:
        field = "old" if isinstance(error, WrongCredentials) else "new"
        text = visit.language.text("That is not your password. Try again.")
        errors = {field: text if field == "old" else sentence(error, visit.language)}
        with visit.reading() as (db, who):
            return _show(visit, db, who, errors=errors, status=422)
    return _out(visit)


@router.post("/account/sign-out-everywhere")
def leave_everywhere(visit: Visiting) -> Response:
    """Ends every session of this person."""
    with visit.writing() as (db, who):
        sign_out_everywhere(db, who)
    return _out(visit)


@router.post("/account/tokens")
def new_token(visit: Visiting, form: Form) -> Response:
    """Makes a token for a program and shows it, once."""
    city = one(form, "city") or None
    rights = _WRITING if one(form, "rights") == "write" else _READING
    name = one(form, "name")
    with visit.reading() as (db, who):
        if not name:
            text = visit.language.text("Write what the token is for.")
            return _show(visit, db, who, errors={"token": text}, status=422)
    with visit.writing() as (db, who):
        _, secret = create_token(db, who, name=name, rights=rights, days=TOKEN_DAYS, city_id=city)
    with visit.reading() as (db, who):
        return _show(visit, db, who, secret=secret)


@router.post("/account/tokens/{token_id}")
def end_token(visit: Visiting, token_id: str) -> Response:
    """Ends a token."""
    with visit.writing() as (db, who):
        revoke_token(db, who, token_id)
    return go("/account", done="revoked")


def _out(visit: Visit) -> Response:
    response = go("/", done="signed-out-everywhere")
    take_cookie(response, visit.site.settings)
    return response


def _show(
    visit: Visit, db: Transaction, who: Actor, *, status: int = 200, **words: object
) -> Response:
    return visit.show(
        "account.html.j2",
        status=status,
        who=who,
        version=read_profile(db, who).version,
        cities=cities(db, who, limit=200),
        tokens=[token for token in tokens_of(db, who) if token.revoked_at is None],
        days=TOKEN_DAYS,
        **words,
    )
