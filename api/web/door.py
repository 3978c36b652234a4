"""Who comes in by a browser, in which language, and what the page around the answer needs."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Annotated

from fastapi import Depends
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.accounts import Actor
from api.accounts.sessions import actor_of_session
from api.db import Transaction
from api.errors import NotSignedIn
from api.hardening.origins import form_token
from api.hardening.sessions import cookie_name, is_encrypted
from api.languages import language_asked
from api.site import Site
from api.web.notices import DONE
from api.web.reading import Posted
from api.web.rendering import Page, render
from reports.i18n import LANGUAGES, Language, load_language

LANGUAGE_COOKIE = "readiness_language"
A_YEAR = 365 * 24 * 3600

MAX_FIELDS = 2_000
"""The most fields of a form: a table of 120 rows with all its columns."""


class Visit:
    """One request of a browser. Routes open the database through it and answer with its pages."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.site: Site = request.app.state.site
        self.cookie = request.cookies.get(cookie_name(self.site.settings))
        self.actor: Actor | None = None

    @contextmanager
    def reading(self) -> Iterator[tuple[Transaction, Actor]]:
        """The database, to read from, for somebody who is signed in."""
        with self.site.database.read() as db:
            yield db, self._known(db)

    @contextmanager
    def writing(self) -> Iterator[tuple[Transaction, Actor]]:
        """The database, to write to, for somebody who is signed in; all of it or nothing."""
        with self.site.database.write() as db:
            yield db, self._known(db)

    def look(self) -> Actor | None:
        """Who is signed in, if anybody is."""
        if self.cookie is not None and self.actor is None:
            with self.site.database.read() as db:
                self.actor = actor_of_session(db, self.cookie)
        return self.actor

    def _known(self, db: Transaction) -> Actor:
        actor = actor_of_session(db, self.cookie) if self.cookie is not None else None
        if actor is None:
            raise NotSignedIn
        self.actor = actor
        return actor

    @property
    def address(self) -> str:
        """Where a stranger calls from."""
        return self.request.client.host if self.request.client is not None else ""

    @property
    def chosen_language(self) -> str | None:
        """The language that was chosen in this browser, if one was."""
        return self.request.cookies.get(LANGUAGE_COOKIE)

    @property
    def language(self) -> Language:
        """What was chosen in this browser, else the person's own, else what the browser asks."""
        if self.chosen_language in LANGUAGES:
            return load_language(str(self.chosen_language))
        with suppress(SQLAlchemyError):  # a page says so elsewhere, where the database is broken
            self.look()
        if self.actor is not None and self.actor.language in LANGUAGES:
            return load_language(self.actor.language)
        return language_asked(self.request.headers.get("accept-language"))

    @property
    def page(self) -> Page:
        """What the frame of every page shows."""
        query = self.request.url.query
        done = DONE.get(self.request.query_params.get("done", ""))
        token = form_token(self.cookie, secret=self.site.secret) if self.cookie else ""
        return Page(
            language=self.language,
            path=f"{self.request.url.path}?{query}" if query else self.request.url.path,
            actor=self.actor,
            demo=self.site.settings.demo,
            done=self.language.say(done) if done is not None else "",
            token=token,
        )

    def show(self, template: str, *, status: int = 200, **words: object) -> Response:
        """A page of this visit."""
        return render(self.page, template, words, status=status)

    @property
    def by_script(self) -> bool:
        """Whether our own script asks, and not somebody who wants a page."""
        return "application/json" in self.request.headers.get("accept", "")


def visit(request: Request) -> Visit:
    """The visit of a request."""
    return Visit(request)


async def posted(request: Request) -> Posted:
    """The text fields of a form, by name; files are read by the routes that take them."""
    form = await request.form(max_fields=MAX_FIELDS)
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            # Browsers send line ends as two signs, whichever they were shown.
            found.setdefault(name, []).append(value.replace("\r\n", "\n"))
    request.state.posted = found  # for the page that says why it could not be kept
    return found


Visiting = Annotated[Visit, Depends(visit)]
Form = Annotated[Posted, Depends(posted)]


def go(path: str, *, done: str = "", fragment: str = "") -> RedirectResponse:
    """On to a page after a form, so that reloading it sends nothing twice."""
    query = f"?done={done}" if done else ""
    return RedirectResponse(f"{path}{query}{'#' if fragment else ''}{fragment}", status_code=303)


def local(path: str | None, otherwise: str = "/") -> str:
    """A path of our own, and never another site: "//evil.example" is one that browsers follow."""
    if path is None or not path.startswith("/") or path.startswith(("//", "/\\")):
        return otherwise
    return path if path.isprintable() and "\\" not in path else otherwise


def remember_language(response: Response, code: str, *, encrypted: bool) -> None:
    """Keeps the language in the browser, so that it holds before anybody signs in."""
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=A_YEAR, secure=encrypted, httponly=True, samesite="lax"
    )


def encrypted(visit: Visit) -> bool:
    """Whether this visit came by https."""
    return is_encrypted(visit.site.settings)


def one(form: Mapping[str, object], name: str) -> str:
    """The last text of a field, without spaces around it; empty where it was not sent."""
    words = form.get(name)
    return str(words[-1]).strip() if isinstance(words, list) and words else ""


def posted_choice(form: Posted, name: str, known: Collection[str]) -> str:
    """What was chosen of a closed list; a form of ours never sends anything else."""
    word = one(form, name)
    if word not in known:
        raise HTTPException(422)
    return word
