"""The first page: whether a city may apply, before anybody signs in; and the choice of language."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.services import DEFAULT_RUBRIC
from api.web.door import Visit, Visiting, encrypted, local, remember_language
from api.web.reading import whole_number
from api.web.standard import own_rubric, rubric_in
from api.workspace.starting import check_eligibility
from assessment.results import Verdict
from assessment.submission import City
from reports.i18n import LANGUAGES
from reports.wording import reason_sentence

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(visit: Visiting) -> Response:
    """What this is, and who may take part."""
    visit.look()
    return _show(visit, country="", population="")


@router.get("/eligibility")
def eligibility(visit: Visiting, country: str = "", population: str = "") -> Response:
    """Whether a city of this country and size may apply; nothing is kept of the question."""
    visit.look()
    say = visit.language.text
    errors: dict[str, str] = {}
    people = whole_number(population)
    known = own_rubric(DEFAULT_RUBRIC).eligibility.countries
    if country not in {*known, "other"}:
        errors["country"] = say("Choose the country of your city.")
    if people is None:
        errors["population"] = say("Write the number of people in digits, such as 87500.")
    if errors:
        return _show(visit, country, population, errors=errors, status=422)
    city = City(name="-", country=country if country in known else "ZZ", population=people)
    found = check_eligibility(DEFAULT_RUBRIC, city)
    rubric = rubric_in(DEFAULT_RUBRIC, visit.language)
    reasons = [reason_sentence(r, None, rubric, visit.language) for r in found.reasons]
    if country == "other":
        reasons = [say("Cities of the Americas may apply; the country is not among those named.")]
    return _show(
        visit, country, population, may_apply=found.verdict is Verdict.MET, reasons=reasons
    )


@router.get("/language/{code}")
def language(visit: Visiting, code: str, back: str = "/") -> Response:
    """The same page in another language, for this browser from now on."""
    if code not in LANGUAGES:
        raise HTTPException(404)
    response = RedirectResponse(local(back), status_code=303)
    remember_language(response, code, encrypted=encrypted(visit))
    return response


def _show(
    visit: Visit, country: str, population: str, *, status: int = 200, **words: object
) -> Response:
    language, own = visit.language, own_rubric(DEFAULT_RUBRIC).eligibility
    countries = sorted((language.country(code), code) for code in own.countries)
    return visit.show(
        "start.html.j2",
        status=status,
        country=country,
        population=population,
        countries=countries,
        least=language.number(own.min_population),
        **words,
    )
