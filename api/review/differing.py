"""What a team changed from one submission to the next: only that comes back to the coach."""

from api.accounts.actor import Actor
from api.db.session import Transaction
from api.errors import NotThere
from api.review.lines import judged_of, said
from api.review.requesting import requests
from api.review.reviewed import Reviewed, basis_of, look, machine_of, names_of
from api.review.views import Difference, Differences
from api.workspace.opening import all_of
from assessment.basis import pieces_for
from assessment.progress import progress
from assessment.submission import Evidence


def differences(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    first: int | None = None,
    second: int | None = None,
) -> Differences:
    """What changed from the first to the second; without them, to the last from the one before.

    A line is there where the team changed something, or where the machine says something else.
    """
    now = look(db, who, assessment_id, second)
    number = first if first is not None else now.number - 1
    if not 0 < number < now.number:
        raise NotThere("submission", str(number))
    then = look(db, who, assessment_id, number)
    asks = {
        name: text
        for request in reversed(requests(db, who, assessment_id))
        if number <= request.submission < now.number
        for name, text in request.asks.items()
    }
    lines = tuple(
        line
        for name in names_of(now.rubric)
        if (line := _difference(then, now, name, asks.get(name))) is not None
    )
    told = {line.about for line in lines}
    results = [machine_of(then), machine_of(now)]
    return Differences(
        first=number,
        second=now.number,
        lines=lines,
        untouched=tuple(name for name in asks if told.isdisjoint(all_of(now.rubric, {name: ""}))),
        progress=progress(results),
    )


def _difference(then: Reviewed, now: Reviewed, name: str, asked: str | None) -> Difference | None:
    """What became of one thing; nothing, where all of it is as it was."""
    _, old = judged_of(machine_of(then))[name]
    finding, new = judged_of(machine_of(now))[name]
    same = (old.claimed, old.evidenced) == (new.claimed, new.evidenced)
    if same and basis_of(then, name) == basis_of(now, name):
        return None
    before, after = _pieces(then, name), _pieces(now, name)
    return Difference(
        about=name,
        criterion=finding.id,
        asked=asked,
        answer_before=said(then, name),
        answer_after=said(now, name),
        evidence_added=tuple(one for one in after if one not in before),
        evidence_changed=tuple(
            one for one in after if one in before and _told(before[one]) != _told(after[one])
        ),
        evidence_removed=tuple(one for one in before if one not in after),
        claimed_before=old.claimed,
        claimed_after=new.claimed,
        evidenced_before=old.evidenced,
        evidenced_after=new.evidenced,
    )


def _pieces(reviewed: Reviewed, name: str) -> dict[str, Evidence]:
    return {one.id: one for one in pieces_for(reviewed.rubric, reviewed.handed_in, name)}


def _told(piece: Evidence) -> Evidence:
    return piece.model_copy(update={"serves": (), "received": None})
