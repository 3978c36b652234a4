"""The shape of a contracting process in OCDS: which fields each of its parts fills.

A release is looked at field by field once, here. Whatever else is asked of its records follows from
its shape (`stage_records.py`), and the releases of a publisher share a few shapes.

The paths are those of the Open Contracting Data Standard 1.1.
"""

from collections.abc import Sequence
from datetime import date

from api.evidence.figures.procurement import Procurement
from api.evidence.ocds.awards import Deal
from api.evidence.ocds.decoding import says
from api.evidence.ocds.filled import (
    BIDDERS,
    BUYER,
    CATEGORY,
    CLOSES,
    CONTACT,
    DIRECT,
    EXPECTED,
    ID,
    IDENTIFIED,
    METHOD,
    MODIFIED,
    NUMBERED,
    OPENS,
    PLANNED,
    STATUS,
    TENDER_ID,
    TITLE,
    TOLD,
    WORTH,
    Filled,
)
from api.evidence.ocds.releases import (
    Budget,
    Planning,
    Project,
    Release,
    Tender,
)
from api.evidence.ocds.sections import (
    estimate,
    has_contact,
    is_identified,
    is_named,
    lasts,
    money_of,
    told_by,
)
from api.evidence.ocds.tree import day, words

Shape = tuple[Filled, Filled, Filled, tuple[Filled, ...], tuple[Deal, ...]]
"""What is filled by the process as a whole, its plan, its tender, its awards and its contracts."""

ANNOUNCED = frozenset({"planning", "planned"})
"""A tender of this status is announced, not open."""

_NO_BUDGET, _NO_PROJECT, _NO_TENDER = Budget(), Project(), Tender()


def shape_of(
    release: Release,
    seen: Procurement,
    won: Sequence[Filled],
    deals: tuple[Deal, ...],
    published: date | None,
) -> Shape:
    """The shape of a process that fills this by its awards and contracts.

    What was looked up for the key figures (`seen`) is not looked up again.
    """
    planning = release.planning
    return (
        _whole(release, seen) | (0 if published is None else MODIFIED),
        0 if planning is None else _plan(planning),
        _tender(release.tender or _NO_TENDER, seen),
        tuple(won),
        deals,
    )


def _whole(release: Release, seen: Procurement) -> Filled:
    buyer, tender = release.buyer, release.tender
    entity = None if tender is None else tender.procuring_entity
    filled = 0
    if is_identified(buyer) or is_identified(entity):
        filled = BUYER | IDENTIFIED
    elif is_named(buyer) or is_named(entity):
        filled = BUYER
    if seen.id:
        filled |= NUMBERED
    return filled | CONTACT if has_contact(release) else filled


def _plan(planning: Planning) -> Filled:
    budget, project = planning.budget or _NO_BUDGET, planning.project or _NO_PROJECT
    filled = WORTH if money_of(budget.amount) else 0
    if words(budget.project_id):
        filled |= ID | NUMBERED
    elif words(budget.id):
        filled |= ID
    titles = (planning.rationale, project.title, budget.project, budget.description)
    if any(map(words, titles)):
        filled |= TITLE
    if planning.milestones and any(day(milestone.due_date) for milestone in planning.milestones):
        filled |= EXPECTED
    return filled | TOLD if filled or says(planning) else 0


def _tender(tender: Tender, seen: Procurement) -> Filled:
    filled = _course(seen) | estimate(tender)
    if words(tender.id):
        filled |= ID | TENDER_ID
    if words(tender.title) or words(tender.description):
        filled |= TITLE
    if words(tender.main_procurement_category):
        filled |= CATEGORY
    if words(tender.procurement_method_details):
        filled |= METHOD
    if tender.items:
        filled |= told_by(tender.items) & ~WORTH  # the price of an article is no estimate
    if tender.contract_period is not None:
        filled |= lasts(tender.contract_period)
    if tender.date_modified is not None and day(tender.date_modified):
        filled |= MODIFIED
    if filled or says(tender):
        filled |= TOLD
    # A number of 0 is one where nobody bid; on a tender that is still open it is none.
    if seen.bidders or (seen.bidders == 0 and seen.status == "unsuccessful"):
        filled |= BIDDERS
    return filled


def _course(seen: Procurement) -> Filled:
    """How the tender was held, and when."""
    filled = 0
    if seen.method:
        filled = METHOD | DIRECT if seen.method == "direct" else METHOD
    if seen.opened is not None:
        filled |= OPENS
    if seen.closed is not None:
        filled |= CLOSES
    if seen.status:
        filled |= STATUS | PLANNED if seen.status in ANNOUNCED else STATUS
    return filled
