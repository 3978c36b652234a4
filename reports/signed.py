"""That a coach has signed off what a report is about, as the report shows it."""

from datetime import date

import msgspec


class Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who signed off which submission, when; `seal` is the hash by which the log knows it."""

    by: str
    on: date
    submission: int
    seal: str
