"""The messages that people were sent; those of a demonstration are only written down."""

from fastapi import APIRouter
from starlette.responses import Response

from api.review.mailing import mails
from api.web.door import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/reviews/mail")
def mail_log(visit: Visiting, after: str = "") -> Response:
    """The log, the latest first: one's own messages, for staff those of everybody."""
    with visit.reading() as (db, who):
        page = mails(db, who, after=after or None, limit=40)
    return visit.show("mails.html.j2", mails=page.items, after=page.after)
