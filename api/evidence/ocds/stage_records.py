"""What follows from the shape of a process: its records of each stage, and what it answers.

Every record is a set of bits: of which stage it is, and the fields that it fills. What holds for
the whole process is filled in each of its records.
"""

from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from api.evidence.ocds.filled import (
    BIDDERS,
    BUYER,
    CATEGORY,
    CLOSES,
    CODED,
    CONTACT,
    DATE,
    DESCRIBED,
    DIRECT,
    EXPECTED,
    FIELDS,
    ID,
    IDENTIFIED,
    JOINED,
    METHOD,
    MODIFIED,
    NUMBERED,
    OPENS,
    PLANNED,
    STAGES,
    STATUS,
    SUPPLIER,
    SUPPLIER_ID,
    TENDER_ID,
    TITLE,
    TOLD,
    WORTH,
    Filled,
)
from api.evidence.ocds.shapes import Shape
from rubrics.checks import Group, Stage

GROUPS = {group: 1 << place for place, group in enumerate(Group)}
IDENTIFIERS = ("process", "ocid", "buyer", "supplier", "category")
NUMBERS = {kind: 1 << place for place, kind in enumerate(IDENTIFIERS, len(Group))}

MANY = 16
"""Awards and contracts of a process whose shape is not kept: hardly any other has the same."""

MAX_SHAPES = 2_048
"""Shapes that are kept, with what follows from each."""

_PLANNING, _TENDER, _AWARD = STAGES[Stage.PLANNING], STAGES[Stage.TENDER], STAGES[Stage.AWARD]
_CONTRACT = STAGES[Stage.CONTRACT]
_WHO, _WHAT, _FROM_WHOM = GROUPS[Group.WHO], GROUPS[Group.WHAT], GROUPS[Group.FROM_WHOM]
_HOW_MUCH, _WHEN, _HOW = GROUPS[Group.HOW_MUCH], GROUPS[Group.WHEN], GROUPS[Group.HOW]
_NUMBER, _OCID, _BUYER, _SUPPLIER, _CATEGORY = (NUMBERS[kind] for kind in IDENTIFIERS)


class Followed(NamedTuple):
    """What follows from a shape.

    `records` say of each record its stage and the fields that it fills, `answers` which of the six
    questions are answered and which identifiers are there; both are bits.
    """

    records: tuple[Filled, ...]
    answers: int


def follow(shape: Shape) -> Followed:
    """The records of a process of this shape, and what it answers."""
    *_, awards, deals = shape
    return _kept(shape) if len(awards) + len(deals) <= MANY else _found(shape)


def _found(shape: Shape) -> Followed:
    return Followed(tuple(_records(shape)), _groups(shape) | _identifiers(shape))


_kept = lru_cache(MAX_SHAPES)(_found)


def _records(shape: Shape) -> list[Filled]:
    whole, plan, tender, awards, deals = shape
    known = whole & (BUYER | MODIFIED) | tender & METHOD
    contact = known | whole & CONTACT
    told = TENDER_ID if tender & TOLD else 0
    found = []
    if plan & TOLD or tender & PLANNED:
        found.append(_planned(plan, tender) | contact)
    if tender & TOLD and not tender & (PLANNED | DIRECT):
        joined = JOINED if plan & ID else 0
        found.append(_TENDER | tender & FIELDS | contact | joined)
    # Title, category and bidders of an award may stand with the tender.
    said = known | told | tender & (TITLE | CATEGORY | BIDDERS)
    won = [_AWARD | award & FIELDS | said for award in awards]
    found += won
    said &= ~BIDDERS
    for deal, carried_out, place in deals:
        # What a contract leaves out stands with its award.
        left = won[place] & (SUPPLIER | SUPPLIER_ID | CATEGORY | TITLE) if place >= 0 else 0
        found.append(_CONTRACT | deal & FIELDS | said | left)
        if carried_out:
            found.append(carried_out)
    return found


def _planned(plan: Filled, tender: Filled) -> Filled:
    """The plan, of which the tender may tell what, for how much and when."""
    filled = _PLANNING | plan & FIELDS | tender & (TITLE | CATEGORY | WORTH | STATUS)
    return filled | EXPECTED if tender & OPENS else filled


def _groups(shape: Shape) -> int:
    """OCDS basic criterion 'Relevant', by the field rules of the Open Contracting Partnership."""
    whole, _, tender, awards, deals = shape
    won, signed = reduce(or_, awards, 0), reduce(or_, [deal for deal, *_ in deals], 0)
    found = _WHO if whole & BUYER else 0
    if (tender | won | signed) & (TITLE | DESCRIBED):
        found |= _WHAT
    if won & SUPPLIER:
        found |= _FROM_WHOM
    if (won | signed) & WORTH:
        found |= _HOW_MUCH
    if tender & CLOSES or (won | signed) & DATE:
        found |= _WHEN
    return found | _HOW if tender & METHOD else found


def _identifiers(shape: Shape) -> int:
    """Which of `IDENTIFIERS` the process carries; `process` is the city's own number of it."""
    whole, plan, tender, awards, deals = shape
    done = reduce(or_, awards, 0) | reduce(or_, [deal for deal, *_ in deals], 0)
    found = _SUPPLIER if done & SUPPLIER_ID else 0
    if tender & ID or plan & NUMBERED:
        found |= _NUMBER
    if whole & NUMBERED:
        found |= _OCID
    if whole & IDENTIFIED:
        found |= _BUYER
    return found | _CATEGORY if (tender | done) & CODED else found
