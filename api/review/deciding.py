"""A coach's word above the machine's, one by one or all at once where the evidence is verified.

Decisions are only ever added. Who decides says which decision they have seen about the same thing;
if it is no longer the last one, nothing is written and both come back (`Stale`).
"""

from dataclasses import dataclass

from sqlalchemy import insert

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.session import Transaction
from api.db.tables import decision
from api.errors import Said, Stale
from api.review.checking import checked_name, checked_word
from api.review.lines import agreeable, lines_of, machine_verdicts
from api.review.reviewed import Reviewed, basis_of, take
from api.review.views import LineState, Word
from api.workspace.answering import grow
from api.workspace.finding import refuse_stale
from api.workspace.talking import Decision
from assessment.results import Verdict


def decide(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    about: str,
    verdict: Word | None,
    reason: str = "",
    version: int | None,
) -> Decision:
    """Decides about a requirement or criterion of the last submission; `None` takes it back.

    A word that says what the machine says needs no reason: it is kept as `agree`. `version` is the
    number of the last decision about the same, 0 where there is none; `None` overwrites.
    """
    reviewed = take(db, who, assessment_id, Action.DECIDE)
    wish = _wish(reviewed, about, verdict, reason)
    there = reviewed.words.get(about)
    counts = wish.verdict is None or reviewed.state(about) is LineState.DECIDED
    if (
        there is not None
        and counts
        and (there.verdict, there.reason) == (wish.verdict, wish.reason)
    ):
        return there  # whoever got no answer may just try again
    if version not in (None, there.number if there is not None else 0):
        mine = Said(_told(wish.verdict, wish.reason), version or 0, who.person, db.now)
        raise Stale("decision", about, mine=mine, theirs=_said(there))
    return _write(db, who, reviewed, wish, reviewed.found.version + 1)


def agree_with_machine(
    db: Transaction, who: Actor, assessment_id: str, *, version: int | None
) -> tuple[Decision, ...]:
    """Agrees wherever the machine knows from evidence that it saw, and nobody has decided.

    `version` is that of the assessment: nobody agrees to what was handed in since they looked.
    """
    reviewed = take(db, who, assessment_id, Action.DECIDE)
    refuse_stale(who, reviewed.found, version)
    machine = machine_verdicts(reviewed)
    wishes = [
        Wish(line.about, Word.AGREE, "", machine[line.about])
        for line in lines_of(reviewed)
        if agreeable(line)
    ]
    first = reviewed.found.version + 1
    return tuple(
        _write(db, who, reviewed, wish, number) for number, wish in enumerate(wishes, first)
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to say of something, beside the machine's verdict on it."""

    about: str
    verdict: Word | None
    reason: str
    machine: Verdict


def _wish(reviewed: Reviewed, about: str, verdict: Word | None, reason: str) -> Wish:
    if verdict is None:
        return Wish(about, None, "", checked_name(reviewed, about))
    word, text, machine = checked_word(reviewed, about, verdict, reason)
    return Wish(about, word, text, machine)


def _write(db: Transaction, who: Actor, reviewed: Reviewed, wish: Wish, number: int) -> Decision:
    assessment_id = reviewed.found.id
    row = {
        "assessment_id": assessment_id,
        "number": number,
        "about": wish.about,
        "verdict": wish.verdict,
        "reason": wish.reason,
        "by": who.id,
        "at": db.now,
        "submission": reviewed.number,
        "basis": basis_of(reviewed, wish.about),
        "machine": wish.machine,
    }
    db.sql.execute(insert(decision), row)
    told = {"about": wish.about, "verdict": wish.verdict, "submission": reviewed.number}
    grow(db, who, assessment_id, "decided", {**told, "reason": wish.reason})
    return Decision(
        number,
        wish.about,
        wish.verdict,
        wish.reason,
        who.person,
        db.now,
        reviewed.number,
        wish.machine,
    )


def _said(there: Decision | None) -> Said:
    if there is None:
        return Said(None, 0)
    return Said(_told(there.verdict, there.reason), there.number, there.by, there.at)


def _told(verdict: str | None, reason: str) -> dict[str, str | None]:
    return {"verdict": verdict, "reason": reason}
