"""What tests of the review do again and again."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.accounts.sessions import sign_in_as
from api.errors import PersonRef
from api.hardening.sessions import cookie_name
from api.review.deciding import agree_with_machine, decide
from api.review.reading import read_review
from api.review.requesting import request_changes
from api.review.views import LineState, Review, ReviewLine, Word
from api.workspace.submitting import submit
from assessment.results import Verdict
from tests.api.databases import World
from tests.api.rest.conftest import BASE
from tests.api.review.conftest import DAY


@contextmanager
def browser(
    city: World, app: FastAPI, who: PersonRef, headers: Mapping[str, str]
) -> Iterator[TestClient]:
    """A browser in which somebody has signed in; `headers` go with every request."""
    with city.database.write() as db:
        cookie = sign_in_as(db, who.id).cookie
    name = cookie_name(app.state.site.settings)
    told = {"Cookie": f"{name}={cookie}", "Origin": BASE, **headers}
    with closing(TestClient(app, base_url=BASE, headers=told)) as client:
        yield client


def review_of(city: World, who: str = "coach") -> Review:
    """The review of the last submission, as somebody reads it."""
    with city.database.read() as db:
        return read_review(db, city.people[who], city.assessment.id)


def line_of(city: World, about: str) -> ReviewLine:
    """One line of it."""
    return next(one for one in review_of(city).lines if one.about == about)


def say(city: World, about: str, word: Word | None, reason: str = "") -> None:
    """A coach's word, by somebody who has seen the last one."""
    version = line_of(city, about).version
    with city.database.write() as db:
        decide(
            db,
            city.coach,
            city.assessment.id,
            about=about,
            verdict=word,
            reason=reason,
            version=version,
        )


def ask(city: World, **asks: str) -> None:
    """A coach asks for changes of these: `rdc7_awards="…"`."""
    told = {name.replace("_", "-"): text for name, text in asks.items()}
    with city.database.write() as db:
        due = db.now.date() + timedelta(days=14)
        request_changes(db, city.coach, city.assessment.id, asks=told, due=due, version=None)


def submit_again(city: World) -> None:
    """The lead hands in what is there."""
    with city.database.write() as db:
        submit(db, city.lead, city.assessment.id, version=None, on=DAY)


def agree_with_all(city: World) -> None:
    """Agrees with the machine wherever something still waits."""
    with city.database.write() as db:
        agree_with_machine(db, city.coach, city.assessment.id, version=None)
    for one in review_of(city).lines:
        if one.state is not LineState.DECIDED and one.evidenced is not Verdict.NOT_MET:
            say(city, one.about, Word.AGREE)
