"""Limits for a process that opens strangers' files: memory, time, files, network, programs.

What the system itself enforces comes first: limits of resources, and a network of its own that has
no way out. The guard in Python is a second fence; it stops a parser that wants to help, such as one
that fetches what a document names, and not one that has been taken over. Where a system lacks one
of these, the others still hold.
"""

import os
import signal
import sys
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass

if sys.platform != "win32":  # where only time is limited, from outside
    import resource

GRACE_SECONDS = 2
"""How much longer than its limit a process lives whose parent did not end it."""

_REFUSED = (
    *("socket.", "subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn", "os.spawn"),
    *("os.startfile", "os.kill", "pty.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser."),
)
_CHANGES = {
    **dict.fromkeys(("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod"), (0,)),
    "os.rename": (0, 1),
    **dict.fromkeys(("os.link", "os.symlink"), (1,)),
}
"""What changes a disk, and which of its arguments are the places that change."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What looking at one file may cost.

    Memory is address space, of which DuckDB reserves 700 MB before it reads a byte. Up to
    `readers` processes read a file of `shared_bytes` or more, one a core; each but the first may
    have `helper_bytes` more than it was given with its birth.
    """

    memory_bytes: int = 2 << 30
    helper_bytes: int = 400 << 20
    readers: int = 4
    shared_bytes: int = 8_000_000
    document_seconds: float = 60
    dataset_seconds: float = 300
    written_bytes: int = 2_100_000_000
    open_files: int = 256
    facts_bytes: int = 32_000_000


def address_space() -> int:
    """Bytes of the address space of this process, where the system tells them."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:  # noqa: PTH123 (before the guard)
            return int(told.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def leave_network() -> None:
    """Moves this process into a network without any interface, where the system allows it.

    Root needs no new user for that, and in one it could no longer read others' files.
    """
    if sys.platform == "linux":
        user = _CLONE_NEWUSER if os.geteuid() else 0
        with suppress(OSError, AttributeError):
            CDLL(None).unshare(_CLONE_NEWNET | user)


def limit_resources(limits: Limits) -> None:
    """Takes memory and files from this process for good."""
    _limit("RLIMIT_AS", limits.memory_bytes)
    _limit("RLIMIT_FSIZE", limits.written_bytes)
    _limit("RLIMIT_NOFILE", limits.open_files)
    _limit("RLIMIT_CORE", 0)


def limit_time(seconds: float) -> None:
    """Lets this process live so long, and no longer."""
    if sys.platform == "win32":
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    # A reader of tables works with several threads, and each one's time counts.
    _limit("RLIMIT_CPU", int(used + 2 * seconds) + 1)
    # Whoever should end us may be gone: the system does it then, even in the midst of a parser.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)


def stand_guard(folder: str) -> None:
    """Refuses, from now on, programs, the network, and writing anywhere but in `folder`."""
    inside = os.path.realpath(folder) + os.sep

    def refuse(event: str, told: tuple[object, ...]) -> None:
        if event.startswith(_REFUSED):
            raise PermissionError(f"{event} is refused in here")
        if event == "open":
            path, _, flags = told
            if isinstance(flags, int) and flags & _WRITING and not _is_inside(path, inside):
                raise PermissionError("writing is refused there")
        elif not all(_is_inside(told[n], inside) for n in _CHANGES.get(event, ())):
            raise PermissionError(f"{event} is refused there")

    sys.addaudithook(refuse)


def _is_inside(path: object, folder: str) -> bool:
    """Whether a path, or one relative to where we stand, leads into the folder."""
    if isinstance(path, int):  # a file that is open already
        return True
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    place = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (hooks may not do more than this)
    return place == os.devnull or (place + os.sep).startswith(folder)


def _limit(name: str, value: int) -> None:
    """Lowers a limit that this system has; never raises one that somebody else set."""
    if sys.platform == "win32":
        return
    with suppress(OSError, ValueError, AttributeError):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
