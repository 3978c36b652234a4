"""The same rubric in another language, and what its words lack.

A words file mirrors the rubric: lists become mappings by id, and only text for people is written.
Every string of the rubric that is marked `Translatable` has one path in it, such as
`criteria/RDC7/requirements/rdc7-policy/ask/options/draft`.
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from pydantic import BaseModel

from rubrics.model import POSITIONS, Located, Translatable
from rubrics.problems import Places, Problem, place_of, suggestion
from rubrics.schema import Rubric
from rubrics.text import Plain

Path = tuple[str, ...]


def texts(rubric: Rubric) -> dict[Path, str]:
    """Every text for people in a rubric, by its path in a words file."""
    return {path: text for path, text, _ in _texts(rubric, (), ())}


def translate(rubric: Rubric, words: Mapping[str, Plain], *, language: str) -> Rubric:
    """The rubric with its texts in another language; what the words lack stays as it is."""
    plain = rubric.model_dump(mode="json", by_alias=True)
    found = flat(words)
    for path, _, place in _texts(rubric, (), ()):
        text = found.get(path)
        if isinstance(text, str) and text.strip():
            _put(plain, place, text)
    plain["language"] = language
    positions: dict[int, str] = {}
    _remember_positions(rubric, plain, positions)
    return Rubric.model_validate(plain, context={POSITIONS: positions})


def find_problems(
    rubric: Rubric, words: Mapping[str, Plain], places: Places, *, language: str
) -> list[Problem]:
    """The texts that the words lack, and the words that translate nothing."""
    wanted, found = texts(rubric), flat(words)
    problems = []
    for path in wanted:
        if path not in found:
            params = {"language": language, "path": "/".join(path)}
            problems.append(Problem("words.missing", place_of(places, path), params))
    names = ["/".join(path) for path in wanted]
    for path, text in found.items():
        place = place_of(places, path, key=True)
        if path not in wanted and path != ("language",):
            name = "/".join(path)
            params = {"path": name, "suggestion": suggestion(name, names)}
            problems.append(Problem("words.unknown", place, params))
        elif not isinstance(text, str) or not text.strip():
            problems.append(Problem("words.placeholder", place, {"path": "/".join(path)}))
    return problems


def flat(words: Mapping[str, Plain], path: Path = ()) -> dict[Path, Plain]:
    """A words file as one level: every leaf by its path."""
    found: dict[Path, Plain] = {}
    for key, value in words.items():
        if isinstance(value, dict):
            found |= flat(value, (*path, key))
        else:
            found[*path, key] = value
    return found


def _texts(
    value: BaseModel, path: Path, place: tuple[str | int, ...]
) -> Iterator[tuple[Path, str, tuple[str | int, ...]]]:
    """Every text with its path in a words file and its place in the dumped rubric."""
    for name, field in type(value).model_fields.items():
        child = getattr(value, name)
        if _is_text(field.metadata, field.annotation) and isinstance(child, str):
            yield (*path, name), child, (*place, name)
        elif name == "practices":
            yield from _practices(child, path, place)
        elif isinstance(child, BaseModel | tuple | dict):
            marked = _is_text((), field.annotation)
            yield from _children(child, (*path, name), (*place, name), marked=marked)


def _practices(
    practices: object, path: Path, place: tuple[str | int, ...]
) -> Iterator[tuple[Path, str, tuple[str | int, ...]]]:
    """Practices and criteria stand beside each other in a words file, so that a code is enough."""
    assert isinstance(practices, tuple)  # noqa: S101 (the schema says so)
    for i, practice in enumerate(practices):
        at = (*place, "practices", i)
        yield (*path, "practices", practice.id, "title"), practice.title, (*at, "title")
        for j, criterion in enumerate(practice.criteria):
            inner = (*path, "criteria", criterion.id)
            yield from _texts(criterion, inner, (*at, "criteria", j))


def _children(
    value: object, path: Path, place: tuple[str | int, ...], *, marked: bool
) -> Iterator[tuple[Path, str, tuple[str | int, ...]]]:
    match value:
        case BaseModel():
            yield from _texts(value, path, place)
        case dict():
            for key, child in value.items():
                if isinstance(child, str) and marked:
                    yield (*path, key), child, (*place, key)
                else:
                    yield from _children(child, (*path, key), (*place, key), marked=marked)
        case tuple():
            for i, child in enumerate(value):
                name = str(getattr(child, "id", None) or i + 1)
                if isinstance(child, str) and marked:
                    yield (*path, name), child, (*place, i)
                else:
                    yield from _children(child, (*path, name), (*place, i), marked=marked)
        case _:
            return


def _is_text(metadata: object, annotation: object) -> bool:
    """Whether a field's type is, or holds, text that is marked as translatable."""
    marks = metadata if isinstance(metadata, tuple | list) else ()
    if any(isinstance(mark, Translatable) for mark in marks):
        return True
    inner = getattr(annotation, "__metadata__", ())
    if any(isinstance(mark, Translatable) for mark in inner):
        return True
    return any(_is_text((), part) for part in get_args(annotation))


def _remember_positions(value: object, plain: object, found: dict[int, str]) -> None:
    """Where each piece was written: a dump does not say it, and words are not written there."""
    if isinstance(value, Located) and isinstance(plain, dict):
        found[id(plain)] = value.at
        for name, field in type(value).model_fields.items():
            _remember_positions(getattr(value, name), plain.get(field.alias or name), found)
    elif isinstance(value, dict) and isinstance(plain, dict):
        for key, child in value.items():
            _remember_positions(child, plain[key], found)
    elif isinstance(value, tuple) and isinstance(plain, list):
        for child, inner in zip(value, plain, strict=True):
            _remember_positions(child, inner, found)


def _put(plain: object, place: tuple[str | int, ...], text: str) -> None:
    for part in place[:-1]:
        plain = plain[part]  # type: ignore[index]  # a dump is made of dicts and lists
    plain[place[-1]] = text  # type: ignore[index]
