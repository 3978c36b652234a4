"""How far coaches agree with each other, and with the machine.

Two coaches who judge the same submission otherwise talk about it in the calibration meeting. Where
coaches often judge otherwise than the machine, the rubric may be wrong: its author hears of it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from api.accounts.actor import Actor
from api.db.columns import AnyRow
from api.db.review_tables import opinion, second_reading
from api.db.session import Transaction
from api.db.tables import decision, person
from api.errors import PersonRef
from api.review.lines import machine_verdicts
from api.review.queue import reviewable
from api.review.reviewed import look
from api.review.views import (
    Agreement,
    Disagreement,
    MachineDisagreement,
    RequirementAgreement,
    Word,
)
from api.workspace.blindness import blind_to
from api.workspace.views import AssessmentView, Status
from assessment.agreement import cohens_kappa
from assessment.results import Verdict

MOST_REASONS = 10
OVERALL = "all"
"""What the agreement over all requirements is called."""

KNOWN = (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
"""Verdicts of a machine that knows. Where it asks for a person, nobody disagrees with it."""

_OPINIONS = (
    select(opinion, person.c.name.label("person"))
    .join(
        second_reading,
        (second_reading.c.assessment_id == opinion.c.assessment_id)
        & (second_reading.c.submission == opinion.c.submission)
        & (second_reading.c.person_id == opinion.c.person_id),
    )
    .join(person, person.c.id == opinion.c.person_id)
    .where(second_reading.c.finished_at.is_not(None))
    .order_by(opinion.c.assessment_id, opinion.c.submission, opinion.c.about)
)
_DECISIONS = select(decision).where(decision.c.machine.is_not(None)).order_by(decision.c.number)


def agreement(db: Transaction, who: Actor, *, rubric: str = "wwc-2022") -> Agreement:
    """How far two coaches agree about each requirement, of the cities that somebody reviews."""
    pairs = _pairs(db, who, rubric)
    by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in pairs:
        by_name[pair.about].append((pair.first, pair.second))
    return Agreement(
        rubric=rubric,
        readings=len({(p.assessment, p.submission, p.second_by.id) for p in pairs}),
        overall=_agreed(OVERALL, [(p.first, p.second) for p in pairs]),
        requirements=tuple(_agreed(name, found) for name, found in sorted(by_name.items())),
        disagreements=tuple(pair for pair in pairs if pair.first is not pair.second),
    )


def machine_disagreements(
    db: Transaction, who: Actor, *, rubric: str = "wwc-2022"
) -> tuple[MachineDisagreement, ...]:
    """What coaches judge otherwise than the machine, the largest share first.

    A case is the last decision about a requirement of an assessment where the machine knew.
    """
    views = _views(db, who, rubric)
    last: dict[tuple[str, str], AnyRow] = {}
    for row in db.sql.execute(_DECISIONS):
        if row.assessment_id in views:
            last[row.assessment_id, row.about] = row
    cases: dict[str, list[AnyRow]] = defaultdict(list)
    for row in last.values():
        if row.verdict is not None and row.machine in KNOWN:
            cases[row.about].append(row)
    found = [_machine(about, rows) for about, rows in cases.items()]
    return tuple(sorted((one for one in found if one.differ), key=lambda o: (-o.share, o.about)))


def verdict_of(word: str, machine: Verdict) -> Verdict:
    """What a coach's word comes to beside the machine's verdict."""
    match Word(word):
        case Word.AGREE:
            return machine
        case Word.NEEDS_PROOF:
            return Verdict.NEEDS_REVIEW
        case said:
            return Verdict(said.value)


@dataclass(frozen=True, slots=True)
class _First:
    """What was decided about something in a submission: the first reading."""

    verdict: Verdict
    reason: str
    by: PersonRef


def _pairs(db: Transaction, who: Actor, rubric: str) -> list[Disagreement]:
    """Both readings of everything that two coaches have judged, agreeing ones as well."""
    views = _views(db, who, rubric)
    firsts: dict[tuple[str, int], tuple[Mapping[str, Verdict], Mapping[str, _First]]] = {}
    found: list[Disagreement] = []
    for row in db.sql.execute(_OPINIONS):
        view = views.get(row.assessment_id)
        if view is None:
            continue
        key = (row.assessment_id, row.submission)
        if key not in firsts:
            firsts[key] = _first(db, who, *key)
        machine, decided = firsts[key]
        first = decided.get(row.about)
        if first is None or first.by.id == row.person_id:
            continue
        found.append(
            Disagreement(
                assessment=row.assessment_id,
                city=view.city.name,
                submission=row.submission,
                about=row.about,
                machine=machine[row.about],
                first=first.verdict,
                first_reason=first.reason,
                first_by=first.by,
                second=verdict_of(row.verdict, machine[row.about]),
                second_reason=row.reason,
                second_by=PersonRef(row.person_id, row.person),
            )
        )
    return found


def _first(
    db: Transaction, who: Actor, name: str, number: int
) -> tuple[dict[str, Verdict], dict[str, _First]]:
    reviewed = look(db, who, name, number)
    machine = machine_verdicts(reviewed)
    decided = {}
    for about in reviewed.standing:
        word = reviewed.words[about]
        verdict = verdict_of(word.verdict or Word.AGREE, machine[about])
        decided[about] = _First(verdict, word.reason, word.by)
    return machine, decided


def _views(db: Transaction, who: Actor, rubric: str) -> dict[str, AssessmentView]:
    blind = blind_to(db, who)
    return {
        view.id: view
        for view in reviewable(db, who, tuple(Status))
        if view.rubric.id == rubric and view.id not in blind
    }


def _agreed(about: str, pairs: list[tuple[str, str]]) -> RequirementAgreement:
    agreed = sum(one == two for one, two in pairs)
    return RequirementAgreement(about, len(pairs), agreed, cohens_kappa(pairs))


def _machine(about: str, rows: list[AnyRow]) -> MachineDisagreement:
    turned = Counter[str]()
    reasons: list[str] = []
    for row in sorted(rows, key=lambda row: row.at, reverse=True):
        said = verdict_of(row.verdict, Verdict(row.machine))
        if said != row.machine:
            turned[f"{row.machine}>{said}"] += 1
            reasons.append(row.reason)
    differ = sum(turned.values())
    share = differ / len(rows)
    return MachineDisagreement(
        about, len(rows), differ, share, dict(turned), tuple(reasons[:MOST_REASONS])
    )
