"""The awards and contracts of a process: what each fills, and what key figures need of it.

Each is gone through once, in whatever order it stands; also the void ones, which may be dated.
"""

from collections.abc import Container, Sequence
from datetime import date

from api.evidence.figures.procurement import Award as Won
from api.evidence.figures.sums import one_spelling
from api.evidence.ocds.decoding import says
from api.evidence.ocds.filled import (
    AMOUNT,
    AWARD_ID,
    CONTRACT_ID,
    DATE,
    END,
    ID,
    JOINED,
    MODIFIED,
    STAGES,
    STATUS,
    SUPPLIER,
    SUPPLIER_ID,
    TITLE,
    WORTH,
    Filled,
)
from api.evidence.ocds.releases import Award, Contract, Implementation, Organisation
from api.evidence.ocds.sections import (
    Money,
    is_named,
    is_paid,
    lasts,
    money_of,
    named,
    number_of,
    suppliers,
    told_by,
)
from api.evidence.ocds.tree import day, number, words
from rubrics.checks import Stage

Deal = tuple[Filled, Filled, int]
"""What a contract fills, what is told of it after it was signed, and the place of its award among
the awards; -1 where none of them is known to be its award."""

Days = list[date | None]

VOID = frozenset({"cancelled", "unsuccessful", "pending", "withdrawn"})
"""Awards and contracts of this status award nothing (yet): they are no records of their stage."""

MAX_NAME = 300
"""Letters by which vendors are told apart."""

MAX_NAMES = 16_384
"""Names whose spelling is kept."""

_IMPLEMENTATION, _NOTHING_TOLD = STAGES[Stage.IMPLEMENTATION], Implementation()
_NOBODY: tuple[tuple[str, ...], Filled] = ((), 0)


def read_awards(
    awards: Sequence[Award], followed: Container[str], days: Days
) -> tuple[list[str], list[Won], list[Filled]]:
    """The awards that stand: their ids, what key figures need of them, and what they fill.

    `followed` are the ids that contracts name; days on which something happened join `days`.
    """
    only = "" in followed and sum(words(award.status) not in VOID for award in awards) == 1
    ids, wins, fills = [], [], []
    for award in awards:
        awarded, status = day(award.date), words(award.status)
        days.append(awarded)
        if award.amendments is not None:
            days += [day(change.date) for change in award.amendments]
        if status in VOID:
            continue
        name, money = words(award.id), money_of(award.value)
        names, filled = _vendors(award.suppliers) if award.suppliers else _NOBODY
        if money is not None:
            filled |= WORTH
        if awarded is not None:
            filled |= DATE
        if name:
            filled |= ID | AWARD_ID
        if status:
            filled |= STATUS
        if words(award.title) or words(award.description):
            filled |= TITLE
        if award.items:
            filled |= told_by(award.items)
        if award.contract_period is not None:
            filled |= lasts(award.contract_period)
        worth, currency = money or (None, "")
        contracted = only or (name != "" and name in followed)
        ids.append(name)
        fills.append(filled)
        wins.append(Won(awarded, names, worth, currency, contracted))
    return ids, wins, fills


def read_contracts(
    contracts: Sequence[Contract], days: Days
) -> tuple[list[str], list[tuple[Filled, Filled]], list[Money]]:
    """The contracts that stand: the ids of their awards, what they fill, and what they are worth.

    Of each there is what it fills, and what is told of it after it was signed.
    """
    award_ids, fills, worth = [], [], []
    for deal in contracts:
        signed, status = day(deal.date_signed), words(deal.status)
        days.append(signed)
        if deal.amendments is not None:
            days += [day(change.date) for change in deal.amendments]
        if deal.implementation is not None:
            days += _happened(deal.implementation)
        if status in VOID:
            continue
        money, filled = money_of(deal.value), STATUS if status else 0
        if money is not None:
            worth.append(money)
            filled |= WORTH
        if signed is not None:
            filled |= DATE
        if words(deal.id):
            filled |= ID | CONTRACT_ID
        award_ids.append(words(deal.award_id))
        fills.append((filled | _contract(deal), _carried_out(deal)))
    return award_ids, fills, worth


def deals_of(
    award_ids: Sequence[str],
    fills: Sequence[tuple[Filled, Filled]],
    ids: Sequence[str],
    awards: Sequence[Award],
) -> tuple[Deal, ...]:
    """Contracts with the award that each names, or else the only one.

    `ids` are those of the awards that stand.
    """
    places = {name: place for place, name in enumerate(ids)}
    there = places if len(ids) == len(awards) else {words(award.id): 0 for award in awards}
    only = 0 if len(ids) == 1 else -1
    deals = []
    for name, (filled, told) in zip(award_ids, fills, strict=True):
        if not name:
            deals.append((filled, told, only))
            continue
        joined = AWARD_ID | JOINED if name in there else AWARD_ID
        deals.append((filled | joined, told, places.get(name, -1)))
    return tuple(deals)


def _contract(deal: Contract) -> Filled:
    filled = suppliers(deal) if deal.suppliers is not None else 0
    if words(deal.title) or words(deal.description):
        filled |= TITLE
    if deal.items:
        filled |= told_by(deal.items)
    if deal.period is not None:
        filled |= lasts(deal.period)
        if number(deal.period.duration_in_days) or day(deal.period.max_extent_date):
            filled |= END
    return filled


def _happened(told: Implementation) -> Days:
    paid = [day(payment.date) for payment in told.transactions or ()]
    return paid + [day(milestone.date_met) for milestone in told.milestones or ()]


def _carried_out(deal: Contract) -> Filled:
    """The record of what is told of a contract after it was signed; 0 where nothing is."""
    told, changes = deal.implementation, deal.amendments
    if (told is None or not says(told)) and (changes is None or not any(map(says, changes))):
        return 0
    told = told or _NOTHING_TOLD
    filled = _IMPLEMENTATION | (CONTRACT_ID if words(deal.id) else 0)
    if any(day(change.date) for change in changes or ()):
        filled |= MODIFIED
    for payment in told.transactions or ():
        filled |= ID if words(payment.id) else 0
        filled |= DATE if day(payment.date) else 0
        filled |= AMOUNT if is_paid(payment) else 0
        if is_named(payment.payee) or is_named(payment.receiver_organization):
            filled |= SUPPLIER
    for milestone in told.milestones or ():
        filled |= named(milestone)
        filled |= ID if words(milestone.id) else 0
        filled |= STATUS if words(milestone.status) else 0
        filled |= MODIFIED if day(milestone.date_modified) or day(milestone.date_met) else 0
    return filled


# --- vendors --------------------------------------------------------------------------------------


def _vendors(suppliers: Sequence[Organisation]) -> tuple[tuple[str, ...], Filled]:
    """By what vendors are told apart: their numbers, or else their names in one spelling.

    And whether a supplier is named, and identified by a number.
    """
    found, filled = [], 0
    for supplier in suppliers:
        name = number_of(supplier)
        if name:
            filled |= SUPPLIER | SUPPLIER_ID
        elif name := words(supplier.name):
            filled |= SUPPLIER
        else:
            continue
        found.append(_SPELT.get(name) or _remembered(name[:MAX_NAME]))
    return tuple(found), filled


# To find a name again here takes half as long as with `lru_cache`.
_SPELT: dict[str, str] = {}


def _remembered(name: str) -> str:
    if len(_SPELT) >= MAX_NAMES:
        _SPELT.clear()
    found = _SPELT[name] = one_spelling(name)
    return found
