"""Holds releases against the schema of their standard, and counts in which ways they break it.

The schema is OCDS 1.1.5, pinned in `schema/`: nothing is fetched, and extensions that a file names
are not looked at (fields of theirs are allowed by the schema as they are).
"""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import jsonschema_rs
import msgspec

from api.evidence.ocds.mending import mended
from api.evidence.ocds.releases import Raw
from assessment.facts import StructureError

SCHEMA = Path(__file__).parent / "schema" / "release-schema-1.1.5.json"

MAX_CHECKED = 5_000
"""Releases of a file that are held against the schema."""

MAX_BYTES = 20_000_000
"""Bytes of them: every value of a release may be an error, and each takes time to be found."""

MAX_TOLD = 20
"""The most frequent errors, which are the ones to be mended first."""

MAX_PATH = 200
"""Letters of a path; an endless one is a stranger's invention."""

MAX_ERRORS = 200
"""Errors of one release that are looked at: a list of a million wrong entries is one error."""

Error = Literal["type", "required", "enum", "format", "minimum", "other"]

_ERRORS: dict[str, Error] = {word: word for word in get_args(Error)}


def check_structure(releases: Iterable[bytes | Raw]) -> tuple[int, tuple[StructureError, ...]]:
    """How many releases were checked, and the most frequent errors, by how many have them."""
    checked = length = 0
    found: Counter[tuple[str, Error]] = Counter()
    for text in releases:
        checked += 1
        length += memoryview(text).nbytes
        found.update(_errors(_plain(text)))
        if length > MAX_BYTES:
            break
    often = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))[:MAX_TOLD]
    return checked, tuple(
        StructureError(path=path, error=error, records=records) for (path, error), records in often
    )


def _plain(text: bytes | Raw) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return msgspec.json.decode(mended(bytes(text)))


def _errors(release: object) -> set[tuple[str, Error]]:
    """The errors of one release, each once however often it occurs."""
    if _validator().is_valid(release):
        return set()
    found: set[tuple[str, Error]] = set()
    for number, error in enumerate(_validator().iter_errors(release)):
        if number >= MAX_ERRORS:
            break
        steps = [step for step in error.instance_path if isinstance(step, str)]
        if error.kind.name == "required":
            steps.append(str(getattr(error.kind, "property", "")))
        path = "/" + "/".join(steps)
        found.add((path[:MAX_PATH], _ERRORS.get(error.kind.name, "other")))
    return found


@cache
def _validator() -> jsonschema_rs.Draft4Validator:
    schema = msgspec.json.decode(SCHEMA.read_bytes())
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True, offline=True)
