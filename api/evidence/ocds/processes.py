"""What one contracting process in OCDS tells: the shape of its records, its days, its awards.

This runs once for every process of files that hold a million: what is looked up is looked up once.
"""

from datetime import date

import msgspec

from api.evidence.figures.procurement import Procurement
from api.evidence.ocds.awards import Days, deals_of, read_awards, read_contracts
from api.evidence.ocds.releases import Period, Release, Tender
from api.evidence.ocds.sections import Money, bidders_of
from api.evidence.ocds.shapes import Shape, shape_of
from api.evidence.ocds.tree import day, words

_NO_TENDER, _NO_PERIOD = Tender(), Period()


class Process(msgspec.Struct, frozen=True, gc=False):
    """One contracting process as far as it was published.

    `days` are those on which something happened, `contracted` what its contracts are worth.
    """

    shape: Shape
    days: list[date]
    contracted: list[Money]
    procurement: Procurement


def read_process(release: Release) -> Process:
    """The process that a release (put together from all of its releases) tells of."""
    days: Days = []
    award_ids, deals, contracted = read_contracts(release.contracts or (), days)
    ids, wins, won = read_awards(release.awards or (), set(award_ids), days)
    tender = release.tender or _NO_TENDER
    period = tender.tender_period or _NO_PERIOD
    bidders, odd = bidders_of(release, awarded=bool(wins))
    seen = Procurement(
        words(release.ocid),
        words(tender.procurement_method),
        words(tender.status),
        day(period.start_date),
        day(period.end_date),
        bidders,
        odd,
        0 if tender.lots is None else len(tender.lots),
        tuple(wins),
    )
    days.append(seen.opened)
    linked = deals_of(award_ids, deals, ids, release.awards or ()) if deals else ()
    published = day(release.date)
    shape = shape_of(release, seen, won, linked, published)
    return Process(shape, _past(days, published), contracted, seen)


def _past(days: Days, published: date | None) -> list[date]:
    """The days on which something happened; where nothing is dated, the day of the release.

    A release's own date is when it was published. Systems that write their whole archive anew give
    every release the day of the export, so it would make a register that stopped long ago look
    fresh. Days after the release was published are plans or slips, and do not count.
    """
    if published is None:
        return [found for found in days if found is not None]
    return [found for found in days if found is not None and found <= published] or [published]
