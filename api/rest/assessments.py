"""Assessments: start one, list them, and say what there is to say, answer by answer."""

from collections.abc import Collection
from typing import Annotated, assert_never

from fastapi import Path, Query
from starlette.responses import Response

from api.accounts.rights import Action
from api.errors import Said
from api.exceptions import NOT_FOUND, FaultError
from api.rest.bodies import NewAnswer, NewAnswers, NewAssessment
from api.rest.describing import CHANGING, CREATING, READING, says
from api.rest.door import Door
from api.rest.once import IdempotencyKey, once
from api.rest.pages import After, Limit, Listed
from api.rest.replies import reply
from api.rest.routing import new_router
from api.rest.versions import IF_MATCH, VERSION_TAG, tag, version_seen
from api.workspace import answering, reading, starting
from api.workspace.answering import Wish
from api.workspace.checking import ABOUT
from api.workspace.finding import find
from api.workspace.views import AssessmentView, Part, Revision, Saved, Status
from rubrics.schema import Rubric

router = new_router("assessments")

PartAsked = Annotated[
    Part,
    Query(
        description="answers: by requirement; declared: met or not_met, by criterion; "
        "not_applicable: the justification, by requirement; about: the rest of a submission."
    ),
]
Question = Annotated[str, Path(description="The id of a requirement, such as rdc7-awards.")]

SAVED = {
    "name": "rdc7-awards",
    "version": 3,
    "at": "2026-03-09T10:42:00Z",
    "assessment_version": 57,
    "changed": True,
}
SAID = {
    "value": 92,
    "version": 3,
    "by": {"id": "01jdq2c6n7d0m3t8w4y5z6a7b8", "name": "Lucía Torres"},
    "at": "2026-03-09T10:42:00Z",
}


@router.put(
    "/assessments/{assessment}/answers/{name}",
    summary="Save one answer",
    openapi_extra=IF_MATCH,
    response_model=None,
    responses=says(Saved, *CHANGING, example=SAVED, headers=VERSION_TAG),
)
def save_answer(
    door: Door,
    assessment: str,
    name: Question,
    body: NewAnswer,
    part: PartAsked = Part.ANSWERS,
) -> Response:
    """`If-Match` names the version that you have seen: "0", where nobody has answered yet.

    Where somebody else was faster, the answer is 412 with both versions, and nothing is saved.
    """
    version = version_seen(door)
    with door.writing() as (db, who):
        saved = answering.save_answer(
            db, who, assessment, name, body.value, version=version, part=part
        )
    return reply(saved, etag=tag(saved.version))


@router.get(
    "/assessments/{assessment}/answers/{name}",
    summary="One answer, with its version",
    response_model=None,
    responses=says(Said, *READING, example=SAID, headers=VERSION_TAG),
)
def read_answer(
    door: Door, assessment: str, name: Question, part: PartAsked = Part.ANSWERS
) -> Response:
    """What nobody has answered yet has the version 0."""
    with door.reading() as (db, who):
        found = reading.read_answers(db, who, assessment, part=part, names=(name,))
        rubric = find(db, who, assessment, Action.READ).known.rubric
    if name not in found and name not in can_be_said(rubric, part):
        raise FaultError(NOT_FOUND)
    said = found.get(name, Said(None, 0))
    return reply(said, etag=tag(said.version))


@router.get(
    "/assessments/{assessment}/answers",
    summary="Everything that has been answered",
    response_model=None,
    responses=says(dict[str, Said], *READING, example={"rdc7-awards": SAID}),
)
def read_answers(door: Door, assessment: str, part: PartAsked = Part.ANSWERS) -> Response:
    """By question, with the version of each."""
    with door.reading() as (db, who):
        return reply(dict(reading.read_answers(db, who, assessment, part=part)))


@router.patch(
    "/assessments/{assessment}/answers",
    summary="Save many answers at once",
    response_model=None,
    responses=says(tuple[Saved, ...], *CHANGING, example=[SAVED]),
)
def save_answers(
    door: Door, assessment: str, body: NewAnswers, part: PartAsked = Part.ANSWERS
) -> Response:
    """All or none; each with the version that you have seen of it, in place of `If-Match`."""
    wishes = {name: Wish(said.value, said.version) for name, said in body.answers.items()}
    with door.writing() as (db, who):
        saved = answering.save_answers(db, who, assessment, wishes, part=part)
    return reply(saved)


@router.get(
    "/assessments/{assessment}/history",
    summary="Who changed what, and when",
    response_model=None,
    responses=says(Listed[Revision], *READING),
)
def history(
    door: Door,
    assessment: str,
    part: Part | None = None,
    name: Annotated[str | None, Query(max_length=120)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The newest first, with what was there before."""
    with door.reading() as (db, who):
        return reply(
            reading.history(db, who, assessment, part=part, name=name, after=after, limit=limit)
        )


@router.get(
    "/assessments",
    summary="The assessments that you may look into",
    response_model=None,
    responses=says(Listed[AssessmentView], *READING),
)
def list_assessments(
    door: Door,
    city: Annotated[str | None, Query(max_length=120)] = None,
    status: Status | None = None,
    rubric: Annotated[str | None, Query(max_length=120)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """All of your cities, or of one; by status and rubric."""
    with door.reading() as (db, who):
        return reply(
            reading.assessments(
                db, who, city_id=city, status=status, rubric=rubric, after=after, limit=limit
            )
        )


@router.post(
    "/assessments",
    summary="Start an assessment",
    status_code=201,
    response_model=None,
    responses=says(AssessmentView, *CREATING, status=201, headers=VERSION_TAG),
)
def start(door: Door, body: NewAssessment, _key: IdempotencyKey = None) -> Response:
    """For a city, by a rubric; on the calendar of a sprint where one is named."""
    with door.writing() as (db, who):

        def create() -> Response:
            made = starting.start_assessment(
                db,
                who,
                city_id=body.city,
                title=body.title,
                rubric=body.rubric,
                sprint=body.sprint,
                cohort=body.cohort,
            )
            where = {"Location": f"/api/v1/assessments/{made.id}"}
            return reply(made, status=201, etag=tag(made.version), headers=where)

        return once(door, db, who, body, create)


@router.get(
    "/assessments/{assessment}",
    summary="One assessment",
    response_model=None,
    responses=says(AssessmentView, *READING, headers=VERSION_TAG),
)
def read(door: Door, assessment: str) -> Response:
    """Its city, rubric, status and version; what is said in it stands under `answers`."""
    with door.reading() as (db, who):
        found = reading.read_assessment(db, who, assessment)
    return reply(found, etag=tag(found.version))


def can_be_said(rubric: Rubric, part: Part) -> Collection[str]:
    """The names of all that can be said in a part of a submission by this rubric."""
    match part:
        case Part.ANSWERS | Part.NOT_APPLICABLE:
            return rubric.requirements.keys()
        case Part.DECLARED:
            return {criterion.id for criterion in rubric.criteria if not criterion.assessed}
        case Part.ABOUT:
            return ABOUT
        case _:
            assert_never(part)
