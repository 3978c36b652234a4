"""What one contracting process in OCDS answers: its records by stage, the six questions, its links.

The paths are those of the Open Contracting Data Standard 1.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from api.evidence.sections import (
    Money,
    Sections,
    has_category,
    has_estimate,
    has_items,
    has_payee,
    has_payment,
    has_supplier,
    has_supplier_id,
    has_value,
    is_named,
    money_of,
)
from api.evidence.tree import Object, amount, day, is_filled, number, parts, section, words
from rubrics.checks import Group, Stage, StageField

VOID = frozenset({"cancelled", "unsuccessful", "pending", "withdrawn"})
"""Awards and contracts of this status award nothing (yet): they are no records of their stage."""

PLANNED = frozenset({"planning", "planned"})
"""A tender of this status is announced, not open: a record of the planning stage."""

Filled = frozenset[StageField]
"""The fields that one record of a stage fills."""

Link = tuple[int, int]
"""Of this many records, this many point to a record that is there."""


@dataclass(frozen=True, slots=True)
class Process:
    """One contracting process as far as it was published."""

    stages: dict[Stage, list[Filled]]
    groups: frozenset[Group]
    links: dict[str, Link]
    newest: date | None
    awarded: list[Money] = field(default_factory=list)
    contracted: list[Money] = field(default_factory=list)


def read_process(release: Object) -> Process:
    """The process that a release (compiled from all of its releases) tells of."""
    awards, contracts = parts(release, "awards"), parts(release, "contracts")
    whole = Sections(
        release,
        [award for award in awards if words(award, "status") not in VOID],
        [contract for contract in contracts if words(contract, "status") not in VOID],
    )
    won = [_award(whole, award) for award in whole.awards]
    stages = {
        Stage.PLANNING: list(_planning(whole)),
        Stage.TENDER: list(_tender(whole)),
        Stage.AWARD: won,
        Stage.CONTRACT: list(_contracts(whole, won)),
        Stage.IMPLEMENTATION: list(_implementation(whole)),
    }
    return Process(
        stages=stages,
        groups=frozenset(group for group, there in _groups(whole) if there),
        links=_links(
            stages, award_ids={words(award, "id") for award in awards} - {""}, whole=whole
        ),
        newest=_newest(release, [*awards, *contracts]),
        awarded=[money for award in whole.awards if (money := money_of(award))],
        contracted=[money for contract in whole.contracts if (money := money_of(contract))],
    )


# --- the records of each stage --------------------------------------------------------------------


def _planning(whole: Sections) -> Iterator[Filled]:
    planning, tender = whole.planning, whole.tender
    if not is_filled(planning) and words(tender, "status") not in PLANNED:
        return
    budget = section(planning, "budget")
    estimate = amount(budget, "amount", "amount") is not None or has_estimate(tender)
    expected = day(tender, "tenderPeriod", "startDate") or any(
        day(milestone, "dueDate") for milestone in parts(planning, "milestones")
    )
    title = words(planning, "rationale") or words(planning, "project", "title") or is_named(tender)
    yield _those(
        (StageField.ID, words(budget, "id") or words(budget, "projectID")),
        (StageField.TITLE, title or words(budget, "project") or words(budget, "description")),
        (StageField.BUYER, whole.has_buyer),
        (StageField.METHOD, whole.has_method),
        (StageField.CATEGORY, has_category(tender)),
        (StageField.VALUE, estimate),
        (StageField.AMOUNT, estimate),
        (StageField.EXPECTED, expected),
        (StageField.CONTACT, whole.has_contact),
        (StageField.STATUS, words(tender, "status")),
        (StageField.MODIFIED, day(whole.release, "date")),
    )


def _tender(whole: Sections) -> Iterator[Filled]:
    """The solicitation; a purchase without one (method `direct`) and a mere plan have none."""
    tender = whole.tender
    if not whole.has_tender or words(tender, "status") in PLANNED:
        return
    if words(tender, "procurementMethod") == "direct":
        return
    number_of_tender = words(tender, "id")
    yield _those(
        (StageField.ID, number_of_tender),
        (StageField.TENDER_ID, number_of_tender),
        (StageField.TITLE, is_named(tender)),
        (StageField.BUYER, whole.has_buyer),
        (StageField.METHOD, whole.has_method),
        (StageField.CATEGORY, has_category(tender)),
        (StageField.VALUE, has_estimate(tender)),
        (StageField.AMOUNT, has_estimate(tender)),
        (StageField.OPENS, day(tender, "tenderPeriod", "startDate")),
        (StageField.CLOSES, day(tender, "tenderPeriod", "endDate")),
        (StageField.STATUS, words(tender, "status")),
        (StageField.BIDDERS, whole.has_bidders),
        (StageField.CONTACT, whole.has_contact),
        (StageField.START, day(tender, "contractPeriod", "startDate")),
        (StageField.END, day(tender, "contractPeriod", "endDate")),
        (StageField.MODIFIED, day(tender, "dateModified") or day(whole.release, "date")),
    )


def _award(whole: Sections, award: Object) -> Filled:
    award_id = words(award, "id")
    paid = has_value(award)
    return _those(
        (StageField.ID, award_id),
        (StageField.AWARD_ID, award_id),
        (StageField.TENDER_ID, whole.has_tender),
        (StageField.TITLE, is_named(award) or whole.is_named),
        (StageField.BUYER, whole.has_buyer),
        (StageField.METHOD, whole.has_method),
        (StageField.CATEGORY, has_category(award) or whole.has_category),
        (StageField.SUPPLIER, has_supplier(award)),
        (StageField.SUPPLIER_ID, has_supplier_id(award)),
        (StageField.VALUE, paid),
        (StageField.AMOUNT, paid),
        (StageField.DATE, day(award, "date")),
        (StageField.START, day(award, "contractPeriod", "startDate")),
        (StageField.END, day(award, "contractPeriod", "endDate")),
        (StageField.STATUS, words(award, "status")),
        (StageField.BIDDERS, whole.has_bidders),
        (StageField.MODIFIED, day(whole.release, "date")),
    )


def _contracts(whole: Sections, won: list[Filled]) -> Iterator[Filled]:
    """The contracts. What one leaves out stands with the award that it names, or the only one."""
    by_id = dict(zip((words(award, "id") for award in whole.awards), won, strict=True))
    only = won[0] if len(won) == 1 else frozenset()
    for contract in whole.contracts:
        named = words(contract, "awardID")
        yield _contract(whole, contract, by_id.get(named, frozenset()) if named else only)


def _contract(whole: Sections, contract: Object, award: Filled) -> Filled:
    contract_id = words(contract, "id")
    period = section(contract, "period")
    lasts = number(period, "durationInDays") or day(period, "maxExtentDate")
    paid = has_value(contract)
    supplier = has_supplier(contract) or StageField.SUPPLIER in award
    supplier_id = has_supplier_id(contract) or StageField.SUPPLIER_ID in award
    category = has_category(contract) or StageField.CATEGORY in award or whole.has_category
    return _those(
        (StageField.ID, contract_id),
        (StageField.CONTRACT_ID, contract_id),
        (StageField.AWARD_ID, words(contract, "awardID")),
        (StageField.TENDER_ID, whole.has_tender),
        (StageField.TITLE, is_named(contract) or StageField.TITLE in award or whole.is_named),
        (StageField.BUYER, whole.has_buyer),
        (StageField.METHOD, whole.has_method),
        (StageField.CATEGORY, category),
        (StageField.SUPPLIER, supplier),
        (StageField.SUPPLIER_ID, supplier_id),
        (StageField.VALUE, paid),
        (StageField.AMOUNT, paid),
        (StageField.DATE, day(contract, "dateSigned")),
        (StageField.START, day(period, "startDate")),
        (StageField.END, day(period, "endDate") or lasts),
        (StageField.STATUS, words(contract, "status")),
        (StageField.MODIFIED, day(whole.release, "date")),
    )


def _implementation(whole: Sections) -> Iterator[Filled]:
    """One record for each contract of which anything is told after it was signed."""
    for contract in whole.contracts:
        told = section(contract, "implementation")
        amendments = parts(contract, "amendments")
        if not is_filled(told) and not any(map(is_filled, amendments)):
            continue
        payments, milestones = parts(told, "transactions"), parts(told, "milestones")
        changed = (day(amendment, "date") for amendment in amendments)
        reached = (day(m, "dateModified") or day(m, "dateMet") for m in milestones)
        yield _those(
            (StageField.ID, any(words(entry, "id") for entry in (*payments, *milestones))),
            (StageField.CONTRACT_ID, words(contract, "id")),
            (StageField.TITLE, any(is_named(milestone) for milestone in milestones)),
            (StageField.STATUS, any(words(milestone, "status") for milestone in milestones)),
            (StageField.DATE, any(day(payment, "date") for payment in payments)),
            (StageField.AMOUNT, any(has_payment(payment) for payment in payments)),
            (StageField.SUPPLIER, any(has_payee(payment) for payment in payments)),
            (StageField.MODIFIED, any(changed) or any(reached)),
        )


# --- the six questions, the links, the newest day -------------------------------------------------


def _groups(whole: Sections) -> Iterator[tuple[Group, object]]:
    """OCDS basic criterion 'Relevant', by the field rules of the Open Contracting Partnership."""
    tender, awards, contracts = whole.tender, whole.awards, whole.contracts
    yield Group.WHO, whole.has_buyer
    yield Group.WHAT, any(is_named(e) or has_items(e) for e in (tender, *awards, *contracts))
    yield Group.FROM_WHOM, any(has_supplier(award) for award in awards)
    yield Group.HOW_MUCH, any(has_value(entry) for entry in (*awards, *contracts))
    closed = day(tender, "tenderPeriod", "endDate")
    dates = [day(award, "date") for award in awards] + [day(c, "dateSigned") for c in contracts]
    yield Group.WHEN, closed or any(dates)
    yield Group.HOW, whole.has_method


def _links(
    stages: dict[Stage, list[Filled]], *, award_ids: set[str], whole: Sections
) -> dict[str, Link]:
    awards, carried = stages[Stage.AWARD], stages[Stage.IMPLEMENTATION]
    to_award = sum(1 for c in whole.contracts if words(c, "awardID") in award_ids)
    return {
        "award-tender": (len(awards), sum(StageField.TENDER_ID in a for a in awards)),
        "award-supplier": (len(awards), sum(StageField.SUPPLIER_ID in a for a in awards)),
        "contract-award": (len(whole.contracts), to_award),
        "implementation-contract": (
            len(carried),
            sum(StageField.CONTRACT_ID in c for c in carried),
        ),
    }


def _newest(release: Object, steps: list[Object]) -> date | None:
    """The day of the newest thing that happened; where nothing is dated, the day of the release.

    A release's own date is when it was published. Systems that write their whole archive anew give
    every release the day of the export, so it would make a register that stopped long ago look
    fresh. Days after the release was published are plans or slips, and do not count.
    """
    published = day(release, "date")
    happened = [day(release, "tender", "tenderPeriod", "startDate")]
    for entry in steps:
        happened += [day(entry, "date"), day(entry, "dateSigned")]
        happened += [day(amendment, "date") for amendment in parts(entry, "amendments")]
        told = section(entry, "implementation")
        happened += [day(payment, "date") for payment in parts(told, "transactions")]
        happened += [day(milestone, "dateMet") for milestone in parts(told, "milestones")]
    days = [d for d in happened if d is not None and (published is None or d <= published)]
    return max(days, default=published)


def _those(*found: tuple[StageField, object]) -> Filled:
    return frozenset(field for field, value in found if value)
