"""For the calibration meeting: how far coaches agree, and where the machine may be wrong."""

from fastapi import APIRouter
from starlette.responses import Response

from api.review.calibrating import agreement, machine_disagreements
from api.review.views import MachineDisagreement
from api.services import DEFAULT_RUBRIC
from api.web.door import Visiting
from api.web.review.lines import title_of
from api.web.standard import rubric_in
from assessment.results import Verdict
from reports import wording
from reports.i18n import Language

router = APIRouter(include_in_schema=False)


@router.get("/reviews/calibration")
def show(visit: Visiting) -> Response:
    """Agreement and kappa by requirement, disagreements, and what to tell the rubric's author."""
    language = visit.language
    with visit.reading() as (db, who):
        found = agreement(db, who, rubric=DEFAULT_RUBRIC)
        machine = machine_disagreements(db, who, rubric=DEFAULT_RUBRIC)
    rubric = rubric_in(DEFAULT_RUBRIC, language)
    numbers = {
        own.id: f"{criterion.id}.{number}"
        for criterion in rubric.criteria
        for number, own in enumerate(criterion.requirements, 1)
    }
    order = [*numbers, *(criterion.id for criterion in rubric.criteria)]
    return visit.show(
        "calibration.html.j2",
        found=found,
        requirements=sorted(found.requirements, key=lambda one: order.index(one.about)),
        machine=[(one, _turned(one, language)) for one in machine],
        title=lambda about: title_of(rubric, about),
        number=lambda about: numbers.get(about, about),
    )


def _turned(one: MachineDisagreement, language: Language) -> list[str]:
    """What became of the machine's verdicts, in words: "Met → Not met: 3"."""
    found = []
    for key, count in one.turned.items():
        before, _, after = key.partition(">")
        words = [wording.verdict_word(Verdict(side), language) for side in (before, after)]
        found.append(f"{words[0]} → {words[1]}: {count}")
    return found
