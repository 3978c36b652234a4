"""Which of our languages a request is answered in, by its `Accept-Language` header."""

from functools import lru_cache

from reports.i18n import LANGUAGES, Language, load_language

MAX_LENGTH = 200
"""A longer header is cut: it is a stranger's, and no browser sends one."""


def language_asked(header: str | None) -> Language:
    """The language of ours that is wanted most; English where none is."""
    return load_language(_best((header or "")[:MAX_LENGTH]))


@lru_cache(maxsize=256)
def _best(header: str) -> str:
    """The header as RFC 9110 reads it: ranges with weights, earlier ones first where they tie."""
    best, weight = LANGUAGES[0], 0.0
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        code = tag.strip().split("-")[0].lower()
        asked = _weight(parameter)
        if code in LANGUAGES and asked > weight:
            best, weight = code, asked
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        number = float(value)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
