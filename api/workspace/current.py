"""The state of an assessment as a submission: what the engine judges, and what is exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Text, bindparam, select, type_coerce

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.columns import AnyRow
from api.db.session import Transaction
from api.db.tables import answer, assessment, city, decision, evidence, facts, person
from api.workspace.checking import PATHS
from api.workspace.finding import Found, admit
from api.workspace.memory import Memory
from api.workspace.views import Part
from assessment.facts import Facts
from assessment.submission import City, CoachDecision, Evidence, Submission
from assessment.validation import validate
from rubrics.problems import InputError
from rubrics.schema import Rubric
from rubrics.text import Plain


@dataclass(frozen=True, slots=True)
class Current:
    """An assessment as it stands: `key` changes whenever its submission does.

    `left_out` are answers that the rubric, which was changed since, no longer takes.
    """

    found: Found
    key: tuple[str, int, int, str]
    submission: Submission
    sprint: str | None = None
    cohort: str | None = None
    left_out: tuple[str, ...] = ()


_STATE = (
    select(
        assessment.c.id,
        assessment.c.city_id,
        assessment.c.status,
        assessment.c.version,
        assessment.c.rubric,
        assessment.c.sprint,
        assessment.c.cohort,
        city.c.version.label("city_version"),
        city.c.name,
        city.c.country,
        city.c.region,
        city.c.population,
    )
    .join(city, city.c.id == assessment.c.city_id)
    .where(assessment.c.id == bindparam("id"))
)
_VALUES = select(answer.c.part, answer.c.name, answer.c.value).where(
    answer.c.assessment_id == bindparam("id"), answer.c.value.is_not(None)
)
_PIECES = (
    select(
        evidence.c.name, type_coerce(evidence.c.value, Text).label("value"), evidence.c.facts_key
    )
    .where(evidence.c.assessment_id == bindparam("id"))
    .order_by(evidence.c.name)
)
_FACTS = select(facts.c.facts).where(facts.c.key == bindparam("key"))
_DECISIONS = (
    select(decision, person.c.name)
    .join(person, person.c.id == decision.c.by)
    .where(decision.c.assessment_id == bindparam("id"))
    .order_by(decision.c.number)
)

_submissions: Memory[tuple[Submission, tuple[str, ...]]] = Memory(128)
_pieces: Memory[Evidence] = Memory(2_048)


def current(
    db: Transaction, who: Actor, assessment_id: str, action: Action = Action.READ
) -> Current:
    """The assessment as it stands, for whoever may do this with it."""
    row = db.sql.execute(_STATE, {"id": assessment_id}).first()
    found = admit(who, row, assessment_id, action)
    if row is None:  # pragma: no cover (`admit` has raised)
        raise AssertionError
    rubric = found.known.rubric
    key = (found.id, found.version, row.city_version, rubric.digest)
    submission, left_out = _submissions.get(key, lambda: _read(db, rubric, row))
    return Current(found, key, submission, row.sprint, row.cohort, left_out)


def entry_of(db: Transaction, value: str, facts_key: str | None) -> Evidence:
    """A piece of evidence as it is judged: what was said of it, and the facts that were seen."""
    return _pieces.get((value, facts_key), lambda: _entry(db, value, facts_key))


def _entry(db: Transaction, value: str, facts_key: str | None) -> Evidence:
    said = Evidence.model_validate_json(value)
    if facts_key is None:
        return said.model_copy(update={"facts": Facts(status="not_checked")})
    seen = db.sql.execute(_FACTS, {"key": facts_key}).scalar_one()
    return said.model_copy(update={"facts": Facts.model_validate_json(seen)})


def _read(db: Transaction, rubric: Rubric, row: AnyRow) -> tuple[Submission, tuple[str, ...]]:
    said: dict[str, dict[str, object]] = {part: {} for part in Part}
    for one in db.sql.execute(_VALUES, {"id": row.id}):
        said[one.part][one.name] = one.value
    pieces = tuple(
        entry_of(db, one.value, one.facts_key) for one in db.sql.execute(_PIECES, {"id": row.id})
    )
    decided = {one.about: one for one in db.sql.execute(_DECISIONS, {"id": row.id})}
    decisions = tuple(
        CoachDecision(
            about=one.about, verdict=one.verdict, reason=one.reason, by=one.name, on=one.at.date()
        )
        for one in decided.values()
        if one.verdict is not None
    )
    facts_of_city = City(
        name=row.name, country=row.country, region=row.region, population=row.population
    )
    return build(rubric, facts_of_city, said, pieces, decisions)


def build(
    rubric: Rubric,
    of: City,
    said: Mapping[str, Mapping[str, object]],
    pieces: Sequence[Evidence],
    decisions: Sequence[CoachDecision],
) -> tuple[Submission, tuple[str, ...]]:
    """The submission that these make, and the names of answers that no longer fit the rubric."""
    about, answers = said[Part.ABOUT], dict(said[Part.ANSWERS])
    none_there = about.get("no_evidence") is True
    ids = {piece.id for piece in pieces}
    declared = said[Part.DECLARED]
    official = about.get("official_result")
    data: dict[str, object] = {
        "rubric": rubric.id,
        "city": of.model_dump(),
        "prepared_by": about.get("prepared_by"),
        "declared": {
            "met": sorted(code for code, word in declared.items() if word == "met"),
            "not_met": sorted(code for code, word in declared.items() if word == "not_met"),
            "assessed_on": about.get("assessed_on"),
        },
        "answers": answers,
        # Somebody may have answered after all: an answer says more.
        "not_applicable": {
            name: text
            for name, text in said[Part.NOT_APPLICABLE].items()
            if answers.get(name) is None
        },
    }
    submission, left_out = _fitting(rubric, data)
    update: dict[str, object] = {"decisions": tuple(decisions)}
    if official in ids:
        update["declared"] = submission.declared.model_copy(update={"evidence": official})
    if pieces or none_there:
        update["evidence"] = tuple(pieces)
    return submission.model_copy(update=update), left_out


def _fitting(rubric: Rubric, data: dict[str, object]) -> tuple[Submission, tuple[str, ...]]:
    """All that fits. What was saved fitted then; it can only be the rubric that has changed."""
    try:
        return validate(rubric, cast("Mapping[str, Plain]", data), PATHS), ()
    except InputError as error:
        wrong = sorted({problem.place.file for problem in error.problems})
    names = tuple(sorted({path.split(".")[1] for path in wrong if "." in path}))
    codes = {c.id for c in rubric.criteria if not c.assessed}
    declared = cast("dict[str, Any]", data["declared"])
    for key in ("met", "not_met"):
        declared[key] = [code for code in declared[key] if code in codes]
    for part in ("answers", "not_applicable"):
        kept = cast("dict[str, object]", data[part])
        data[part] = {name: value for name, value in kept.items() if name not in names}
    return validate(rubric, cast("Mapping[str, Plain]", data), PATHS), names
