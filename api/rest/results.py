"""What the engine says of an assessment as it stands: the result, why, and what to do next."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from fastapi import Query
from starlette.responses import Response

from api.languages import language_asked
from api.rest.bodies import WhatIfAsked
from api.rest.describing import READING, SENDING, says
from api.rest.door import Door
from api.rest.replies import reply, reply_unless_known
from api.rest.routing import new_router
from api.rest.rubrics import in_words
from api.rest.versions import IF_NONE_MATCH, tag
from api.workspace import advising, judging
from api.workspace.advising import Advice, WhatIf
from api.workspace.judging_day import judging_day
from assessment.model import Day
from assessment.plans import ActionPlan
from assessment.results import Assessment, Finding, Lens, RequirementResult
from reports.i18n import Language
from reports.wording import reason_sentence
from rubrics.schema import Rubric

router = new_router("results")

OnDay = Annotated[
    Day | None, Query(description="Judge as of this day, such as 2026-11-03; today without it.")
]
Whose = Annotated[Lens, Query(description="Whose word counts: the team's, the evidence's, …")]
RESULT_TAG = {"ETag": "Another one whenever the result may be another."}


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A reason in words; `requirement` is the criterion's code where it is the criterion's own."""

    requirement: str
    lens: Lens
    code: str
    text: str


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a verdict is as it is: the finding with its whole trace, and its reasons in words."""

    finding: Finding
    requirement: RequirementResult | None
    sentences: tuple[Sentence, ...]


@router.get(
    "/assessments/{assessment}/result",
    summary="The result as of now",
    openapi_extra=IF_NONE_MATCH,
    response_model=None,
    responses=says(Assessment, *READING, headers=RESULT_TAG, unchanged=True),
)
def result(
    door: Door,
    assessment: str,
    on: OnDay = None,
    details: Annotated[
        bool, Query(description="With notes on the evidence, key figures and expiries.")
    ] = False,
) -> Response:
    """Verdicts under the three lenses, points, and the reasons in code."""
    with door.reading() as (db, who):
        day = on or judging_day(db, assessment)
        etag, told = judging.live_bytes(db, who, assessment, on=day)
        if details:
            whole = judging.detailed(db, who, assessment, on=day)
            etag, told = f"{etag}-details", msgspec.json.encode(whole)
    return reply_unless_known(door, told, etag=tag(etag))


@router.get(
    "/assessments/{assessment}/explanations/{name}",
    summary="Why is this verdict as it is?",
    response_model=None,
    responses=says(Explanation, *READING),
)
def explain(door: Door, assessment: str, name: str, on: OnDay = None) -> Response:
    """Of a criterion (RDC7) or a requirement (rdc7-awards), down to the line of the rubric."""
    language = language_asked(door.headers.get("accept-language"))
    with door.reading() as (db, who):
        day = on or judging_day(db, assessment)
        finding, own = advising.explain(db, who, assessment, name, on=day)
        whole = judging.live(db, who, assessment, on=day).assessment
    titles = {entry.id: entry.title for entry in whole.evidence}
    rubric = in_words(whole.rubric.id, language.code)
    sentences = _sentences(finding, own, rubric, titles, language)
    return reply(
        Explanation(finding=finding, requirement=own, sentences=sentences),
        headers={"Content-Language": language.code},
    )


@router.get(
    "/assessments/{assessment}/advice/{name}",
    summary="What would change this verdict?",
    response_model=None,
    responses=says(Advice, *READING),
)
def advise(door: Door, assessment: str, name: str, on: OnDay = None) -> Response:
    """The cheapest actions that make a criterion or a requirement met and proven."""
    with door.reading(counted="plan") as (db, who):
        day = on or judging_day(db, assessment)
        return reply(advising.what_would_change(db, who, assessment, name, on=day))


@router.post(
    "/assessments/{assessment}/what-if",
    summary="What would other answers change?",
    response_model=None,
    responses=says(WhatIf, *SENDING),
)
def what_if(
    door: Door,
    assessment: str,
    body: WhatIfAsked,
    on: OnDay = None,
    lens: Whose = Lens.CLAIMED,
) -> Response:
    """Nothing is saved; so this needs no more than the right to read."""
    with door.reading(counted="plan") as (db, who):
        day = on or judging_day(db, assessment)
        return reply(advising.what_if(db, who, assessment, body.changes, on=day, lens=lens))


@router.get(
    "/assessments/{assessment}/plan",
    summary="The cheapest way",
    response_model=None,
    responses=says(ActionPlan, *READING),
)
def plan(
    door: Door,
    assessment: str,
    on: OnDay = None,
    target: Annotated[
        str,
        Query(max_length=200, description="A level, criteria, or both: silver, rdc7+rdc8, gold."),
    ] = "",
    lens: Whose = Lens.EVIDENCED,
    alternatives: Annotated[int, Query(ge=0, le=5)] = 0,
) -> Response:
    """The least work to a target, proven, on the calendar of the assessment's sprint if any."""
    with door.reading(counted="plan") as (db, who):
        day = on or judging_day(db, assessment)
        return reply(
            advising.make_plan(
                db, who, assessment, on=day, target=target, lens=lens, alternatives=alternatives
            )
        )


def _sentences(
    finding: Finding,
    own: RequirementResult | None,
    rubric: Rubric,
    titles: Mapping[str, str],
    language: Language,
) -> tuple[Sentence, ...]:
    """The reasons of what was asked for, as a city official reads them."""
    told = [] if own is not None else [(finding.id, reason) for reason in finding.reasons]
    for one in (own,) if own is not None else finding.requirements:
        told += [(one.id, reason) for reason in one.reasons]
    return tuple(
        Sentence(
            requirement=name,
            lens=reason.lens,
            code=reason.code,
            text=reason_sentence(
                reason, rubric.requirements.get(name), rubric, language, titles=titles
            ),
        )
        for name, reason in told
    )
