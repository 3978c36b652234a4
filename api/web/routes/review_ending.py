"""How a review goes on: ask for changes, see what changed, sign off, open again."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.errors import Stale, Unusable
from api.review.requesting import request_changes
from api.review.requesting import requests as requests_of
from api.review.signing import read_sign_off, reopen, sign_off
from api.review.views import Word
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.reading import Posted, whole_number
from api.web.review.desk import desk_of
from api.web.review.frame import ReviewFrame
from api.web.review.lines import LineView
from api.web.review.sentences import inserted, left_to_fill, sentences
from api.web.review.telling import asks_told, change_told
from rubrics.problems import InputError

router = APIRouter(include_in_schema=False)

BASE = "/reviews/{assessment_id}"
USUAL_DAYS = 14
"""Two weeks: until the next session but one, which is every other week."""


@router.get(BASE + "/changes")
def changes(visit: Visiting, assessment_id: str) -> Response:
    """What changed since the submission that was reviewed, and what was asked and did not."""
    language = visit.language
    with visit.reading() as (db, who):
        desk = desk_of(db, who, assessment_id, language, section="/changes")
    if desk.changed is None:
        raise HTTPException(404)
    frame = desk.frame
    views = {view.line.about: view for view in desk.views(language)}
    return visit.show(
        "review_changes.html.j2",
        frame=frame,
        numbers=(desk.changed.first, desk.changed.second),
        growth=desk.changed.progress.burn_up,
        changes=[
            (views[one.about], change_told(one, frame, language))
            for one in desk.changed.lines
            if one.about in views
        ],
        untouched=[views[name] for name in desk.changed.untouched if name in views],
    )


@router.get(BASE + "/request")
def write_request(visit: Visiting, assessment_id: str) -> Response:
    """What to ask for, beginning with what needs more proof or is not met."""
    return _request(visit, assessment_id)


@router.post(BASE + "/request")
def send_request(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Opens what is flagged to the team again, and nothing else."""
    if one(form, "insert"):
        return _request(visit, assessment_id, given=form)
    say, errors = visit.language.text, {}
    flagged = dict.fromkeys(form.get("flag", ()))
    asks = {name: one(form, f"ask.{name}") for name in flagged}
    empty = next((name for name, text in asks.items() if not text), "")
    if not flagged:
        errors["flags"] = say("Tick at least one requirement that the team is to change.")
    elif empty:
        errors[f"ask-{empty}"] = say("Write what you ask for: the team reads it as it stands.")
    for name, text in asks.items():
        if left := left_to_fill(text):
            errors[f"ask-{name}"] = say("Fill in what stands in braces: {left}", left=left)
    due = _day(one(form, "due"))
    if due is None:
        errors["due"] = say("Write the day by which you need it.")
    if not errors and due is not None:
        version = whole_number(one(form, "version")) or 0
        note = one(form, "note")
        try:
            with visit.writing() as (db, who):
                request_changes(
                    db, who, assessment_id, asks=asks, due=due, note=note, version=version
                )
            return go(f"/reviews/{assessment_id}", done="asked")
        except Stale:
            errors["flags"] = say("Somebody changed something meanwhile. Look at it once more.")
            return _request(visit, assessment_id, given=form, errors=errors, status=412)
        except Unusable as error:
            field = "due" if error.reason == "due_day" else "flags"
            errors[field] = sentence(error, visit.language)
        except InputError as error:
            errors["flags"] = sentence(error, visit.language)
    return _request(visit, assessment_id, given=form, errors=errors, status=422)


@router.get(BASE + "/sign-off")
def look_before(visit: Visiting, assessment_id: str) -> Response:
    """What is decided and what is not, or the signature with its seal."""
    return _sign_off(visit, assessment_id)


