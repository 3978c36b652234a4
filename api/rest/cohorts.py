"""What all cities show together: statistics, who is near, what expires, files, views kept."""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import Depends, File, Query, UploadFile
from starlette.responses import Response

from api.cohorts import saving, viewing
from api.cohorts.choosing import Choice
from api.cohorts.exporting import MEDIA, CohortKind, export_cohort, record_taken
from api.cohorts.impacting import impact_of_edition
from api.cohorts.saving import SavedView
from api.cohorts.viewing import CohortLine, CohortView
from api.exceptions import UNAVAILABLE
from api.hardening.headers import SANDBOX
from api.hardening.rates import Kind
from api.languages import language_asked
from api.rest.bodies import NewView
from api.rest.describing import CREATING, READING, REMOVING, SENDING, says
from api.rest.door import Door
from api.rest.once import IdempotencyKey, once
from api.rest.pages import Listed
from api.rest.replies import reply
from api.rest.reports import InLanguage
from api.rest.results import OnDay, Whose
from api.rest.routing import new_router
from assessment.cohort import WITHIN_DAYS, Cohort
from assessment.cohort_parts import CityLine, ExpiringCount, ExpiringEntry, NearCity, NearCount
from assessment.impact import Impact
from assessment.results import Lens
from reports.i18n import load_language

router = new_router("cohorts")

LINE = {"name": "oct-2025.en", "sprint": "oct-2025", "cohort": "en", "cities": 24}
VIEW = {
    "id": "01jdq2c6n7d0m3t8w4y5z6a7c1",
    "name": "Spanish speakers near RDC7",
    "cohort": "oct-2025",
    "choice": {"language": "es", "lacks": "RDC7"},
    "named": False,
    "created_at": "2026-03-02T14:05:11Z",
}


def chosen(
    country: Annotated[str | None, Query(max_length=2, examples=["MX"])] = None,
    region: Annotated[
        str | None, Query(max_length=600, description="With its country: `MX/Jalisco`.")
    ] = None,
    population: Annotated[
        str | None, Query(max_length=10, description="The low end of a band: `100000`.")
    ] = None,
    language: Annotated[
        str | None, Query(max_length=2, description="The language of the cities.")
    ] = None,
    tier: Annotated[
        str | None, Query(max_length=80, description="The level they reach, or `none`.")
    ] = None,
    criterion: Annotated[
        str | None, Query(max_length=80, description="A criterion that they meet.")
    ] = None,
    lacks: Annotated[
        str | None, Query(max_length=80, description="A criterion that they do not meet.")
    ] = None,
) -> Choice:
    """Which cities of a cohort are meant."""
    return Choice(
        country=country,
        region=region,
        population=population,
        language=language,
        tier=tier,
        criterion=criterion,
        lacks=lacks,
    )


Chosen = Annotated[Choice, Depends(chosen)]
Named = Annotated[
    bool,
    Query(description="With the names of cities: for the programme's staff alone."),
]
Within = Annotated[
    int, Query(ge=1, le=366, description="What expires within so many days is told.")
]


class NearList(msgspec.Struct, frozen=True, kw_only=True):
    """Who is one or two requirements from a criterion. `city` is a place in `cities`."""

    counts: tuple[NearCount, ...]
    near: tuple[NearCity, ...]
    cities: tuple[CityLine, ...]


class ExpiringList(msgspec.Struct, frozen=True, kw_only=True):
    """What counts and soon will not. `city` is a place in `cities`."""

    counts: tuple[ExpiringCount, ...]
    expiring: tuple[ExpiringEntry, ...]
    cities: tuple[CityLine, ...]


@router.get(
    "/cohorts",
    summary="The cohorts that there are",
    response_model=None,
    responses=says(Listed[CohortLine], *READING, example={"items": [LINE], "after": None}),
)
def list_cohorts(door: Door) -> Response:
    """All cities, those of each sprint, and those of each cohort of a sprint."""
    with door.reading() as (db, who):
        return reply(Listed(viewing.list_cohorts(db, who)))


@router.get(
    "/cohorts/{cohort}",
    summary="What a cohort shows together",
    response_model=None,
    responses=says(Cohort, *READING),
)
def read_cohort(
    door: Door,
    cohort: str,
    choice: Chosen,
    named: Named = False,
    on: OnDay = None,
    within_days: Within = WITHIN_DAYS,
) -> Response:
    """Points, levels, criteria, hardest requirements, groups, weeks.

    Without names cities are told of in fixed blocks of five and more: a choice shows the blocks
    that lie in it whole, and results are renewed when five cities have new ones.
    """
    return reply(_view(door, cohort, choice, named=named, on=on, days=within_days).cohort)


