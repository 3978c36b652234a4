"""What another edition of the rubric would change: choose it, see whose verdict flips and why."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.accounts import Action
from api.accounts.rights import require_in_programme
from api.cohorts.choosing import EVERYBODY, cohort_names
from api.cohorts.exporting import XLSX
from api.cohorts.impacting import impact_of_edition
from api.errors import TooLarge
from api.web.cohorts import cohort_title
from api.web.door import Visit, Visiting
from api.web.faults import sentence
from assessment.results import Lens
from reports import wording
from reports.wording import problem_sentence
from rubrics.problems import InputError

router = APIRouter(include_in_schema=False)

PATH = "/rubrics/impact"
MAX_TOLD = 50
"""Problems that a page lists; whoever has more begins with these."""

MAX_CITIES = 100
"""Cities that a page lists; the workbook has all."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The form: two archives, of which the second may be left out, and what was chosen."""

    fields: Mapping[str, str]
    files: Mapping[str, UploadFile]


async def sent(request: Request) -> AsyncIterator[Sent]:
    """What was sent; it is let go of when the answer is sent."""
    async with request.form(max_files=2, max_fields=20) as form:
        files = {k: v for k, v in form.multi_items() if isinstance(v, UploadFile) and v.filename}
        fields = {k: v for k, v in form.multi_items() if isinstance(v, str)}
        yield Sent(fields, files)


Brought = Annotated[Sent, Depends(sent)]


@router.get(PATH)
def ask(visit: Visiting) -> Response:
    """What is wanted: the edition, and on whose submissions."""
    return _show(visit, {})


@router.post(PATH)
def compare(visit: Visiting, brought: Brought) -> Response:
    """The comparison as a page, or as the workbook that holds all of it."""
    edition, submissions = brought.files.get("edition"), brought.files.get("submissions")
    if edition is None:
        text = visit.language.text("Choose the ZIP of the new edition.")
        return _show(visit, brought.fields, errors={"edition": text}, status=422)
    with visit.reading() as (_, who):
        visit.site.rates.count("upload", who.person.id)
    try:
        found = impact_of_edition(
            visit.site.database,
            who,
            brought.fields.get("cohort", EVERYBODY),
            edition.file,
            name=edition.filename or "edition.zip",
            submissions=submissions.file if submissions is not None else None,
            lens=_lens(brought.fields.get("lens", "")),
            language=visit.language,
        )
    except InputError as error:
        problems = [
            (str(problem.place), problem_sentence(problem, visit.language))
            for problem in error.problems[:MAX_TOLD]
        ]
        text = visit.language.text("Nothing was compared. Mend what is listed, and try again.")
        errors = {"edition": text}
        return _show(visit, brought.fields, errors=errors, problems=problems, status=422)
    except TooLarge as error:
        errors = {"edition": sentence(error, visit.language)}
        return _show(visit, brought.fields, errors=errors, status=422)
    if brought.fields.get("as") == "xlsx":
        headers = {
            "Content-Disposition": 'attachment; filename="impact-confidential.xlsx"',
            "Cache-Control": "no-store",
        }
        return Response(found.workbook, media_type=XLSX, headers=headers)
    return visit.show("impact.html.j2", told=found.page, most=MAX_CITIES)


def _lens(word: str) -> Lens:
    return Lens(word) if word in set(Lens) else Lens.EVIDENCED


def _show(
    visit: Visit, given: Mapping[str, str], *, status: int = 200, **words: object
) -> Response:
    with visit.reading() as (_, who):
        require_in_programme(who, Action.COHORT_NAMES)
    return visit.show(
        "ask_impact.html.j2",
        status=status,
        given=given,
        cohorts=[(one.name, cohort_title(one, visit.language)) for one in cohort_names()],
        lenses=[(lens.value, wording.lens_word(lens, visit.language)) for lens in Lens],
        **words,
    )
