"""Somebody was faster: what both said side by side, the choice, and all else that was typed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from api.errors import PersonRef, Said
from api.web.assessments import Frame
from api.web.door import Visit
from api.web.reading import Posted
from api.web.review.frame import ReviewFrame
from api.web.saying import Told, day_text
from reports.i18n import Language
from rubrics.schema import Rubric

_NOT_KEPT = frozenset({"version", "more", "next", "csrf_token"})

Pairs = list[tuple[str, str]]
"""Fields of a form with their texts, as they are sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What the page shows: `kept` is sent again by whoever keeps their own, `instead` otherwise.

    Where there is no `instead`, keeping the other means going back to what is there. `draft` names
    what the browser has kept of the form, which goes with either choice.
    """

    title: str
    action: str
    back: str
    mine: Told
    theirs: Told
    there: Said
    kept: Pairs
    versions: Pairs
    instead: Pairs | None = None
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
        headline=headline(conflict.there.by, visit.language),
        conflict=conflict,
    )


def kept_of(form: Posted, *, without: Collection[str] = ()) -> Pairs:
    """Everything that was typed, to be sent again."""
    return [
        (name, word)
        for name, words in form.items()
        if name not in _NOT_KEPT and name not in without and not name.startswith("version.")
        for word in words
    ]


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
    kind = str(said.get("kind", ""))
    yield say("What you call it"), str(said.get("title", ""))
    yield say("What kind of evidence is it?"), words.evidence_kinds.get(kind, kind)
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
    for column, field in _mapping(said.get("columns")).items():
        yield say("Column {name}", name=column), str(field)


def _mapping(told: object) -> Mapping[str, object]:
    return told if isinstance(told, Mapping) else {}


def _title(name: str, rubric: Rubric) -> str:
    own = rubric.requirements.get(name)
    return own.title if own is not None else name
