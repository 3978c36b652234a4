"""What a coach reads beside a review: evidence as it was handed in, reports, session sheets.

What a city handed in is shown within our own pages alone. A page runs nothing and reaches nothing
(it is sandboxed twice); a PDF is drawn by the browser's own viewer, and is told from other files by
what is in it, for whatever a browser took for a page would be one of ours.
"""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from api.hardening.headers import POLICY, SANDBOX
from api.review.reading import open_submitted_file, read_review
from api.review.reporting import previous_result, scored_review
from api.services import Paper, tell
from api.slugs import slug
from api.web.door import Visiting
from api.web.preview import FRAMED, PICTURES
from api.web.routes.outlook import LETTER
from reports.builder import CityKind

router = APIRouter(include_in_schema=False)

FRAMES = {"Content-Security-Policy": f"{POLICY}; frame-src 'self'"}
"""The policy of a page that shows evidence: frames of ours, and of nobody else."""

PDF = "application/pdf"
_SHOWN_BY_US = "frame-ancestors 'self'"
_PDF_POLICY = f"default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; {_SHOWN_BY_US}"


@router.get("/reviews/{assessment_id}/submissions/{number}/evidence/{piece_id}")
def evidence_file(visit: Visiting, assessment_id: str, number: int, piece_id: str) -> Response:
    """A file of a submission: to be shown where that is safe, else to be saved."""
    with visit.reading() as (db, who):
        found = open_submitted_file(db, who, assessment_id, number, piece_id)
    shown = found.media_type in (*FRAMED, *PICTURES) and "save" not in visit.request.query_params
    headers = {"Content-Security-Policy": SANDBOX, "Cache-Control": "private, no-cache"}
    if shown:
        policy = _PDF_POLICY if found.media_type == PDF else f"{SANDBOX}; {_SHOWN_BY_US}"
        headers |= {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
    return FileResponse(
        found.path,
        filename=found.filename,
        media_type=found.media_type if shown else "application/octet-stream",
        headers=headers,
        content_disposition_type="inline" if shown else "attachment",
    )


@router.get("/reviews/{assessment_id}/{kind}.pdf")
def report(visit: Visiting, assessment_id: str, kind: str) -> Response:
    """The report with the coach's decisions marked, or the sheet for a session."""
    kinds: dict[str, CityKind] = {"report": "report", "summary": "summary", "session": "session"}
    if kind not in kinds:
        raise HTTPException(404)
    with visit.reading() as (db, who):
        visit.site.rates.count("report", who.person.id)
        city = read_review(db, who, assessment_id).assessment.city
        scored = scored_review(db, who, assessment_id)
        since = previous_result(db, who, assessment_id) if kind == "session" else None
    told = tell(scored, visit.language, kind=kinds[kind], since=since)
    paper: Paper = "letter" if city.country in LETTER else "a4"
    name = f"{slug(city.name)}-{kind}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    pdf = visit.site.print_report(scored, told, paper=paper, since=since)
    return Response(pdf, media_type=PDF, headers={**headers, "Cache-Control": "no-store"})
