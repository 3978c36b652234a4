"""Writes results whole or not at all: never half a file, and none where another cannot be written.

Every result is finished in memory first. Each is then written beside its target under a name of its
own, and only when all of them lie on the disk do they take their places.
"""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rubrics.problems import InputError, Place, Problem

STANDARD_OUTPUT = Path("-")
"""The name that stands for standard output."""


def check_targets(targets: Sequence[Path], *, inputs: Sequence[Path] = ()) -> None:
    """Whether results could go to these files; asked first, so that no work is done in vain."""
    problems = [problem for path in targets if (problem := _obstacle(path)) is not None]
    places = [path if path == STANDARD_OUTPUT else _real(path) for path in targets]
    read = {_real(path) for path in inputs}
    for i, (path, place) in enumerate(zip(targets, places, strict=True)):
        if place in places[:i]:
            problems.append(_problem("output.twice", path))
        elif place in read:
            problems.append(_problem("output.is_input", path))
    if problems:
        raise InputError(problems)


def write_all(results: Mapping[Path, bytes]) -> None:
    """Writes every result to its file, or none; `InputError` says what was in the way."""
    check_targets(list(results))
    prepared: dict[Path, Path] = {}
    done: list[Path] = []
    path = STANDARD_OUTPUT
    try:
        for path, content in results.items():
            if _is_file_to_be(path):
                prepared[path] = _write_beside(_real(path), content)
        for path, temporary in prepared.items():
            target = _real(path)
            is_new = not target.exists()
            temporary.replace(target)
            done += [target] if is_new else []
        for path, content in results.items():
            if path not in prepared:
                _write_through(path, content)
    except BaseException as error:
        for target in done:
            target.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise InputError([_from_error(path, error)]) from None
        raise
    finally:
        for temporary in prepared.values():
            temporary.unlink(missing_ok=True)


def _write_beside(target: Path, content: bytes) -> Path:
    """The content in a file of its own in the target's folder, with the target's permissions."""
    temporary = target.with_name(f".readiness-{secrets.token_hex(6)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _write_through(path: Path, content: bytes) -> None:
    """To standard output, a pipe or a device: these are written to, never replaced."""
    if path == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        path.write_bytes(content)


def _is_file_to_be(path: Path) -> bool:
    """Whether an ordinary file is there, or nothing yet."""
    if path == STANDARD_OUTPUT:
        return False
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _obstacle(path: Path) -> Problem | None:
    if path == STANDARD_OUTPUT:
        return None
    try:
        if path.is_dir():
            return _problem("output.is_folder", path)
        folder = _real(path).parent
        if not folder.is_dir():
            params = {"folder": str(path.parent)}
            return Problem("output.no_folder", Place(str(path)), params)
        if _is_file_to_be(path) and not os.access(folder, os.W_OK | os.X_OK):
            return _problem("output.not_permitted", path)
        if path.exists() and not os.access(path, os.W_OK):
            return _problem("output.not_permitted", path)
    except OSError as error:
        return _from_error(path, error)
    return None


def _from_error(path: Path, error: OSError) -> Problem:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return _problem("output.no_space", path)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return _problem("output.not_permitted", path)
        case _:
            params = {"file": str(path), "detail": error.strerror or type(error).__name__}
            return Problem("output.failed", Place(str(path)), params)


def _problem(code: str, path: Path) -> Problem:
    return Problem(code, Place(str(path)), {"file": str(path)})
