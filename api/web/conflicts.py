"""Somebody was faster: what both said side by side, the choice, and all else that was typed.

The page sends the whole form again with the versions that it had, the choice, and the versions of
the others' that its reader has seen: the server puts all of it together anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from api.errors import PersonRef, Said
from api.web.assessments import Frame
from api.web.door import Visit, one
from api.web.reading import Posted
from api.web.review.frame import ReviewFrame
from api.workspace.merging import UNDECIDED, Choice, Keep
from reports.answers import Told, day_text
from reports.i18n import Language
from reports.labels import field_in_words
from rubrics.schema import Rubric

_NOT_SENT_AGAIN = frozenset({"more", "next", "csrf_token", "keep"})

SEEN = "seen."
"""What the fields begin with that tell the versions of others' that somebody has seen."""

Pairs = list[tuple[str, str]]
"""Fields of a form with their texts, as they are sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What the page shows, and what it sends again.

    `draft` names what a browser has kept of the form, where a page has several.
    """

    headline: str
    title: str
    action: str
    mine: Told
    theirs: Told
    there: Said
    kept: Pairs
    draft: str = ""


def headline(by: PersonRef | None, language: Language) -> str:
    """Who was faster, in a sentence."""
    name = by.name if by is not None else language.text("Somebody")
    return language.text("{name} changed this while you were typing", name=name)


def show_conflict(
    visit: Visit,
    frame: Frame | ReviewFrame,
    conflict: Conflict,
    *,
    around: str = "assessment.html.j2",
) -> Response:
    """Both sides and the choice. Nothing is lost, whichever is taken."""
    return visit.show(
        "conflict.html.j2",
        status=412,
        around=around,
        frame=frame,
        conflict=conflict,
    )


def sent_again(form: Posted, seen: Mapping[str, int]) -> Pairs:
    """Everything that was typed, with its versions, and the versions of others' beside it."""
    typed = [
        (name, word)
        for name, words in form.items()
        if name not in _NOT_SENT_AGAIN and not name.startswith(SEEN)
        for word in words
    ]
    return [*typed, *((SEEN + name, str(version)) for name, version in seen.items())]


def choice_in(form: Posted) -> Choice:
    """What somebody chose on the page, if the form comes from there."""
    word = one(form, "keep")
    if word not in frozenset(Keep):
        return UNDECIDED
    seen = {name.removeprefix(SEEN): version(form, name) for name in form if name.startswith(SEEN)}
    return Choice(Keep(word), seen)


def version(form: Posted, name: str = "version") -> int:
    """A version that somebody had before their eyes; 0 where the field holds none."""
    text = one(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def differing(mine: Told, theirs: Told) -> tuple[Told, Told]:
    """Of values with parts only those parts that are not the same."""
    if not (mine.parts or theirs.parts):
        return mine, theirs
    sides = [{part.label: part for part in side.parts} for side in (mine, theirs)]
    labels = dict.fromkeys(label for side in sides for label in side)
    differ = [label for label in labels if sides[0].get(label) != sides[1].get(label)]
    found = [
        replace(side, parts=tuple(own.get(label, Told(label=label, text="–")) for label in differ))  # noqa: RUF001 (a dash is meant)
        for side, own in zip((mine, theirs), sides, strict=True)
    ]
    return found[0], found[1]


def pieces_told(
    mine: object, theirs: object, rubric: Rubric, language: Language
) -> tuple[Told, Told]:
    """What is said of a piece of evidence on both sides, where it is not the same."""
    sides = [side if isinstance(side, Mapping) else {} for side in (mine, theirs)]
    lines = [dict(_lines(side, rubric, language)) for side in sides]
    labels = dict.fromkeys(label for side in lines for label in side)
    differing = [label for label in labels if lines[0].get(label) != lines[1].get(label)]
    nothing = language.text("Nothing is said here")
    told = [
        Told(parts=tuple(Told(label=label, text=side.get(label, nothing)) for label in differing))
        for side in lines
    ]
    return told[0], told[1]


def _lines(
    said: Mapping[str, object], rubric: Rubric, language: Language
) -> Iterator[tuple[str, str]]:
    """Everything that a team says of a piece: what it is about, and what was said."""
    words, say = rubric.vocabulary, language.text
    if "title" in said:
        yield say("What you call it"), str(said["title"] or "")
    if kind := said.get("kind"):
        yield say("What kind of evidence is it?"), words.evidence_kinds.get(str(kind), str(kind))
    if dated := said.get("dated"):
        yield say("The day from which it holds"), day_text(dated, language)
    population = said.get("population")
    if isinstance(population, Mapping):
        label = say("How many processes it should hold, if it held all")
        yield label, language.number(int(str(population.get("number", 0))))
    if note := said.get("note"):
        yield say("A note for whoever reads it"), str(note)
    if serves := said.get("serves"):
        names = [str(name) for name in serves] if isinstance(serves, list) else []
        titles = (_title(name, rubric) for name in names)
        yield say("Use it for"), "; ".join(sorted(titles))
    for mark, where in _mapping(said.get("shows")).items():
        yield words.marks.get(mark, mark), str(where)
    for column, meant in _mapping(said.get("columns")).items():
        yield say("Column {name}", name=column), field_in_words(str(meant), language)


def _mapping(told: object) -> Mapping[str, object]:
    return told if isinstance(told, Mapping) else {}


def _title(name: str, rubric: Rubric) -> str:
    own = rubric.requirements.get(name)
    return own.title if own is not None else name
