"""Signs reports with the key of a programme: from files and the environment to a signed PDF."""

import os
from datetime import UTC, datetime
from pathlib import Path

from rubrics.problems import InputError, Place, Problem

PASSPHRASE = "READINESS_KEY_PASSPHRASE"  # noqa: S105 (the name of the variable that holds one)
"""The variable that holds the passphrase: a command line is read by every user of the machine."""


def read_file(path: Path, *, most: int) -> bytes:
    """No more of a file than it may hold; `InputError` says why it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        params = {"file": str(path), "detail": error.strerror or type(error).__name__}
        raise InputError([Problem("file.not_readable", Place(str(path)), params)]) from None


def signed(pdf: bytes, *, name: str, key: Path) -> bytes:
    """The report `name` with a signature by the key in a file."""
    # pyHanko takes as long to load as a submission to judge.
    from api.verifying.opening import NotOursError  # noqa: PLC0415
    from api.verifying.seals import KeyUnusableError, SealedError, sign  # noqa: PLC0415

    secret = read_file(key, most=1_000_000)
    passphrase = os.environ.get(PASSPHRASE)
    try:
        return sign(
            pdf,
            secret,
            passphrase=passphrase.encode() if passphrase is not None else None,
            at=time_now(),
        )
    except KeyUnusableError as error:
        params = {"file": str(key), "detail": str(error)}
        raise InputError([Problem("key.unusable", Place(str(key)), params)]) from None
    except NotOursError as error:
        raise InputError([Problem(error.code, Place(name), {"file": name})]) from None
    except SealedError:
        raise InputError([Problem("report.sealed", Place(name), {"file": name})]) from None


def time_now() -> datetime:
    """The time by the clock, or the one that whoever wants the same bytes twice has set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC).replace(microsecond=0)
