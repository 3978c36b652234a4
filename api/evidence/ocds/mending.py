"""Mends what is nearly JSON: what the strict reader refuses and many programs write.

That is NaN and infinite or endless numbers (they become `null`), and halves of a surrogate pair
(they become `?`). None of it is anything that we count.
"""

import json
import math

MAX_MENDED = 20_000_000
"""Bytes up to which a text that the strict reader refuses is tried with a patient one."""


def mended(text: bytes) -> bytes:
    """The same JSON as the strict reader likes it; `ValueError` where it cannot be mended."""
    if len(text) > MAX_MENDED:
        raise ValueError("too large to be mended")
    plain = json.loads(
        text,
        parse_float=_number,
        parse_int=lambda digits: int(digits) if len(digits) < 19 else _number(digits),
        parse_constant=lambda _: None,
    )
    return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")


def _number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None
