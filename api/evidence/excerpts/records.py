"""The first objects of a JSON file as rows: releases, records, features, or whatever it lists.

A field within a field is a column of its own, named by its path as in flattened contracting data
(`tender/value/amount`). Of a list of objects the first is shown (`awards/0/date`), and how many
there are (`awards`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec

from api.evidence.excerpts.excerpt import MAX_CELL, MAX_ROWS, Table, table_of
from api.evidence.ocds.json_lines import MAX_WHOLE, is_json_lines, read_whole
from api.evidence.ocds.mending import mended
from api.evidence.ocds.releases import Raw

COUNTED = 100_000_000
"""Bytes of JSON Lines up to which the lines are counted."""

MAX_DEPTH = 6
MAX_FIELDS = 2_000
"""Fields of one object that become columns; nobody looks at more of them."""

MAX_ROW = 5_000_000
"""Bytes of one object that is opened."""

FIRST = (
    *("ocid", "id", "date", "tag", "buyer/name", "tender/title", "tender/status"),
    *("tender/procurementMethod", "tender/value/amount", "tender/value/currency"),
    *("awards", "awards/0/date", "awards/0/suppliers/0/name", "awards/0/value/amount"),
    *("contracts", "contracts/0/dateSigned", "contracts/0/value/amount"),
)
"""Columns that come first, where there are such: what a contracting process is, in short."""

LISTS = ("releases", "records", "features", "data", "results", "items", "value", "rows")
"""Under which names most programs put what they list."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def json_table(path: Path, *, whole: bool) -> Table | None:
    """The first objects that a file lists; `None` where it lists none.

    `ValueError` (or `RecursionError`) where it is no JSON; `TooManyValuesError` where it is too
    large to be looked into. `whole`: the file has no more than what is there.
    """
    with path.open("rb") as stream:
        stream.seek(3 if stream.read(3) == b"\xef\xbb\xbf" else 0)
        start = stream.tell()
        lines = is_json_lines(stream)
        stream.seek(start)
        if lines:
            rows, count = _lines(stream, whole=whole)
        else:
            listed = _listed(read_whole(stream))
            if listed is None:
                return None
            rows, count = _objects(listed), len(listed)
    if not rows:
        return None
    return _table(rows, count)


def _lines(stream: BinaryIO, *, whole: bool) -> tuple[list[dict[str, str]], int | None]:
    """The first lines that are objects, and how many lines there are, unless that takes long."""
    rows: list[dict[str, str]] = []
    count = 0
    start = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(start)
    while line := stream.readline(MAX_WHOLE):
        if not line.strip():
            continue
        count += 1
        if len(rows) < MAX_ROWS:
            rows += _objects([line])
        elif size > COUNTED:
            break
    return rows, count if whole and size <= COUNTED else None


def _listed(text: bytes) -> Sequence[bytes | Raw] | None:
    """The entries of the list that a whole file is about."""
    text = text.strip()
    if text.startswith(b"["):
        return msgspec.json.decode(_strict(text), type=list[Raw])
    if not text.startswith(b"{"):
        return None
    fields = msgspec.json.decode(_strict(text), type=dict[str, Raw])
    lists = [name for name, value in fields.items() if bytes(memoryview(value)[:1]) == b"["]
    for name in (*(one for one in LISTS if one in lists), *lists):
        entries = msgspec.json.decode(fields[name], type=list[Raw])
        if entries and bytes(memoryview(entries[0])[:1]) == b"{":
            return entries
    return None


def _strict(text: bytes) -> bytes:
    """The same as the strict reader takes it, mended where that is needed."""
    try:
        msgspec.json.decode(text, type=Raw)
    except msgspec.DecodeError:
        return mended(text)
    return text


def _objects(entries: Iterable[bytes | Raw]) -> list[dict[str, str]]:
    """The first entries that are objects, each with its fields by path."""
    rows: list[dict[str, str]] = []
    for entry in islice(entries, MAX_ROWS):
        text = bytes(memoryview(entry))
        if len(text) > MAX_ROW:
            rows.append({"…": f"{len(text)} B"})
            continue
        value = msgspec.json.decode(_strict(text))
        if isinstance(value, dict):
            rows.append(dict(islice(_fields(_told(value)), MAX_FIELDS)))
    return rows


def _told(value: dict[str, Json]) -> dict[str, Json]:
    """What a record tells of its process: its compiled release, else its last release."""
    compiled, releases = value.get("compiledRelease"), value.get("releases")
    if isinstance(compiled, dict):
        return compiled
    if isinstance(releases, list) and releases and isinstance(releases[-1], dict):
        return releases[-1]
    return value


def _fields(value: Mapping[str, Json], path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Single values by path, those that are least deep first."""
    deeper: list[tuple[str, Mapping[str, Json]]] = []
    for key, one in value.items():
        name = f"{path}{key[:MAX_CELL]}"
        if isinstance(one, dict):
            deeper.append((f"{name}/", one))
        elif isinstance(one, list) and one and isinstance(one[0], dict):
            yield name, str(len(one))
            deeper.append((f"{name}/0/", one[0]))
        elif isinstance(one, list):
            yield name, "; ".join(map(_word, one))
        else:
            yield name, _word(one)
    if depth < MAX_DEPTH:
        for name, inner in deeper:
            yield from _fields(inner, name, depth + 1)


def _word(value: Json) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return msgspec.json.encode(value).decode()


def _table(rows: Sequence[Mapping[str, str]], count: int | None) -> Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    known = set(names)
    first = [name for name in FIRST if name in known]
    rest = [name for name in names if name not in FIRST]
    rest.sort(key=lambda name: name.count("/"))  # stable: as the file has them, least deep first
    heads = [*first, *rest]
    return table_of(
        [[row.get(name, "") for name in heads] for row in rows],
        heads=heads,
        rows_in_all=count,
        columns_in_all=len(heads),
    )
