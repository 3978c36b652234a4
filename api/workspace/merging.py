"""Two people changed the same thing: what each of them changed, and where they say two things.

What somebody sends is compared with the version that they saw, which every change has left in
`revision`: what is as they saw it is nothing that they said, and puts back nothing of others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from api.accounts.actor import Actor
from api.accounts.rights import Action
from api.db.session import Transaction
from api.db.tables import revision
from api.errors import Said
from api.workspace.answering import Wish
from api.workspace.checking import checked
from api.workspace.finding import find, find_to_change
from api.workspace.reading import read_answers
from api.workspace.setting_aside import set_aside
from api.workspace.views import Part


@dataclass(frozen=True, slots=True)
class Merged:
    """What both said, put together: with mine, and with theirs, where both changed one thing.

    `conflicts` are the paths of those things; without any, `mine` and `theirs` are the same.
    """

    mine: Any
    theirs: Any
    conflicts: tuple[tuple[str, ...], ...]


class Keep(StrEnum):
    """Which of two texts stays."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose who saw both texts, and the versions of the others' that they saw."""

    keep: Keep | None = None
    seen: Mapping[str, int] = field(default_factory=dict)


UNDECIDED = Choice()


@dataclass(frozen=True, slots=True)
class Both:
    """A thing that two people changed, each to something else; `there` is what stands now."""

    name: str
    merged: Merged
    there: Said


@dataclass(frozen=True, slots=True)
class Together:
    """What is to be saved, over the versions of now, and what somebody has to choose first.

    `moved` is what will stand there otherwise than in the form, by what others said meanwhile.
    """

    wishes: Mapping[str, Wish]
    both: tuple[Both, ...]
    moved: Mapping[str, Said]


def merge(base: object, mine: object, theirs: object, *, path: tuple[str, ...] = ()) -> Merged:
    """What was changed from `base` by both: field by field where there are fields."""
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return _merge_fields(base if isinstance(base, Mapping) else {}, mine, theirs, path)
    if same(mine, base) or same(mine, theirs):
        return Merged(theirs, theirs, ())
    if same(theirs, base):
        return Merged(mine, mine, ())
    return Merged(mine, theirs, (path,))


def same(one: object, other: object) -> bool:
    """Whether both say the same; a 1 is no "yes"."""
    return one == other and type(one) is type(other)


def value_at(
    db: Transaction, who: Actor, assessment_id: str, part: str, name: str, *, version: int
) -> Any:  # noqa: ANN401 (plain JSON)
    """What was said of a thing at a version of it; `None` where nothing was."""
    find(db, who, assessment_id, Action.READ)
    key = {"assessment": assessment_id, "part": part, "name": name, "version": version}
    row = db.sql.execute(_THEN, key).first()
    return row.new if row is not None else None


def values_at(db: Transaction, assessment_id: str, part: Part, number: int) -> dict[str, object]:
    """What was said in a part at a version of the assessment, by name; rights were asked before."""
    key = {"assessment": assessment_id, "part": part, "number": number}
    return {row.name: row.new for row in db.sql.execute(_UNTIL, key)}


def put_together(
    db: Transaction,
    who: Actor,
    assessment_id: str,
    part: Part,
    wishes: Mapping[str, Wish],
    *,
    choice: Choice = UNDECIDED,
) -> Together:
    """What a form says, put together with what others have said since its versions.

    What its sender left as they saw it is not in the result: nothing is put back. Once they have
    chosen, a text of theirs that gives way is set aside; as long as they have not, nothing is kept.
    """
    known = find_to_change(db, who, assessment_id).known  # and nobody is faster from here on
    said = checked(known.rubric, part, {name: wish.value for name, wish in wishes.items()})
    there = read_answers(db, who, assessment_id, part=part)
    found: dict[str, Wish] = {}
    both: list[Both] = []
    aside: list[str] = []
    moved: dict[str, Said] = {}
    for name, wish in wishes.items():
        now = there.get(name, Said(None, 0))
        if wish.version in (None, now.version) or same(said[name], now.value):
            found[name] = Wish(said[name], now.version)
            continue
        then = value_at(db, who, assessment_id, part, name, version=wish.version or 0)
        if same(said[name], then):
            moved[name] = now
            continue
        merged = merge(then, said[name], now.value)
        if merged.conflicts and choice.seen.get(name) != now.version:
            both.append(Both(name, merged, now))
            continue
        if merged.conflicts and choice.keep is Keep.THEIRS:
            aside.append(name)
        kept = merged.theirs if choice.keep is Keep.THEIRS else merged.mine
        found[name] = Wish(kept, now.version)
        if not same(kept, said[name]):
            moved[name] = now
    if not both:
        for name in aside:
            set_aside(db, who, assessment_id, part=part, name=name, value=said[name])
    return Together(found, tuple(both), moved)


_THEN = select(revision.c.new).where(
    revision.c.assessment_id == bindparam("assessment"),
    revision.c.part == bindparam("part"),
    revision.c.name == bindparam("name"),
    revision.c.version == bindparam("version"),
)


_UNTIL = (
    select(revision.c.name, revision.c.new)
    .where(
        revision.c.assessment_id == bindparam("assessment"),
        revision.c.part == bindparam("part"),
        revision.c.number <= bindparam("number"),
    )
    .order_by(revision.c.number)
)


def _merge_fields(
    base: Mapping[str, object],
    mine: Mapping[str, object],
    theirs: Mapping[str, object],
    path: tuple[str, ...],
) -> Merged:
    names = dict.fromkeys([*theirs, *mine, *base])
    found = {
        name: merge(base.get(name), mine.get(name), theirs.get(name), path=(*path, name))
        for name in names
    }
    return Merged(
        {name: one.mine for name, one in found.items() if one.mine is not None},
        {name: one.theirs for name, one in found.items() if one.theirs is not None},
        tuple(conflict for one in found.values() for conflict in one.conflicts),
    )
