"""One contracting process as key figures see it, whichever shape of file it was read from."""

from datetime import date

import msgspec


class Award(msgspec.Struct, frozen=True, gc=False):
    """An award that stands (neither cancelled nor pending).

    `suppliers` are ids where there are any, else names, each in one spelling. `contracted` says
    whether a contract that follows from it was published.
    """

    day: date | None = None
    suppliers: tuple[str, ...] = ()
    value: float | None = None
    currency: str = ""
    contracted: bool = False


class Procurement(msgspec.Struct, frozen=True, gc=False):
    """What key figures need to know of one contracting process.

    `method` and `status` are codes of OCDS (`open`, `selective`, `limited`, `direct`; `complete`,
    `cancelled`, ...), empty where not told. `bidders` is `None` where their number is not known:
    that is neither 0 nor 1. An awarded process that says 0 bidders has a number that cannot be
    right, so the reader says `None` and sets `bidders_odd`.
    """

    id: str
    method: str = ""
    status: str = ""
    opened: date | None = None
    closed: date | None = None
    bidders: int | None = None
    bidders_odd: bool = False
    lots: int = 0
    awards: tuple[Award, ...] = ()
