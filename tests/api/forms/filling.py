"""Fills in the workbooks of forms for tests, as a person would: in the cells that are for it."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from api.forms.library import library_forms
from rubrics.forms import Form

Cells = Sequence[Sequence[Any]]


def form_of(name: str) -> Form:
    return next(form for form in library_forms() if form.id == name)


def write_book(path: Path, sheets: Mapping[str, Cells]) -> Path:
    """A workbook of these cells, typed as they are; `=…` is a formula, `None` a blank."""
    with xlsxwriter.Workbook(path, {"strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(i, j, cell, day)
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(i, j, cell, None, "#REF!")
                    elif cell is not None:
                        sheet.write(i, j, cell)
    return path
