"""Writes what `readiness template` is asked for: one form, or a whole submission."""

from pathlib import Path

from api.forms.batch_form import write_batch_form
from api.forms.library import library_forms
from api.forms.submission_writing import write_submission_workbook
from api.forms.writing_csv import write_csv
from api.forms.writing_xlsx import write_xlsx
from api.outputs import STANDARD_OUTPUT
from api.submissions import read_written
from assessment.validation import validate
from rubrics.loader import load_rubric, rubric_folder
from rubrics.problems import InputError, Place, Problem

SUBMISSION = "submission"
BATCH = "batch"
RUBRIC = "wwc-2022"
"""The rubric that an empty submission is written for."""


def template_bytes(name: str, *, language: str, as_csv: bool, start: str | None) -> bytes:
    """The form of this name as a file; `start` is the submission to fill it with."""
    if (as_csv and name == SUBMISSION) or (start is not None and name != SUBMISSION):
        option = "--csv" if as_csv else "--from"
        raise InputError([Problem("template.option", Place(option), {"name": name})])
    if name == SUBMISSION:
        return _submission(start, language=language)
    if name == BATCH:
        return write_batch_form(rubric_folder(RUBRIC), language=language, as_csv=as_csv)
    form = next(form for form in library_forms() if form.id == name)
    write = write_csv if as_csv else write_xlsx
    return write(form, language=language)


def refuse_to_overwrite(target: Path) -> None:
    """A form that somebody has filled in may bear the same name."""
    if target != STANDARD_OUTPUT and target.is_file():
        raise InputError([Problem("output.taken", Place(str(target)), {"file": str(target)})])


def _submission(start: str | None, *, language: str) -> bytes:
    """A workbook with what the submission in the file `start` says, or an empty one."""
    if start is None:
        return write_submission_workbook(rubric_folder(RUBRIC), None, language=language)
    written = read_written(start)
    folder = rubric_folder(written.rubric or RUBRIC)
    submission = validate(load_rubric(folder), written.value, written.places)
    return write_submission_workbook(folder, submission, language=language)
