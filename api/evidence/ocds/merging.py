"""Puts the releases of one contracting process together: what is known of it in the end.

A process is published step by step: a release when it is planned, another when it is awarded. The
merge is simpler than the standard's: of each value the newest that is not empty counts, and lists
are united by the ids of their entries. It loses no value that any release filled.

All releases are merged at once, level by level: merging them two by two would take a hundred times
as long for a process that is published a hundred times.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import astuple

from api.evidence.ocds.decoding import P, Place, places_of, says
from api.evidence.ocds.releases import Part, Release
from api.evidence.ocds.tree import words


def merge_releases(releases: Sequence[Release]) -> Release:
    """One process from its releases, given from the oldest to the newest."""
    return _merged(releases)


def _merged(parts: Sequence[P]) -> P:
    if len(parts) == 1:
        return parts[0]
    kind = type(parts[0])
    columns = zip(*map(astuple, parts), strict=True)
    found = {
        place.name: _newest(values, place)
        for place, column in zip(places_of(kind), columns, strict=True)
        if not place.raw and (values := [value for value in column if value is not None])
    }
    return kind(**found)


def _newest(values: list[Any], place: Place) -> object:
    """What counts of the values of one field, given from the oldest to the newest."""
    newest = values[-1]
    if len(values) == 1 or values.count(newest) == len(values):
        return newest  # nearly always: most of a process is published again and again
    if place.many:
        filled = [entries for entries in values if any(map(_says, entries))]
        if len(filled) > 1 and place.part is not None:
            return _united(filled)
        return filled[-1] if filled else newest
    if place.part is not None:
        filled = [part for part in values if says(part)]
        return _merged(filled) if filled else newest
    return next((value for value in reversed(values) if words(value)), newest)


def _united(lists: list[list[Part]]) -> list[Part]:
    """Entries with the same id become one; of lists whose entries have no ids the newest counts."""
    versions: dict[str, list[Part]] = {}
    for entry in (entry for entries in lists for entry in entries):
        name = words(getattr(entry, "id", None))
        if not name:
            return lists[-1]
        versions.setdefault(name, []).append(entry)
    return [_merged([part for part in same if says(part)] or same) for same in versions.values()]


def _says(entry: Part | str) -> bool:
    return says(entry) if isinstance(entry, Part) else bool(words(entry))
