"""What is packed comes out within limits or not at all, and never anywhere but in its folder."""

import gzip
import io
import struct
import tempfile
import zipfile
import zlib
from contextlib import contextmanager

import pytest

from api.evidence import packed
from api.evidence.packed import (
    PackedBrokenError,
    PackedEmptyError,
    PackedError,
    PackedLockedError,
    PackedNestedError,
    PackedSeveralError,
    PackedTooLargeError,
)

CSV = b"Contract,Vendor\nC-1,Firm\n"
MEGABYTE = 1 << 20


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def squeezed(megabytes: int, byte: bytes = b"\0") -> bytes:
    """So many megabytes of one byte, in deflate's own words."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(squeeze.compress(byte * MEGABYTE) for _ in range(megabytes)) + squeeze.flush()


@pytest.fixture
def unpack(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    @contextmanager
    def unpack(content: bytes, *, name: str = "data.csv.gz", max_bytes: int = 50_000_000):
        path = tmp_path / "packed"
        path.write_bytes(content)
        form = "gz" if content.startswith(b"\x1f\x8b") else "zip"
        with packed.unpacked(path, format=form, name=name, max_bytes=max_bytes) as inner:
            yield inner
        assert list(scratch.iterdir()) == []

    yield unpack
    assert list(scratch.iterdir()) == [], "something was left behind"
    assert {path.name for path in tmp_path.iterdir()} <= {"scratch", "packed"}


@pytest.mark.parametrize(
    ("content", "name", "inner"),
    [
        (gzip.compress(CSV), "data.csv.gz", "data.csv"),
        (gzip.compress(CSV[:9]) + gzip.compress(CSV[9:]), "data.csv.GZ", "data.csv"),
        (zipped(("data.csv", CSV)), "all.zip", "data.csv"),
        (zipped(("a/b/data.csv", CSV), ("__MACOSX/._data.csv", b"x")), "all.zip", "data.csv"),
        (zipped(("README.txt", b"how"), ("data.csv", CSV), ("x/", b"")), "all.zip", "data.csv"),
        (zipped(("../../etc/data.csv", CSV)), "all.zip", "data.csv"),
        (zipped(("/etc/data.csv", CSV)), "all.zip", "data.csv"),
        (zipped(("C:\\data.csv", CSV)), "all.zip", "C:\\data.csv"),
        (zipped(("notes", CSV), method=zipfile.ZIP_STORED), "all.zip", "notes"),
    ],
    # Archives hold the time at which they were made: that must name no test.
    ids=lambda value: "packed" if isinstance(value, bytes) else value,
)
def test_one_file_of_data_comes_out_and_its_name_is_but_a_hint(unpack, content, name, inner):
    with unpack(content, name=name) as file:
        assert (file.name, file.size, file.path.read_bytes()) == (inner, len(CSV), CSV)
        assert file.path.name == "file"


def test_a_zip64_archive_is_read(unpack, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 5)

    with unpack(zipped(("data.csv", CSV))) as file:
        assert file.path.read_bytes() == CSV


def test_what_fails_while_it_is_used_leaves_nothing_behind(unpack):
    with pytest.raises(KeyError), unpack(gzip.compress(CSV)):
        raise KeyError


def header(name: bytes, body: bytes, *, crc: int, size: int) -> bytes:
    parts = (20, 0, 8, 0, 0x21, crc, len(body), size, len(name), 0)
    return b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", *parts) + name + body


def entry(name: bytes, packed_size: int, *, crc: int, size: int, at: int) -> bytes:
    parts = (20, 20, 0, 8, 0, 0x21, crc, packed_size, size, len(name), 0, 0, 0, 0, 0, at)
    return b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", *parts) + name


def end(count: int, size: int, at: int) -> bytes:
    return b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, at, 0)


def lying() -> bytes:
    """A member that says that it is of ten bytes, and is of a hundred million."""
    body = squeezed(100)
    local = header(b"data.csv", body, crc=0, size=10)
    table = entry(b"data.csv", len(body), crc=0, size=10, at=0)
    return local + table + end(1, len(table), len(local))


def overlapping(count: int = 100) -> bytes:
    """A hundred members that share the same compressed bytes: each is a megabyte."""
    body = squeezed(1, b"a")
    crc = zlib.crc32(b"a" * MEGABYTE)
    local = header(b"a.csv", body, crc=crc, size=MEGABYTE)
    table = entry(b"a.csv", len(body), crc=crc, size=MEGABYTE, at=0) * count
    return local + table + end(count, len(table), len(local))


def locked() -> bytes:
    content = bytearray(zipped(("data.csv", CSV)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


def many(count: int) -> bytes:
    return zipped(*((f"{number}.txt", b"") for number in range(count)))


TRAILER = struct.pack("<II", 0, 0)

ATTACKS = {
    "a gzip of 100 megabytes of zeros": (gzip.compress(bytes(100 * MEGABYTE)), PackedTooLargeError),
    "a gzip that swells 1,000 times below the limit": (
        gzip.compress(bytes(40 * MEGABYTE)),
        PackedTooLargeError,
    ),
    "a zip of 100 megabytes of zeros": (
        zipped(("data.csv", bytes(100 * MEGABYTE))),
        PackedTooLargeError,
    ),
    "a zip that swells 1,000 times below the limit": (
        zipped(("data.csv", bytes(40 * MEGABYTE))),
        PackedTooLargeError,
    ),
    "a size that lies": (lying(), PackedBrokenError),
    "members that share their bytes": (overlapping(5), PackedBrokenError),
    "so many that share their bytes": (overlapping(1_000), PackedTooLargeError),
    "more than 1,000 members": (many(1_001), PackedTooLargeError),
    "a zip in a zip": (zipped(("inner.zip", zipped(("data.csv", CSV)))), PackedNestedError),
    "a zip in a zip under another name": (
        zipped(("data.csv", zipped(("data.csv", CSV)))),
        PackedNestedError,
    ),
    "a gzip in a gzip": (gzip.compress(gzip.compress(CSV)), PackedNestedError),
    "a zip in a gzip": (gzip.compress(zipped(("data.csv", CSV))), PackedNestedError),
    "a tar in a gzip": (gzip.compress(bytes(257) + b"ustar" + bytes(500)), PackedNestedError),
    "several zips": (zipped(("a.zip", b"x"), ("b.zip", b"x")), PackedNestedError),
    "two files of data": (zipped(("a.csv", CSV), ("b.csv", CSV)), PackedSeveralError),
    "two letters": (zipped(("a.txt", CSV), ("b.txt", CSV)), PackedSeveralError),
    "a password": (locked(), PackedLockedError),
    "nothing in a gzip": (gzip.compress(b""), PackedEmptyError),
    "only folders": (zipped(("a/", b"")), PackedEmptyError),
    "only what a Mac left": (zipped(("__MACOSX/._a.csv", b"x")), PackedEmptyError),
    "half a gzip": (gzip.compress(CSV)[:-12], PackedBrokenError),
    "half a zip": (zipped(("data.csv", CSV))[:-30], PackedBrokenError),
    "a gzip with a wrong checksum": (gzip.compress(CSV)[:-8] + TRAILER, PackedBrokenError),
    "noise in a gzip": (gzip.compress(CSV)[:10] + b"\xff" * 99, PackedBrokenError),
    "a way of packing that takes gigabytes": (
        zipped(("data.csv", CSV), method=zipfile.ZIP_LZMA),
        PackedBrokenError,
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_archive_that_is_an_attack_is_refused(unpack, attack):
    content, expected = ATTACKS[attack]

    with pytest.raises(PackedError) as refused, unpack(content):
        pass

    assert type(refused.value) is expected


def test_an_archive_that_holds_itself_is_nested(unpack):
    """A quine of a zip unpacks to itself for ever; we look one level deep."""
    inner = zipped(("droste.zip", b"PK\x03\x04" + bytes(60)))

    with pytest.raises(PackedNestedError), unpack(zipped(("droste.zip", inner))):
        pass


def test_dense_but_honest_data_come_out(unpack):
    """A long table of payments of the same firm packs well, and is no bomb."""
    rows = "".join(
        f"{n},Pavimentos del Norte S.A.,2025-01-{n % 28 + 1:02d}\n" for n in range(400_000)
    )
    content = rows.encode()
    assert len(content) > packed.FREE_BYTES

    with unpack(gzip.compress(content)) as file:
        assert file.size == len(content)


def test_the_limit_is_counted_while_it_comes_out(unpack):
    with pytest.raises(PackedTooLargeError), unpack(gzip.compress(CSV), max_bytes=len(CSV) - 1):
        pass
