"""The state of an assessment as a submission: what the engine judges, and what is exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import msgspec
from sqlalchemy import String, Text, bindparam, cast, exists, literal, null, select, type_coerce

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.columns import AnyRow
from api.db.prepared import Prepared
from api.db.session import Transaction
from api.db.tables import answer, assessment, city, decision, evidence, facts, person
from api.workspace.checking import typed
from api.workspace.finding import admit
from api.workspace.found import Found
from api.workspace.memory import Memory
from api.workspace.views import Part
from assessment.basis import basis
from assessment.facts import Facts
from assessment.submission import City, CoachDecision, Declared, Evidence, Submission
from rubrics.problems import InputError
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True)
class Current:
    """An assessment as it stands: `key` is another one whenever its submission is.

    It holds the moment of the last change as well as its version: a transaction that is rolled back
    may have seen another state under the same version.

    `left_out` are answers that the rubric, which was changed since, no longer takes.
    """

    found: Found
    key: tuple[object, ...]
    submission: Submission
    sprint: str | None = None
    cohort: str | None = None
    left_out: tuple[str, ...] = ()


_STATE = Prepared(
    select(
        assessment.c.id,
        assessment.c.city_id,
        assessment.c.status,
        assessment.c.version,
        assessment.c.rubric,
        assessment.c.sprint,
        assessment.c.cohort,
        assessment.c.changed_at,
        city.c.name,
        city.c.country,
        city.c.region,
        city.c.population,
        exists().where(decision.c.assessment_id == assessment.c.id).label("decided"),
    )
    .join(city, city.c.id == assessment.c.city_id)
    .where(assessment.c.id == bindparam("id"))
)
_PIECE = "evidence"
_SAID = Prepared(
    select(
        answer.c.part,
        answer.c.name,
        type_coerce(answer.c.value, Text).label("value"),
        cast(null(), String).label("facts_key"),
    )
    .where(answer.c.assessment_id == bindparam("id"), answer.c.value.is_not(None))
    .union_all(
        select(
            literal(_PIECE),
            evidence.c.name,
            type_coerce(evidence.c.value, Text),
            evidence.c.facts_key,
        ).where(evidence.c.assessment_id == bindparam("id"))
    )
)
_FACTS = Prepared(select(facts.c.facts).where(facts.c.key == bindparam("key")))
_DECISIONS = Prepared(
    select(decision, person.c.name.label("person"))
    .join(person, person.c.id == decision.c.by)
    .where(decision.c.assessment_id == bindparam("id"))
    .order_by(decision.c.number)
)

_submissions: Memory[tuple[Submission, tuple[str, ...]]] = Memory(128)
_pieces: Memory[Evidence] = Memory(2_048)
_answers: Memory[object] = Memory(8_192)


def current(
    db: Transaction, who: Actor, assessment_id: str, action: Action = Action.READ
) -> Current:
    """The assessment as it stands, for whoever may do this with it."""
    row = _STATE.first(db.sql, {"id": assessment_id})
    found = admit(db, who, row, assessment_id, action)
    if row is None:  # pragma: no cover (`admit` has raised)
        raise AssertionError
    rubric = found.known.rubric
    of_city = (row.name, row.country, row.region, row.population)
    key = (found.id, found.version, row.changed_at, of_city, rubric.digest)
    submission, left_out = _submissions.get(key, lambda: _read(db, rubric, row))
    return Current(found, key, submission, row.sprint, row.cohort, left_out)


def entry_of(db: Transaction, value: str, facts_key: str | None) -> Evidence:
    """A piece of evidence as it is judged: what was said of it, and the facts that were seen."""
    return _pieces.get((value, facts_key), lambda: _entry(db, value, facts_key))


def decisions_of(
    db: Transaction, assessment_id: str, rubric: Rubric, submission: Submission
) -> tuple[CoachDecision, ...]:
    """The last word about each requirement and criterion, where it was not taken back.

    What was decided about something that the team has changed since counts no longer.
    """
    decided = {one.about: one for one in _DECISIONS.all(db.sql, {"id": assessment_id})}
    return tuple(
        CoachDecision(
            about=one.about, verdict=one.verdict, reason=one.reason, by=one.person, on=one.at.date()
        )
        for one in decided.values()
        if one.verdict is not None and one.basis in (None, basis(rubric, submission, one.about))
    )


def _entry(db: Transaction, value: str, facts_key: str | None) -> Evidence:
    said = Evidence.model_validate_json(value)
    if facts_key is None:
        return said.model_copy(update={"facts": Facts(status="not_checked")})
    (seen,) = _FACTS.all(db.sql, {"key": facts_key})
    return said.model_copy(update={"facts": Facts.model_validate_json(seen.facts)})


def _read(db: Transaction, rubric: Rubric, row: AnyRow) -> tuple[Submission, tuple[str, ...]]:
    said: dict[str, dict[str, object]] = {part: {} for part in Part}
    left_out: list[str] = []
    pieces: dict[str, Evidence] = {}
    for part, name, text, facts_key in _SAID.all(db.sql, {"id": row.id}):
        if part == _PIECE:
            pieces[name] = entry_of(db, text, facts_key)
            continue
        if part != Part.ANSWERS:
            said[part][name] = msgspec.json.decode(text)
            continue
        value = _answers.get((rubric.digest, name, text), partial(_answer, rubric, name, text))
        if value is None:
            left_out.append(name)
        else:
            said[part][name] = value
    in_order = tuple(pieces[name] for name in sorted(pieces))
    of = City(name=row.name, country=row.country, region=row.region, population=row.population)
    submission = _build(rubric, of, said, in_order, left_out)
    decisions = decisions_of(db, row.id, rubric, submission) if row.decided else ()
    # Made by hand from parts that were each checked: checking all of them again took longest.
    return submission.model_copy(update={"decisions": decisions}), tuple(sorted(left_out))


def _answer(rubric: Rubric, name: str, text: str) -> object:
    """An answer as its question asks; `None` if the rubric no longer takes it."""
    try:
        return typed(rubric, Part.ANSWERS, {name: msgspec.json.decode(text)})[name]
    except InputError:
        return None


def _build(
    rubric: Rubric,
    of: City,
    said: Mapping[str, Mapping[str, object]],
    pieces: Sequence[Evidence],
    left_out: list[str],
) -> Submission:
    """The submission that these make; what no longer fits the rubric is left out, and named."""
    about, answers, words = said[Part.ABOUT], said[Part.ANSWERS], said[Part.DECLARED]
    known = _names_of(rubric)
    left_out += [name for name in (*words, *said[Part.NOT_APPLICABLE]) if name not in known]
    official = about.get("official_result")
    there = any(piece.id == official for piece in pieces)
    declared = Declared.model_validate(
        {
            "met": sorted(code for code, word in words.items() if word == "met" and code in known),
            "not_met": sorted(c for c, word in words.items() if word == "not_met" and c in known),
            "assessed_on": about.get("assessed_on"),
            "evidence": official if there else None,
        }
    )
    # Somebody may have answered what they said does not apply: an answer says more.
    left = {
        name: text
        for name, text in said[Part.NOT_APPLICABLE].items()
        if name in known and name not in answers
    }
    none_there = about.get("no_evidence") is True
    submission = Submission.model_validate(
        {
            "rubric": rubric.id,
            "city": of,
            "prepared_by": about.get("prepared_by"),
            "not_applicable": left,
        }
    )
    update = {"declared": declared, "answers": answers}
    evidence_ = {"evidence": tuple(pieces)} if pieces or none_there else {}
    return submission.model_copy(update={**update, **evidence_})


@cache
def _names_of(rubric: Rubric) -> frozenset[str]:
    """What may be declared, and what may be said not to apply."""
    declared = (c.id for c in rubric.criteria if not c.assessed)
    allowed = (r.id for r in rubric.requirements.values() if r.not_applicable is not None)
    return frozenset((*declared, *allowed))
