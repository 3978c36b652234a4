"""The rubrics that an assessment may be filled in by: those of the library, loaded once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rubrics.loader import LIBRARY, load_rubric, rubric_folder
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True)
class Known:
    """A rubric and its folder."""

    rubric: Rubric
    folder: Path


@cache
def known_rubrics() -> tuple[str, ...]:
    """The ids of the library's rubrics, in order."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob("*/rubric.yaml")))


def rubric_named(name: str) -> Known:
    """The rubric of this id; `InputError` where the library has none: a path is no id."""
    if name not in known_rubrics():
        rubric_folder(f"{name}/")  # says which there are
    return _loaded(name)


@cache
def _loaded(name: str) -> Known:
    folder = LIBRARY / name
    return Known(load_rubric(folder), folder)
