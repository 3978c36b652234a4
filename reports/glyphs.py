"""What our fonts cannot show is told in words, so that no report has boxes where a name should be.

A report may be set in our own fonts only, or its bytes would depend on what some machine has. They
cover Latin, Greek, Cyrillic, Arabic and Hebrew; an emoji is named, and a letter of another script
stands by its number, by which anybody can look it up.
"""

import re
import unicodedata

COVERED = (
    *((0x0009, 0x000D), (0x0020, 0x007E), (0x00A0, 0x0148), (0x014A, 0x017F), (0x0218, 0x021B)),
    *((0x02BC, 0x02BC), (0x02C6, 0x02DD), (0x0300, 0x0304), (0x0306, 0x030A), (0x030C, 0x030C)),
    *((0x0327, 0x0328), (0x0386, 0x0386), (0x0388, 0x038A), (0x038C, 0x038C), (0x038E, 0x03A1)),
    *((0x03A3, 0x03CE), (0x0400, 0x045F), (0x0490, 0x0493), (0x04AE, 0x04B1), (0x04E8, 0x04E9)),
    *((0x05B0, 0x05C7), (0x05D0, 0x05EA), (0x05F0, 0x05F4), (0x060C, 0x060C), (0x061B, 0x061B)),
    *((0x061F, 0x061F), (0x0621, 0x063A), (0x0640, 0x0655), (0x0660, 0x066D), (0x0670, 0x06D5)),
    *((0x06F0, 0x06F9), (0x1EBC, 0x1EBD), (0x1EF8, 0x1EF9), (0x2002, 0x200B), (0x2010, 0x2015)),
    *((0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x2033), (0x2039, 0x203A)),
    *((0x2044, 0x2044), (0x20A1, 0x20A1), (0x20AC, 0x20AC), (0x20B2, 0x20B2), (0x2116, 0x2116)),
    *((0x2122, 0x2122), (0x2190, 0x2193), (0x2196, 0x2199), (0x2212, 0x2212), (0x2248, 0x2248)),
    *((0x2260, 0x2260), (0x2264, 0x2265), (0x25A0, 0x25A1), (0x25B2, 0x25B2), (0x25BC, 0x25BC)),
    *((0x25CB, 0x25CB), (0x25CF, 0x25CF), (0x2713, 0x2713), (0x2717, 0x2717)),
)
"""The signs that our fonts have, from and to; white space is always there."""

NAMED = 8
"""So many signs in a row are told one by one; of more, how many they are."""

_LACKING = re.compile(
    "[^" + "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in COVERED) + "]+"
)
_JOINERS = re.compile("[\u00ad\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What only joins or colours the signs beside it."""


def in_words(text: str) -> str:
    """The text with every sign that our fonts lack told in brackets."""
    return _LACKING.sub(_told, text)


def _told(run: re.Match[str]) -> str:
    signs = _JOINERS.sub("", run.group())
    if not signs:
        return ""
    told = [_name(sign) for sign in signs[:NAMED]]
    more = len(signs) - NAMED
    return f"[{' '.join(told)}{f' +{more}' if more > 0 else ''}]"


def _name(sign: str) -> str:
    if "\U0001f1e6" <= sign <= "\U0001f1ff":  # two of them are a flag
        return chr(ord(sign) - 0x1F1E6 + ord("A"))
    if unicodedata.category(sign) in {"So", "Sk", "Sm", "Sc", "Po", "Pd", "No"}:
        return unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    return f"U+{ord(sign):04X}"
