"""What the reader of one format of documents hands over: what it found, or why it found nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

MAX_TEXT = 200_000
"""Characters of a document that are read: some hundred pages."""

MAX_PAGES = 300
"""Pages of a document that are read."""

Status = Literal["seen", "encrypted", "unreadable", "too_large"]


class DocumentError(Exception):
    """The document does not open; `status` is what the facts say of it."""

    status: Status = "unreadable"


class DocumentLockedError(DocumentError):
    """It asks for a password."""

    status = "encrypted"


class DocumentTooLargeError(DocumentError):
    """It becomes larger than we look at."""

    status = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands in a file, as the reader of its format found it.

    `created` and `modified` are days that programs wrote, `marked` days that the text marks as
    such. `pages_read` is how many pages the text comes from, `pages_failed` how many could not be
    read; `links` are addresses beside the text.
    """

    text: str | None = None
    pages: int | None = None
    pages_read: int | None = None
    pages_failed: int = 0
    title: str | None = None
    language: str | None = None
    created: tuple[date, ...] = ()
    modified: tuple[date, ...] = ()
    marked: tuple[date, ...] = ()
    links: tuple[str, ...] = ()
