"""Examples of good feedback: called in the coach's language, written in that of the city."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.review.feedback import feedback_templates
from api.review.views import Word
from api.web.door import one
from api.web.reading import Posted
from reports.i18n import Language

DOCUMENT = ("document", "documento")
"""What stands in braces for the piece of evidence that a text is about."""

_LEFT = re.compile(r"\{[^{}\n]{1,60}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """An example to insert: its name and title, the text, and the words it goes with."""

    id: str
    title: str
    text: str
    fits: tuple[Word, ...]


def sentences(
    language: Language, *, city: str, document: str = "", fits: Word | None = None
) -> tuple[Sentence, ...]:
    """All examples, those for one word if it is named; `city` is the language of the team."""
    return tuple(
        each for each in _filled(language, city, document) if fits is None or fits in each.fits
    )


def inserted(form: Posted, field: str, name: str, known: tuple[Sentence, ...]) -> Posted:
    """The form with an example at the end of a field, for browsers without our script."""
    texts = {each.id: each.text for each in known}
    lines = (one(form, field), texts.get(name, ""))
    return {**form, field: ["\n".join(line for line in lines if line)]}


def left_to_fill(text: str) -> str:
    """What still stands in braces for the coach to fill in; empty where nothing does."""
    found = _LEFT.search(text)
    return found[0] if found is not None else ""


def _filled(language: Language, city: str, document: str) -> Iterator[Sentence]:
    texts = {each.id: each.text for each in feedback_templates(city)}
    for each in feedback_templates(language.code):
        text = texts.get(each.id, each.text)
        for word in DOCUMENT if document else ():
            text = text.replace(f"{{{word}}}", f"“{document}”")
        yield Sentence(id=each.id, title=each.title, text=" ".join(text.split()), fits=each.fits)
