"""Everything that people do at once with one assessment stands in its log, one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from api.db.audit import assessment_stream, broken, head
from api.db.session import Transaction
from api.review.assigning import assign, unassign
from api.review.threads import resolve
from api.workspace.answering import save_answer
from api.workspace.setting_aside import set_aside
from api.workspace.talking import write_comment
from tests.api.databases import World

TURNS = 12


def test_whoever_writes_at_the_same_time_writes_one_after_the_other(world: World):
    name = world.assessment.id
    with world.database.write() as db:
        thread = write_comment(db, world.lead, name, about="RDC7", text="Is this enough?").id
        began = head(db.sql, assessment_stream(name)).seq

    def save(db: Transaction, turn: int) -> None:
        save_answer(db, world.lead, name, "rdc7-awards", turn + 1, version=None)

    def comment(db: Transaction, turn: int) -> None:
        write_comment(db, world.member, name, about="RDC8", text=f"The {turn}. word")

    def lay_aside(db: Transaction, turn: int) -> None:
        set_aside(db, world.member, name, part="answers", name="rdc7-awards", value=turn)

    def settle(db: Transaction, turn: int) -> None:
        resolve(db, world.lead, name, thread, resolved=turn % 2 == 0)

    def give(db: Transaction, turn: int) -> None:
        change = unassign if turn % 2 else assign
        change(db, world.staff, name, world.coach.id)

    def turns(act: Callable[[Transaction, int], None]) -> None:
        for turn in range(TURNS):
            with world.database.write() as db:
                act(db, turn)

    acts = (save, comment, comment, lay_aside, lay_aside, settle, give)
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(turns, act) for act in acts]:
            done.result()

    with world.database.read() as db:
        assert head(db.sql, assessment_stream(name)).seq == began + len(acts) * TURNS
        assert list(broken(db.sql)) == []
