"""Where something is wrong with a submission of a batch: file, row and column, each by itself.

Readers name a place in one text (`city.xlsx, Answers!C7`, `city.yaml:12:3`); a table of errors can
be sorted and filtered only where its parts stand apart.
"""

import re
from pathlib import Path

from api.batches.plan import Wrong
from rubrics.problems import Place, Problem

_CELL = re.compile(r"^(?P<file>.*), (?P<sheet>[^,]+)!(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})$")
_COLUMN = re.compile(r"^(?P<file>.*\.(?:csv|parquet|xlsx|ods)), (?P<column>[^,]+)$", re.IGNORECASE)


def wrong_of(problem: Problem, *, root: Path | None = None) -> Wrong:
    """What is wrong, with the parts of its place; paths are told from `root` on."""
    place = problem.place
    file = _inside(place.file, root)
    row, column = place.line, str(place.column or "")
    if (cell := _CELL.match(file)) is not None:
        file, row = cell["file"], int(cell["row"])
        column = f"{cell['sheet']}!{cell['column']}"
    elif (named := _COLUMN.match(file)) is not None:
        file, column = named["file"], named["column"]
    params = {
        name: _inside(value, root) if isinstance(value, str) else value
        for name, value in problem.params.items()
    }
    return Wrong(file=file, row=row, column=column, code=problem.code, params=params)


def place_of(wrong: Wrong) -> Place:
    """The place in one piece again."""
    named = wrong.column if not wrong.column.isdecimal() else ""
    file = f"{wrong.file}, {named}" if named else wrong.file
    return Place(file, wrong.row, int(wrong.column) if wrong.column.isdecimal() else 0)


def _inside(text: str, root: Path | None) -> str:
    """A path as whoever gave us the folder knows it: nobody else's folders stand in results."""
    return text.replace(f"{root}/", "") if root is not None else text
