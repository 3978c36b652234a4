"""What cannot be done, and why: one class a cause, with its values and without words or statuses.

The doors (`rest`, `web`) choose the HTTP status and write the sentence.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Somebody, as others see them."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """A value that somebody saved: which version it is, whose, and since when.

    `version` 0 stands for "nobody has said anything yet"; then there is no `by` and no `at`.
    """

    value: object
    version: int
    by: PersonRef | None = None
    at: datetime | None = None


class ServiceError(Exception):
    """The base of everything that the service refuses."""


class NotSignedIn(ServiceError):  # noqa: N818 (it is what happened, said in two words)
    """Nobody is signed in: no session or token, or one that has ended."""


class WrongCredentials(ServiceError):  # noqa: N818
    """The e-mail address or the password is wrong; which of them is not said."""


class TooMany(ServiceError):  # noqa: N818
    """Too many attempts; after `retry_after` seconds another one is heard."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Try again in {retry_after} seconds.")


class NotThere(ServiceError):  # noqa: N818
    """There is no such thing, or it is another city's: nobody learns which."""

    def __init__(self, what: str, name: str) -> None:
        self.what = what
        self.id = name
        super().__init__(f"There is no {what} '{name}'.")


class NotAllowed(ServiceError):  # noqa: N818
    """Who asks may see the thing, but not do this with it."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"Your role does not include '{action}'.")


class StillBlind(ServiceError):  # noqa: N818
    """Who asks reads the submission a second time, and must not see what others said of it."""

    def __init__(self, assessment_id: str) -> None:
        self.assessment_id = assessment_id
        super().__init__("A second reading is open.")


class Stale(ServiceError):  # noqa: N818
    """Somebody else saved in between; nothing was overwritten, and both texts are here."""

    def __init__(self, part: str, name: str, *, mine: Said, theirs: Said) -> None:
        self.part = part
        self.name = name
        self.mine = mine
        self.theirs = theirs
        super().__init__(f"'{name}' was changed in the meantime.")


class AlreadyThere(ServiceError):  # noqa: N818
    """There is one already: a city of this name, a person of this address."""

    def __init__(self, what: str, name: str) -> None:
        self.what = what
        self.id = name
        super().__init__(f"There is a {what} '{name}' already.")


class Locked(ServiceError):  # noqa: N818
    """The assessment has been submitted: a coach or staff reopens it first.

    `name` is what is closed (in a `part`) while a coach asks for changes elsewhere; "": all of it.
    """

    def __init__(self, assessment_id: str, *, part: str = "", name: str = "") -> None:
        self.assessment_id = assessment_id
        self.part = part
        self.name = name
        super().__init__("This assessment has been submitted.")


class TooLarge(ServiceError):  # noqa: N818
    """More bytes than are taken."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"No more than {limit} bytes are taken.")


class Unusable(ServiceError):  # noqa: N818
    """What was asked for is well written and cannot be done; `reason` says in a code why."""

    def __init__(self, reason: str, **params: str | int) -> None:
        self.reason = reason
        self.params = params
        super().__init__(reason)
