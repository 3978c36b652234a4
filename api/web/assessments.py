"""What every page of an assessment shows around its own content: city, navigation, live panel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.accounts import Actor
from api.accounts.rights import Action, may
from api.db import Transaction
from api.web.panel import Panel, panel_of
from api.web.standard import rubric_in
from api.workspace.judging import Live, live
from api.workspace.judging_day import judging_day
from api.workspace.reading import read_assessment
from api.workspace.views import AssessmentView
from reports.i18n import N_, Language, Message
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
    """An assessment as its pages show it: what it is, how it stands, what the reader may do."""

    view: AssessmentView
    base: str
    section: str
    sections: tuple[tuple[str, str, str], ...]
    rubric: Rubric
    live: Live
    panel: Panel
    may_write: bool
    example_day: date | None


def frame_of(
    db: Transaction, who: Actor, assessment_id: str, language: Language, *, section: str = ""
) -> Frame:
    """The frame of an assessment for somebody who may see it."""
    view = read_assessment(db, who, assessment_id)
    rubric = rubric_in(view.rubric.id, language)
    on = judging_day(db, assessment_id)
    now = live(db, who, assessment_id, on=on)
    base = f"/assessments/{view.id}"
    return Frame(
        view=view,
        base=base,
        section=section,
        sections=tuple((key, base + key, language.say(word)) for key, word in SECTIONS.items()),
        rubric=rubric,
        live=now,
        panel=panel_of(now.assessment, rubric, language),
        example_day=on if on != db.now.date() else None,
        may_write=view.status == "open" and may(who, Action.WRITE, city=view.city.id),
    )
