"""Names of people's things as files may bear them everywhere."""

import re
import unicodedata


def slug(name: str) -> str:
    """Letters and digits alone, so that nobody has to quote; `city` where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "city"
