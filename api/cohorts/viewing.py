"""A cohort as somebody may see it: with names for staff, else so that no city can be worked out.

Without names every choice is made of whole blocks (`assessment/withholding.py`), on today's day
alone: whoever chooses the day could look before and after a single piece of evidence expires.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from api.accounts.actor import Actor
from api.accounts.rights import Action, may_in_programme, require_in_programme
from api.cohorts.choosing import (
    EVERY_CITY,
    Choice,
    CohortName,
    Offered,
    check_day,
    cohort_named,
    cohort_names,
    conditions_of,
    offered_of_blocks,
    offered_values,
    properties_of,
)
from api.cohorts.gathering import Entry, Gathered, gather
from api.db.session import Transaction
from api.errors import Unusable
from api.services import DEFAULT_RUBRIC
from api.workspace.blindness import blind_to
from api.workspace.library import Known, rubric_named
from assessment.cohort import WITHIN_DAYS, Cohort, cohort_of, weeks_of
from assessment.grouping import MIN_GROUP
from assessment.members import Member
from assessment.withholding import (
    Block,
    Veil,
    blocks_in,
    blocks_of,
    fulfils,
    in_step,
    veil_of,
    veiled,
)
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortLine:
    """A cohort in the list. `cities` is `None` where too few can be told of."""

    name: str
    sprint: str | None
    cohort: str | None
    cities: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortView:
    """A cohort as chosen. `offered` is what can be chosen; `waiting` whether results still wait.

    `unread` are cities whose submission no longer fits the rubric, where names are told.
    """

    name: CohortName
    choice: Choice
    known: Known
    cohort: Cohort
    offered: Offered
    waiting: bool
    unread: tuple[str, ...]
    may_name: bool


def list_cohorts(db: Transaction, who: Actor) -> tuple[CohortLine, ...]:
    """Every cohort that there can be, with how many cities of each are told of."""
    require_in_programme(who, Action.COHORT)
    named = may_in_programme(who, Action.COHORT_NAMES)
    rubric = rubric_named(DEFAULT_RUBRIC).rubric
    group = None if named else MIN_GROUP
    found = gather(db, rubric, on=db.now.date(), min_group=group, unseen=blind_to(db, who))
    return tuple(_line(name, found, rubric, named=named) for name in cohort_names())


def view_cohort(
    db: Transaction,
    who: Actor,
    name: str,
    choice: Choice = EVERY_CITY,
    *,
    named: bool,
    on: date | None = None,
    within_days: int = WITHIN_DAYS,
) -> CohortView:
    """What a cohort, or a choice of it, shows together; as of today, unless names are told."""
    require_in_programme(who, Action.COHORT)
    if named:
        require_in_programme(who, Action.COHORT_NAMES)
    cohort = cohort_named(name)
    if not named and on not in (None, db.now.date()):
        raise Unusable("cohort_day")
    day = check_day(on or db.now.date())
    known = rubric_named(DEFAULT_RUBRIC)
    group = None if named else MIN_GROUP
    found = gather(db, known.rubric, on=day, min_group=group, unseen=blind_to(db, who))
    told = _named if named else _unnamed
    members, histories, offered = told(found, known.rubric, cohort, choice)
    whole = cohort_of(known.rubric, members, on=day, named=named, within_days=within_days)
    weeks = weeks_of(histories, at_least=1 if named else MIN_GROUP)
    return CohortView(
        name=cohort,
        choice=choice,
        known=known,
        cohort=msgspec.structs.replace(whole, weeks=tuple(weeks), results=len(histories)),
        offered=offered,
        waiting=found.waiting > 0,
        unread=found.unread if named else (),
        may_name=may_in_programme(who, Action.COHORT_NAMES),
    )


def _line(name: CohortName, found: Gathered, rubric: Rubric, *, named: bool) -> CohortLine:
    told = _named if named else _unnamed
    cities = len(told(found, rubric, name, EVERY_CITY)[0])
    return CohortLine(name=name.name, sprint=name.sprint, cohort=name.cohort, cities=cities or None)


_Told = tuple[Sequence[Member], Sequence[Member], Offered]
"""The cities that are shown, all their results over time, and what can be chosen."""


def _named(found: Gathered, rubric: Rubric, cohort: CohortName, choice: Choice) -> _Told:
    own = [e for e in found.entries if fulfils(e.traits, conditions_of(cohort))]
    shown = [e for e in own if fulfils(e.traits, conditions_of(cohort, choice))]
    history = [member for entry in shown for member in entry.history]
    return [e.now for e in shown], history, offered_values(rubric, (e.traits for e in own))


def _unnamed(found: Gathered, rubric: Rubric, cohort: CohortName, choice: Choice) -> _Told:
    cities = [entry.traits for entry in found.entries]
    blocks = blocks_of(cities, properties_of(rubric), min_group=MIN_GROUP)
    own = blocks_in(blocks, cities, conditions_of(cohort))
    shown = blocks_in(own, cities, conditions_of(cohort, choice))
    veils = [(block, veil_of(block, cities)) for block in shown]
    return (
        [member for pair in veils for member in _veiled(found.entries, *pair)],
        [member for pair in veils for member in _over_time(found.entries, *pair)],
        offered_of_blocks(rubric, own, cities),
    )


def _veiled(entries: Sequence[Entry], block: Block, veil: Veil) -> Iterator[Member]:
    for i in block:
        yield veiled(entries[i].now, veil, number=i)


def _over_time(entries: Sequence[Entry], block: Block, veil: Veil) -> Iterator[Member]:
    histories = [[veiled(member, veil, number=i) for member in entries[i].history] for i in block]
    return in_step(histories, min_group=MIN_GROUP)
