"""What one contracting process in OCDS answers: its records, the six questions, its awards.

This runs once for every process of files that hold a million: what holds for all records of a
process is looked up once, and what their bits tell is not looked up again.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from api.evidence.figures.procurement import Award as Won
from api.evidence.figures.procurement import Procurement
from api.evidence.figures.sums import one_spelling
from api.evidence.ocds.releases import (
    Award,
    Contract,
    Implementation,
    Organisation,
    Release,
    Tender,
)
from api.evidence.ocds.sections import (
    BUYER,
    METHOD,
    SUPPLIER,
    SUPPLIER_ID,
    TITLE,
    WORTH,
    Filled,
    Money,
    bidders_of,
    has_code,
    money_of,
    number_of,
    tells_what,
)
from api.evidence.ocds.stage_records import (
    DATE,
    Whole,
    award_record,
    contract_records,
    implementation_record,
    is_carried_out,
    look_up,
    planning_record,
    tender_record,
)
from api.evidence.ocds.tree import Scalar, amount, day, words
from rubrics.checks import Group

VOID = frozenset({"cancelled", "unsuccessful", "pending", "withdrawn"})
"""Awards and contracts of this status award nothing (yet): they are no records of their stage."""

GROUPS = {group: 1 << place for place, group in enumerate(Group)}
IDENTIFIERS = ("process", "ocid", "buyer", "supplier", "category")
NUMBERS = {kind: 1 << place for place, kind in enumerate(IDENTIFIERS, len(Group))}

MAX_NAME = 300
"""Letters by which vendors are told apart."""

MAX_NAMES = 16_384
"""Names whose spelling is kept."""

_WHO, _WHAT, _FROM_WHOM = GROUPS[Group.WHO], GROUPS[Group.WHAT], GROUPS[Group.FROM_WHOM]
_HOW_MUCH, _WHEN, _HOW = GROUPS[Group.HOW_MUCH], GROUPS[Group.WHEN], GROUPS[Group.HOW]
_NUMBER, _OCID, _BUYER, _SUPPLIER, _CATEGORY = (NUMBERS[kind] for kind in IDENTIFIERS)


class Process(msgspec.Struct, frozen=True, gc=False):
    """One contracting process as far as it was published.

    `records` say of each record its stage and the fields that it fills, `answers` which of the six
    questions are answered and which identifiers are there; both are bits. `days` are those on which
    something happened.
    """

    records: list[Filled]
    answers: int
    days: list[date]
    awarded: list[Money]
    contracted: list[Money]
    procurement: Procurement


def read_process(release: Release) -> Process:
    """The process that a release (put together from all of its releases) tells of."""
    awards = [award for award in release.awards or () if words(award.status) not in VOID]
    contracts = []
    if release.contracts:
        contracts = [deal for deal in release.contracts if words(deal.status) not in VOID]
    bidders, odd = bidders_of(release, awarded=bool(awards))
    whole = look_up(release, bidders)
    plan = planning_record(release.planning, whole)
    tender = tender_record(whole, plan)
    records = [plan, tender] if plan and tender else [plan or tender] if plan or tender else []
    wins, awarded, won, all_won = _wins(awards, contracts), [], [], 0
    for award, win in zip(awards, wins, strict=True):
        filled = award_record(award, win, whole)
        all_won |= filled
        won.append(filled)
        if win.value is not None:
            awarded.append((win.value, win.currency))
    records += won
    all_signed, contracted = 0, []
    if contracts:
        signed = contract_records(contracts, release, whole, awards, won)
        for filled in signed:
            all_signed |= filled
        records += signed
        records += [implementation_record(deal) for deal in contracts if is_carried_out(deal)]
        contracted = [money for deal in contracts if (money := money_of(deal.value))]
    answers = _groups(whole, awards, contracts, all_won, all_signed)
    answers |= _identifiers(release, whole, awards, contracts, all_won | all_signed)
    procurement = Procurement(
        words(release.ocid),
        whole.method,
        whole.status,
        whole.opened,
        whole.closed,
        bidders,
        odd,
        0 if whole.tender.lots is None else len(whole.tender.lots),
        wins,
    )
    return Process(records, answers, _days(release, whole, wins), awarded, contracted, procurement)


# --- the six questions, the identifiers, the days -------------------------------------------------


def _groups(
    whole: Whole, awards: list[Award], contracts: list[Contract], won: Filled, signed: Filled
) -> int:
    """OCDS basic criterion 'Relevant', by the field rules of the Open Contracting Partnership.

    `won` and `signed` are what any award and any contract fills.
    """
    found = _WHO if whole.known & BUYER else 0
    if (whole.said | won | signed) & TITLE or _tell_what([whole.tender, *awards, *contracts]):
        found |= _WHAT
    if won & SUPPLIER:
        found |= _FROM_WHOM
    if (won | signed) & WORTH:
        found |= _HOW_MUCH
    if whole.closed or (won | signed) & DATE:
        found |= _WHEN
    return found | _HOW if whole.known & METHOD else found


def _tell_what(parts: Sequence[Tender | Award | Contract]) -> bool:
    return any(map(tells_what, parts))


def _have_code(parts: Sequence[Award] | Sequence[Contract]) -> bool:
    for part in parts:  # noqa: SIM110 (a loop takes a third of the time of `any`)
        if part.items and has_code(part):
            return True
    return False


def _identifiers(
    release: Release,
    whole: Whole,
    awards: list[Award],
    contracts: list[Contract],
    filled: Filled,
) -> int:
    """Which of `IDENTIFIERS` the process carries; `process` is the city's own number of it."""
    planning = release.planning
    found = _SUPPLIER if filled & SUPPLIER_ID else 0
    if whole.tender_id or (
        planning is not None and planning.budget is not None and words(planning.budget.project_id)
    ):
        found |= _NUMBER
    if words(release.ocid):
        found |= _OCID
    if whole.identified:
        found |= _BUYER
    if whole.coded or _have_code(awards) or _have_code(contracts):
        found |= _CATEGORY
    return found


