"""The result for readers, as PDF and page, and for other programs: in the reader's language."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.exceptions import UNAVAILABLE
from api.export_kinds import Kind
from api.exports import MEDIA_TYPES, export
from api.hardening.headers import SANDBOX
from api.languages import language_asked
from api.rest.bodies import Lang
from api.rest.describing import READING, says
from api.rest.door import Door
from api.rest.results import OnDay
from api.rest.routing import new_router
from api.review.reporting import scored_for_report
from api.services import Paper, Scored, tell
from api.workspace import advising
from reports.builder import CityKind
from reports.i18n import Language, load_language

router = new_router("reports")

SUBMISSION = "/assessments/{assessment}/submissions/{number}"

InLanguage = Annotated[
    Lang | None, Query(description="The language; without it, the one of Accept-Language.")
]
OnPaper = Annotated[Paper, Query(description="The paper that it is laid out for.")]
OfKind = Annotated[
    CityKind,
    Query(description="The whole report, a summary of two pages, or a sheet for a session."),
]
FILE = {"type": "string", "format": "binary"}
PAGE = {"type": "string"}


@router.get(
    "/assessments/{assessment}/report.pdf",
    summary="The report as PDF",
    response_model=None,
    responses=says(FILE, *READING, UNAVAILABLE, media="application/pdf"),
)
def report_pdf(
    door: Door,
    assessment: str,
    language: InLanguage = None,
    paper: OnPaper = "a4",
    kind: OfKind = "report",
    on: OnDay = None,
) -> Response:
    """PDF/A-3 and PDF/UA in one file. Where too many wait already, 503 says when to come back."""
    return _pdf(door, _scored(door, assessment, on), kind, language, paper)


@router.get(
    "/assessments/{assessment}/report.html",
    summary="The report as a page",
    response_model=None,
    responses=says(PAGE, *READING, media="text/html"),
)
def report_html(
    door: Door,
    assessment: str,
    language: InLanguage = None,
    paper: OnPaper = "a4",
    kind: OfKind = "report",
    on: OnDay = None,
) -> Response:
    """One file with everything in it; nothing in it runs."""
    return _html(door, _scored(door, assessment, on), kind, language, paper)


@router.get(
    "/assessments/{assessment}/exports/{kind}",
    summary="The result for other programs",
    response_model=None,
    responses=says(FILE, *READING, media=MEDIA_TYPES),
)
def export_as(
    door: Door, assessment: str, kind: Kind, language: InLanguage = None, on: OnDay = None
) -> Response:
    """Workbook, tables, OSCAL, CCCEV or EARL; the same assessment gives the same bytes."""
    return _exported(door, _scored(door, assessment, on), kind, language)


@router.get(
    f"{SUBMISSION}/report.pdf",
    summary="The report of a submission as PDF",
    response_model=None,
    responses=says(FILE, *READING, UNAVAILABLE, media="application/pdf"),
)
def submitted_pdf(
    door: Door,
    assessment: str,
    number: int,
    language: InLanguage = None,
    paper: OnPaper = "a4",
    kind: OfKind = "report",
) -> Response:
    """As it was handed in: its own result, as of its day."""
    return _pdf(door, _submitted(door, assessment, number), kind, language, paper)


@router.get(
    f"{SUBMISSION}/report.html",
    summary="The report of a submission as a page",
    response_model=None,
    responses=says(PAGE, *READING, media="text/html"),
)
def submitted_html(
    door: Door,
    assessment: str,
    number: int,
    language: InLanguage = None,
    paper: OnPaper = "a4",
    kind: OfKind = "report",
) -> Response:
    """The same in one file with everything in it; nothing in it runs."""
    return _html(door, _submitted(door, assessment, number), kind, language, paper)


@router.get(
    f"{SUBMISSION}/exports/{{kind}}",
    summary="The result of a submission for other programs",
    response_model=None,
    responses=says(FILE, *READING, media=MEDIA_TYPES),
)
def export_submitted(
    door: Door, assessment: str, number: int, kind: Kind, language: InLanguage = None
) -> Response:
    """As it was handed in; the same submission gives the same bytes."""
    return _exported(door, _submitted(door, assessment, number), kind, language)


def _pdf(
    door: Door, scored: Scored, kind: CityKind, language: Lang | None, paper: Paper
) -> Response:
    spoken = language_of(door, language)
    pdf = door.site.print_report(scored, tell(scored, spoken, kind=kind), paper=paper)
    return attached(pdf, f"{kind}.pdf", "application/pdf", spoken)


def _html(
    door: Door, scored: Scored, kind: CityKind, language: Lang | None, paper: Paper
) -> Response:
    from reports.renderer import render_html  # noqa: PLC0415 (loads the templates' engine)

    spoken = language_of(door, language)
    page = render_html(tell(scored, spoken, kind=kind), paper=paper).encode()
    return attached(page, f"{kind}.html", "text/html", spoken)


def _exported(door: Door, scored: Scored, kind: Kind, language: Lang | None) -> Response:
    spoken = language_of(door, language)
    made = export(scored, kind, spoken)
    return attached(made.content, made.name, made.media_type, spoken)


def language_of(door: Door, asked: Lang | None) -> Language:
    """The language that is asked for; else the one of Accept-Language."""
    if asked is not None:
        return load_language(asked)
    return language_asked(door.headers.get("accept-language"))


def _scored(door: Door, assessment: str, on: OnDay) -> Scored:
    with door.reading(counted="report") as (db, who):
        return scored_for_report(db, who, assessment, on=on)


def _submitted(door: Door, assessment: str, number: int) -> Scored:
    with door.reading(counted="report") as (db, who):
        return advising.scored_submission(db, who, assessment, number)


def attached(content: bytes, name: str, media: str, language: Language) -> Response:
    """A file to be kept; whatever is in it does not run."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": SANDBOX,
        "Content-Language": language.code,
    }
    return Response(content, media_type=media, headers=headers)