@router.get(
    "/cohorts/{cohort}/near",
    summary="Who is one or two requirements from a criterion",
    response_model=None,
    responses=says(NearList, *READING),
)
def read_near(
    door: Door, cohort: str, choice: Chosen, named: Named = False, on: OnDay = None
) -> Response:
    """How many cities, and with names which, and what each of them lacks."""
    found = _view(door, cohort, choice, named=named, on=on).cohort
    return reply(NearList(counts=found.near, near=found.near_cities, cities=found.cities))


@router.get(
    "/cohorts/{cohort}/expiring",
    summary="What counts today and soon will not",
    response_model=None,
    responses=says(ExpiringList, *READING),
)
def read_expiring(
    door: Door,
    cohort: str,
    choice: Chosen,
    named: Named = False,
    on: OnDay = None,
    within_days: Within = WITHIN_DAYS,
) -> Response:
    """How many cities lose what proves something, and with names which, and when."""
    found = _view(door, cohort, choice, named=named, on=on, days=within_days).cohort
    listed = ExpiringList(
        counts=found.expiring, expiring=found.expiring_entries, cities=found.cities
    )
    return reply(listed)


@router.get(
    "/cohorts/{cohort}/exports/{kind}",
    summary="A cohort as a file",
    response_model=None,
    responses=says(
        {"type": "string", "format": "binary"},
        *READING,
        UNAVAILABLE,
        media=tuple(sorted(set(MEDIA.values()))),
    ),
)
def export_as(
    door: Door,
    cohort: str,
    kind: CohortKind,
    choice: Chosen,
    named: Named = False,
    on: OnDay = None,
    lang: InLanguage = None,
) -> Response:
    """Workbook, tables, report or JSON; its name says whether it names cities.

    Who takes one that does stands in the log.
    """
    asked = door.headers.get("accept-language")
    spoken = load_language(lang) if lang is not None else language_asked(asked)
    view = _view(door, cohort, choice, named=named, on=on, counted="report")
    made = export_cohort(view, kind, spoken, printed=door.site.print_edition)
    if named:
        with door.writing() as (db, who):
            record_taken(db, who, view, kind)
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "Content-Security-Policy": SANDBOX,
        "Content-Language": spoken.code,
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type=made.media_type, headers=headers)


@router.post(
    "/cohorts/{cohort}/impact",
    summary="What another edition of the rubric would change",
    response_model=None,
    responses=says(Impact, *SENDING, UNAVAILABLE),
)
def compare_edition(
    door: Door,
    cohort: str,
    edition: Annotated[
        UploadFile, File(description="The folder of the new edition, with its rubric.yaml, as ZIP.")
    ],
    submissions: Annotated[
        UploadFile | None,
        File(description="Submissions as ZIP, instead of what the cohort has handed in."),
    ] = None,
    lens: Whose = Lens.EVIDENCED,
    on: OnDay = None,
) -> Response:
    """Whose verdict flips and why, and what must be asked anew. Nothing is kept.

    It is judged by a process with limits of time and memory; 503 where another one is at work.
    """
    who = door.who(counted="upload")
    found = impact_of_edition(
        door.site.database,
        who,
        cohort,
        edition.file,
        name=edition.filename or "edition.zip",
        submissions=submissions.file if submissions is not None else None,
        on=on,
        lens=lens,
        language=language_asked(door.headers.get("accept-language")),
    )
    return reply(found.impact)


@router.get(
    "/cohort-views",
    summary="The views that you keep",
    response_model=None,
    responses=says(Listed[SavedView], *READING, example={"items": [VIEW], "after": None}),
)
def list_views(door: Door) -> Response:
    """By their names."""
    with door.reading() as (db, who):
        return reply(Listed(saving.saved_views(db, who)))


@router.post(
    "/cohort-views",
    summary="Keep a view of a cohort",
    status_code=201,
    response_model=None,
    responses=says(SavedView, *CREATING, status=201, example=VIEW),
)
def create_view(door: Door, body: NewView, _key: IdempotencyKey = None) -> Response:
    """Under a name of your own; it keeps what was chosen, and never what it showed."""
    with door.writing() as (db, who):

        def create() -> Response:
            choice = Choice(**body.choice.model_dump())
            made = saving.save_view(
                db, who, name=body.name, cohort=body.cohort, choice=choice, named=body.named
            )
            return reply(made, status=201)

        return once(door, db, who, body, create)


@router.delete(
    "/cohort-views/{view}",
    summary="Forget a view",
    status_code=204,
    response_model=None,
    responses=says(None, *REMOVING, status=204),
)
def remove_view(door: Door, view: str) -> Response:
    """The cohort itself stays as it is."""
    with door.writing() as (db, who):
        saving.remove_view(db, who, view)
    return Response(status_code=204)


def _view(
    door: Door,
    cohort: str,
    choice: Choice,
    *,
    named: bool,
    on: date | None,
    days: int = WITHIN_DAYS,
    counted: Kind = "request",
) -> CohortView:
    with door.reading(counted=counted) as (db, who):
        return viewing.view_cohort(db, who, cohort, choice, named=named, on=on, within_days=days)
