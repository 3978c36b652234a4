"""The conversation about a requirement or a piece of evidence, between a team and its coaches."""

from fastapi import APIRouter
from starlette.responses import Response

from api.errors import Unusable
from api.review.threads import resolve
from api.web.door import Form, Visit, Visiting, go, local, one
from api.web.faults import sentence
from api.web.reading import Posted
from api.web.review.sentences import inserted, sentences
from api.workspace.reading import read_assessment
from api.workspace.talking import write_comment

router = APIRouter(include_in_schema=False)

PATH = "/assessments/{assessment_id}"


@router.post(PATH + "/comments")
def comment(visit: Visiting, assessment_id: str, form: Form) -> Response:
    """Keeps a comment or a reply; what cannot be kept is shown again, and nothing of it is lost."""
    if one(form, "insert"):
        return _again(visit, assessment_id, form)
    where = local(one(form, "back"), f"/assessments/{assessment_id}")
    try:
        with visit.writing() as (db, who):
            made = write_comment(
                db,
                who,
                assessment_id,
                about=one(form, "about"),
                text=one(form, "text"),
                private=one(form, "private") == "yes",
                reply_to=one(form, "reply_to") or None,
            )
    except Unusable as error:
        errors = {"text": sentence(error, visit.language)}
        return _again(visit, assessment_id, form, errors=errors, status=422)
    return go(where, done="written", fragment=f"comment-{made.id}")


@router.post(PATH + "/threads/{thread_id}")
def settle(visit: Visiting, assessment_id: str, thread_id: str, form: Form) -> Response:
    """Marks a conversation as resolved, or opens it again."""
    where = local(one(form, "back"), f"/assessments/{assessment_id}")
    resolved = one(form, "resolved") == "yes"
    with visit.writing() as (db, who):
        resolve(db, who, assessment_id, thread_id, resolved=resolved)
    return go(where, done="resolved" if resolved else "unresolved", fragment=f"thread-{thread_id}")


def _again(
    visit: Visit,
    assessment_id: str,
    form: Posted,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with visit.reading() as (db, who):
        view = read_assessment(db, who, assessment_id)
    if name := one(form, "insert"):
        form = inserted(form, "text", name, sentences(visit.language, city=view.city.language))
    return visit.show(
        "comment.html.j2",
        status=status,
        view=view,
        given={name: one(form, name) for name in ("about", "text", "private", "reply_to")},
        back=local(one(form, "back"), f"/assessments/{assessment_id}"),
        errors=errors,
    )
