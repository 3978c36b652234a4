"""Reads assessments: lists of them, one of them, and everything that is said in one."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, select

from api.accounts.actor import Actor
from api.accounts.cities import CityView
from api.accounts.rights import Action, require
from api.db.columns import AnyRow
from api.db.session import Transaction
from api.db.tables import answer, assessment, city, person, revision
from api.errors import NotThere, PersonRef, Said
from api.workspace.finding import find
from api.workspace.library import rubric_named
from api.workspace.views import AssessmentView, Page, Part, Revision, RubricUsed, Status

_creator, _changer = person.alias("creator"), person.alias("changer")

_VIEW = (
    select(
        assessment,
        city.c.name.label("city_name"),
        city.c.country,
        city.c.region,
        city.c.population,
        city.c.language,
        city.c.version.label("city_version"),
        city.c.created_at.label("city_created_at"),
        _creator.c.name.label("creator"),
        _changer.c.name.label("changer"),
    )
    .join(city, city.c.id == assessment.c.city_id)
    .join(_creator, _creator.c.id == assessment.c.created_by)
    .join(_changer, _changer.c.id == assessment.c.changed_by)
)
_ONE = _VIEW.where(assessment.c.id == bindparam("id"))


def read_assessment(db: Transaction, who: Actor, assessment_id: str) -> AssessmentView:
    """An assessment, without what is said in it."""
    row = db.sql.execute(_ONE, {"id": assessment_id}).first()
    if row is None:
        raise NotThere("assessment", assessment_id)
    require(who, Action.READ, city=row.city_id, what="assessment", name=assessment_id)
    return _view(row)


def assessments(
    db: Transaction,
    who: Actor,
    *,
    city_id: str | None = None,
    status: Status | None = None,
    rubric: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[AssessmentView]:
    """The assessments that somebody may read, the oldest first, behind the id `after`."""
    query = _VIEW.order_by(assessment.c.id).limit(limit + 1)
    if who.cities is not None:
        query = query.where(assessment.c.city_id.in_(who.cities))
    for column, wanted in (("city_id", city_id), ("status", status), ("rubric", rubric)):
        if wanted is not None:
            query = query.where(assessment.c[column] == wanted)
    if after is not None:
        query = query.where(assessment.c.id > after)
    found = [_view(row) for row in db.sql.execute(query)]
    last = found[limit - 1].id if len(found) > limit else None
    return Page(tuple(found[:limit]), last)


def assessments_in(
    db: Transaction, who: Actor, states: Iterable[Status]
) -> tuple[AssessmentView, ...]:
    """All that somebody may read in these states, the oldest first."""
    query = _VIEW.where(assessment.c.status.in_(tuple(states))).order_by(assessment.c.id)
    if who.cities is not None:
        query = query.where(assessment.c.city_id.in_(who.cities))
    return tuple(_view(row) for row in db.sql.execute(query))


_SAID = (
    select(
        answer.c.part,
        answer.c.name,
        answer.c.value,
        answer.c.version,
        answer.c.at,
        person.c.id,
        person.c.name.label("person"),
    )
    .join(person, person.c.id == answer.c.by)
    .where(answer.c.assessment_id == bindparam("assessment"))
    .order_by(answer.c.part, answer.c.name)
)
_SAID_IN = _SAID.where(answer.c.part == bindparam("part"))


def read_answers(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    part: Part = Part.ANSWERS,
    names: Collection[str] | None = None,
) -> Mapping[str, Said]:
    """What is said in a part, by name, with its version; what was cleared is there as `None`."""
    find(db, who, assessment_id, Action.READ)
    rows = db.sql.execute(_SAID_IN, {"assessment": assessment_id, "part": part})
    return {row.name: _said(row) for row in rows if names is None or row.name in names}


_REVISIONS = (
    select(revision, person.c.name.label("person"))
    .join(person, person.c.id == revision.c.by)
    .order_by(revision.c.number.desc(), revision.c.part, revision.c.name)
)


def history(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    *,
    part: str | None = None,
    name: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Revision]:
    """Who changed what, the latest first; of one part, or of one thing in it."""
    find(db, who, assessment_id, Action.READ)
    query = _REVISIONS.where(revision.c.assessment_id == assessment_id)
    if part is not None:
        query = query.where(revision.c.part == part)
    if name is not None:
        query = query.where(revision.c.name == name)
    skipped = 0
    if after is not None:
        number, skipped = cursor(after)
        query = query.where(revision.c.number <= number)
    # Several changes may have been saved together: a place is a number and how many of it.
    rows = db.sql.execute(query.offset(skipped).limit(limit + 1)).all()
    found = tuple(
        Revision(
            number=row.number,
            part=row.part,
            name=row.name,
            version=row.version,
            by=PersonRef(row.by, row.person),
            at=row.at,
            old=row.old,
            new=row.new,
        )
        for row in rows[:limit]
    )
    if len(rows) <= limit:
        return Page(found, None)
    last = found[-1].number
    same = sum(one.number == last for one in found)
    before = skipped if after is not None and cursor(after)[0] == last else 0
    return Page(found, f"{last}.{before + same}")


def cursor(after: str) -> tuple[int, int]:
    """A place in a list, as a page's `after` names it; `NotThere` if none of ours does."""
    number, _, skipped = after.partition(".")
    short = after.isascii() and len(after) < 20
    if not short or not number.isdigit() or not (skipped or "0").isdigit():
        raise NotThere("page", after)
    return min(int(number), 2**31 - 1), min(int(skipped or 0), 10_000)


def read_all_said(db: Transaction, assessment_id: str) -> dict[Part, dict[str, Said]]:
    """Everything that is said in an assessment, by part and name; rights were asked before."""
    found: dict[Part, dict[str, Said]] = {part: {} for part in Part}
    for row in db.sql.execute(_SAID, {"assessment": assessment_id}):
        found[Part(row.part)][row.name] = _said(row)
    return found


def _said(row: AnyRow) -> Said:
    return Said(row.value, row.version, PersonRef(row.id, row.person), row.at)


def _view(row: AnyRow) -> AssessmentView:
    return AssessmentView(
        id=row.id,
        city=CityView(
            id=row.city_id,
            name=row.city_name,
            country=row.country,
            region=row.region,
            population=row.population,
            language=row.language,
            version=row.city_version,
            created_at=row.city_created_at,
        ),
        title=row.title,
        rubric=RubricUsed(
            id=row.rubric,
            edition=row.edition,
            digest=row.digest,
            changed=rubric_named(row.rubric).rubric.digest != row.digest,
        ),
        sprint=row.sprint,
        cohort=row.cohort,
        status=Status(row.status),
        version=row.version,
        created_at=row.created_at,
        created_by=PersonRef(row.created_by, row.creator),
        changed_at=row.changed_at,
        changed_by=PersonRef(row.changed_by, row.changer),
    )
