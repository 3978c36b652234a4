"""Puts the releases of one contracting process together: what is known of it in the end.

A process is published step by step: a release when it is planned, another when it is awarded. The
merge is simpler than the standard's: of each value the newest that is not empty counts, and lists
are united by the ids of their entries. It loses no value that any release filled.

All releases are merged at once, level by level: merging them two by two would take a hundred times
as long for a process that is published a hundred times.
"""

from collections import defaultdict
from collections.abc import Sequence

from api.evidence.tree import Json, Object, is_filled, words

MAX_DEPTH = 10
"""Deeper than any path that we read; below it, the newest value stands for all."""


def merge_releases(releases: Sequence[Object]) -> Object:
    """One process from its releases, given from the oldest to the newest."""
    return releases[0] if len(releases) == 1 else _merge_objects(releases, MAX_DEPTH)


def _merge(values: list[Json], depth: int) -> Json:
    filled = [value for value in values if is_filled(value)]
    if len(filled) < 2 or depth == 0:
        return filled[-1] if filled else values[-1]
    newest = filled[-1]
    if isinstance(newest, dict):
        return _merge_objects([value for value in filled if isinstance(value, dict)], depth)
    if isinstance(newest, list):
        return _merge_lists([value for value in filled if isinstance(value, list)], depth)
    return newest


def _merge_objects(objects: Sequence[Object], depth: int) -> Object:
    values: defaultdict[str, list[Json]] = defaultdict(list)
    for entry in objects:
        for key, value in entry.items():
            values[key].append(value)
    return {key: _merge(found, depth - 1) for key, found in values.items()}


def _merge_lists(lists: list[list[Json]], depth: int) -> list[Json]:
    """Entries with the same id become one; of lists whose entries have no ids the newest counts."""
    versions: defaultdict[str, list[Json]] = defaultdict(list)
    for entry in (entry for entries in lists for entry in entries):
        name = words(entry, "id")
        if not name:
            return lists[-1]
        versions[name].append(entry)
    return [_merge(found, depth - 1) for found in versions.values()]