def _days(release: Release, whole: Whole, wins: tuple[Won, ...]) -> list[date]:
    """The days on which something happened; where nothing is dated, the day of the release.

    A release's own date is when it was published. Systems that write their whole archive anew give
    every release the day of the export, so it would make a register that stopped long ago look
    fresh. Days after the release was published are plans or slips, and do not count.
    """
    awards, published = release.awards or (), whole.published
    if len(wins) == len(awards):
        dates = [win.day for win in wins]
    else:
        dates = [day(award.date) for award in awards]
    for award in awards:
        if award.amendments is not None:
            dates += [day(change.date) for change in award.amendments]
    for deal in release.contracts or ():
        dates.append(day(deal.date_signed))
        if deal.amendments is not None:
            dates += [day(change.date) for change in deal.amendments]
        if deal.implementation is not None:
            dates += map(day, _carried_out(deal.implementation))
    dates.append(whole.opened)
    if published is None:
        return [found for found in dates if found is not None]
    return [found for found in dates if found is not None and found <= published] or [published]


def _carried_out(told: Implementation) -> list[Scalar]:
    paid = [payment.date for payment in told.transactions or ()]
    return paid + [milestone.date_met for milestone in told.milestones or ()]


# --- what key figures need ------------------------------------------------------------------------


def _wins(awards: list[Award], contracts: list[Contract]) -> tuple[Won, ...]:
    if not awards:
        return ()
    followed = {words(deal.award_id) for deal in contracts} if contracts else set()
    only = len(awards) == 1 and "" in followed
    wins = []
    for award in awards:
        value = award.value
        worth = None if value is None else amount(value.amount)
        name = words(award.id)
        wins.append(
            Won(
                day(award.date),
                _vendors(award.suppliers or ()),
                worth,
                "" if value is None or worth is None else words(value.currency).upper(),
                only or (name != "" and name in followed),
            )
        )
    return tuple(wins)


def _vendors(suppliers: Sequence[Organisation]) -> tuple[str, ...]:
    """By what vendors are told apart: their numbers, or else their names in one spelling."""
    found = []
    for supplier in suppliers:
        name = number_of(supplier) or words(supplier.name)
        if name:
            found.append(_SPELT.get(name) or _remembered(name[:MAX_NAME]))
    return tuple(found)


# To find a name again here takes half as long as with `lru_cache`.
_SPELT: dict[str, str] = {}


def _remembered(name: str) -> str:
    if len(_SPELT) >= MAX_NAMES:
        _SPELT.clear()
    found = _SPELT[name] = one_spelling(name)
    return found
