"""What a team did, change by change, in words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from api.web.conflicts import pieces_told
from api.workspace.setting_aside import SetAside
from api.workspace.views import Part, Revision
from reports import wording
from reports.answers import Told, told
from reports.i18n import N_, Language, Message
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change: whose, when, of what, from what to what."""

    by: str
    at: datetime
    what: str
    path: str
    old: Told
    new: Told


_ABOUT: dict[str, Message] = {
    "prepared_by": N_("Who prepared it"),
    "assessed_on": N_("Day of the last official result"),
    "official_result": N_("The evidence that holds the official result"),
    "no_evidence": N_("That there is no evidence"),
}


def told_events(
    revisions: Iterable[Revision], rubric: Rubric, language: Language
) -> tuple[Event, ...]:
    """Every change in words; `rubric` is in the same language."""
    return tuple(_event(revision, rubric, language) for revision in revisions)


def told_aside(texts: Iterable[SetAside], rubric: Rubric, language: Language) -> tuple[Event, ...]:
    """Every text that gave way to another, in words; of a piece of evidence all that was typed."""
    return tuple(_aside(text, rubric, language) for text in texts)


def _aside(text: SetAside, rubric: Rubric, language: Language) -> Event:
    event = _event(
        Revision(
            number=text.number,
            part=text.part,
            name=text.name,
            version=0,
            by=text.by,
            at=text.at,
            old=None,
            new=text.value,
        ),
        rubric,
        language,
    )
    if text.part in frozenset(Part):
        return event
    typed, _ = pieces_told(text.value, None, rubric, language)
    title = _title(text.value) or text.name
    return replace(event, new=typed, what=language.text("Evidence: {title}", title=title))


def _event(revision: Revision, rubric: Rubric, language: Language) -> Event:
    what, path = revision.name, ""
    own = rubric.requirements.get(revision.name)
    old, new = Told(text=_text(revision.old)), Told(text=_text(revision.new))
    match revision.part:
        case Part.ANSWERS if own is not None:
            what, path = own.title, f"/requirements/{own.id}"
            old = told(own.ask, revision.old, language)
            new = told(own.ask, revision.new, language)
        case Part.NOT_APPLICABLE if own is not None:
            what, path = (
                language.text("Does not apply: {title}", title=own.title),
                (f"/requirements/{own.id}"),
            )
        case Part.DECLARED:
            titles = {c.id: c.title for c in rubric.criteria}
            what = f"{revision.name} · {titles.get(revision.name, '')}"
            old, new = _declared(revision.old, language), _declared(revision.new, language)
        case Part.ABOUT:
            known = _ABOUT.get(revision.name)
            what = language.say(known) if known is not None else revision.name
        case _:
            title = _title(revision.new) or _title(revision.old) or revision.name
            what = language.text("Evidence: {title}", title=title)
            path = f"/evidence/{revision.name}" if revision.new is not None else ""
            old, new = _piece(revision.old, language), _piece(revision.new, language)
    return Event(by=revision.by.name, at=revision.at, what=what, path=path, old=old, new=new)


def _declared(value: object, language: Language) -> Told:
    known = {verdict.value: word for verdict, word in wording.VERDICTS.items()}
    word = known.get(str(value))
    return Told(text=language.say(word) if word is not None else language.text("We do not know"))


def _piece(value: object, language: Language) -> Told:
    """Evidence is told by whether it is there: its page says the rest."""
    if value is None:
        return Told(text=language.text("Not here"))
    return Told(text=_title(value) or language.text("Here"))


def _title(value: object) -> str:
    return str(value.get("title") or "") if isinstance(value, Mapping) else ""


def _text(value: object) -> str:
    return "–" if value in (None, "") else str(value)  # noqa: RUF001 (a dash is meant)
