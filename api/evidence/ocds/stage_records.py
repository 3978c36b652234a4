"""The records of each stage of one contracting process in OCDS, and which fields each fills.

The paths are those of the Open Contracting Data Standard 1.1.
"""

from datetime import date

import msgspec

from api.evidence.figures.procurement import Award as Won
from api.evidence.ocds.decoding import says
from api.evidence.ocds.releases import (
    Award,
    Budget,
    Contract,
    Implementation,
    Period,
    Planning,
    Release,
    Tender,
)
from api.evidence.ocds.sections import (
    BITS,
    BUYER,
    CATEGORY,
    CONTACT,
    METHOD,
    SUPPLIER,
    SUPPLIER_ID,
    TITLE,
    WORTH,
    Filled,
    estimate,
    has_code,
    has_contact,
    is_identified,
    is_named,
    is_paid,
    money_of,
    named,
    suppliers,
    worth,
)
from api.evidence.ocds.tree import day, number, words
from rubrics.checks import Stage, StageField

PLANNED = frozenset({"planning", "planned"})
"""A tender of this status is announced, not open: a record of the planning stage."""

STAGES = {stage: 1 << place for place, stage in enumerate(Stage, len(StageField))}
"""The bit by which a record says of which stage it is, beside those of the fields it fills."""

JOINED = 1 << (len(StageField) + len(Stage))
"""The bit of a contract whose award is there, and of a tender whose plan has a number."""

ID = BITS[StageField.ID]
OPENS = BITS[StageField.OPENS]
CLOSES = BITS[StageField.CLOSES]
STATUS = BITS[StageField.STATUS]
DATE = BITS[StageField.DATE]
START = BITS[StageField.START]
END = BITS[StageField.END]
TENDER_ID = BITS[StageField.TENDER_ID]
AWARD_ID = BITS[StageField.AWARD_ID]
CONTRACT_ID = BITS[StageField.CONTRACT_ID]
BIDDERS = BITS[StageField.BIDDERS]
EXPECTED = BITS[StageField.EXPECTED]
MODIFIED = BITS[StageField.MODIFIED]
AMOUNT = BITS[StageField.AMOUNT]


_PLANNING, _TENDER, _AWARD = STAGES[Stage.PLANNING], STAGES[Stage.TENDER], STAGES[Stage.AWARD]
_CONTRACT, _IMPLEMENTATION = STAGES[Stage.CONTRACT], STAGES[Stage.IMPLEMENTATION]
_NO_PLAN, _NO_BUDGET, _NO_TENDER, _NO_PERIOD = Planning(), Budget(), Tender(), Period()
_NOTHING_TOLD = Implementation()


class Whole(msgspec.Struct, frozen=True, gc=False):
    """What holds for the whole process, looked up once.

    `known` is what every record says, `said` what awards and contracts take from the tender.
    `is_there` says whether anything is told of a tender, `coded` whether its articles have codes,
    `identified` whether the buyer has a number.
    """

    known: Filled
    said: Filled
    contact: Filled
    is_there: bool
    coded: bool
    identified: bool
    tender: Tender
    tender_id: str
    method: str
    status: str
    opened: date | None
    closed: date | None
    published: date | None


def look_up(release: Release, bidders: int | None) -> Whole:
    """What holds for every record of a process with so many bidders."""
    tender, buyer, published = release.tender or _NO_TENDER, release.buyer, day(release.date)
    entity, tender_id = tender.procuring_entity, words(tender.id)
    method, status = words(tender.procurement_method), words(tender.status)
    identified, coded = is_identified(buyer) or is_identified(entity), has_code(tender)
    known = BUYER if identified or is_named(buyer) or is_named(entity) else 0
    if method or words(tender.procurement_method_details):
        known |= METHOD
    if published is not None:
        known |= MODIFIED
    said = named(tender)
    if coded or words(tender.main_procurement_category):
        said |= CATEGORY
    # A number of 0 is one where nobody bid; on a tender that is still open it is none.
    if bidders or (bidders == 0 and status == "unsuccessful"):
        said |= BIDDERS
    period = tender.tender_period or _NO_PERIOD
    return Whole(
        known=known,
        said=said,
        contact=CONTACT if has_contact(release) else 0,
        is_there=tender_id != "" or says(tender),
        coded=coded,
        identified=identified,
        tender=tender,
        tender_id=tender_id,
        method=method,
        status=status,
        opened=day(period.start_date),
        closed=day(period.end_date),
        published=published,
    )


