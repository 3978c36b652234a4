"""The page for whatever went wrong: what happened, and what to do next. It blames nobody."""

from contextlib import suppress
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.exceptions import READING_BLIND, Told, told
from api.web.door import Visit
from api.web.reading import Posted
from api.web.rendering import render
from reports.i18n import NN_, Language
from reports.wording import problem_sentence

_NOT_TYPED = (
    *("version", "seen.", "keep", "more", "next", "csrf_token"),
    *("kind", "serves", "column.", "piece"),
)
"""What the fields of a form begin with that are chosen or ours, and not typed."""


def fault_page(request: Request, what: Told, language: Language, number: str) -> Response:
    """A fault as a page; who is not signed in is shown the way in, and comes back afterwards."""
    if what.fault.status == 401 and request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(path, safe='/')}", status_code=303)
    visit = Visit(request)
    with suppress(SQLAlchemyError):  # the database may be what is wrong
        visit.look()
    del language  # the one of the visit knows what was chosen in this browser
    said = visit.language
    return render(
        visit.page,
        "fault.html.j2",
        {
            "title": said.say(what.fault.title),
            "detail": _detail(what, said),
            "problems": tuple(problem_sentence(problem, said) for problem in what.problems),
            "number": number if what.fault.status >= 500 else "",
            "sign_in": what.fault.status == 401,
            "review": request.path_params.get("assessment_id", "")
            if what.fault is READING_BLIND
            else "",
            "typed": _typed(request),
        },
        status=what.fault.status,
        headers=dict(what.headers),
    )


def _typed(request: Request) -> tuple[str, ...]:
    """What somebody typed into a form of an assessment, so that they can take it along."""
    if request.method != "POST" or not request.url.path.startswith("/assessments/"):
        return ()
    form: Posted = getattr(request.state, "posted", {})
    return tuple(
        word
        for name, words in form.items()
        if not name.startswith(_NOT_TYPED)
        for word in words
        if word.strip()
    )


def _detail(what: Told, language: Language) -> str:
    """What to do next, without the words of headers and fields, which programs alone see."""
    wait = what.headers.get("Retry-After", "")
    match what.fault.status:
        case 429 if wait.isdecimal():
            message = NN_("Wait {n} second, then go on.", "Wait {n} seconds, then go on.", "n")
            return language.say(message, n=int(wait))
        case 500:
            return language.text("Nothing was saved. Please try again.")
        case _:
            return language.say(what.fault.detail, **what.params)


def sentence(error: Exception, language: Language) -> str:
    """An error as one sentence beside the form that brought it on."""
    what = told(error)
    if what.problems:
        return " ".join(problem_sentence(problem, language) for problem in what.problems)
    return language.say(what.fault.detail, **what.params)
