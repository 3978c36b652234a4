"""What every page of a review shows around its own content: city, parts, how far the coach is."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.accounts import Actor
from api.accounts.rights import Action, may
from api.db import Transaction
from api.errors import StillBlind
from api.review.reading import read_review, review_result
from api.review.views import Review
from api.web.standard import rubric_in
from api.workspace.views import Status
from assessment.results import Assessment
from reports.i18n import N_, NN_, Language, Message
from reports.sections.context import Context, build_context
from rubrics.schema import Rubric

SECTIONS: Mapping[str, Message] = {
    "": N_("Review"),
    "/changes": N_("What changed"),
    "/request": N_("Ask for changes"),
    "/sign-off": N_("Sign off"),
}
"""The parts of a review, by the end of their address."""

STATUSES: Mapping[Status, Message] = {
    Status.OPEN: N_("The team is working on it"),
    Status.SUBMITTED: N_("Waits for a coach"),
    Status.CHANGES_REQUESTED: N_("Waits for the team's changes"),
    Status.SIGNED_OFF: N_("Signed off"),
}
"""Where an assessment stands, as coaches call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFrame:
    """A submission under review: what it is, how far it is, what the reader may do."""

    review: Review
    result: Assessment
    context: Context
    base: str
    section: str
    sections: tuple[tuple[str, str, str], ...]
    status: str
    progress: str
    may_decide: bool
    may_assign: bool
    may_reopen: bool

    @property
    def rubric(self) -> Rubric:
        """The rubric that judged, in the reader's language."""
        return self.context.rubric


def review_frame(
    db: Transaction, who: Actor, assessment_id: str, language: Language, *, section: str = ""
) -> ReviewFrame:
    """The frame of the last submission of an assessment, for a coach or the staff."""
    review = read_review(db, who, assessment_id)
    if review.blind and section:  # what others asked for, and how it ended
        raise StillBlind(assessment_id)
    view, city = review.assessment, review.assessment.city.id
    rubric = rubric_in(view.rubric.id, language)
    result = review_result(db, who, assessment_id)
    base = f"/reviews/{view.id}"
    parts = [key for key in SECTIONS if key != "/changes" or review.before is not None]
    parts = [""] if review.blind else parts
    reviewing = view.status in (Status.SUBMITTED, Status.CHANGES_REQUESTED)
    return ReviewFrame(
        review=review,
        result=result,
        context=build_context(result, rubric, language),
        base=base,
        section=section,
        sections=tuple((key, base + key, language.say(SECTIONS[key])) for key in parts),
        status=language.say(N_("Second reading") if review.blind else STATUSES[view.status]),
        progress=progress_text(review.decided, review.to_decide, language),
        may_decide=(reviewing or review.blind) and may(who, Action.DECIDE, city=city),
        may_assign=may(who, Action.ASSIGN, city=city),
        may_reopen=not review.blind
        and view.status != Status.OPEN
        and may(who, Action.REOPEN, city=city),
    )


def progress_text(decided: int, waiting: int, language: Language) -> str:
    """How many lines are decided, and how many still wait for a coach."""
    text = NN_("{decided} decided, {n} waits", "{decided} decided, {n} wait", "n")
    return language.say(text, decided=decided, n=waiting)
