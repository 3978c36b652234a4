"""From bytes to text: UTF-8 first, then what spreadsheets still write; garbage is no text."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode_text(data: bytes) -> str | None:
    """The text of a document or table; `None` where the bytes are no text.

    Windows-1252 (with Latin-1 in it) is what older spreadsheets save: a wrong guess would garble an
    accent and never a number. Bytes that it has no letter for, and control characters, are refused.
    """
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    for name in (encoding, "windows-1252"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS.search(text) else text
    return None


def decode_json(data: bytes) -> bytes | None:
    """The bytes of a JSON file without a byte order mark; `None` where they are not UTF-8.

    JSON is UTF-8 by its standard (RFC 8259): a file that is not cannot be read by most programs.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return data.removeprefix(b"\xef\xbb\xbf")
