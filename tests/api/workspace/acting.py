"""What tests of the use cases do again and again."""

from datetime import date

from api.review.deciding import decide
from api.review.views import Word
from api.workspace.submitting import SubmissionView, submit
from tests.api.databases import World

DAY = date(2025, 11, 3)


def submit_something(world: World) -> SubmissionView:
    """A submission of the world's assessment, and a coach's decision about it."""
    with world.database.write() as db:
        submitted = submit(db, world.lead, world.assessment.id, version=None, on=DAY)
    with world.database.write() as db:
        decide(
            db,
            world.coach,
            world.assessment.id,
            about="rdc7-awards",
            verdict=Word.NEEDS_PROOF,
            reason="Please show me",
            version=0,
        )
    return submitted
