"""Makes text of strangers fit to print: no hidden characters, lone surrogates or endless text."""

import re
import unicodedata

MAX_LENGTH = 20_000
"""Characters of one text that are printed: as many as a submission may hold in one."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufff9-\uffff"
    # Marks that turn the direction of text: they can make one name look like another.
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_PILED_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+"
)
_LOOSE_PERCENT = re.compile(r"(\d) %")


def clean(text: str, *, limit: int = MAX_LENGTH) -> str:
    """The text as it may be printed. Escaping is the template's work, not done here."""
    shown = _HIDDEN.sub("", text[: 2 * limit])
    shown = _LOOSE_PERCENT.sub("\\1\u00a0%", shown)
    shown = unicodedata.normalize("NFC", _PILED_MARKS.sub(r"\1", shown))
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
