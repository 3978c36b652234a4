"""From the JSON of a release, record or package to its parts, whatever types a stranger wrote.

Where the types fit, one step in C does it all. Where they do not (a list that is a word, an object
that is a number), the values that fit are kept and the others are as good as not there; an object
that stands where a list should is a list of one.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from api.evidence.ocds.releases import NOTHING, Part, Raw, Release
from api.evidence.ocds.tree import Scalar, words

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Envelope(Part):
    """What of a package or record is around its releases; all of it is unread."""

    ocid: Raw = NOTHING
    licence: Raw = msgspec.field(default=NOTHING, name="license")
    publication_policy: Raw = NOTHING
    releases: Raw = NOTHING
    records: Raw = NOTHING
    compiled_release: Raw = NOTHING


class Place(NamedTuple):
    """A field of a part: its name here and in JSON, and what stands there.

    `part` is the type of the part, or of the parts in a list; without it a list holds words, and
    what is neither part nor list is a single value.
    """

    name: str
    key: str
    part: type[Part] | None
    many: bool
    raw: bool


P = TypeVar("P", bound=Part)

_DECODE = msgspec.json.Decoder(Release).decode
_PLAIN = msgspec.json.Decoder().decode
_ENVELOPE = msgspec.json.Decoder(Envelope).decode
_SCALAR = msgspec.json.Decoder(Scalar).decode
_ENTRIES = msgspec.json.Decoder(list[Raw]).decode


def open_release(text: bytes | Raw) -> Release | None:
    """A release, record or package; `None` where the JSON is no object.

    `msgspec.DecodeError` (or `RecursionError`) where it is no JSON.
    """
    try:
        return _DECODE(text)
    except msgspec.ValidationError:
        package = open_package(text)
        plain = None if package else _PLAIN(text)
    return _fitted(plain, Release) if isinstance(plain, dict) else package


def open_releases(texts: Sequence[bytes]) -> list[Release] | None:
    """Many at once, which is quicker; `None` where one of them needs another look."""
    try:
        return list(map(_DECODE, texts))
    except (msgspec.DecodeError, RecursionError):
        return None


def open_package(text: bytes | Raw) -> Release | None:
    """A package or record however large, without any release in it; `None` where it is neither."""
    try:
        found = _ENVELOPE(text)
    except msgspec.ValidationError:  # no object
        return None
    if not any(map(stands, (found.releases, found.records, found.compiled_release))):
        return None
    return Release(
        ocid=_scalar(found.ocid),
        licence=_scalar(found.licence),
        publication_policy=_scalar(found.publication_policy),
        releases=found.releases,
        records=found.records,
        compiled_release=found.compiled_release,
    )


def stands(text: Raw) -> bool:
    """Whether anything stands there."""
    return text is not NOTHING and bytes(memoryview(text)[:5]) != b"null"


def entries_of(text: bytes | Raw) -> list[Raw] | None:
    """The entries of a list, unread; `None` where the JSON is no list."""
    try:
        return _ENTRIES(text)
    except msgspec.ValidationError:
        return None


@cache
def places_of(kind: type[Part]) -> tuple[Place, ...]:
    """The fields of a part, read from its annotations."""
    hints = get_type_hints(kind)
    return tuple(
        _place(name, key, hints[name])
        for name, key in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    )


def says(part: Part | None) -> bool:
    """Whether something stands in it: some text or number, at whatever depth."""
    if part is None:
        return False
    for value in msgspec.structs.astuple(part):
        if value is None or value is NOTHING:
            continue
        if isinstance(value, Part):
            if says(value):
                return True
        elif isinstance(value, list):
            if any(says(entry) if isinstance(entry, Part) else words(entry) for entry in value):
                return True
        elif words(value):
            return True
    return False


def _scalar(text: Raw) -> Scalar:
    try:
        found: Scalar = _SCALAR(text)
        return found
    except msgspec.ValidationError:
        return None


def _place(name: str, key: str, hint: object) -> Place:
    options = get_args(hint)
    lists = [option for option in options if get_origin(option) is list]
    inner = get_args(lists[0]) if lists else options
    parts = [option for option in inner if isinstance(option, type) and issubclass(option, Part)]
    return Place(name, key, parts[0] if parts else None, bool(lists), hint is Raw)


def _fitted(plain: dict[str, Json], kind: type[P]) -> P:
    """A part of the values that fit."""
    found: dict[str, object] = {}
    for place in places_of(kind):
        value = plain.get(place.key)
        if value is not None and not place.raw:
            found[place.name] = _fit(value, place)
    return kind(**found)


def _fit(value: Json, place: Place) -> object:
    if place.many:
        entries = value if isinstance(value, list) else [value]
        if place.part is None:
            return [entry for entry in entries if isinstance(entry, str)]
        return [_fitted(entry, place.part) for entry in entries if isinstance(entry, dict)]
    if place.part is not None:
        return _fitted(value, place.part) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return value
