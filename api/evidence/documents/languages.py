"""Tells which language a text is in, out of those that cities of the Americas may hand in.

The model is py3langid's, and loading it takes half a second: whoever has no text never imports us.
"""

from py3langid.langid import MODEL_FILE, LanguageIdentifier

KNOWN = ("en", "es", "pt", "fr", "ca", "de", "eu", "gl", "ht", "it", "nl", "qu", "ro")
"""English, Spanish, Portuguese, and neighbours that would be taken for them otherwise."""

ENOUGH_LETTERS = 200
MAX_TEXT = 20_000
SURE = 0.8

_IDENTIFIER = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
_IDENTIFIER.set_languages(list(KNOWN))


def language_of(text: str) -> str | None:
    """The language (ISO 639-1) of the text; `None` where it is short, mixed, or no prose."""
    sample = text[:MAX_TEXT]
    if sum(map(str.isalpha, sample)) < ENOUGH_LETTERS:
        return None
    language, confidence = _IDENTIFIER.classify(sample)
    return str(language) if confidence >= SURE else None
