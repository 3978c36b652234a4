"""What parsers do when a stranger's file gets the better of them: lookers for a worker's tests."""

import ctypes
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from api.evidence.files import Source
from api.evidence.worker import helpers
from assessment.facts import CellProblem, Facts

_seen: list[str] = []


def look_at(source: Source, *, kind: str | None, columns: Mapping[str, str]) -> Facts:
    """Does what the file is called, and tells in `marks` what became of it."""
    what, _, more = source.name.partition(" ")
    facts: Facts = globals()[what](more, source=source, kind=kind, columns=columns)
    return facts


def echo(_more, *, source, kind, columns):
    return Facts(
        status="seen",
        sha256=source.sha256,
        size=source.size,
        format=kind,
        marks=tuple(columns.items()) and tuple(f"{a}={b}" for a, b in columns.items()),
        encoding=source.path.read_text("utf-8"),
    )


def sleep(more="", **_):
    time.sleep(60)


def spin(_more, **_):
    while True:
        pass


def hang_deaf(_more, **_):
    """Sleeps in compiled code, where no Python runs that could notice anything."""
    ctypes.CDLL(None).sleep(60)


def fill_memory(_more, **_):
    return Facts(status="seen", encoding=str(len(bytearray(8 << 30))))


def crash(_more, **_):
    ctypes.string_at(0)


def abort(_more, **_):
    os.abort()


def leave(_more, **_):
    sys.exit(0)


def vanish(_more, **_):
    os._exit(0)


def fail(_more, *, source, **_):
    raise KeyError(source.path.read_text("utf-8"))


def recurse(more: str, **_: object) -> Facts:
    return recurse(more)


def talk(_more, **_):
    print('{"facts": {"status": "seen", "format": "forged"}}', flush=True)
    os.write(1, b'{"facts": {"status": "seen", "format": "forged"}}\n')
    return Facts(status="seen")


def say_too_much(_more, **_):
    return Facts(status="seen", problems=(CellProblem(cell="A1", code="x" * 3_000_000),))


def say_nonsense(_more, **_):
    return Facts(status="seen").model_copy(update={"status": "bribed"})


def fill_disk(more, **_):
    with tempfile.NamedTemporaryFile(delete=False) as file:
        for _megabyte in range(int(more)):
            file.write(bytes(1 << 20))
    return Facts(status="seen", encoding=file.name)


def remember(more, **_):
    """Leaves something behind in memory, as a parser that was taken over would for the next."""
    _seen.append(more)
    return Facts(status="seen", marks=tuple(_seen))


def call_for_help(more, **_):
    """Has each helper do the same work, and tells what each answered."""
    work, _, told = more.partition(" ")
    asked = [helpers.give(f"{__name__}:{work}", more=told) for _ in range(helpers.hands() - 1)]
    answers = [] if work == "sleep" else [helpers.hear(helper) for helper in asked]
    return Facts(status="seen", marks=tuple(str(answer) for answer in answers))


def answer(more):
    return more.encode()


def take_memory(more):
    return str(len(bytearray(int(more)))).encode()


def crash_in_c(more):
    ctypes.string_at(len(more))


def reach(more: str) -> bytes:
    """Tries the same in a helper."""
    return ",".join(reach_out(more).marks).encode()


def reach_out(more: str, **_: object) -> Facts:
    """Tries what no parser may; tells which of it worked."""
    host, port, outside = more.split()
    tried: dict[str, Callable[[], object]] = {
        "connect": lambda: socket.create_connection((host, int(port)), timeout=1),
        "resolve": lambda: socket.getaddrinfo("localhost", 80),
        "program": lambda: subprocess.run(["true"], check=True),
        "shell": lambda: os.system("true"),  # noqa: S605 (it must be refused)
        "fork": os.fork,
        "write": lambda: Path(outside).write_text("x", encoding="utf-8"),
        "move": lambda: Path(outside).with_suffix(".there").rename(outside),
        "delete": lambda: Path(outside).with_suffix(".there").unlink(),
        "scratch": lambda: Path(tempfile.mkdtemp(), "file").write_text("x", encoding="utf-8"),
        "library": _connect_in_c,
    }
    return Facts(status="seen", marks=tuple(what for what in tried if _works(tried[what])))


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _connect_in_c() -> None:
    """A connection that Python does not see: only the system can refuse it."""
    library = ctypes.CDLL(None, use_errno=True)
    handle = library.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    address = b"\x02\x00" + (9).to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    library.connect(handle, address, 16)
    if ctypes.get_errno() == 101:  # the network is unreachable, and not merely nobody there
        raise OSError


def environment(_more, **_):
    return Facts(status="seen", marks=tuple(sorted(os.environ)))
