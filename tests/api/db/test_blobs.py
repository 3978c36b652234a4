"""Contents of evidence: under their digest, whole or not at all."""

import io
import os
from pathlib import Path

import pytest

from api.db.blobs import LEFT_AFTER, Blobs
from api.errors import TooLarge

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_content_lies_under_its_digest(tmp_path: Path):
    blobs = Blobs(tmp_path)

    kept = blobs.put(io.BytesIO(b""), limit=0)

    assert (kept.sha256, kept.size) == (EMPTY, 0)
    assert list(blobs.all()) == [EMPTY] == [blobs.digest_of(EMPTY)]


def test_what_is_cut_off_leaves_nothing(tmp_path: Path):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(f"the line is cut before {size}")

    blobs = Blobs(tmp_path)
    with pytest.raises(OSError, match="cut"):
        blobs.put(Broken(), limit=10)
    with pytest.raises(TooLarge):
        blobs.put(io.BytesIO(b"x" * 11), limit=10)

    assert list(tmp_path.rglob("*.*")) == []
    assert list((tmp_path / "incoming").iterdir()) == []


def test_what_a_killed_process_left_is_removed_the_next_day(tmp_path: Path):
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for name, age in (("old", LEFT_AFTER + 60), ("young", 60)):
        (incoming / name).write_bytes(b"half")
        then = (incoming / name).stat().st_mtime - age
        os.utime(incoming / name, (then, then))

    Blobs(tmp_path).put(io.BytesIO(b"x"), limit=1)

    assert [path.name for path in incoming.iterdir()] == ["young"]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", EMPTY.upper(), EMPTY + "0", "a/" * 32])
def test_a_name_that_is_no_digest_leads_nowhere(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="not a digest"):
        Blobs(tmp_path).path_of(name)
