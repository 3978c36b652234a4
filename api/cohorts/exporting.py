"""A cohort as a file: workbook, tables, report, JSON. What the view names, the file names too."""

from enum import StrEnum
from typing import Protocol, assert_never

import msgspec

from api.accounts.actor import Actor
from api.accounts.rights import Action, require_in_programme
from api.cohorts.viewing import CohortView
from api.db.audit import city_stream, record
from api.db.session import Transaction
from api.db.tables import PROGRAMME
from api.errors import Unusable
from api.exports import Export
from api.services import in_language
from reports.edition import Edition
from reports.i18n import Language
from reports.sections.cohort import build_cohort_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


class CohortKind(StrEnum):
    """The kinds of file; `csv` has a row a requirement, `csv-cities` a row a city."""

    XLSX = "xlsx"
    CSV = "csv"
    CSV_CITIES = "csv-cities"
    PDF = "pdf"
    HTML = "html"
    JSON = "json"


MEDIA: dict[CohortKind, str] = {
    CohortKind.XLSX: XLSX,
    CohortKind.CSV: CSV,
    CohortKind.CSV_CITIES: CSV,
    CohortKind.PDF: "application/pdf",
    CohortKind.HTML: "text/html; charset=utf-8",
    CohortKind.JSON: "application/json",
}
"""What each is."""


class Printing(Protocol):
    """Whoever prints a report as PDF, with limits."""

    def __call__(self, report: Edition, /) -> bytes:
        """The bytes of the PDF."""


def export_cohort(
    view: CohortView, kind: CohortKind, language: Language, *, printed: Printing
) -> Export:
    """A cohort as a file; its name says whether it names cities."""
    if kind is CohortKind.CSV_CITIES and not view.cohort.named:
        raise Unusable("cohort_names")
    ending = "csv" if kind is CohortKind.CSV_CITIES else kind.value
    who = "confidential" if view.cohort.named else "shared"
    part = "-cities" if kind is CohortKind.CSV_CITIES else ""
    name = f"cohort-{view.name.name}-{view.cohort.on}-{who}{part}.{ending}"
    return Export(_content(view, kind, language, printed), MEDIA[kind], name)


def record_taken(db: Transaction, who: Actor, view: CohortView, kind: CohortKind) -> None:
    """Writes into the log who has taken a file that names cities; of others nobody need know."""
    if view.cohort.named:
        require_in_programme(who, Action.COHORT_NAMES)
        about = {"cohort": view.name.name, "kind": kind.value, "cities": view.cohort.count}
        record(db, city_stream(PROGRAMME), "cohort.taken", by=who.id, about=about)


def _content(view: CohortView, kind: CohortKind, language: Language, printed: Printing) -> bytes:
    # Each format is loaded when it is wanted: whoever asks for one need not wait for all.
    from api.batches.portfolio import CohortTables, portfolio_bytes  # noqa: PLC0415
    from api.batches.portfolio_drawing import to_csv  # noqa: PLC0415
    from reports.renderer import render_html  # noqa: PLC0415

    cohort = view.cohort
    if kind is CohortKind.JSON:
        return msgspec.json.encode(cohort) + b"\n"
    rubric = in_language(view.known.rubric, view.known.folder, language)
    match kind:
        case CohortKind.XLSX:
            return portfolio_bytes(cohort, rubric, language)
        case CohortKind.CSV:
            return to_csv(CohortTables(cohort, rubric, language).requirements())
        case CohortKind.CSV_CITIES:
            return to_csv(CohortTables(cohort, rubric, language).cities())
        case CohortKind.PDF:
            return printed(build_cohort_report(cohort, rubric, language=language))
        case CohortKind.HTML:
            report = build_cohort_report(cohort, rubric, language=language)
            return render_html(report).encode()
        case _:
            assert_never(kind)
