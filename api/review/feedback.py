"""Examples of good feedback to begin a text with, in the languages of the pages.

They stand in `feedback.yaml`; `{…}` in a text is for the coach to fill in.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from api.review.views import Word
from rubrics.text import read_mapping

FILE = Path(__file__).with_name("feedback.yaml")


@dataclass(frozen=True, slots=True)
class FeedbackTemplate:
    """An example of good feedback, to begin a text with; `fits` are the words it goes with."""

    id: str
    title: str
    text: str
    fits: tuple[Word, ...]


def feedback_templates(language: str) -> tuple[FeedbackTemplate, ...]:
    """All of them in a language; English where we do not speak it."""
    return _loaded(language if language in ("es", "pt") else "en")


@cache
def _loaded(language: str) -> tuple[FeedbackTemplate, ...]:
    value, _ = read_mapping(FILE.read_bytes(), name=FILE.name)
    templates = cast("dict[str, dict[str, object]]", value["templates"])
    found = []
    for name, template in templates.items():
        words = cast("dict[str, str]", template[language])
        fits = tuple(Word(word) for word in cast("list[str]", template["fits"]))
        found.append(FeedbackTemplate(name, words["title"], words["text"].strip(), fits))
    return tuple(found)
