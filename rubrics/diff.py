"""What changed between two editions of a rubric, by id: what judges, and what is asked.

Sources, titles and explanations are left out: they change no verdict. The words of a question are
not: who is asked something else may answer something else.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rubrics.model import Located
from rubrics.schema import Criterion, PassRule, Question, Requirement, Rubric
from rubrics.text import Plain


class RubricPart(StrEnum):
    """What of a requirement, a criterion or the whole rubric is another."""

    ADDED = "added"
    REMOVED = "removed"
    QUESTION = "question"
    """What can be answered."""
    WORDS = "words"
    """How it is asked."""
    CHECK = "check"
    PROOF = "proof"
    APPLIES = "applies"
    """When it does not apply."""
    RULE = "rule"
    LITERAL = "literal"
    PREREQUISITES = "prerequisites"
    POINTS = "points"
    TIERS = "tiers"
    ELIGIBILITY = "eligibility"
    DECLARATIONS = "declarations"


ASKED = (RubricPart.QUESTION, RubricPart.WORDS)
"""Where these differ, an answer from before may no longer say what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is another: `about` is a requirement, a criterion, or empty for the rubric.

    `path` is where, as an author writes it (`check.min`), `at` the place in the new edition (in the
    old one, where it was removed). `before` and `after` are JSON; `None` where nothing stood.
    """

    about: str
    criterion: str
    part: RubricPart
    path: str
    before: str | None
    after: str | None
    at: str


@dataclass(frozen=True, slots=True)
class _Place:
    """What may be another, and where it stands."""

    about: str
    criterion: str
    part: RubricPart
    path: str
    at: str

    def difference(self, path: str, before: str | None, after: str | None) -> Difference:
        return Difference(
            about=self.about,
            criterion=self.criterion,
            part=self.part,
            path=path,
            before=before,
            after=after,
            at=self.at,
        )


def differences(old: Rubric, new: Rubric) -> tuple[Difference, ...]:
    """Everything in which two editions differ, the rubric first, then in the new one's order."""
    return (*_whole(old, new), *_criteria(old, new))


def _whole(old: Rubric, new: Rubric) -> Iterator[Difference]:
    parts = (
        (RubricPart.TIERS, "tiers", old.tiers, new.tiers),
        (RubricPart.ELIGIBILITY, "eligibility", old.eligibility, new.eligibility),
        (RubricPart.DECLARATIONS, "declarations", old.declarations, new.declarations),
    )
    for part, path, was, now in parts:
        yield from _changed(_Place("", "", part, path, new.at), _judging(was), _judging(now))


def _criteria(old: Rubric, new: Rubric) -> Iterator[Difference]:
    known = {criterion.id: criterion for criterion in old.criteria}
    for criterion in new.criteria:
        code, was = criterion.id, known.pop(criterion.id, None)
        if was is None:
            yield _there(code, code, RubricPart.ADDED, criterion.at)
            yield from _requirements((), criterion.requirements, code)
        else:
            yield from _criterion(was, criterion)
            yield from _requirements(was.requirements, criterion.requirements, code)
    for code, gone in known.items():
        yield _there(code, code, RubricPart.REMOVED, gone.at)
        yield from _requirements(gone.requirements, (), code)


def _criterion(old: Criterion, new: Criterion) -> Iterator[Difference]:
    parts: list[tuple[RubricPart, str, Plain, Plain]] = [
        (RubricPart.RULE, "passes.rule", _rule(old.passes), _rule(new.passes)),
        (RubricPart.LITERAL, "literal.rule", _rule(old.literal), _rule(new.literal)),
        (RubricPart.PREREQUISITES, "prerequisites", [*old.prerequisites], [*new.prerequisites]),
        (RubricPart.POINTS, "points", old.points, new.points),
    ]
    for part, path, was, now in parts:
        yield from _changed(_Place(new.id, new.id, part, path, new.at), was, now)


