"""A submission under review: as it was handed in, what the machine says, what coaches decided.

All that is computed here is a function of the stored snapshot and the stored decisions: the same
ones give the same result, to the byte.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import msgspec
from sqlalchemy import bindparam, select

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.session import Transaction
from api.db.tables import decision, person, submission
from api.errors import Locked, NotThere, Unusable
from api.review.views import LineState
from api.workspace.blindness import is_blind
from api.workspace.checking import PATHS
from api.workspace.finding import find, find_to_steer
from api.workspace.found import Found
from api.workspace.memory import Memory
from api.workspace.talking import Decision, decision_of
from api.workspace.views import Status
from assessment.basis import basis, is_declared
from assessment.details import with_details
from assessment.engine import assess
from assessment.results import Assessment
from assessment.submission import CoachDecision, Submission
from assessment.validation import validate
from rubrics.problems import InputError
from rubrics.schema import Rubric
from rubrics.text import Plain


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A submission with the last word about each thing. `handed_in` is without decisions.

    `key` is another one for every submission and rubric, also where one was rolled back.

    `words` hold also what was taken back (its verdict is `None`) and what no longer counts.
    """

    found: Found
    key: tuple[object, ...]
    number: int
    on: date
    handed_in: Submission
    words: Mapping[str, Decision]
    standing: frozenset[str]

    @property
    def rubric(self) -> Rubric:
        """What it is judged by."""
        return self.found.known.rubric

    def state(self, about: str) -> LineState:
        """Where the decision about something stands."""
        word = self.words.get(about)
        if word is None or word.verdict is None:
            return LineState.OPEN
        return LineState.DECIDED if about in self.standing else LineState.CHANGED

    def decisions(self) -> tuple[CoachDecision, ...]:
        """The decisions that count, as a submission file has them, in the order of their names."""
        return tuple(_spoken(self.words[about]) for about in sorted(self.standing))


_LAST = (
    select(submission.c.number, submission.c.on, submission.c.at, submission.c.snapshot)
    .where(submission.c.assessment_id == bindparam("assessment"))
    .order_by(submission.c.number.desc())
    .limit(1)
)
_NTH = _LAST.where(submission.c.number == bindparam("nth"))
_DECISIONS = (
    select(decision, person.c.name.label("person"))
    .join(person, person.c.id == decision.c.by)
    .where(decision.c.assessment_id == bindparam("assessment"))
    .order_by(decision.c.number)
)
_handed_in: Memory[Submission] = Memory(128)
_machine: Memory[Assessment] = Memory(128)
_results: Memory[Assessment] = Memory(128)
_bases: Memory[str] = Memory(16_384)


def look(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    number: int | None = None,
    action: Action = Action.READ_PRIVATE,
    *,
    blind: bool = False,
) -> Reviewed:
    """A submission (without a number: the last one) as coaches see it, for those who may.

    With `blind`, a second reader may as well: to them it is as if nobody had decided anything.
    """
    found = find(db, who, assessment_id, action, blind=blind)
    reviewed = _reviewed(db, found, number)
    if blind and is_blind(db, who, assessment_id, city=found.city_id):
        return replace(reviewed, words={}, standing=frozenset())
    return reviewed


def take(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    action: Action,
    *,
    in_states: tuple[str, ...] = (Status.SUBMITTED, Status.CHANGES_REQUESTED),
) -> Reviewed:
    """The last submission, kept from others until the transaction ends, to say something of it.

    `Locked` once it is signed off; `Unusable` where nothing is handed in. A second reader is
    refused, as whoever decides has seen the decisions of others.
    """
    found = find_to_steer(db, who, assessment_id, action)
    if found.status == Status.SIGNED_OFF:
        raise Locked(assessment_id)
    if found.status not in in_states:
        raise Unusable("not_handed_in" if found.status == Status.OPEN else "changes_are_open")
    return _reviewed(db, found, None)


def names_of(rubric: Rubric) -> tuple[str, ...]:
    """What coaches decide about: every requirement, and every criterion that is declared."""
    return (
        *rubric.requirements,
        *(one.id for one in rubric.criteria if is_declared(rubric, one.id)),
    )


def machine_of(reviewed: Reviewed) -> Assessment:
    """What the engine says of a submission by itself."""
    key = reviewed.key
    return _machine.get(key, lambda: judged(reviewed.rubric, reviewed.handed_in, (), reviewed.on))


def confirmed(reviewed: Reviewed) -> Assessment:
    """What it says with the decisions that count."""
    decisions = reviewed.decisions()
    told = tuple((one.about, one.verdict, one.reason, one.by, one.on) for one in decisions)
    return _results.get(
        (*reviewed.key, told),
        lambda: judged(reviewed.rubric, reviewed.handed_in, decisions, reviewed.on),
    )


def judged(
    rubric: Rubric, handed_in: Submission, decisions: Iterable[CoachDecision], on: date
) -> Assessment:
    """A pure function of what is stored: the submission, the decisions, the rubric and the day."""
    whole = with_words(handed_in, decisions)
    return with_details(rubric, whole, assess(rubric, whole, on=on))


def with_words(handed_in: Submission, decisions: Iterable[CoachDecision]) -> Submission:
    """The submission with these decisions, and no others."""
    kept = {name: getattr(handed_in, name) for name in Submission.model_fields}
    # Made anew: a copy would bear the digest of the old one.
    return Submission.model_construct(**{**kept, "decisions": tuple(decisions)})


def read_snapshot(rubric: Rubric, text: str) -> Submission:
    """A stored submission, as it was handed in, with the decisions of that day."""
    try:
        return validate(rubric, cast("Mapping[str, Plain]", msgspec.json.decode(text)), PATHS)
    except InputError:
        raise Unusable("rubric_moved") from None


def digest(content: bytes) -> str:
    """The SHA-256 of a result."""
    return hashlib.sha256(content).hexdigest()


def basis_of(reviewed: Reviewed, about: str) -> str:
    """What a decision about something in this submission rests on."""
    key = (*reviewed.key, about)
    return _bases.get(key, lambda: basis(reviewed.rubric, reviewed.handed_in, about))


def _reviewed(db: Transaction, found: Found, number: int | None) -> Reviewed:
    of: dict[str, object] = {"assessment": found.id}
    if number is None:
        row = db.sql.execute(_LAST, of).first()
    else:
        nth = number if 0 < number < 2**31 else 0
        row = db.sql.execute(_NTH, {**of, "nth": nth}).first()
    if row is None and number is None:
        raise Unusable("not_handed_in")
    if row is None:
        raise NotThere("submission", str(number))
    rubric = found.known.rubric
    key = (found.id, row.number, row.at, rubric.digest)
    handed_in = _handed_in.get(key, lambda: with_words(read_snapshot(rubric, row.snapshot), ()))
    last = {
        one.about: one
        for one in db.sql.execute(_DECISIONS, of)
        if (one.submission or 0) <= row.number
    }
    words = {about: decision_of(one) for about, one in last.items()}
    bare = Reviewed(
        found, key, row.number, date.fromisoformat(row.on), handed_in, words, frozenset()
    )
    standing = frozenset(
        about
        for about, one in last.items()
        if one.verdict is not None and one.basis in (None, basis_of(bare, about))
    )
    return replace(bare, standing=standing)


def _spoken(word: Decision) -> CoachDecision:
    return CoachDecision.model_validate(
        {
            "about": word.about,
            "verdict": word.verdict,
            "reason": word.reason,
            "by": word.by.name,
            "on": word.at.date(),
        }
    )
