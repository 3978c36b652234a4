"""What all cities show together: the cohorts, one of them with its plots, files, views kept."""

from fastapi import APIRouter
from starlette.responses import Response

from api.accounts import Action
from api.accounts.rights import may_in_programme
from api.cohorts.choosing import Choice, cohort_named
from api.cohorts.exporting import CohortKind, export_cohort, record_taken
from api.cohorts.saving import remove_view, save_view, saved_views
from api.cohorts.viewing import CohortView, list_cohorts, view_cohort
from api.errors import AlreadyThere, Unusable
from api.services import DEFAULT_RUBRIC
from api.web.cohorts import (
    NAMES,
    address_of,
    chosen_words,
    cohort_title,
    parts_of,
    saved_address,
)
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.standard import rubric_in
from reports.i18n import N_, Message
from reports.sections.cohort import build_cohort_report

router = APIRouter(include_in_schema=False)

LONGEST = 600
"""Signs of a value in an address: a region with its country is the longest."""

FIRST = 12
"""Lines of a list that are seen at once; the others unfold."""

FILES: dict[CohortKind, Message] = {
    CohortKind.XLSX: N_("Workbook"),
    CohortKind.PDF: N_("Report as PDF"),
    CohortKind.CSV: N_("Requirements as CSV"),
    CohortKind.CSV_CITIES: N_("Cities as CSV"),
}
"""What can be taken away."""


@router.get("/cohorts")
def all_cohorts(visit: Visiting) -> Response:
    """Every cohort, and the views that somebody keeps."""
    with visit.reading() as (db, who):
        lines = list_cohorts(db, who)
        views = saved_views(db, who)
        may_name = may_in_programme(who, Action.COHORT_NAMES)
    language = visit.language
    rubric = rubric_in(DEFAULT_RUBRIC, language)
    return visit.show(
        "cohorts.html.j2",
        cohorts=[(line, cohort_title(cohort_named(line.name), language)) for line in lines],
        views=[
            {
                "id": view.id,
                "name": view.name,
                "path": saved_address(view),
                "cohort": cohort_title(cohort_named(view.cohort), language),
                "chosen": chosen_words(view.choice, rubric, language),
                "named": view.named,
            }
            for view in views
        ],
        may_name=may_name,
    )


@router.get("/cohorts/{name}")
def cohort(visit: Visiting, name: str) -> Response:
    """A cohort, or what was chosen of it: as pictures, each with its table."""
    choice, named = _asked(visit)
    return _show(visit, name, choice, named=named)


@router.get("/cohorts/{name}/files/{kind}")
def take_away(visit: Visiting, name: str, kind: CohortKind) -> Response:
    """The same as a file."""
    choice, named = _asked(visit)
    with visit.reading() as (db, who):
        visit.site.rates.count("report", who.person.id)
        view = view_cohort(db, who, name, choice, named=named)
    made = export_cohort(view, kind, visit.language, printed=visit.site.print_edition)
    if named:
        with visit.writing() as (db, who):
            record_taken(db, who, view, kind)
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type=made.media_type, headers=headers)


@router.post("/cohorts/{name}/views")
def keep(visit: Visiting, name: str, form: Form) -> Response:
    """Keeps what is shown under a name."""
    choice = Choice(**{part: one(form, part)[:LONGEST] or None for part in NAMES})
    named = one(form, "named") == "yes"
    try:
        with visit.writing() as (db, who):
            save_view(db, who, name=one(form, "name"), cohort=name, choice=choice, named=named)
    except AlreadyThere:
        text = visit.language.text("You keep a view of this name already. Choose another name.")
        return _show(visit, name, choice, named=named, status=422, errors={"name": text})
    except Unusable as error:
        errors = {"name": sentence(error, visit.language)}
        return _show(visit, name, choice, named=named, status=422, errors=errors)
    return go("/cohorts", done="view-saved")


@router.post("/cohort-views/{view_id}")
def forget(visit: Visiting, view_id: str) -> Response:
    """Removes a view that was kept."""
    with visit.writing() as (db, who):
        remove_view(db, who, view_id)
    return go("/cohorts", done="view-removed")


def _asked(visit: Visit) -> tuple[Choice, bool]:
    query = visit.request.query_params
    choice = Choice(**{name: query.get(name, "")[:LONGEST] or None for name in NAMES})
    return choice, query.get("named") == "yes"


def _show(
    visit: Visit, name: str, choice: Choice, *, named: bool, status: int = 200, **words: object
) -> Response:
    with visit.reading() as (db, who):
        view = view_cohort(db, who, name, choice, named=named)
    language = visit.language
    rubric = rubric_in(DEFAULT_RUBRIC, language)
    report = build_cohort_report(view.cohort, rubric, language=language, whole=True)
    return visit.show(
        "cohort.html.j2",
        status=status,
        view=view,
        report=report,
        title=cohort_title(view.name, language),
        parts=parts_of(view, rubric, language),
        chosen=chosen_words(choice, rubric, language),
        first=FIRST,
        files=_files(visit, view),
        whole=address_of(name, Choice(), named=named),
        shared=address_of(name, choice, named=False),
        confidential=address_of(name, choice, named=True),
        **words,
    )


def _files(visit: Visit, view: CohortView) -> list[tuple[str, str]]:
    """Where each file lies, and what it is."""
    base = address_of(view.name.name, view.choice, named=view.cohort.named)
    path, _, query = base.partition("?")
    return [
        (f"{path}/files/{kind.value}" + (f"?{query}" if query else ""), visit.language.say(label))
        for kind, label in FILES.items()
        if view.cohort.named or kind is not CohortKind.CSV_CITIES
    ]
