"""The workbook instead of the form: take it with you, fill it in, bring it back."""

from fastapi import APIRouter
from starlette.responses import Response

from api.errors import Stale, TooLarge, Unusable
from api.slugs import slug
from api.web.assessments import frame_of
from api.web.conflicts import version
from api.web.door import Visit, Visiting
from api.web.faults import sentence
from api.web.routes.locker import Brought
from api.workspace.exchanging import export_workbook, import_submission
from api.workspace.reading import read_assessment
from reports.wording import problem_sentence
from rubrics.problems import InputError

router = APIRouter(include_in_schema=False)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_TOLD = 50
"""Problems that a page lists; whoever has more begins with these."""


@router.get("/assessments/{assessment_id}/workbook")
def workbook(visit: Visiting, assessment_id: str) -> Response:
    """Download and upload, with what each does."""
    return _show(visit, assessment_id)


@router.get("/assessments/{assessment_id}/workbook.xlsx")
def download(visit: Visiting, assessment_id: str) -> Response:
    """The workbook with everything that is said so far, in the reader's language."""
    with visit.reading() as (db, who):
        view = read_assessment(db, who, assessment_id)
        book = export_workbook(db, who, assessment_id, language=visit.language.code)
    name = slug(view.city.name)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(book, media_type=XLSX, headers=headers)


@router.post("/assessments/{assessment_id}/import")
def take_over(visit: Visiting, assessment_id: str, brought: Brought) -> Response:
    """Takes over what a workbook says; what is wrong with it is listed, and nothing is changed."""
    if brought.file is None:
        text = visit.language.text("Choose the workbook that you filled in.")
        return _show(visit, assessment_id, errors={"file": text}, status=422)
    with visit.reading() as (_, who):
        visit.site.rates.count("upload", who.person.id)
    try:
        taken = import_submission(
            visit.site.database,
            who,
            assessment_id,
            brought.file.file,
            filename=brought.file.filename or "workbook.xlsx",
            version=version(brought.fields),
        )
    except Stale:
        text = visit.language.text(
            "Somebody changed something since you opened this page. Look at Activity, then choose "
            "the workbook again: it takes the place of what is here."
        )
        return _show(visit, assessment_id, errors={"file": text}, status=412)
    except InputError as error:
        problems = [
            (str(problem.place), problem_sentence(problem, visit.language))
            for problem in error.problems[:MAX_TOLD]
        ]
        text = visit.language.text("Nothing was changed. Mend the workbook and bring it again.")
        return _show(visit, assessment_id, errors={"file": text}, problems=problems, status=422)
    except (TooLarge, Unusable) as error:
        errors = {"file": sentence(error, visit.language)}
        return _show(visit, assessment_id, errors=errors, status=422)
    return _show(visit, assessment_id, taken=taken)


def _show(visit: Visit, assessment_id: str, *, status: int = 200, **words: object) -> Response:
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language)
    return visit.show("workbook.html.j2", status=status, frame=frame, **words)
