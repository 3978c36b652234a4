"""Checks what is said, piece by piece, by the very code that checks a whole submission."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import ValidationError

from api.db.columns import to_json
from api.workspace.views import Part
from assessment.model import known_keys
from assessment.submission import Declared, Evidence, Submission
from assessment.validation import validate
from rubrics.problems import InputError, Place, Places, Problem, problems_from
from rubrics.schema import Rubric
from rubrics.text import Plain

ABOUT = frozenset({"prepared_by", "assessed_on", "official_result", "no_evidence"})
"""What can be said besides answers and declarations."""

_NOWHERE = {"name": "?", "country": "US"}


class Paths(Mapping[tuple[str | int, ...], Place]):
    """The place of everything is its own path: `answers.rdc8-survey.responses`.

    `skip` is how many numbers are left out of it.
    """

    def __init__(self, *, skip: int = 0) -> None:
        self._skip = skip

    def __getitem__(self, path: tuple[str | int, ...]) -> Place:
        """Keys have the place of their values."""
        if not path or path[0] == "#":
            raise KeyError(path)
        shown = path if not self._skip else (path[0], *path[1 + self._skip :])
        return Place(".".join(str(part) for part in shown))

    def __iter__(self) -> Iterator[tuple[str | int, ...]]:
        """Nobody lists them."""
        return iter(())

    def __len__(self) -> int:
        """There is no end to them."""
        return 0

    def __contains__(self, path: object) -> bool:
        """Every path but those of keys."""
        return bool(path) and cast("tuple[object, ...]", path)[0] != "#"


PATHS = Paths()
WITHIN_ONE = Paths(skip=1)
"""The one piece or decision that is checked has no number: `evidence.kind`."""


def checked(rubric: Rubric, part: Part, said: Mapping[str, object]) -> dict[str, object]:
    """The values as they are kept: typed as they are asked for, blank ones `None`.

    `InputError` lists everything that is wrong, with the path of each value as its place.
    """
    refuse_half_characters(said, part)
    match part:
        case Part.ANSWERS:
            found = _validated(rubric, {"answers": said}).answers
            return {name: _kept(found.get(name)) for name in said}
        case Part.DECLARED:
            return _declared(rubric, said)
        case Part.NOT_APPLICABLE:
            filled = {name: text for name, text in said.items() if text not in (None, "")}
            _validated(rubric, {"not_applicable": filled})
            return {name: filled.get(name) for name in said}
        case Part.ABOUT:
            return _about(rubric, said)


def checked_evidence(rubric: Rubric, said: Mapping[str, object]) -> Evidence:
    """A piece of evidence that fits the rubric, without facts: those are ours to see."""
    told = {key: value for key, value in said.items() if value not in (None, "")}
    refuse_half_characters(told, "evidence")
    has_content = {**told, "url": told.get("url") or "https://file.invalid"}
    entries = _validated(rubric, {"evidence": [has_content]}, WITHIN_ONE).evidence or ()
    return entries[0].model_copy(update={"url": told.get("url"), "facts": None, "stated": False})


def check_decision(rubric: Rubric, said: Mapping[str, object]) -> None:
    """`InputError` says what is wrong with a coach's decision."""
    _validated(rubric, {"decisions": [{**said, "by": "?"}]}, WITHIN_ONE)


def refuse_half_characters(value: object, where: str) -> None:
    """Half of a character (backslash, ud800) is valid JSON, and can be neither stored nor shown."""
    try:
        to_json(value)
    except UnicodeEncodeError:
        detail = "half of a character (a lone surrogate)"
        raise InputError([Problem("text.syntax", Place(where), {"detail": detail})]) from None


def typed(rubric: Rubric, part: Part, said: Mapping[str, object]) -> dict[str, object]:
    """The values as the engine takes them, with days as days; `InputError` as `checked`."""
    if part is Part.ANSWERS:
        return dict(_validated(rubric, {"answers": said}).answers)
    return checked(rubric, part, said)


def _declared(rubric: Rubric, said: Mapping[str, object]) -> dict[str, object]:
    problems = [
        Problem(
            "value.not_one_of",
            Place(f"declared.{code}"),
            {"got": str(word)[:80], "expected": "met, not_met", "suggestion": ""},
        )
        for code, word in said.items()
        if word not in ("met", "not_met", None, "")
    ]
    if problems:
        raise InputError(problems)
    by_word = {
        word: [code for code, given in said.items() if given == word] for word in ("met", "not_met")
    }
    cleared = [code for code, word in said.items() if not word]
    by_word["met"] += cleared  # so that it is told if there is no such criterion
    _validated(rubric, {"declared": by_word})
    return {code: word or None for code, word in said.items()}


def _about(rubric: Rubric, said: Mapping[str, object]) -> dict[str, object]:
    unknown = sorted(name for name in said if name not in ABOUT)
    if unknown:
        wrong = [
            Problem("key.unknown", Place(f"about.{name}"), {"key": name, "suggestion": ""})
            for name in unknown
        ]
        raise InputError(wrong)
    filled = {name: value for name, value in said.items() if value not in (None, "")}
    declared = {
        key: filled[name]
        for name, key in (("assessed_on", "assessed_on"), ("official_result", "evidence"))
        if name in filled
    }
    try:
        day = Declared.model_validate(declared).assessed_on
    except ValidationError as error:
        raise InputError(problems_from(error, PATHS, known_keys=known_keys())) from None
    _validated(rubric, {"prepared_by": filled.get("prepared_by")})
    typed = {
        "assessed_on": day.isoformat() if day is not None else None,
        "no_evidence": filled.get("no_evidence") is True or None,
    }
    return {name: typed.get(name, filled.get(name)) for name in said}


def _validated(rubric: Rubric, part: Mapping[str, object], places: Places = PATHS) -> Submission:
    data = {"rubric": rubric.id, "city": _NOWHERE, **part}
    return validate(rubric, cast("Mapping[str, Plain]", data), places)


def _kept(value: object) -> Any:  # noqa: ANN401 (plain JSON)
    """A value as JSON has it."""
    match value:
        case dict():
            kept = {name: _kept(inner) for name, inner in value.items()}
            return {name: inner for name, inner in kept.items() if inner is not None} or None
        case list() | tuple():
            return [_kept(inner) for inner in value]  # an empty list says "none of these"
        case float() if value.is_integer():
            return int(value)
        case _ if hasattr(value, "isoformat"):
            return value.isoformat()
        case _:
            return value