def planning_record(planning: Planning | None, whole: Whole) -> Filled:
    """The plan as one record; 0 where there is none."""
    if whole.status not in PLANNED and (planning is None or not says(planning)):
        return 0
    planning = planning or _NO_PLAN
    tender, budget = whole.tender, planning.budget or _NO_BUDGET
    filled = _PLANNING | whole.known | whole.contact | whole.said & (TITLE | CATEGORY)
    filled |= estimate(tender)
    if words(budget.id) or words(budget.project_id):
        filled |= ID
    if money_of(budget.amount):
        filled |= WORTH
    project = planning.project is not None and words(planning.project.title)
    if words(planning.rationale) or project or words(budget.project) or words(budget.description):
        filled |= TITLE
    if whole.opened or any(day(milestone.due_date) for milestone in planning.milestones or ()):
        filled |= EXPECTED
    return filled | STATUS if whole.status else filled


def tender_record(whole: Whole, plan: Filled) -> Filled:
    """The tender; a purchase without solicitation (method `direct`) and a mere plan have none."""
    if not whole.is_there or whole.status in PLANNED or whole.method == "direct":
        return 0
    tender = whole.tender
    filled = _TENDER | whole.known | whole.contact | whole.said | estimate(tender)
    if whole.tender_id:
        filled |= ID | TENDER_ID
    if whole.opened:
        filled |= OPENS
    if whole.closed:
        filled |= CLOSES
    if tender.contract_period is not None:
        filled |= _lasts(tender.contract_period)
    if whole.status:
        filled |= STATUS
    if tender.date_modified is not None and day(tender.date_modified):
        filled |= MODIFIED
    return filled | JOINED if plan & ID else filled


def award_record(award: Award, win: Won, whole: Whole) -> Filled:
    """An award. Its title, category and bidders may stand with the tender.

    Its day, worth and suppliers were looked up for `win`, and are not looked up again.
    """
    filled = _AWARD | whole.known | whole.said
    if win.suppliers:
        filled |= suppliers(award)
    if win.value is not None or (award.items and worth(award)):
        filled |= WORTH
    if whole.is_there:
        filled |= TENDER_ID
    if not filled & TITLE:
        filled |= named(award)
    if not filled & CATEGORY and award.items and has_code(award):
        filled |= CATEGORY
    if award.contract_period is not None:
        filled |= _lasts(award.contract_period)
    if words(award.id):
        filled |= ID | AWARD_ID
    if win.day is not None:
        filled |= DATE
    return filled | STATUS if words(award.status) else filled


def contract_records(
    contracts: list[Contract],
    release: Release,
    whole: Whole,
    awards: list[Award],
    won: list[Filled],
) -> list[Filled]:
    """The contracts. What one leaves out stands with the award that it names, or the only one."""
    only = won[0] if len(won) == 1 else 0
    there = by_id = {words(award.id): filled for award, filled in zip(awards, won, strict=True)}
    if release.awards and len(release.awards) > len(awards):
        there = {words(award.id): 0 for award in release.awards}
    found = []
    for deal in contracts:
        named_award = words(deal.award_id)
        award = by_id.get(named_award, 0) if named_award else only
        filled = _contract(deal, whole, award)
        if named_award:
            filled |= AWARD_ID | (JOINED if named_award in there else 0)
        found.append(filled)
    return found


def _contract(deal: Contract, whole: Whole, award: Filled) -> Filled:
    filled = _CONTRACT | whole.known | whole.said & (TITLE | CATEGORY)
    filled |= award & (SUPPLIER | SUPPLIER_ID | CATEGORY | TITLE) | worth(deal)
    if whole.is_there:
        filled |= TENDER_ID
    if deal.suppliers is not None:
        filled |= suppliers(deal)
    if not filled & TITLE:
        filled |= named(deal)
    if not filled & CATEGORY and deal.items and has_code(deal):
        filled |= CATEGORY
    if deal.period is not None:
        filled |= _lasts(deal.period)
        if number(deal.period.duration_in_days) or day(deal.period.max_extent_date):
            filled |= END
    if words(deal.id):
        filled |= ID | CONTRACT_ID
    if day(deal.date_signed):
        filled |= DATE
    return filled | STATUS if words(deal.status) else filled


def is_carried_out(deal: Contract) -> bool:
    """Whether anything is told of a contract after it was signed."""
    if deal.implementation is not None and says(deal.implementation):
        return True
    return deal.amendments is not None and any(map(says, deal.amendments))


def implementation_record(deal: Contract) -> Filled:
    """What is told of a contract after it was signed."""
    told = deal.implementation or _NOTHING_TOLD
    filled = _IMPLEMENTATION | (CONTRACT_ID if words(deal.id) else 0)
    if any(day(change.date) for change in deal.amendments or ()):
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


def _lasts(period: Period) -> Filled:
    return (START if day(period.start_date) else 0) | (END if day(period.end_date) else 0)
