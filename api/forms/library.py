"""Finds the forms that ship with a rubric."""

from functools import cache
from pathlib import Path

from rubrics.forms import Form, read_forms
from rubrics.loader import LIBRARY


def load_forms(folder: Path) -> tuple[Form, ...]:
    """Every form of a rubric's folder, by name; `InputError` lists what is wrong with them."""
    files = sorted(folder.glob("forms/*.yaml"))
    return read_forms((f"forms/{file.name}", file.read_bytes()) for file in files)


@cache
def library_forms() -> tuple[Form, ...]:
    """Every form that ships with the project."""
    folders = sorted(path.parent for path in LIBRARY.glob("*/rubric.yaml"))
    return tuple(form for folder in folders for form in load_forms(folder))
