"""What travels inside a PDF beside its pages."""

from dataclasses import dataclass
from typing import Literal

Relation = Literal["Data", "Source", "Supplement"]
"""What an attachment is to the pages, in the words of PDF/A-3: shown in them, or made from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside a PDF. `about` is what a reader's list of attachments says of it.

    The ending of its `name` says what kind of file it is.
    """

    name: str
    content: bytes
    about: str
    relation: Relation
