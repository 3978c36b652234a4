"""From YAML or JSON text to plain values, with the place of each, and nothing that can hurt.

YAML is read by libyaml's event parser (PyYAML's C half), because PyYAML's own loader keeps the last
of two equal keys in silence, reads `no` as False and expands aliases without end. Scalars follow
YAML 1.2: `true`, `false`, `null`, numbers; everything else, `yes` and dates included, is text.
Working on events keeps our own depth and size limits ahead of the memory that a hostile text
could ask for ("billion laughs", ten thousand open brackets).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import yaml

from rubrics.problems import InputError, Place, Places, Problem, shown

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_NODES = 400_000

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?(?:[eE][-+]?[0-9]{1,2})?")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class Document:
    """A text as plain values, with the place of every value and key."""

    value: Plain
    places: dict[tuple[str | int, ...], Place] = field(default_factory=dict)


def read_text(raw: bytes, *, name: str) -> Document:
    """The values of a YAML or JSON text called `name`; `InputError` says what cannot be read."""
    if len(raw) > MAX_BYTES:
        raise InputError([Problem("file.too_large", Place(name), {"limit": "5 MB"})])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        place = Place(name, line, column)
        raise InputError([Problem("file.not_utf8", place, {"byte": error.start})]) from None
    if not text.strip():
        raise InputError([Problem("file.empty", Place(name))])
    if text.lstrip()[0] in "{[":
        return _read_json(text, name)
    return read_yaml(text, name=name)


def read_mapping(raw: bytes, *, name: str) -> tuple[dict[str, Plain], Places]:
    """Like `read_text`, for a text that must be a mapping."""
    document = read_text(raw, name=name)
    if not isinstance(document.value, dict):
        got = shown(document.value)
        raise InputError([Problem("file.not_a_mapping", Place(name, 1, 1), {"got": got})])
    return document.value, document.places


def read_yaml(text: str, *, name: str) -> Document:
    """The values of a YAML text."""
    try:
        return _Builder(name).build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        detail = error.problem or "it is no YAML"
        raise InputError([Problem("text.syntax", place, {"detail": detail})]) from None
    except yaml.YAMLError as error:
        # libyaml's reader names characters that YAML forbids (NUL and other control characters).
        detail = str(error).partition("\n")[0]
        raise InputError([Problem("text.syntax", Place(name), {"detail": detail})]) from None


class _Builder:
    """Builds values from parser events without recursion: no depth can exhaust the stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.document = Document(None)
        self.nodes = 0

    def build(self, events: Iterator[object]) -> Document:
        stack: list[_Open] = []
        documents = 0
        for event in events:
            place = _place(self.name, event)
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise InputError([Problem("text.two_documents", place)])
                case yaml.AliasEvent():
                    raise InputError([Problem("text.alias", place)])
                case yaml.ScalarEvent() | yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._open(event, place, stack)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    stack.pop()
                case _:  # the start and end of the stream and of the document
                    continue
        return self.document

    def _open(
        self,
        event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent,
        place: Place,
        stack: list["_Open"],
    ) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise InputError([Problem("text.too_many", place, {"limit": MAX_NODES})])
        if event.anchor is not None:
            raise InputError([Problem("text.alias", place)])
        if event.tag is not None and event.tag != "!":
            raise InputError([Problem("text.tag", place, {"tag": shown(event.tag)})])
        parent = stack[-1] if stack else None
        if isinstance(event, yaml.ScalarEvent):
            if parent is not None and parent.wants_key:
                self._key(parent, event, place)
            else:
                self._put(parent, _scalar(event), place)
            return
        if parent is not None and parent.wants_key:
            raise InputError([Problem("key.not_text", place, {"key": "here"})])
        if len(stack) >= MAX_DEPTH:
            raise InputError([Problem("text.too_deep", place, {"limit": MAX_DEPTH})])
        value: Plain = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        path = self._put(parent, value, place)
        stack.append(_Open(cast("list[Plain] | dict[str, Plain]", value), path))

    def _key(self, parent: "_Open", event: yaml.ScalarEvent, place: Place) -> None:
        key = str(event.value)
        path = ("#", *parent.path, key)
        if path in self.document.places:
            first = self.document.places[path].line
            raise InputError([Problem("text.duplicate_key", place, {"key": key, "first": first})])
        self.document.places[path] = place
        parent.key = key

    def _put(self, parent: "_Open | None", value: Plain, place: Place) -> tuple[str | int, ...]:
        path: tuple[str | int, ...]
        if parent is None:
            path, self.document.value = (), value
        elif isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
            parent.value.append(value)
        else:
            assert parent.key is not None  # noqa: S101 (a value follows its key, or libyaml errs)
            path = (*parent.path, parent.key)
            parent.value[parent.key] = value
            parent.key = None
        self.document.places[path] = place
        return path


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    value: list[Plain] | dict[str, Plain]
    path: tuple[str | int, ...]
    key: str | None = None

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


