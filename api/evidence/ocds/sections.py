"""Whether the parts of a release tell who bought, how, what, from whom and for how much.

A field is filled when something usable stands there: an amount of 0 is none, an empty name is none,
and `numberOfTenderers: 0` on a tender that was awarded is none (systems write it where they do not
know).
"""

from collections.abc import Sequence

from api.evidence.ocds.filled import (
    CATEGORY,
    CODED,
    DESCRIBED,
    END,
    START,
    SUPPLIER,
    SUPPLIER_ID,
    TITLE,
    WORTH,
    Filled,
)
from api.evidence.ocds.releases import (
    Article,
    Award,
    ContactPoint,
    Contract,
    Milestone,
    Organisation,
    Period,
    Release,
    Tender,
    Transaction,
    Value,
)
from api.evidence.ocds.tree import amount, day, number, words

Money = tuple[float, str]
"""An amount with its currency."""

MAX_BIDDERS = 1_000
"""A tender with more is a slip of the key, or an id that stands in the wrong place."""

_BUYERS = frozenset({"buyer", "procuringEntity"})


def named(entry: Tender | Award | Contract | Milestone) -> Filled:
    """Whether it has a title or description."""
    return TITLE if words(entry.title) or words(entry.description) else 0


def told_by(articles: Sequence[Article]) -> Filled:
    """What articles say of what is bought: a description, the code of a classification, a price."""
    found = 0
    for article in articles:
        code = article.classification
        if code is not None and words(code.id):
            found |= DESCRIBED | CODED | CATEGORY
        elif words(article.description):
            found |= DESCRIBED
        if _has_price(article):
            found |= WORTH
    return found


def estimate(tender: Tender) -> Filled:
    """Whether a value or range was estimated."""
    there = is_worth(tender.value) or is_worth(tender.max_value) or is_worth(tender.min_value)
    return WORTH if there else 0


def suppliers(entry: Award | Contract) -> Filled:
    """Whether a supplier is named, and identified by a number."""
    found = 0
    for supplier in entry.suppliers or ():
        if is_identified(supplier):
            return SUPPLIER | SUPPLIER_ID
        if words(supplier.name):
            found = SUPPLIER
    return found


def is_named(party: Organisation | None) -> bool:
    """Whether it says who that is, by name or number."""
    return party is not None and (bool(words(party.name)) or is_identified(party))


def is_identified(party: Organisation | None) -> bool:
    """Whether it is identified by a number."""
    if party is None:
        return False
    if words(party.id):
        return True
    return party.identifier is not None and bool(words(party.identifier.id))


def number_of(party: Organisation) -> str:
    """Its number, or an empty text."""
    given = words(party.id)
    if not given and party.identifier is not None:
        return words(party.identifier.id)
    return given


def is_paid(payment: Transaction) -> bool:
    """Whether it tells an amount."""
    return is_worth(payment.value) or is_worth(payment.amount)


def is_worth(value: Value | None) -> bool:
    """Whether it is an amount of something."""
    return value is not None and amount(value.amount) is not None


def money_of(value: Value | None) -> Money | None:
    """The amount and its currency, if it can be an amount."""
    if value is None:
        return None
    found = amount(value.amount)
    return None if found is None else (found, words(value.currency).upper())


def lasts(period: Period) -> Filled:
    """Whether it says from when and to when."""
    return (START if day(period.start_date) else 0) | (END if day(period.end_date) else 0)


def bidders_of(release: Release, *, awarded: bool) -> tuple[int | None, bool]:
    """The number of bidders, or `None`; and whether the number that stands there cannot be right.

    Where none is stated, the bidders or bids that are listed are counted.
    """
    tender, bids = release.tender, release.bids
    stated = None if tender is None else number(tender.number_of_tenderers)
    if stated is not None and stated >= 1 and stated == int(stated):
        return (int(stated), False) if stated <= MAX_BIDDERS else (None, True)
    listed = 0 if tender is None else sum(map(is_named, tender.tenderers or ()))
    if not listed and bids is not None:
        listed = len(bids.details or ())
    if listed:
        return listed, False
    if stated == 0 and not awarded:
        return 0, False
    return None, stated is not None


def has_contact(release: Release) -> bool:
    """Whether a contact point is told, with the tender or its buyer or in the list of parties."""
    for party in release.parties or ():  # where it stands in OCDS 1.1
        point, roles = party.contact_point, party.roles
        if point is not None and roles and not _BUYERS.isdisjoint(roles) and is_reachable(point):
            return True
    return any(map(is_reachable, public_points(release)))


def public_points(release: Release) -> list[ContactPoint]:
    """The contact points of the tender and of whoever buys: they are public on purpose."""
    tender, buyer = release.tender, release.buyer
    entity = None if tender is None else tender.procuring_entity
    points = []
    if tender is not None and tender.contact_point is not None:
        points.append(tender.contact_point)
    if buyer is not None and buyer.contact_point is not None:
        points.append(buyer.contact_point)
    if entity is not None and entity.contact_point is not None:
        points.append(entity.contact_point)
    return points + [
        party.contact_point
        for party in release.parties or ()
        if party.contact_point is not None
        and (
            (party.roles is not None and not _BUYERS.isdisjoint(party.roles))
            or _is_one_of(party, buyer, entity)
        )
    ]


def is_reachable(point: ContactPoint) -> bool:
    """Whether anything says how to reach somebody."""
    ways = words(point.email) or words(point.telephone) or words(point.url) or words(point.name)
    return ways != ""


def _is_one_of(party: Organisation, *others: Organisation | None) -> bool:
    number = words(party.id)
    return number != "" and any(other is not None and number == words(other.id) for other in others)


def _has_price(article: Article) -> bool:
    unit = article.unit
    if unit is None or unit.value is None:
        return False
    return amount(article.quantity) is not None and amount(unit.value.amount) is not None
