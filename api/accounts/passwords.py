"""Passwords: hashed by argon2, a few at once, for each takes 64 megabytes and all of a core."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from api.errors import TooMany, Unusable

SHORTEST, LONGEST = 10, 1_000
"""Characters; length is what makes a password hard to guess (NIST SP 800-63B)."""

COMMON = frozenset(
    {"password12", "1234567890", "qwertyuiop", "0123456789", "contraseña", "readiness1"}
)
"""What is guessed first, of those that are long enough."""

PATIENCE = 10
"""Seconds that somebody waits for a place to have a password checked."""

_hasher = PasswordHasher()
_places: dict[int, threading.BoundedSemaphore] = {}


def hash_password(password: str, *, at_once: int) -> str:
    """What is kept of a password; `Unusable` if it is too easy to guess."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST or plain in COMMON or len(set(plain)) < 4:
        raise Unusable("weak_password", shortest=SHORTEST)
    with _place(at_once):
        return _hasher.hash(password)


def is_password(password: str, kept: str | None, *, at_once: int) -> bool:
    """Whether it is the password. It takes as long for somebody who has none, or is nobody.

    Else the time of the answer would tell whose addresses we know.
    """
    if len(password) > LONGEST:
        return False
    with _place(at_once):
        try:
            _hasher.verify(kept if kept is not None else _nobodys(), password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


class _place:  # noqa: N801 (it reads as a word: with a place)
    """One of the few places in which a password is hashed; who waits too long comes back later."""

    def __init__(self, at_once: int) -> None:
        self._places = _places.setdefault(at_once, threading.BoundedSemaphore(at_once))

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=PATIENCE):
            raise TooMany(PATIENCE)

    def __exit__(self, *_: object) -> None:
        self._places.release()


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")