def _place(name: str, event: object) -> Place:
    mark = getattr(event, "start_mark", None)
    return Place(name, mark.line + 1, mark.column + 1) if mark is not None else Place(name)


def _scalar(event: yaml.ScalarEvent) -> Plain:
    text = str(event.value)
    if event.style:  # quoted or block text stays text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _read_json(text: str, name: str) -> Document:
    def pairs(items: list[tuple[str, Plain]]) -> dict[str, Plain]:
        values: dict[str, Plain] = {}
        for key, value in items:
            if key in values:
                raise _DuplicateKeyError(key)
            values[key] = value
        return values

    def constant(word: str) -> Plain:
        raise ValueError(word)

    place = Place(name)
    try:
        value = cast("Plain", json.loads(text, object_pairs_hook=pairs, parse_constant=constant))
    except _DuplicateKeyError as error:
        # The YAML reader knows the place of both keys, and says so; JSON's own reader does not.
        _json_places(text, name)
        before = text.partition(f'"{error.key}"')[0]
        params: dict[str, str | int] = {"key": error.key, "first": before.count("\n") + 1}
        raise InputError([Problem("text.duplicate_key", place, params)]) from None
    except json.JSONDecodeError as error:
        try:  # `{city: …}` is YAML's flow style
            return read_yaml(text, name=name)
        except InputError as found:
            if any(problem.code != "text.syntax" for problem in found.problems):
                raise
            place = Place(name, error.lineno, error.colno)
            raise InputError([Problem("text.syntax", place, {"detail": error.msg})]) from None
    except RecursionError:
        raise InputError([Problem("text.too_deep", place, {"limit": MAX_DEPTH})]) from None
    except ValueError as error:  # NaN, Infinity, or a number of more than 4,300 digits
        detail = f"{shown(error)} is no number here"
        raise InputError([Problem("text.syntax", place, {"detail": detail})]) from None
    if _SURROGATE.search(text):
        _refuse_lone_surrogates(value, place)
    return Document(value, _json_places(text, name))


def _refuse_lone_surrogates(value: Plain, place: Place) -> None:
    """Half a character (backslash, ud800) is valid JSON, but can be neither hashed nor shown."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        detail = "half of a character (a lone surrogate)"
        raise InputError([Problem("text.syntax", place, {"detail": detail})]) from None


def _json_places(text: str, name: str) -> dict[tuple[str | int, ...], Place]:
    """Places in a JSON text, read as YAML.

    YAML is a superset of JSON but for odd corners (pairs of surrogates); there the file is all
    that is known.
    """
    try:
        return read_yaml(text, name=name).places
    except InputError as error:
        codes = {problem.code for problem in error.problems}
        if codes & {"text.too_deep", "text.too_many", "text.duplicate_key"}:
            raise
        return {(): Place(name)}


class _DuplicateKeyError(Exception):
    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)
