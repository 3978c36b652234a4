"""What the engine says of an assessment as it stands: the result, and why."""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.rest.describing import READING, says
from api.rest.door import AtDoor
from api.rest.replies import reply_unless_known
from api.rest.routing import new_router
from api.rest.versions import IF_NONE_MATCH, tag
from api.workspace import judging
from assessment.results import Assessment

router = new_router("results")

OnDay = Annotated[
    date | None, Query(description="Judge as of this day, such as 2026-11-03; today without it.")
]
RESULT_TAG = {"ETag": "Another one whenever the result may be another."}


@router.get(
    "/assessments/{assessment}/result",
    summary="The result as of now",
    response_model=None,
    responses=says(Assessment, *READING, headers=RESULT_TAG, unchanged=True),
)
def result(
    request: Request,
    door: AtDoor,
    assessment: str,
    on: OnDay = None,
    details: Annotated[
        bool, Query(description="With notes on the evidence, key figures and expiries.")
    ] = False,
    _known: IF_NONE_MATCH = None,
) -> Response:
    """Verdicts under the three lenses, points, and the reasons in code."""
    with door.reading() as (db, who):
        day = on or db.now.date()
        etag, told = judging.live_bytes(db, who, assessment, on=day)
        if details:
            whole = judging.detailed(db, who, assessment, on=day)
            etag, told = f"{etag}-details", msgspec.json.encode(whole)
    return reply_unless_known(request, told, etag=tag(etag))
