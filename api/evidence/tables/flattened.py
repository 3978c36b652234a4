"""Knows flattened open contracting data by its column names: they are paths of the standard."""

import re
from collections.abc import Iterable

OCID = frozenset({"ocid", "opencontractingid"})

_AROUND = frozenset({"compiledrelease", "main", "record", "records", "release", "releases"})
"""What may stand before the path of a field."""


def path_of(name: str) -> str:
    """`releases/0/awards/0/value/amount` and `Awards:Value:Amount` are `awardsvalueamount`."""
    steps = [step for step in re.findall(r"[^\W_]+", name[:300].lower()) if not step.isdecimal()]
    while len(steps) > 1 and steps[0] in _AROUND:
        del steps[0]
    return "".join(steps)


def is_flattened(names: Iterable[str]) -> bool:
    """Whether a table with these columns is open contracting data: it has OCIDs."""
    return any(path_of(name) in OCID for name in names)
