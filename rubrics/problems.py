"""What is wrong with a file that people wrote: a code, its parameters, and the place.

`str(problem)` is an English sentence of `messages.py`; `reports/wording.py` translates it.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from rubrics.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: file as the reader named it, line and column from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `code` and `params` fill a sentence of `MESSAGES`."""

    code: str
    place: Place
    params: Mapping[str, str | int] = field(default_factory=dict)

    def message(
        self, template: str | None = None, hint: str = " Did you mean '{suggestion}'?"
    ) -> str:
        """The sentence, in English unless a translated template and hint are given."""
        suggestion = self.params.get("suggestion", "")
        words = {key: str(value) for key, value in self.params.items()}
        words["hint"] = hint.format(suggestion=suggestion) if suggestion else ""
        return (template or MESSAGES[self.code]).format_map(words)

    def __str__(self) -> str:
        return f"{self.place}: {self.message()}"


class InputError(Exception):
    """Something that people wrote cannot be used; `problems` lists everything that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_by_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


_FORMS = {
    r"^[A-Z]{2}$": "two capital letters, such as US",
    r"^[a-z]{2}$": "two small letters, such as en",
    r"^[A-Z]{2,4}[0-9]{0,2}$": "capital letters and a number, such as RDC7",
    r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$": "small letters and numbers joined by '-' or '_'",
    r"^[1-9][0-9]{0,3} (?:days?|weeks?|months?|quarters?|years?)$": "a span, such as 12 months",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a date such as 2025-11-03",
}
"""What a pattern asks for, in words; a pattern that is not here is shown as it is."""

_TYPES = {
    "tuple": "a list",
    "list": "a list",
    "dictionary": "a mapping",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
"""Pydantic's words for types, as people say them."""

Places = Mapping[tuple[str | int, ...], Place]
"""Path of a value -> where it stands; the place of a key has `#` before its path."""


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`, or nothing."""
    return next(iter(difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.6)), "")


def place_of(places: Places, path: Sequence[str | int], *, key: bool = False) -> Place:
    """Where the value (or key) at `path` stands; the nearest known parent where it does not."""
    climb = tuple(path)
    if key and ("#", *climb) in places:
        return places["#", *climb]
    while climb and climb not in places:
        climb = climb[:-1]
    return places.get(climb, Place(""))


def problems_from(
    error: ValidationError, places: Places, *, known_keys: Iterable[str], kinds: Iterable[str] = ()
) -> list[Problem]:
    """Pydantic's errors as problems with their places; one problem a mistake."""
    errors = error.errors(include_url=False)
    return problems_of(errors, places, known_keys=known_keys, kinds=kinds)


def problems_of(
    errors: Sequence[Mapping[str, Any]],
    places: Places,
    *,
    known_keys: Iterable[str],
    kinds: Iterable[str] = (),
) -> list[Problem]:
    """The same for errors that somebody else has caught and listed."""
    keys, kinds = tuple(known_keys), tuple(kinds)
    problems = []
    paths = [_path(e["loc"]) for e in errors]
    for e, path in zip(errors, paths, strict=True):
        kind, given, ctx = e["type"], e.get("input"), e.get("ctx", {})
        if kind == "too_short" and any(other[: len(path)] == path != other for other in paths):
            continue  # pydantic also counts the entries that it refused
        place = place_of(places, path, key=kind == "extra_forbidden")
        name = str(path[-1]) if path else ""
        code, params = _problem(kind, name, given, ctx, keys, kinds, str(e["msg"]))
        problems.append(Problem(code, place, params))
    return problems


def _problem(
    kind: str,
    name: str,
    given: object,
    ctx: Mapping[str, object],
    keys: tuple[str, ...],
    kinds: tuple[str, ...],
    message: str,
) -> tuple[str, dict[str, str | int]]:
    match kind:
        case "extra_forbidden":
            elsewhere = name in keys  # it is a key, but of something else
            found = "" if elsewhere else suggestion(name, keys)
            return "key.unknown", {"key": name, "suggestion": found}
        case "missing":
            return "key.missing", {"key": name}
        case "not_a_check":
            words = list(given) if isinstance(given, Mapping) else []
            found = next((s for word in words if (s := suggestion(str(word), kinds))), "")
            return "check.unknown", {"expected": ", ".join(kinds), "suggestion": found}
        case "literal_error" | "enum":
            expected = str(ctx["expected"])
            options = [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
            return "value.not_one_of", {
                "got": shown(given),
                "expected": expected,
                "suggestion": suggestion(str(given), options),
            }
        case "string_pattern_mismatch":
            pattern = str(ctx["pattern"])
            return "value.wrong_form", {
                "got": shown(given),
                "expected": _FORMS.get(pattern, pattern),
            }
        case "string_too_long":
            return "value.too_long", {"limit": str(ctx["max_length"])}
        case "too_short":
            return "value.empty", {}
        case "string_too_short":
            return "value.too_short", {"limit": str(ctx["min_length"])}
        case "value_error":
            return "value.rule", {"detail": message.removeprefix("Value error, ")}
        case _ if kind.startswith(("greater_than", "less_than", "multiple_of")):
            limit = message.removeprefix("Input should be ")
            return "value.out_of_range", {"got": shown(given), "expected": limit}
        case _:
            expected = message.removeprefix("Input should be ").split(", ")[0]
            word = expected.removeprefix("a valid ").split(" ")[0]
            return "value.wrong_type", {
                "expected": _TYPES.get(word, expected.removeprefix("a valid ")),
                "got": shown(given),
            }


def shown(value: object) -> str:
    """A value as a reader would name it, cut short (a stranger's text can be long)."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return _short(str(value))


def _short(text: str) -> str:
    """Text of strangers for a message: printable, on one line, and not too long."""
    text = text.encode("utf-8", "replace").decode()
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= 60 else text[:57] + "…"


def _path(loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """Pydantic's path without the union tags, which are spelt `<…>`."""
    return tuple(
        part
        for part in loc
        if not (isinstance(part, str) and part.startswith("<")) and part != "[key]"
    )


def _by_place(problem: Problem) -> tuple[str, int, int, str]:
    place = problem.place
    return place.file, place.line, place.column, problem.code