def _requirements(
    old: Sequence[Requirement], new: Sequence[Requirement], code: str
) -> Iterator[Difference]:
    known = {own.id: own for own in old}
    for own in new:
        was = known.pop(own.id, None)
        if was is None:
            yield _there(own.id, code, RubricPart.ADDED, own.at)
        else:
            yield from _requirement(was, own, code)
    for gone in known.values():
        yield _there(gone.id, code, RubricPart.REMOVED, gone.at)


def _requirement(old: Requirement, new: Requirement, code: str) -> Iterator[Difference]:
    parts: list[tuple[RubricPart, str, Plain, Plain]] = [
        (RubricPart.QUESTION, "ask", _answers(old.ask), _answers(new.ask)),
        (RubricPart.WORDS, "ask", _words(old.ask), _words(new.ask)),
        (RubricPart.CHECK, "check", _judging(old.check), _judging(new.check)),
        (RubricPart.PROOF, "proof", _judging(old.proof), _judging(new.proof)),
        (RubricPart.APPLIES, "not_applicable", _applies(old), _applies(new)),
    ]
    for part, path, was, now in parts:
        yield from _changed(_Place(new.id, code, part, path, new.at), was, now)


def _there(about: str, criterion: str, part: RubricPart, at: str) -> Difference:
    return _Place(about, criterion, part, "", at).difference("", None, None)


# --- what counts of each, as plain values ---------------------------------------------------------

_TOLD = frozenset({"source", "rounding_source", "title", "text", "because", "note", "cautions"})
"""Keys that explain and do not judge."""


def _judging(piece: Located) -> Plain:
    """A piece of a rubric without what only explains it."""
    return _without(piece.model_dump(mode="json", by_alias=True, exclude_none=True))


def _without(value: Plain) -> Plain:
    if isinstance(value, dict):
        return {key: _without(child) for key, child in value.items() if key not in _TOLD}
    if isinstance(value, list):
        return [_without(child) for child in value]
    # As an author writes it: 80, not 80.0.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rule(passes: PassRule | None) -> Plain:
    return None if passes is None else _judging(passes.rule)


def _applies(own: Requirement) -> Plain:
    """When a requirement may be left out: never (`None`), by justification, or by an answer."""
    if own.not_applicable is None:
        return None
    when = own.not_applicable.when
    return {"when": _judging(when) if when is not None else "justified"}


def _answers(question: Question) -> Plain:
    """What can be answered."""
    parts = {"fields": question.fields, "columns": question.columns}
    inside: dict[str, Plain] = {
        name: {key: _answers(child) for key, child in group.items()}
        for name, group in parts.items()
        if group
    }
    options: dict[str, Plain] = {"options": [*question.options]} if question.options else {}
    return {"kind": question.kind, **options, **inside}


def _words(question: Question) -> Plain:
    """How it is asked."""
    inside = {**question.fields, **question.columns}
    return {
        "text": question.text,
        **{f"options.{name}": label for name, label in question.options.items()},
        **{name: _words(child) for name, child in inside.items()},
    }


# --- two values, side by side ---------------------------------------------------------------------


def _changed(place: _Place, before: Plain, after: Plain) -> Iterator[Difference]:
    for path, was, now in _apart(before, after, place.path):
        if place.part is RubricPart.WORDS and (was is None or now is None):
            continue  # an option or field that is new or gone is a matter of the question
        yield place.difference(path, _told(was), _told(now))


def _apart(before: Plain, after: Plain, path: str) -> Iterator[tuple[str, Plain, Plain]]:
    """Where two values differ, as deep down as they have anything in common."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _apart(before.get(key), after.get(key), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list):
        gone = [entry for entry in before if entry not in after]
        come = [entry for entry in after if entry not in before]
        if len(gone) == len(come) == 1 and len(before) == len(after):
            yield from _apart(gone[0], come[0], f"{path}[{after.index(come[0])}]")
        else:
            yield path, gone or before, come or after
    else:
        yield path, before, after


def _told(value: Plain) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
