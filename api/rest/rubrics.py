"""What is asked: the rubrics of the library, in the reader's language; open to everybody."""

import hashlib
from functools import lru_cache
from typing import Annotated

import msgspec
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.exceptions import NOT_FOUND, FaultError
from api.languages import language_asked
from api.rest.bodies import Country
from api.rest.describing import PUBLIC, says
from api.rest.door import Door
from api.rest.replies import reply, reply_unless_known, to_json
from api.rest.routing import new_router
from api.rest.versions import tag
from api.services import in_language
from api.workspace.starting import check_eligibility
from assessment.results import Eligibility
from assessment.submission import City
from reports.i18n import load_language
from rubrics.loader import LIBRARY, load_rubric
from rubrics.schema import Criterion, Rubric

router = new_router("rubrics")

PopulationAsked = Annotated[int | None, Query(ge=0, le=100_000_000)]

KEPT = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Language"}
"""Rubrics hold nothing of anybody, and change with the program."""

ETAG = {"ETag": "Of this rubric in this language."}


class RubricEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A rubric in the list."""

    id: str
    edition: str
    title: str
    status: str
    digest: str
    criteria: int
    points: int


class RubricList(msgspec.Struct, frozen=True):
    """Every rubric of the library."""

    items: tuple[RubricEntry, ...]


ENTRY = {
    "id": "wwc-2022",
    "edition": "2022",
    "title": "What Works Cities Certification",
    "status": "unofficial",
    "digest": "6f1e…",
    "criteria": 43,
    "points": 43,
}


@router.get(
    "/rubrics",
    summary="Every rubric",
    response_model=None,
    responses=says(RubricList, *PUBLIC, example={"items": [ENTRY]}, headers=ETAG, unchanged=True),
)
def list_rubrics(door: Door) -> Response:
    """Their titles in the language that `Accept-Language` asks for."""
    door.count_stranger("request")
    code = language_asked(door.headers.get("accept-language")).code
    found = [in_words(name, code) for name in names()]
    return _told(door, to_json(RubricList(tuple(_entry(rubric) for rubric in found))), code)


@router.get(
    "/rubrics/{rubric}",
    summary="One rubric, whole",
    response_model=None,
    responses=says(Rubric, *PUBLIC, headers=ETAG, unchanged=True),
)
def read_rubric(door: Door, rubric: str) -> Response:
    """Practices, criteria, requirements with their questions, proofs, sources and remedies."""
    door.count_stranger("request")
    code = language_asked(door.headers.get("accept-language")).code
    _rubric(rubric, code)
    return _told(door, _written(rubric, code), code)


@router.get(
    "/rubrics/{rubric}/criteria/{criterion}",
    summary="One criterion, whole",
    response_model=None,
    responses=says(Criterion, *PUBLIC, headers=ETAG, unchanged=True),
)
def read_criterion(door: Door, rubric: str, criterion: str) -> Response:
    """A criterion with its requirements."""
    door.count_stranger("request")
    code = language_asked(door.headers.get("accept-language")).code
    if criterion not in {one.id for one in _rubric(rubric, code).criteria}:
        raise FaultError(NOT_FOUND)
    return _told(door, _written(rubric, code, criterion), code)


@router.get(
    "/rubrics/{rubric}/eligibility",
    summary="May a city apply?",
    response_model=None,
    responses=says(Eligibility, *PUBLIC, example={"verdict": "met", "reasons": []}),
)
def eligibility(
    door: Door, rubric: str, country: Country, population: PopulationAsked = None
) -> Response:
    """By its country and its population; it changes no verdict."""
    door.count_stranger("request")
    _rubric(rubric, "en")
    applicant = City(name="?", country=country, population=population)
    return reply(check_eligibility(rubric, applicant))


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The rubrics of the library."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob("*/rubric.yaml")))


@lru_cache(maxsize=32)
def in_words(name: str, code: str) -> Rubric:
    """A rubric of the library in a language."""
    folder = LIBRARY / name
    return in_language(load_rubric(folder), folder, load_language(code))


def _rubric(name: str, code: str) -> Rubric:
    if name not in names():
        raise FaultError(NOT_FOUND)
    return in_words(name, code)


@lru_cache(maxsize=256)
def _written(name: str, code: str, criterion: str | None = None) -> bytes:
    """A rubric, or one of its criteria, as its YAML has it: without what nobody wrote."""
    rubric = in_words(name, code)
    piece = rubric if criterion is None else rubric.criterion(criterion)
    return piece.model_dump_json(by_alias=True, exclude_unset=True).encode()


def _told(request: Request, told: bytes, code: str) -> Response:
    """What is asked, or 304; its ETag is of all that is told, so that other words are noticed."""
    etag = tag(hashlib.sha256(told).hexdigest()[:32])
    headers = {**KEPT, "Content-Language": code}
    return reply_unless_known(request, told, etag=etag, headers=headers)


def _entry(rubric: Rubric) -> RubricEntry:
    return RubricEntry(
        id=rubric.id,
        edition=rubric.edition,
        title=rubric.title,
        status=rubric.status,
        digest=rubric.digest,
        criteria=len(rubric.criteria),
        points=rubric.points,
    )
