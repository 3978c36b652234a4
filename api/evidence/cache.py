"""Keeps facts from one time to the next: the same bytes are looked at once, whoever hands them in.

Facts are found by the digest of the file, by what it was looked at as, and by the collector's
version, so that nothing else can change them. The folder may be deleted at any time. It is chosen
by READINESS_CACHE, a folder, or `no` for none; without it, it lies where the system keeps such.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs
from pydantic import ValidationError

from assessment.facts import Facts

SETTING = "READINESS_CACHE"

MAX_BYTES = 2_000_000
"""Facts that are larger, such as those of a very long table, are seen anew each time."""

MAX_ENTRIES = 64
"""Facts in each of the 256 folders; the oldest make room for new ones."""


def cache_key(sha256: str, *, kind: str | None, columns: Mapping[str, str], version: str) -> str:
    """The name under which facts are kept: all that they depend on, in one digest."""
    told = json.dumps([version, sha256, kind, sorted(columns.items())])
    return hashlib.sha256(told.encode()).hexdigest()


def load_facts(key: str) -> Facts | None:
    """The facts of this name; `None` where there are none, or where they cannot be read."""
    path = _path(key)
    if path is None:
        return None
    try:
        return Facts.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def keep_facts(key: str, facts: Facts) -> None:
    """Keeps facts. A cache that cannot be written is none; nobody has to hear of it."""
    path = _path(key)
    content = facts.model_dump_json(exclude_defaults=True).encode()
    if path is None or len(content) > MAX_BYTES:
        return
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(path.parent)
        # Written beside its place and moved there: nobody finds half of it.
        part = path.with_name(f".{secrets.token_hex(6)}.part")
        part.write_bytes(content)
        part.replace(path)


def _path(key: str) -> Path | None:
    chosen = os.environ.get(SETTING, "")
    if chosen == "no":
        return None
    folder = Path(chosen) if chosen else platformdirs.user_cache_path("readiness")
    return folder / "facts" / key[:2] / f"{key[2:]}.json"


def _make_room(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in kept[: max(0, len(kept) - MAX_ENTRIES + 1)]:
        path.unlink(missing_ok=True)
