"""What tests of the use cases do again and again."""

from datetime import date

from api.workspace.submitting import SubmissionView, submit
from api.workspace.talking import decide
from tests.api.databases import World

DAY = date(2025, 11, 3)


def submit_something(world: World) -> SubmissionView:
    """A submission of the world's assessment, after a coach's decision."""
    with world.database.write() as db:
        decide(
            db,
            world.coach,
            world.assessment.id,
            about="rdc7-awards",
            verdict="needs_proof",
            reason="Please show me",
        )
    with world.database.write() as db:
        return submit(db, world.lead, world.assessment.id, version=None, on=DAY)