@router.post(BASE + "/sign-off")
def sign(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Locks the submission with its decisions and its result, under a hash."""
    say = visit.language.text
    if one(form, "sure") != "yes":
        errors = {"sure": say("Tick the box to say that you mean it.")}
        return _sign_off(visit, assessment_id, given=form, errors=errors, status=422)
    version = whole_number(one(form, "version")) or 0
    try:
        with visit.writing() as (db, who):
            sign_off(db, who, assessment_id, version=version, note=one(form, "note"))
    except Stale:
        errors = {"sure": say("Somebody changed something meanwhile. Look at it once more.")}
        return _sign_off(visit, assessment_id, given=form, errors=errors, status=412)
    except Unusable as error:
        errors = {"sure": sentence(error, visit.language)}
        return _sign_off(visit, assessment_id, given=form, errors=errors, status=422)
    return go(f"/reviews/{assessment_id}/sign-off", done="signed-off")


@router.post(BASE + "/reopen")
def open_again(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Opens everything to the team again, for a reason that the log keeps."""
    to: Literal["team", "review"] = "review" if one(form, "to") == "review" else "team"
    version = whole_number(one(form, "version")) or 0
    try:
        with visit.writing() as (db, who):
            reopen(db, who, assessment_id, reason=one(form, "reason"), version=version, to=to)
    except Stale:
        say = visit.language.text
        errors = {"reason": say("Somebody changed something meanwhile. Look at it once more.")}
        return _sign_off(visit, assessment_id, given=form, errors=errors, status=412)
    except Unusable as error:
        errors = {"reason": sentence(error, visit.language)}
        return _sign_off(visit, assessment_id, given=form, errors=errors, status=422)
    return go(f"/reviews/{assessment_id}/sign-off", done="reopened")


def _request(
    visit: Visit,
    assessment_id: str,
    *,
    given: Posted | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    language = visit.language
    with visit.reading() as (db, who):
        desk = desk_of(db, who, assessment_id, language, section="/request")
        earlier = requests_of(db, who, assessment_id)
        usual = db.now.date() + timedelta(days=USUAL_DAYS)
    frame = desk.frame
    views = desk.views(language)
    city = frame.review.assessment.city.language
    examples = sentences(language, city=city, fits=Word.NEEDS_PROOF)
    if given is not None and one(given, "insert"):
        about, _, name = one(given, "insert").partition(":")
        given = inserted(given, f"ask.{about}", name, examples)
    return visit.show(
        "review_request.html.j2",
        status=status,
        frame=frame,
        views=sorted(views, key=lambda view: not _is_to_ask(view)),
        likely={view.line.about for view in views if _is_to_ask(view)},
        flagged=set(given.get("flag", ())) if given is not None else None,
        texts={
            view.line.about: one(given, f"ask.{view.line.about}")
            if given is not None
            else (view.said.reason if view.said is not None else "")
            for view in views
        },
        due=one(given, "due") if given is not None else usual.isoformat(),
        note=one(given, "note") if given is not None else "",
        version=_version(frame, given, status),
        templates=examples,
        earlier=[
            (request, asks_told(request, frame.rubric, frame.context, language))
            for request in earlier
        ],
        errors=errors,
    )


def _version(frame: ReviewFrame, given: Posted | None, status: int) -> str | int:
    """The version that the page shows: after a 412 it is a new one, of which all is shown."""
    kept = given is not None and status != 412
    return one(given or {}, "version") if kept else frame.review.assessment.version


def _is_to_ask(view: LineView) -> bool:
    """Whether a coach decided that the team has something to do here."""
    made = view.line.decision
    if made is None or made.verdict is None or view.waits:
        return False
    return made.verdict == Word.NEEDS_PROOF


def _sign_off(
    visit: Visit,
    assessment_id: str,
    *,
    given: Posted | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    language = visit.language
    with visit.reading() as (db, who):
        desk = desk_of(db, who, assessment_id, language, section="/sign-off")
        signed = read_sign_off(db, who, assessment_id)
    frame = desk.frame
    return visit.show(
        "review_sign_off.html.j2",
        status=status,
        frame=frame,
        signed=signed,
        waiting=[view for view in desk.views(language) if view.waits],
        note=one(given or {}, "note"),
        reason=one(given or {}, "reason"),
        version=_version(frame, given, status),
        errors=errors,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
