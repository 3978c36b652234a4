"""What every page of an assessment shows around its own content: city, navigation, live panel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from api.accounts import Actor
from api.accounts.rights import Action, may
from api.db import Transaction
from api.review.requesting import read_request
from api.review.signing import read_sign_off
from api.review.views import ChangeRequest, SignOff
from api.web.panel import Panel, panel_of
from api.web.review.telling import AskTold, asks_told
from api.web.standard import rubric_in
from api.workspace.judging import Live, live
from api.workspace.judging_day import judging_day
from api.workspace.opening import all_of
from api.workspace.reading import read_assessment
from api.workspace.views import AssessmentView, Status
from reports.i18n import N_, Language, Message
from reports.sections.context import build_context
from rubrics.schema import Rubric

SECTIONS: Mapping[str, Message] = {
    "": N_("Tasks"),
    "/evidence": N_("Evidence"),
    "/plan": N_("Plan"),
    "/activity": N_("Activity"),
    "/submit": N_("Submit"),
    "/submissions": N_("Submissions"),
}
"""The parts of an assessment, by the end of their address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An assessment as its pages show it: what it is, how it stands, what the reader may do.

    While a coach asks for changes, `flagged` is what is open to the team, and `asks` tells it.
    """

    view: AssessmentView
    base: str
    section: str
    sections: tuple[tuple[str, str, str], ...]
    rubric: Rubric
    live: Live
    panel: Panel
    may_write: bool
    may_review: bool
    example_day: date | None
    request: ChangeRequest | None
    asks: tuple[AskTold, ...]
    flagged: frozenset[str] | None
    signed: SignOff | None

    def may_change(self, *names: str) -> bool:
        """Whether the reader may change what is said of any of these."""
        return self.may_write and (self.flagged is None or not self.flagged.isdisjoint(names))

    def may_change_piece(self, served: Iterable[str]) -> bool:
        """Whether the reader may change a piece of evidence that serves these."""
        return self.may_write and (self.flagged is None or self.flagged.issuperset(served))

    def ask_of(self, *names: str) -> tuple[AskTold, ...]:
        """What is asked of any of these."""
        return tuple(ask for ask in self.asks if ask.about in names)


def frame_of(
    db: Transaction, who: Actor, assessment_id: str, language: Language, *, section: str = ""
) -> Frame:
    """The frame of an assessment for somebody who may see it."""
    view = read_assessment(db, who, assessment_id)
    rubric = rubric_in(view.rubric.id, language)
    on = judging_day(db, assessment_id)
    now = live(db, who, assessment_id, on=on)
    base = f"/assessments/{view.id}"
    asking = view.status == Status.CHANGES_REQUESTED
    request = read_request(db, who, assessment_id) if asking else None
    context = build_context(now.assessment, rubric, language)
    return Frame(
        view=view,
        base=base,
        section=section,
        sections=tuple((key, base + key, language.say(word)) for key, word in SECTIONS.items()),
        rubric=rubric,
        live=now,
        panel=panel_of(now.assessment, rubric, language),
        may_write=view.status in (Status.OPEN, Status.CHANGES_REQUESTED)
        and may(who, Action.WRITE, city=view.city.id),
        example_day=on if on != db.now.date() else None,
        may_review=may(who, Action.READ_PRIVATE, city=view.city.id),
        request=request,
        asks=asks_told(request, rubric, context, language) if request is not None else (),
        flagged=all_of(rubric, request.asks) if request is not None else None,
        signed=read_sign_off(db, who, assessment_id) if view.status == Status.SIGNED_OFF else None,
    )
